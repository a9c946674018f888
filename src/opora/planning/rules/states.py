"""States: of a plan by acts, of an item by its dates and evidence (I1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from opora.core.transitions import Machine, transition

PLAN_STATES = {
    "draft": "Проект",
    "submitted": "На утверждении",
    "returned": "Возвращён с замечаниями",
    "approved": "Утверждён",
    "amending": "Вносятся изменения",
}
PLAN_COLOURS = {
    "draft": "neutral",
    "submitted": "info",
    "returned": "warning",
    "approved": "positive",
    "amending": "warning",
}
EDITABLE = ("draft", "returned", "amending")
"""States in which the centre may change what the plan says."""

PLAN = Machine(
    "План",
    PLAN_STATES,
    (
        transition("submit", "Отправить на утверждение", "draft returned amending", "submitted", "centre"),
        transition("withdraw", "Отозвать с утверждения", "submitted", "draft", "centre"),
        transition("return", "Вернуть с замечаниями", "submitted", "returned", "coordinator"),
        transition("approve", "Утвердить", "submitted", "approved", "coordinator"),
        transition("amend", "Внести изменения", "approved", "amending", "centre"),
    ),
)

ITEM_STATES = {
    "planned": "Запланировано",
    "in_work": "В работе",
    "done": "Выполнено",
    "overdue": "Просрочено",
    "cancelled": "Отменено",
}
ITEM_COLOURS = {
    "planned": "neutral",
    "in_work": "info",
    "done": "positive",
    "overdue": "danger",
    "cancelled": "neutral",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides the state of an item."""

    starts_on: dt.date | None
    due_on: dt.date | None
    is_done: bool
    has_begun: bool
    """Some evidence or some part of the quantity is there."""
    is_cancelled: bool = False


def item_state(facts: Facts, today: dt.date) -> str:
    """cancelled, done, overdue, in_work or planned; an item is due until the end of its last day."""
    if facts.is_cancelled:
        return "cancelled"
    if facts.is_done:
        return "done"
    if facts.due_on is not None and today > facts.due_on:
        return "overdue"
    if facts.has_begun or (facts.starts_on is not None and today >= facts.starts_on):
        return "in_work"
    return "planned"


@dataclass(frozen=True, slots=True)
class Shares:
    """How many items of a plan are in each state; cancelled ones are no part of what must be done."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(count for state, count in self.counts.items() if state != "cancelled")

    @property
    def done(self) -> int:
        return self.counts.get("done", 0)

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0
