"""Values of programmes as office pages show them: states, anchors of faults, old and new side by side."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opora.catalogue.models import Programme, ProgrammeRevision
from opora.catalogue.rules import MODERATED_FIELDS, Completeness
from opora.core import russian
from opora.core.ui.shapes import ProgrammeCard

STATES: dict[str, tuple[str, str]] = {
    "draft": ("Черновик", "neutral"),
    "moderation": ("На модерации", "info"),
    "returned": ("Возвращена с замечаниями", "warning"),
    "published": ("Опубликована", "positive"),
    "archived": ("В архиве", "neutral"),
}
GROUP_STATES: dict[str, tuple[str, str]] = {
    "draft": ("Черновик", "neutral"),
    "open": ("Запись открыта", "positive"),
    "closed": ("Запись закрыта", "warning"),
    "finished": ("Обучение окончено", "neutral"),
}
_BLOCKS = {"modules": "modules", "groups": "groups"}
SHORT_DAYS = ("", "пн", "вт", "ср", "чт", "пт", "сб", "вс")


@dataclass(frozen=True, slots=True)
class ShownFault:
    """A fault with the place on the page where it is mended."""

    message: str
    anchor: str
    blocking: bool
    weight: int


def anchors_of_faults(found: Completeness) -> list[ShownFault]:
    """Faults, the heaviest first, each leading to its field or section."""
    return [
        ShownFault(
            fault.message, "#" + _BLOCKS.get(fault.field, "id_" + (fault.field or "name")), fault.blocking, fault.weight
        )
        for fault in found.faults
    ]


@dataclass(frozen=True, slots=True)
class Difference:
    """One changed value in words."""

    title: str
    before: str
    after: str


def differences(programme: Programme, revision: ProgrammeRevision) -> list[Difference]:
    """What a revision changes: of the programme itself, then of its modules."""
    stored = Programme._default_manager.get(pk=programme.pk)
    rows = [
        Difference(
            MODERATED_FIELDS.get(name, name), _said(stored, name, getattr(stored, name)), _said(stored, name, new)
        )
        for name, new in revision.changes.get("programme", {}).items()
    ]
    modules = {str(module.pk): module for module in programme.modules.all()}
    for key, values in revision.changes.get("modules", {}).items():
        module = modules.get(key)
        if module is not None:
            rows += [
                Difference(
                    f"{module.name}: {MODERATED_FIELDS.get(name, name).lower()}",
                    _said(module, name, getattr(module, name)),
                    _said(module, name, new),
                )
                for name, new in values.items()
            ]
    return rows


def _said(row: Any, name: str, value: Any) -> str:
    if value in (None, "", []):
        return "не указано"
    if name in ("price", "normative_cost"):
        return russian.money(Decimal(value))
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    field = row._meta.get_field(name)
    return str(dict(field.flatchoices).get(value, value)) if field.choices else str(value)


def schedule_text(group: Any) -> str:
    """«вт, чт 16:00–17:30» of a group with its slots read."""
    by_time: dict[str, list[int]] = {}
    for slot in sorted(group.slots.all(), key=lambda one: (one.weekday, one.starts_at)):
        if slot.valid_to is None or slot.valid_to >= group.starts_on:
            by_time.setdefault(f"{slot.starts_at:%H:%M}–{slot.ends_at:%H:%M}", []).append(slot.weekday)
    return "; ".join(f"{', '.join(SHORT_DAYS[day] for day in days)} {hours}" for hours, days in by_time.items())


def parent_card(programme: Programme) -> ProgrammeCard:
    """The programme as the parent will see it in the navigator."""
    groups = [group for group in programme.groups.all() if group.state != "finished"]
    first = groups[0] if groups else None
    prices = [module.price for module in programme.modules.all()]
    return ProgrammeCard(
        title=programme.name,
        url="#preview",
        focus_area=programme.focus_area,
        provider=programme.organisation.short_name,
        age=russian.age_range(programme.age_from, programme.age_to),
        place=first.venue.name if first and first.venue else "Место занятий не указано",
        schedule=(schedule_text(first) if first else "") or "Расписания нет",
        teacher=first.teacher.full_name if first and first.teacher else "",
        price=min(prices) if prices else None,
        level=3,
    )
