"""The waiting list: positions, timed offers to the head, answers, passing on (E3)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from django.db import connection, transaction

from opora.catalogue.models import GroupPlaces
from opora.certificates import ledger
from opora.certificates.models import Certificate
from opora.certificates.rules import to_kopecks
from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.reasons import Refused
from opora.enrolment import policy, rules
from opora.enrolment.models import Application
from opora.enrolment.rules import Promotion, Stage, Waiting
from opora.enrolment.services import facts as reading
from opora.enrolment.services import letters, place_offers
from opora.enrolment.services.ending import end, held
from opora.enrolment.services.holding import changed, places, retried
from opora.enrolment.services.quote import answer_deadline

_AHEAD = """
SELECT count(*) FROM application w
 WHERE w.group_id = %s AND w.state = 'waiting' AND (w.priority_class, w.submitted_at, w.id) <= (%s, %s, %s)
"""


def position(application: Application) -> int | None:
    """The place in the queue from 1, by the one order of rules.waitlist; None when it does not wait."""
    if application.state != Application.State.WAITING:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            _AHEAD, [application.group_id, application.priority_class, application.submitted_at, application.pk]
        )
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def serve(group_ids: Iterable[int]) -> list[Application]:
    """Offer free places to the heads of the queues, in the transaction that freed them.

    The caller has locked the groups (holding.lock gives all that bundles tie together).
    """
    groups = sorted(set(group_ids))
    offered: list[Application] = []
    fitting: dict[int, bool] = {}
    while True:
        free = {group: room.free for group, room in places(groups).items() if room.free > 0}
        rows = GroupPlaces.objects.filter(group_id__in=groups, waiting__gt=0)
        queues = dict(rows.values_list("group_id", "waiting"))
        if not free.keys() & queues.keys():
            return offered
        found, chosen = _choose(groups, free, queues, fitting)
        _tell_passed_over(found, chosen.passed_over)
        missed = False
        for unit in _units(found, chosen):
            if _offer(unit):
                offered += unit
            else:
                fitting.update({one.pk: False for one in unit})
                missed = True
        if not missed:
            return offered


def _choose(
    groups: list[int], free: dict[int, int], queues: dict[int, int], fitting: dict[int, bool]
) -> tuple[list[Application], Promotion]:
    """Who gets the free places. Looks at the heads first and further only while those in front do not fit."""
    size = max(free.values()) + 4
    while True:
        found = _window(groups, size)
        _judge(found, fitting)
        chosen = rules.promote([_waiting(one) for one in found], free, lambda entry: fitting[entry.id])
        given = Counter(entry.group for entry in chosen.offered)
        if size >= max(queues.values()) or all(
            given[group] == min(room, queues.get(group, 0)) for group, room in free.items()
        ):
            return found, chosen
        size *= 4


def _units(found: list[Application], chosen: Promotion) -> list[list[Application]]:
    """Those chosen, one by one or with all members of their bundle."""
    by_id = {one.pk: one for one in found}
    units: dict[object, list[Application]] = {}
    for entry in chosen.offered:
        units.setdefault(entry.bundle or entry.id, []).append(by_id[entry.id])
    return list(units.values())


def _offer(unit: list[Application]) -> bool:
    """All of the unit or none: a limit shared with other groups may have been used up at this moment."""
    try:
        with transaction.atomic():
            for one in unit:
                if not place_offers.make(one):
                    raise _Missed
    except _Missed:
        for one in unit:
            one.refresh_from_db()
        return False
    return True


class _Missed(Exception):
    pass


def _judge(found: list[Application], fitting: dict[int, bool]) -> None:
    """Fill `fitting` for those not judged yet; their certificates are locked first."""
    fresh = [one for one in found if one.pk not in fitting]
    ledger.lock(
        Certificate.objects.filter(
            child_id__in=[one.child_id for one in fresh], state__in=("applied", "issued", "active", "frozen")
        ).values_list("pk", flat=True)
    )
    sizes = _bundle_sizes(found)
    here = Counter(one.bundle for one in found)
    for one in found:
        if one.bundle is not None and here[one.bundle] < sizes[one.bundle]:
            fitting.pop(one.pk, None)  # a sibling waits further back than we look; asked again when seen
        elif one.pk not in fitting:
            fitting[one.pk] = place_offers.fits(one)
    fitting.update({one.pk: False for one in found if one.pk not in fitting})


def _bundle_sizes(found: list[Application]) -> dict[object, int]:
    bundles = {one.bundle for one in found if one.bundle is not None}
    sizes: dict[object, int] = dict.fromkeys(bundles, 0)
    for bundle in Application.objects.filter(bundle__in=bundles, state="waiting").values_list("bundle", flat=True):
        sizes[bundle] += 1
    return sizes


def _window(groups: list[int], size: int) -> list[Application]:
    """The first `size` of each queue."""
    rows = Application.objects.select_related("group__programme", "child", "municipality").order_by(*rules.ORDER_BY)
    return [one for group in groups for one in rows.filter(group_id=group, state="waiting")[:size]]


def _waiting(one: Application) -> Waiting:
    return Waiting(one.pk, one.group_id, one.priority_class, one.submitted_at, one.bundle)


def _tell_passed_over(found: list[Application], bundles: Iterable[object]) -> None:
    """A bundle that does not fit keeps its position and is told, once."""
    out = set(bundles)
    for one in found:
        if one.bundle in out:
            letters.tell_guardians(one, letters.bundle_passed_over(one), about=f"bundle:{one.bundle}")


@retried
def accept_place(
    actor: Actor, *, application: Application | int, expected_guardian_sum: Decimal | None = None
) -> Application:
    """place_offered → submitted: eligibility is asked again; the sum must be the one the family saw."""
    pk = application if isinstance(application, int) else application.pk
    allowed = policy.APPLICATION.get(actor, "answer", pk=pk)
    with held(actor, allowed.pk, frees=False) as (fresh, _):
        target = rules.APPLICATION.next_state(fresh.state, "accept_place")
        known = reading.read(
            child_id=fresh.child_id,
            group_id=fresh.group_id,
            funding=fresh.funding,
            starts_on=fresh.starts_on,
            application_id=fresh.pk,
        )
        assert known is not None
        reasons = reading.reasons_of(known, fresh.funding, Stage.ACCEPT, None)
        if fresh.offer_expires_at is not None and clock.now() >= fresh.offer_expires_at:
            reasons.append(place_offers.OFFER_OVER)
        if expected_guardian_sum is not None:
            reasons += rules.split_changed(to_kopecks(expected_guardian_sum), to_kopecks(fresh.guardian_sum))
        if reasons:
            raise Refused(reasons)
        fresh.state, fresh.offer_expires_at = target, None
        fresh.deadline = answer_deadline(known).at
        fresh.save(update_fields=["state", "offer_expires_at", "deadline"])
        changed(fresh)
        letters.tell_guardians(fresh, letters.place_accepted(fresh, known.time_zone))
    return fresh


@retried
def decline_place(actor: Actor, *, application: Application | int, reason: str = "") -> Application:
    """place_offered → withdrawn: money returns, the place is offered to the next in the same transaction."""
    pk = application if isinstance(application, int) else application.pk
    allowed = policy.APPLICATION.get(actor, "answer", pk=pk)
    with held(actor, allowed.pk, frees=True) as (fresh, groups):
        end(actor, fresh, "decline_place", reason_code="declined", reason=reason)
        letters.tell_guardians(fresh, letters.place_declined(fresh))
        serve(groups)
    return fresh


@retried
def expire_place(application_id: int, now: dt.datetime) -> bool:
    """place_offered → expired when unanswered; the place passes on. False when it was answered meanwhile."""
    with held(SYSTEM, application_id, frees=True) as (fresh, groups):
        if fresh.state != "place_offered" or fresh.offer_expires_at is None or fresh.offer_expires_at > now:
            return False
        end(SYSTEM, fresh, "expire", reason_code="no_answer", reason="Семья не ответила на предложение места.")
        letters.tell_guardians(fresh, letters.expired(fresh), once="place")
        serve(groups)
    return True


@retried
def set_priority(actor: Actor, *, application: Application | int, priority_class: int) -> Application:
    """Change the priority class of a waiting application (a benefit proved by a document); lower goes first."""
    pk = application if isinstance(application, int) else application.pk
    allowed = policy.APPLICATION.get(actor, "prioritise", pk=pk)
    with held(actor, allowed.pk, frees=False) as (fresh, _):
        fresh.priority_class = priority_class
        fresh.save(update_fields=["priority_class"])
        changed(fresh)
    return fresh
