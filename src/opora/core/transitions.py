"""State machines as plain tables: which act leads from where to where, and who may do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opora.core.reasons import Reason, Refused


@dataclass(frozen=True, slots=True)
class Transition:
    """One coded act: allowed from `sources`, leads to `target`, done by one of `actors` (role codes)."""

    code: str
    label: str
    sources: frozenset[str]
    target: str
    actors: frozenset[str]


@dataclass(frozen=True, slots=True)
class Machine:
    """A named set of states (code → Russian label) and transitions.

    The same act may appear twice when different sources lead to different targets.
    """

    subject: str
    states: Mapping[str, str]
    transitions: tuple[Transition, ...]

    def find(self, state: str, act: str) -> Transition | None:
        """The transition of `act` from `state`, or None."""
        for transition in self.transitions:
            if transition.code == act and state in transition.sources:
                return transition
        return None

    def acts(self, state: str, actor: str | None = None) -> list[Transition]:
        """Everything that may be done from `state` (by `actor`, when given): drives the buttons."""
        return [
            transition
            for transition in self.transitions
            if state in transition.sources and (actor is None or actor in transition.actors)
        ]

    def next_state(self, state: str, act: str, actor: str | None = None) -> str:
        """The state after `act`; raises Refused with a reason. `actor` None skips the check of the role."""
        transition = self.find(state, act)
        if transition is None:
            label = next((t.label for t in self.transitions if t.code == act), act)
            here = self.states.get(state, state)
            raise Refused(
                Reason(
                    "wrong_state",
                    f"{self.subject}: действие «{label}» невозможно в состоянии «{here}».",
                    hint="Обновите страницу: возможно, состояние уже изменилось.",
                )
            )
        if actor is not None and actor not in transition.actors:
            raise Refused(
                Reason(
                    "wrong_actor",
                    f"{self.subject}: действие «{transition.label}» выполняет другой участник.",
                )
            )
        return transition.target

    def final_states(self) -> frozenset[str]:
        """States from which nothing leads away."""
        left = {source for transition in self.transitions for source in transition.sources}
        return frozenset(self.states) - left


def transition(code: str, label: str, sources: str, target: str, actors: str) -> Transition:
    """Shorthand for tables: sources and actors are words separated by blanks."""
    return Transition(code, label, frozenset(sources.split()), target, frozenset(actors.split()))
