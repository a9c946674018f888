"""How far items are: measured ones from the rows of their measures, the others from evidence kept by hand (I1).

One :class:`Counter` serves a whole page: what its items ask is counted in one statement (a second one for what came
late), whatever the number of items and of their measures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from opora.core import measures
from opora.core.measures import Ask, Measure, Span
from opora.planning.models import ConceptTarget, PlanItem
from opora.planning.rules.counting import span_of
from opora.planning.rules.quantity import Progress, Quantity, progress
from opora.planning.rules.states import Facts, item_state
from opora.territory.queries import municipalities_of_centre


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence of one item, added up: how many, how much they prove, whether one closes the item."""

    count: int = 0
    amount: Decimal | None = None
    closes: bool = False
    last: dt.date | None = None


NO_PROOF = Proof()


@dataclass
class Standing:
    """How an item stands on a day."""

    item: PlanItem
    state: str
    progress: Progress | None
    proof: Proof
    measure: Measure | None = None
    span: Span | None = None
    parts: list[Standing] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return self.state == "done"

    @property
    def parts_done(self) -> int:
        return sum(part.is_done for part in self.parts)

    @property
    def living_parts(self) -> int:
        return sum(part.state != "cancelled" for part in self.parts)


class Counter:
    """Counts the items of one centre on a day, each measure once."""

    def __init__(self, centre_id: int, municipality_id: int, today: dt.date) -> None:
        self.today = today
        self.centre_id = centre_id
        self.municipalities = municipalities_of_centre(centre_id, today) | {municipality_id}
        self._known: dict[tuple[object, ...], Decimal | None] = {}
        self._measures: dict[str, Measure | None] = {}

    def measure(self, code: str) -> Measure | None:
        if code not in self._measures:
            self._measures[code] = measures.find(code) if code else None
        return self._measures[code]

    def span(self, item: PlanItem, year: int, until: dt.date | None = None) -> Span:
        """Where and when the item is counted; `until` counts beyond its due date (work that came late)."""
        first, last = span_of(item.starts_on, item.due_on, item.counted_from, year, self.today)
        return Span(self.municipalities, first, max(last, until) if until else last, self.centre_id)

    def value(self, measure: Measure, span: Span, narrowing: Mapping[str, str]) -> Decimal | None:
        """The counted value; None when the measure cannot be counted so (its definition has changed since)."""
        key = _key(measure, span, narrowing)
        if key not in self._known:
            self.prepare([(measure, span, narrowing)])
        return self._known[key]

    def prepare(self, asks: Iterable[Ask]) -> None:
        """Count everything that is not known yet, in one statement."""
        missing = {_key(*ask): ask for ask in asks}
        wanted = {key: ask for key, ask in missing.items() if key not in self._known}
        for key, counted in zip(wanted, measures.count_all(list(wanted.values())), strict=True):
            self._known[key] = counted.value if counted else None

    def prepare_items(self, items: Iterable[PlanItem], year: int) -> None:
        """Count what the items of a plan of that year ask; then, for those that are late, what came after the date."""
        measured = [(item, found) for item in items if (found := self.measure(item.measure)) is not None]
        self.prepare((found, self.span(item, year), item.narrowing) for item, found in measured)
        self.prepare(
            (found, self.span(item, year, until=self.today), item.narrowing)
            for item, found in measured
            if item.due_on is not None
            and self.today > item.due_on
            and not self._shown(item, found, self.span(item, year)).reached
        )

    def prepare_targets(self, targets: Iterable[tuple[ConceptTarget, dt.date]]) -> None:
        """Count targets of concepts on their days."""
        self.prepare(
            (found, self._target_span(target, day), target.narrowing)
            for target, day in targets
            if (found := self.measure(target.measure)) is not None
        )

    # --- items of a plan ------------------------------------------------------------------------------------

    def standing(self, item: PlanItem, year: int, proof: Proof, parts: Iterable[Standing] = ()) -> Standing:
        """The state of an item of a plan of that year, with its progress. A part without a term has its item's."""
        found = list(parts)
        measure, span = self.measure(item.measure), None
        shown: Progress | None
        if measure is not None:
            shown, span = self._measured(item, year, measure)
        else:
            shown = self._by_hand(item, proof)
        done = self._is_done(item, shown, proof, found)
        begun = bool(proof.count) or (measure is not None and _has_begun(shown)) or any(p.is_done for p in found)
        timed = item.parent if item.due_on is None and item.parent is not None else item
        facts = Facts(timed.starts_on, timed.due_on, done, begun, item.cancelled_on is not None)
        return Standing(item, item_state(facts, self.today), shown, proof, measure, span, found)

    def _measured(self, item: PlanItem, year: int, measure: Measure) -> tuple[Progress, Span]:
        """Counted to the due date; what was not reached by then may have come later."""
        span = self.span(item, year)
        shown = self._shown(item, measure, span)
        if not shown.reached and item.due_on is not None and self.today > item.due_on:
            late = self.span(item, year, until=self.today)
            later = self._shown(item, measure, late)
            if later.reached:
                return later, late
        return shown, span

    def _shown(self, item: PlanItem, measure: Measure, span: Span) -> Progress:
        quantity = Quantity(item.operator, item.amount, item.unit)
        return progress(quantity, self.value(measure, span, item.narrowing), item.baseline, measure.unit)

    def _by_hand(self, item: PlanItem, proof: Proof) -> Progress | None:
        quantity = Quantity(item.operator, item.amount, item.unit)
        if not quantity.is_counted:
            return None
        unit = item.unit if len(item.unit) <= SHORT else ""
        value = proof.amount or Decimal(0)
        if quantity.operator == "increase":
            return Progress(value, item.amount, unit, True)
        return progress(quantity, value, unit=unit)

    def _is_done(self, item: PlanItem, shown: Progress | None, proof: Proof, parts: list[Standing]) -> bool:
        if proof.closes:
            return True
        if living := [part for part in parts if part.state != "cancelled"]:
            return all(part.is_done for part in living)
        return shown is not None and shown.reached

    # --- targets of a concept -------------------------------------------------------------------------------

    def target(self, target: ConceptTarget, proof: Proof, on: dt.date | None = None) -> tuple[Progress | None, bool]:
        """How far a target result is on a day (today, not further than its date), and whether it is reached."""
        quantity = Quantity(target.operator, target.amount, target.unit)
        measure = self.measure(target.measure)
        if measure is None:
            shown = progress(quantity, proof.amount or Decimal(0), target.baseline, target.unit)
            reached = proof.closes or shown.reached
            return (shown if quantity.is_counted else None), reached
        span = self._target_span(target, on or min(self.today, target.due_on))
        shown = progress(quantity, self.value(measure, span, target.narrowing), target.baseline, measure.unit)
        return shown, shown.reached or proof.closes

    def _target_span(self, target: ConceptTarget, day: dt.date) -> Span:
        first = max(dt.date(target.due_on.year, 1, 1), target.concept.starts_on)
        return Span(self.municipalities, min(first, day), day, self.centre_id)


def _key(measure: Measure, span: Span, narrowing: Mapping[str, str]) -> tuple[object, ...]:
    """What makes two countings the same: a state does not care for the first day."""
    return (measure.code, None if measure.is_state else span.starts_on, span.ends_on, *sorted(narrowing.items()))


SHORT = 24
"""Longer words of a quantity («педагогов, имеющих потребность …») are not repeated beside each number."""


def _has_begun(shown: Progress | None) -> bool:
    """A count that is no state: four agreements are a beginning, a coverage of 40 % is none."""
    return shown is not None and shown.value is not None and shown.value > 0 and shown.unit != "%"
