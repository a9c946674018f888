"""The opening of enrolment: drafted, announced for its groups, moved, noticed at its moment, finished (E4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from opora.catalogue import policy
from opora.catalogue.models import EnrolmentOpening, Group, Programme
from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.models import Outbox
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act

State = EnrolmentOpening.State
MOVED = Reason("opening_state", "Так можно сделать только с объявленной записью, которая ещё не началась.")


def save_opening(actor: Actor, instance: EnrolmentOpening, data: dict[str, Any]) -> EnrolmentOpening:
    """Write a draft (a form of the register). An announced opening is moved, not edited."""
    if instance.pk and instance.state != State.DRAFT:
        raise Refused(
            Reason("opening_announced", "Запись уже объявлена.", hint="Перенесите её: семьи увидят новый момент.")
        )
    for name, value in data.items():
        setattr(instance, name, value)
    _check_moment(instance.opens_at)
    instance.save()
    return instance


def covered(opening: EnrolmentOpening) -> QuerySet[Group]:
    """Groups that the opening would take: not yet begun at its moment, of published programmes, of no other opening."""
    rows = Group.objects.filter(
        Q(window_to__isnull=True) | Q(window_to__gt=opening.opens_at),
        municipality_id=opening.municipality_id,
        state__in=(Group.State.DRAFT, Group.State.OPEN),
        starts_on__gte=_local(opening, opening.opens_at).date(),
        programme__state=Programme.State.PUBLISHED,
        opening__isnull=True,
    )
    if opening.organisation_id:
        rows = rows.filter(organisation_id=opening.organisation_id)
    if opening.focus_area:
        rows = rows.filter(programme__focus_area=opening.focus_area)
    return rows


def announce(actor: Actor, *, opening: EnrolmentOpening) -> int:
    """draft → announced: every covered group takes no application before the moment. Returns how many groups."""
    with act(actor):
        row = _locked(actor, opening)
        if row.state != State.DRAFT:
            raise Refused(Reason("opening_announced", "Запись уже объявлена."))
        _check_moment(row.opens_at)
        groups = list(
            covered(row).select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True)
        )
        if not groups:
            raise Refused(
                Reason(
                    "opening_empty",
                    "Нет ни одной группы, которую открыла бы эта запись.",
                    hint="Нужны группы опубликованных программ, занятия в которых начнутся не раньше этого дня.",
                )
            )
        Group.objects.filter(pk__in=groups).update(opening=row, window_from=row.opens_at)
        row.state = State.ANNOUNCED
        row.save(update_fields=["state"])
        _tell(row)
    return len(groups)


def move(actor: Actor, *, opening: EnrolmentOpening, opens_at: dt.datetime) -> EnrolmentOpening:
    """Give an announced opening another moment, before the old one has come. Its groups follow."""
    _check_moment(opens_at)
    with act(actor):
        row = _locked(actor, opening)
        if row.state != State.ANNOUNCED or row.opens_at <= clock.now():
            raise Refused(MOVED)
        row.opens_at = opens_at
        row.save(update_fields=["opens_at"])
        row.groups.update(window_from=opens_at)
        _tell(row)
    return row


def finish(actor: Actor, *, opening: EnrolmentOpening) -> EnrolmentOpening:
    """The opening is over and its figures stand; groups with free places go on as usual."""
    with act(actor):
        row = _locked(actor, opening)
        if row.state not in (State.ANNOUNCED, State.OPEN) or row.opens_at > clock.now():
            raise Refused(Reason("opening_not_begun", "Завершить можно запись, которая уже началась."))
        row.state, row.finished_at = State.FINISHED, clock.now()
        row.save(update_fields=["state", "finished_at"])
    return row


def notice_begun() -> int:
    """announced → open for all whose moment has come: search learns that their groups take children."""
    begun = 0
    with act(SYSTEM):
        rows = EnrolmentOpening.objects.select_for_update(no_key=True, skip_locked=True)
        for row in rows.filter(state=State.ANNOUNCED, opens_at__lte=clock.now()):
            row.state = State.OPEN
            row.save(update_fields=["state"])
            _tell(row)
            begun += 1
    return begun


def join(group: Group) -> None:
    """A group made or opened later opens with the others of an announced opening. The caller saves the group."""
    if group.opening_id is not None or group.programme.state != Programme.State.PUBLISHED:
        return
    rows = EnrolmentOpening.objects.filter(
        municipality_id=group.municipality_id, state=State.ANNOUNCED, opens_at__gt=clock.now()
    ).select_related("municipality")
    for row in rows.order_by("opens_at"):
        fits = row.organisation_id in (None, group.organisation_id)
        fits = fits and row.focus_area in ("", group.programme.focus_area)
        if fits and group.starts_on >= _local(row, row.opens_at).date():
            group.opening, group.window_from = row, row.opens_at
            return


def governed(group: Group, window_from: dt.datetime | None) -> list[Reason]:
    """Why the beginning of a group's window cannot be changed: an announced opening has set it for all."""
    if group.opening is None or window_from == group.window_from:
        return []
    return [
        Reason(
            "window_of_opening",
            f"Начало записи назначено для всех: «{group.opening.name}».",
            hint="Перенести его может тот, кто объявил запись.",
            field="window_from",
        )
    ]


def _locked(actor: Actor, opening: EnrolmentOpening) -> EnrolmentOpening:
    policy.openings.get(actor, "edit", pk=opening.pk)
    return (
        EnrolmentOpening.objects.select_for_update(no_key=True, of=("self",))
        .select_related("municipality")
        .get(pk=opening.pk)
    )


def _check_moment(opens_at: dt.datetime) -> None:
    if opens_at <= clock.now():
        raise Refused(
            Reason("moment_passed", "Этот момент уже прошёл.", hint="Назначьте открытие на будущее.", field="day")
        )


def _local(opening: EnrolmentOpening, moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(clock.zone(opening.municipality.time_zone))


def _tell(opening: EnrolmentOpening) -> None:
    """One fact for each programme: search and pages learn the new window."""
    programmes: Iterable[int] = (
        opening.groups.order_by("programme_id").values_list("programme_id", flat=True).distinct()
    )
    Outbox.objects.bulk_create(
        Outbox(kind="programme.changed", object_kind="programme", object_id=pk, municipality_id=opening.municipality_id)
        for pk in programmes
    )
