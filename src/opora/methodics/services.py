"""Writing agreements and staff development; reminders before an agreement ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps

from opora.core import clock, russian
from opora.core.access import SYSTEM, Actor
from opora.core.outbox import write_letter
from opora.core.reasons import Reason, Refused
from opora.core.registers.services import plain_save
from opora.core.transactions import act
from opora.methodics import rules
from opora.methodics.models import Agreement, PlacementSite, Training


def save_agreement(actor: Actor, agreement: Agreement, data: dict[str, Any]) -> Agreement:
    """The partner belongs to the municipality of the centre, or to a neighbour that the centre also works with."""
    starts, ends = data.get("starts_on"), data.get("ends_on")
    if starts and ends and ends < starts:
        raise Refused(Reason("term", "Окончание раньше начала.", field="ends_on"))
    plain_save(actor, agreement, data)
    return agreement


def save_training(actor: Actor, training: Training, data: dict[str, Any]) -> Training:
    """A training is finished with its last day; a placement has room at its site."""
    problems = list(_training_problems(training, data))
    if problems:
        raise Refused(problems)
    plain_save(actor, training, data)
    return training


def _training_problems(training: Training, data: dict[str, Any]) -> list[Reason]:
    found = []
    kind, hours, finished = data["kind"], data["hours"], data.get("finished_on")
    changed = training.pk is None or any(value != getattr(training, name) for name, value in data.items())
    if not changed:
        return []
    if finished is not None and finished < data["starts_on"]:
        found.append(Reason("term", "Окончание раньше начала.", field="finished_on"))
    if data["state"] == Training.State.FINISHED and finished is None:
        found.append(Reason("finished", "Укажите, когда обучение завершено.", field="finished_on"))
    if hours < rules.LEAST_HOURS[kind]:
        named = russian.plural(rules.LEAST_HOURS[kind], "часа", "часов", "часов")
        label = Training.Kind(kind).label
        message = f"{label}: не меньше {named}."
        found.append(Reason("hours", message, ground="приказ Минобрнауки № 499, п. 12", field="hours"))
    site: PlacementSite | None = data.get("site")
    if site is not None and kind != Training.Kind.PLACEMENT:
        found.append(Reason("site", "Площадку указывают только у стажировки.", field="site"))
    elif site is not None and not _has_room(site, training, data["starts_on"], finished):
        found.append(Reason("room", f"На площадке в эти дни заняты все места: {site.capacity}.", field="site"))
    return found


def _has_room(site: PlacementSite, training: Training, start: dt.date, end: dt.date | None) -> bool:
    """Would one more learn there at the same time? Locks the site."""
    locked = PlacementSite.objects.select_for_update(of=("self",)).get(pk=site.pk)
    rows = Training.objects.filter(site=locked).exclude(pk=training.pk).exclude(state=Training.State.DROPPED)
    until = end or start
    meeting = [row for row in rows if row.starts_on <= until and (row.finished_on or row.starts_on) >= start]
    return len(meeting) < locked.capacity


def remind() -> int:
    """Letters to those who lead the centre, 60, 30 and 7 days before an agreement ends; each once."""
    sent = 0
    rows = Agreement.objects.filter(
        state=Agreement.State.SIGNED,
        ends_on__gte=clock.today(clock.WESTERNMOST),
        ends_on__lte=clock.today(clock.EASTERNMOST) + dt.timedelta(days=max(rules.REMIND_DAYS)),
    ).select_related("centre__municipality", "partner")
    for row in rows:
        today = clock.today(row.centre.municipality.time_zone)
        days = rules.due_reminder(today, row.ends_on)
        if days is None:
            continue
        with act(SYSTEM):
            sent += sum(_remind(row, role, days) for role in _leaders(row.centre_id, today))
    return sent


def _leaders(centre_id: int, today: dt.date) -> list[Any]:
    roles = apps.get_model("people.RoleAssignment").objects.filter(
        place_kind="centre", place_id=centre_id, role__in=("centre_head", "methodologist"), starts_on__lte=today
    )
    return [role for role in roles.select_related("account") if role.ends_on is None or role.ends_on >= today]


def _remind(agreement: Agreement, role: Any, days: int) -> bool:
    assert agreement.ends_on is not None
    write_letter(
        account_id=role.account_id,
        address=role.account.email,
        kind="agreement",
        subject=f"Соглашение заканчивается {russian.date_full(agreement.ends_on)}",
        body=f"{agreement} с партнёром «{agreement.partner}» действует по {russian.date_full(agreement.ends_on)}."
        " Продлите его или подпишите новое, чтобы сетевые программы не остались без основания.",
        link=f"/office/agreements/{agreement.pk}/",
        dedup=f"agreement:{agreement.pk}:{agreement.ends_on}:{days}:{role.account_id}",
    )
    return True
