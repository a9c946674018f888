"""What an import of programmes and groups needs beyond the kit: organisations of a file, counters, mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from django.db import connection
from django.db.models import Q

from opora.catalogue.content import refresh_score
from opora.catalogue.models import Group, GroupPlaces, Programme
from opora.catalogue.services.mapping import known_mappings, remember_unknown
from opora.catalogue.services.programmes import changed
from opora.core.access import Actor
from opora.core.registers import Found
from opora.core.registers.importing.staging import STAGE
from opora.providers.models import Organisation
from opora.providers.services import municipalities_of_addresses, save_organisation

OF_ORGANISATION = "организация: "
"""Begins the text of a municipality that is to be found by the organisation of the row."""

OF_CODE = "moCode "
"""Begins the text of a municipality named only by a foreign system's own number."""

_units: ContextVar[dict[str, dict[str, Any]] | None] = ContextVar("units_of_the_file", default=None)
"""Facts about the organisations of the file being read, by the name that stands in its rows."""
_mappings: ContextVar[dict[str, str] | None] = ContextVar("focus_area_mappings", default=None)


def begin_units() -> None:
    """A new file begins. Reads what is mapped: while rows are copied, nothing can be asked of the database."""
    _units.set({})
    _mappings.set(known_mappings())


def remember_unit(name: str, facts: Mapping[str, Any]) -> None:
    """Keep what the file says about an organisation, in case it has to be added."""
    known = _units.get()
    if known is not None:
        known[name] = dict(facts)


def mapped(written: str) -> str:
    """The focus area that a person chose for a written one, "" when nobody did."""
    return (_mappings.get() or {}).get(written.lower(), "")


def municipalities(actor: Actor, texts: Sequence[str]) -> Mapping[str, Found | str]:
    """A resolver of the kit: municipalities of addresses, and those of organisations that a row names."""
    answers = dict(municipalities_of_addresses(actor, [text for text in texts if not text.startswith(OF_ORGANISATION)]))
    for text in texts:
        if text.startswith(OF_ORGANISATION):
            answers[text] = _municipality_of(text.removeprefix(OF_ORGANISATION))
        elif text.startswith(OF_CODE):
            answers[text] = (
                f"Муниципалитет назван чужим номером ({text}), ОКТМО по нему не узнать."
                " Укажите ключ --into с кодом ОКТМО муниципалитета."
            )
    return answers


def _municipality_of(name: str) -> Found | str:
    named = Q(slug=name) | Q(inn=name) | Q(external_key=name) | Q(short_name__iexact=name) | Q(full_name__iexact=name)
    found = list(Organisation.objects.filter(named).values_list("municipality_id", flat=True).distinct()[:2])
    if len(found) == 1:
        return Found(found[0])
    if found:
        return f"Организаций с названием «{name}» несколько: укажите муниципалитет или ИНН."
    return f"Организации «{name}» нет в реестре. Загрузите сначала организации или проверьте название."


def organisations_of_units(actor: Actor, texts: Sequence[str]) -> Mapping[str, Found | str]:
    """Organisations that a file names and the register does not know: added with what the file says of them.

    A resolver of the kit. Only the system, administrators and the regional operator add organisations.
    """
    facts = _units.get() or {}
    answers: dict[str, Found | str] = {}
    for text in texts:
        if text not in facts:
            answers[text] = f"Организации «{text}» нет в реестре. Загрузите сначала организации или проверьте название."
            continue
        if not actor.has("administrator", "regional_operator"):
            answers[text] = f"Организации «{text}» нет в реестре, добавить её может администратор."
            continue
        municipality = _staged_municipality(text)
        if municipality is None:
            answers[text] = f"Не понять, в каком муниципалитете «{text}»: укажите ключ --into с кодом ОКТМО."
            continue
        made = _add(actor, text, facts[text], municipality)
        answers[text] = Found(
            made.pk,
            f"Организации «{text}» не было в реестре: она добавлена, проверьте её карточку.",
            "organisation_added",
        )
    return answers


def _staged_municipality(text: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT municipality_id FROM {STAGE} WHERE organisation_id__text = %s AND municipality_id IS NOT NULL LIMIT 1",
            [text],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _add(actor: Actor, name: str, facts: Mapping[str, Any], municipality_id: int) -> Organisation:
    def said(key: str, most: int) -> str:
        return " ".join(str(facts.get(key) or "").split())[:most]

    kind = {"ООШ": "school", "СОШ": "school", "НОШ": "school", "ДОУ": "preschool", "ДЮСШ": "sport", "ДШИ": "arts"}
    return save_organisation(
        actor,
        Organisation(),
        {
            "municipality_id": municipality_id,
            "short_name": name[:250],
            "full_name": said("ooFullName", 600) or name,
            "kind": kind.get(said("ooType", 20), "other"),
            "address": said("ooAddress", 400),
            "phone": said("ooPhone", 120),
            "email": said("ooMail", 200),
            "website": said("ooSite", 250),
            "latitude": _degrees(facts.get("ooLatt")),
            "longitude": _degrees(facts.get("ooLong")),
        },
    )


def _degrees(raw: Any) -> float | None:
    try:
        value = float(str(raw).replace(",", "."))
    except ValueError:
        return None
    return value if 0 < value <= 180 else None


def programmes_written(ids: Iterable[int]) -> None:
    """Unknown focus areas wait for a person; scores are counted; published programmes are told to search."""
    rows = list(Programme.objects.filter(pk__in=list(ids)).select_related("municipality"))
    known = known_mappings()
    for row in rows:
        if not row.focus_area and row.raw_focus_area.lower() in known:
            row.focus_area = known[row.raw_focus_area.lower()]
            row.save(update_fields=["focus_area"])
    remember_unknown(row.raw_focus_area for row in rows if not row.focus_area)
    for row in rows:
        refresh_score(row)
        if row.state == Programme.State.PUBLISHED:
            changed(row)


def groups_written(new: Sequence[int], every: Sequence[int]) -> None:
    """New groups take price and cost of their modules and get their counters of places."""
    fresh = list(Group.objects.filter(pk__in=list(new)).select_related("module"))
    for group in fresh:
        group.price, group.normative_cost = group.module.price, group.module.normative_cost
    Group.objects.bulk_update(fresh, ["price", "normative_cost"], batch_size=500)
    GroupPlaces.objects.bulk_create(
        [GroupPlaces(group_id=group.pk, capacity=group.capacity) for group in fresh], ignore_conflicts=True
    )
    for programme in Programme.objects.filter(groups__in=list(every)).distinct().select_related("municipality"):
        refresh_score(programme)
        if programme.state == Programme.State.PUBLISHED:
            changed(programme)
