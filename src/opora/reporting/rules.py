"""States of a report and the years it may be made for. Pure."""

from __future__ import annotations

import datetime as dt

from opora.core.reasons import Reason
from opora.core.transitions import Machine, transition

YEARS_BACK = 10

MACHINE = Machine(
    "Отчёт",
    {"draft": "В работе", "agreed": "Согласован", "signed": "Подписан"},
    (
        transition("agree", "Согласовать", "draft", "agreed", "coordinator regional_operator"),
        transition("sign", "Подписать", "agreed", "signed", "centre_head regional_operator"),
        transition("return", "Вернуть в работу", "agreed", "draft", "coordinator centre_head regional_operator"),
    ),
)
"""A signed report does not change any more."""
ASSESSMENT = Machine(
    "Отчёт о самообследовании",
    {"draft": "В работе", "signed": "Утверждён"},
    (
        transition("sign", "Утвердить", "draft", "signed", "provider_manager"),
        transition("return", "Вернуть в работу", "signed", "draft", "provider_manager"),
    ),
)
"""Its head signs it alone; back in work it is no longer public (order 462, items 4 and 8)."""
PUBLISH_BY = (4, 20)
"""Month and day of the year after: by then the report stands on the site and is with the founder (order 462, item 8)."""


def machine_of(kind: str) -> Machine:
    """States and acts of a kind of report."""
    return ASSESSMENT if kind == "self" else MACHINE


def publish_by(year: int) -> dt.date:
    """The last day to publish the self-assessment of a year."""
    return dt.date(year + 1, *PUBLISH_BY)


def day_of(year: int, today: dt.date) -> dt.date:
    """The day that the figures of a year hold for: its last one, or today while it runs."""
    return min(today, dt.date(year, 12, 31))


def year_problems(year: int, today: dt.date) -> list[Reason]:
    """Why there is no report for this year; empty when there may be one."""
    if today.year - YEARS_BACK <= year <= today.year:
        return []
    message = f"Отчёт можно сделать за годы с {today.year - YEARS_BACK} по {today.year}."
    return [Reason("year_out_of_range", message, field="year")]
