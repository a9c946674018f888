"""Programmes side by side: rows of one table, that a narrow screen shows as cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opora.catalogue.models import Programme
from opora.core import clock, russian
from opora.core.ui.shapes import FOCUS_AREAS, ProgrammeCard
from opora.navigator import card_rows, cards, queries
from opora.navigator.card_rows import ProgrammeRow
from opora.navigator.children import Family
from opora.navigator.cost import costs


@dataclass(frozen=True, slots=True)
class Compared:
    """One column: the card's values and what only the comparison tells."""

    id: int
    card: ProgrammeCard
    focus_area: str
    level: str
    study_form: str
    hours: str
    lessons: str
    groups: str
    results: str
    requirements: str


def columns(actor: Any, ids: Sequence[int], family: Family) -> list[Compared]:
    """Published programmes in the order of the ids: three queries for any number."""
    rows = card_rows.rows(ids)
    contents = queries.contents(ids)
    prices = costs(actor, [group for row in rows.values() for group in row.groups], family.child)
    return [_column(rows[pk], contents[pk], prices, family) for pk in ids if pk in rows and pk in contents]


def _column(row: ProgrammeRow, content: Programme, prices: Any, family: Family) -> Compared:
    groups = row.groups
    hours = sum(module.hours for module in content.modules.all())
    chosen = cards.best(groups, clock.now(), family.home)
    weekly = chosen.slots if chosen else ()
    return Compared(
        id=row.pk,
        card=cards.card(row, groups, prices, here=family.home, child=family),
        focus_area=FOCUS_AREAS.get(row.focus_area, row.focus_area),
        level=content.get_level_display(),
        study_form=content.get_study_form_display(),
        hours=russian.plural(hours, "академический час", "академических часа", "академических часов") if hours else "",
        lessons=russian.plural(len(weekly), "раз в неделю", "раза в неделю", "раз в неделю") if weekly else "",
        groups=russian.plural(len(groups), "группа", "группы", "групп"),
        results=content.results,
        requirements=content.requirements,
    )


def lines(found: Sequence[Compared]) -> list[tuple[str, list[str]]]:
    """(heading, one value per programme): a line where nobody has a value is left out."""
    table = [
        ("Возраст", [one.card.age for one in found]),
        ("Свободные места", [one.card.places[2] for one in found]),
        ("Платите вы", [one.card.price_text for one in found]),
        ("Как складывается цена", [one.card.price_note for one in found]),
        ("Когда", [one.card.schedule for one in found]),
        ("Как часто", [one.lessons for one in found]),
        ("Где", [one.card.place for one in found]),
        ("Как далеко", [one.card.distance for one in found]),
        ("Педагог", [one.card.teacher for one in found]),
        ("Организация", [one.card.provider for one in found]),
        ("Направленность", [one.focus_area for one in found]),
        ("Уровень", [one.level for one in found]),
        ("Форма занятий", [one.study_form for one in found]),
        ("Объём", [one.hours for one in found]),
        ("Групп", [one.groups for one in found]),
        ("Чему научится", [one.results for one in found]),
        ("Что понадобится", [one.requirements for one in found]),
    ]
    return [(title, values) for title, values in table if any(values)]
