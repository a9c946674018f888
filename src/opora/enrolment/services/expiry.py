"""What falls due: unanswered place offers and contracts, prolongations, ended studies. For the worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.db import connection

from opora.certificates.rules import PeriodParameters
from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.reasons import Busy
from opora.enrolment.models import Application
from opora.enrolment.services import letters, prolong, waitlist
from opora.enrolment.services.contracts import close_unanswered, too_late
from opora.enrolment.services.ending import contract_of, end, held
from opora.enrolment.services.holding import retried
from opora.enrolment.services.terminate import close_ended

BATCH = 1000

_ENDED = """
SELECT a.id FROM application a
  JOIN municipality m ON m.id = a.municipality_id
  JOIN learning_group g ON g.id = a.group_id
  LEFT JOIN contract k ON k.application_id = a.id
  LEFT JOIN enrolment e ON e.application_id = a.id
 WHERE a.state = 'enrolled'
   AND coalesce(k.terminates_on, k.ends_on, e.ends_on, g.ends_on) < (%s AT TIME ZONE m.time_zone)::date
 ORDER BY a.id LIMIT %s
"""
_OPEN = {("requested", "submitted"), ("offered", "confirmed")}
_UNANSWERED = """
SELECT k.application_id FROM contract k
  JOIN application a ON a.id = k.application_id
  JOIN municipality m ON m.id = k.municipality_id
  JOIN funding_period f ON f.id = k.period_id
 CROSS JOIN LATERAL (SELECT (%(now)s AT TIME ZONE m.time_zone)::date AS today) d
 WHERE (k.state, a.state) IN (('requested', 'submitted'), ('offered', 'confirmed'))
   AND (k.accept_until <= %(now)s OR k.ends_on < d.today
        OR k.starts_on < date_trunc('month', d.today) - make_interval(
            months => coalesce((f.parameters->>'late_activation_months')::int, %(late_months)s)))
 ORDER BY k.accept_until, k.id LIMIT %(limit)s
"""


def expire_due(now: dt.datetime | None = None) -> dict[str, int]:
    """Close everything due at `now` (default the clock), each in its own transaction; return counts by kind.

    A row whose locks are busy is left for the next run. Safe to repeat and to run twice at once.
    """
    moment = now or clock.now()
    with clock.frozen(moment):
        return expire_answers(moment) | {
            "prolonged": _each(prolong.due(moment, BATCH), prolong.prolong),
            "ended": _each(_ended(moment), close_ended),
        }


def expire_answers(now: dt.datetime | None = None) -> dict[str, int]:
    """Only what waits for somebody's answer: it falls due at any minute, and looking for it costs nothing."""
    moment = now or clock.now()
    with clock.frozen(moment):
        return {
            "place_offers": _each(_due_places(moment), lambda pk: waitlist.expire_place(pk, moment)),
            "contracts": _each(_due_contracts(moment), lambda pk: expire_contract(pk, moment)),
        }


@retried
def expire_contract(application_id: int, now: dt.datetime) -> bool:
    """offered → expired with the application when unanswered; refused when it can no longer become active.

    A request that nobody answered until then is refused too: its money and its place return.
    """
    with held(SYSTEM, application_id, frees=True) as (fresh, groups):
        contract = contract_of(fresh)
        if contract is None or (contract.state, fresh.state) not in _OPEN:
            return False
        if contract.accept_until is not None and contract.accept_until <= now:
            close_unanswered(SYSTEM, fresh)
        elif late := too_late(contract, fresh):
            end(SYSTEM, fresh, "refuse", reason_code=late[0].code, reason=late[0].message)
            letters.tell_guardians(fresh, letters.refused(fresh, late[:1]))
        else:
            return False
        waitlist.serve(groups)
    return True


def _due_places(now: dt.datetime) -> list[int]:
    rows = Application.objects.filter(state="place_offered", offer_expires_at__lte=now)
    return list(rows.order_by("offer_expires_at", "pk").values_list("pk", flat=True)[:BATCH])


def _due_contracts(now: dt.datetime) -> list[int]:
    late_months = PeriodParameters().late_activation_months
    with connection.cursor() as cursor:
        cursor.execute(_UNANSWERED, {"now": now, "late_months": late_months, "limit": BATCH})
        return [row[0] for row in cursor.fetchall()]


def _ended(now: dt.datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, [now, BATCH])
        return [row[0] for row in cursor.fetchall()]


def _each(ids: Iterable[int], step: Callable[[int], bool]) -> int:
    done = 0
    for pk in ids:
        try:
            done += step(pk)
        except Busy:
            continue
    return done
