"""Programmes and their modules: create, change; guarded fields of a published programme go to moderation."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from opora.catalogue import policy
from opora.catalogue.content import refresh_score
from opora.catalogue.models import Module, Programme, ProgrammeRevision
from opora.catalogue.rules import changes_for_moderation
from opora.core import clock
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.core.transliteration import latin

EDITABLE = frozenset(
    [
        "name",
        "annotation",
        "audience",
        "results",
        "requirements",
        "keywords",
        "focus_area",
        "activity_direction",
        "kind",
        "level",
        "study_form",
        "age_from",
        "age_to",
        "is_short",
        "is_mobile",
        "mobile_stops",
        "is_network",
        "network_partners",
        "is_prevocational",
        "special_needs",
    ]
)


def slug_of(name: str) -> str:
    """A Latin address of a page from a Russian name; never empty."""
    return slugify(latin(name))[:110].strip("-") or "programma"


def changed(programme: Programme, kind: str = "programme.changed") -> None:
    """Tell search and other readers that the public face of a programme changed."""
    emit(kind, "programme", programme.pk, municipality_id=programme.municipality_id)


def create_programme(actor: Actor, *, organisation: Any, **values: Any) -> Programme:
    """Create a draft programme of an organisation that the actor manages. Raises Hidden for a stranger's."""
    policy.programmes.require(actor, "create")
    if not actor.system and organisation.pk not in actor.organisations("provider_manager"):
        raise Hidden("organisation")
    _only_editable(values)
    with act(actor):
        programme = Programme(
            organisation=organisation,
            municipality_id=organisation.municipality_id,
            slug=slug_of(values["name"]),
            **values,
        )
        _check_ages(programme.age_from, programme.age_to)
        programme.save()
        refresh_score(programme)
    return programme


def update_programme(actor: Actor, *, programme: Programme, **values: Any) -> ProgrammeRevision | None:
    """Change a programme. Returns a revision when guarded fields of a published one now wait in moderation."""
    policy.programmes.get(actor, "edit", pk=programme.pk)
    _only_editable(values)
    with act(actor):
        row = Programme.objects.select_for_update(no_key=True, of=("self",)).get(pk=programme.pk)
        _check_ages(values.get("age_from", row.age_from), values.get("age_to", row.age_to))
        revision = None
        if row.state == Programme.State.PUBLISHED:
            before = {name: getattr(row, name) for name in values}
            guarded = {name: after for name, (_, after) in changes_for_moderation(before, values).items()}
            values = {name: value for name, value in values.items() if name not in guarded}
            if guarded:
                revision = propose(actor, row, {"programme": _plain(guarded)})
        for name, value in values.items():
            setattr(row, name, value)
        if "name" in values and row.published_at is None:
            row.slug = slug_of(row.name)
        row.save()
        refresh_score(row)
        if row.state == Programme.State.PUBLISHED:
            changed(row)
    programme.refresh_from_db()
    return revision


def save_module(actor: Actor, *, programme: Programme, module: Module | None = None, **values: Any) -> Module:
    """Add or change a module. A new price, normative cost or hours of a published programme wait in moderation."""
    policy.programmes.get(actor, "edit", pk=programme.pk)
    if values.get("price") is not None and values["price"] < 0:
        raise Refused(Reason("price_negative", "Цена не может быть меньше нуля.", field="price"))
    if values.get("hours") is not None and values["hours"] < 1:
        raise Refused(Reason("hours_missing", "Укажите число академических часов.", field="hours"))
    with act(actor):
        owner = Programme.objects.select_for_update(no_key=True, of=("self",)).get(pk=programme.pk)
        if module is None:
            last = owner.modules.order_by("-number").values_list("number", flat=True).first() or 0
            row = Module(programme=owner, number=values.pop("number", None) or last + 1)
        else:
            row = Module.objects.get(pk=module.pk, programme=owner)
            if owner.state == Programme.State.PUBLISHED:
                before = {name: getattr(row, name) for name in values}
                guarded = {name: after for name, (_, after) in changes_for_moderation(before, values).items()}
                values = {name: value for name, value in values.items() if name not in guarded}
                if guarded:
                    propose(actor, owner, {"modules": {str(row.pk): _plain(guarded)}})
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        refresh_score(owner)
        if owner.state == Programme.State.PUBLISHED:
            changed(owner)
    return row


def propose(actor: Actor, programme: Programme, changes: Mapping[str, Any]) -> ProgrammeRevision:
    """Merge the changes into the programme's open revision, or open one; the old values stand meanwhile."""
    revision = programme.revisions.filter(state__in=("moderation", "returned")).order_by("-number").first()
    if revision is None:
        last = programme.revisions.order_by("-number").values_list("number", flat=True).first()
        revision = ProgrammeRevision(
            programme=programme,
            number=(last or programme.version) + 1,
            changes={},
            created_by_id=actor.account_id,
        )
    merged = dict(revision.changes)
    merged["programme"] = {**merged.get("programme", {}), **changes.get("programme", {})}
    modules = dict(merged.get("modules", {}))
    for key, fields in changes.get("modules", {}).items():
        modules[key] = {**modules.get(key, {}), **fields}
    merged["modules"] = modules
    revision.changes = merged
    revision.state = ProgrammeRevision.State.MODERATION
    revision.created_at = clock.now()
    revision.save()
    return revision


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def _only_editable(values: Mapping[str, Any]) -> None:
    unknown = set(values) - EDITABLE
    if unknown:
        raise ValueError(f"fields that this service does not write: {sorted(unknown)}")


def _check_ages(age_from: int | None, age_to: int | None) -> None:
    if age_from is not None and age_to is not None and age_from > age_to:
        raise Refused(Reason("ages_reversed", "Возраст «с» больше возраста «по».", field="age_from"))
