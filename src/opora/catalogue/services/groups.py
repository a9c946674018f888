"""Groups: create, change, their states. The counter row of places is made with the group; places are enrolment's.

A group is opened and closed by :mod:`opora.enrolment.services.groups`, under the lock of its places.
"""

from __future__ import annotations

from typing import Any

from opora.catalogue import policy
from opora.catalogue.content import refresh_score
from opora.catalogue.models import Group, GroupPlaces, Module, Programme
from opora.catalogue.services import openings
from opora.catalogue.services.programmes import changed
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act

FIELDS = frozenset(
    [
        "name",
        "venue",
        "teacher",
        "starts_on",
        "ends_on",
        "age_from",
        "age_to",
        "sex",
        "residents_only",
        "needs_medical",
        "has_entrance_tests",
        "for_budget",
        "for_certificate",
        "for_paid",
        "window_from",
        "window_to",
    ]
)
FROZEN_WHEN_OPEN = frozenset({"starts_on", "ends_on", "for_budget", "for_certificate", "for_paid"})


def create_group(actor: Actor, *, module: Module, capacity: int, **values: Any) -> Group:
    """Create a draft group with its counter of places. Ages default to the programme's."""
    programme = policy.programmes.get(actor, "edit", pk=module.programme_id)
    _check(values, capacity)
    values.setdefault("age_from", programme.age_from)
    values.setdefault("age_to", programme.age_to)
    with act(actor):
        group = Group(
            module=module,
            programme=programme,
            organisation_id=programme.organisation_id,
            municipality_id=programme.municipality_id,
            capacity=capacity,
            price=module.price,
            normative_cost=module.normative_cost,
            **values,
        )
        _check_ages(group, programme)
        openings.join(group)
        group.save()
        GroupPlaces.objects.create(group_id=group.pk, capacity=capacity)
        refresh_score(programme)
    return group


def update_group(actor: Actor, *, group: Group, **values: Any) -> Group:
    """Change a group. Dates and funding of an open group stand: families signed up on them."""
    policy.groups.get(actor, "edit", pk=group.pk)
    unknown = set(values) - FIELDS
    if unknown:
        raise ValueError(f"fields that this service does not write: {sorted(unknown)}")
    with act(actor):
        row = (
            Group.objects.select_for_update(no_key=True, of=("self",))
            .select_related("programme", "opening")
            .get(pk=group.pk)
        )
        if reasons := openings.governed(row, values.get("window_from", row.window_from)):
            raise Refused(reasons)
        touched = {name for name in values if getattr(row, name) != values[name]}
        if row.state != Group.State.DRAFT and touched & FROZEN_WHEN_OPEN:
            raise Refused(
                Reason(
                    "group_open",
                    "Группа открыта: сроки и способ оплаты уже нельзя изменить.",
                    hint="Откройте новую группу с другими условиями.",
                    field=sorted(touched & FROZEN_WHEN_OPEN)[0],
                )
            )
        _check({name: values.get(name, getattr(row, name)) for name in FIELDS}, row.capacity)
        for name, value in values.items():
            setattr(row, name, value)
        _check_ages(row, row.programme)
        row.save()
        _tell(row)
    group.refresh_from_db()
    return group


def mark_open(actor: Actor, *, group: Group) -> None:
    """The state of a group that opens: price and normative cost are copied from the module and stand for this group."""
    policy.groups.get(actor, "edit", pk=group.pk)
    with act(actor):
        row = (
            Group.objects.select_for_update(no_key=True, of=("self",))
            .select_related("module", "programme")
            .get(pk=group.pk)
        )
        if row.state == Group.State.FINISHED:
            raise Refused(Reason("group_finished", "Обучение в группе окончено, открыть её нельзя."))
        if not row.slots.exists():
            raise Refused(Reason("no_timetable", "У группы нет расписания.", hint="Добавьте дни и часы занятий."))
        if row.state == Group.State.DRAFT:
            row.price, row.normative_cost = row.module.price, row.module.normative_cost
            if row.for_certificate and row.normative_cost is None:
                raise Refused(
                    Reason(
                        "no_normative_cost",
                        "Для записи по сертификату нужна нормативная стоимость модуля.",
                        hint="Её утверждает плательщик; без неё отметьте другой способ оплаты.",
                        field="for_certificate",
                    )
                )
        row.state = Group.State.OPEN
        openings.join(row)
        row.save()
        _tell(row)
    group.refresh_from_db()


def mark_closed(actor: Actor, *, group: Group) -> None:
    """The state of a group that closes; learners and the waiting list stay as they are."""
    policy.groups.get(actor, "edit", pk=group.pk)
    with act(actor):
        row = Group.objects.select_for_update(no_key=True, of=("self",)).select_related("programme").get(pk=group.pk)
        row.state = Group.State.CLOSED
        row.save(update_fields=["state"])
        _tell(row)
    group.refresh_from_db()


def _tell(group: Group) -> None:
    refresh_score(group.programme)
    if group.programme.state == Programme.State.PUBLISHED:
        changed(group.programme)


def _check(values: dict[str, Any], capacity: int) -> None:
    reasons = []
    if values["starts_on"] > values["ends_on"]:
        reasons.append(Reason("dates_reversed", "Начало занятий позже окончания.", field="starts_on"))
    if capacity < 1:
        reasons.append(Reason("capacity_missing", "В группе должно быть хотя бы одно место.", field="capacity"))
    if not any(values.get(name) for name in ("for_budget", "for_certificate", "for_paid")):
        reasons.append(Reason("funding_missing", "Укажите, за чей счёт учатся в группе.", field="for_budget"))
    start, end = values.get("window_from"), values.get("window_to")
    if start and end and start >= end:
        reasons.append(Reason("window_reversed", "Запись закрывается раньше, чем открывается.", field="window_from"))
    if reasons:
        raise Refused(reasons)


def _check_ages(group: Group, programme: Programme) -> None:
    if group.age_from is None or group.age_to is None:
        raise Refused(Reason("ages_missing", "Укажите возраст детей.", field="age_from"))
    if group.age_from > group.age_to:
        raise Refused(Reason("ages_reversed", "Возраст «с» больше возраста «по».", field="age_from"))
    low, high = programme.age_from, programme.age_to
    if (low is not None and group.age_from < low) or (high is not None and group.age_to > high):
        raise Refused(
            Reason("ages_outside", f"Возраст группы выходит за возраст программы ({low}–{high}).", field="age_from")
        )
