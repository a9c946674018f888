"""What enrolment does when a certificate is frozen or closed, and what it tells about its use.

Certificates live in a lower room: :mod:`opora.certificates.dependants` calls these in the transaction of the freeze,
annulment, move, ageing out or return to accounting. :func:`lock` comes first, before the certificate is locked,
so that the one lock order holds.
"""

from __future__ import annotations

import contextlib
import datetime as dt

from django.db import transaction
from django.db.models import F, Max

from opora.certificates.models import Certificate
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Busy, Reason
from opora.enrolment.models import Application, Contract
from opora.enrolment.services import holding, letters, waitlist
from opora.enrolment.services.ending import contract_of, end
from opora.enrolment.services.terminate import by_system

CLOSED = "certificate_closed"
ATTEMPTS = 10
REASONS = {
    "freeze": Reason("certificate_frozen", "Сертификат приостановлен."),
    "annul": Reason(CLOSED, "Сертификат аннулирован."),
    "move": Reason(CLOSED, "Семья переехала, сертификат закрыт."),
    "age_out": Reason(CLOSED, "Действие сертификата закончилось: исполнилось 18\u00a0лет."),
    "to_accounting": Reason("certificate_not_funded", "Сертификат переведён в сертификат учёта."),
}


def lock(certificate_id: int) -> None:
    """Lock the groups of the certificate's applications, then the certificate with the first of the queues.

    An application that came in before the certificate was locked may stand in one more group: the locks are given
    back with the savepoint and taken again in their order.
    """
    for _ in range(ATTEMPTS):
        groups = _groups(certificate_id)
        with contextlib.suppress(_MoreGroups), transaction.atomic():
            holding.lock(groups, [certificate_id])
            if _groups(certificate_id) - groups:
                raise _MoreGroups
            return
    raise Busy


class _MoreGroups(Exception):
    pass


def _groups(certificate_id: int) -> set[int]:
    return {one.group_id for one in _living(certificate_id)}


def cascade(actor: Actor, certificate_id: int, act: str) -> None:
    """Requests and queue entries are refused with the reason of `act`; active contracts end with this month.

    Freed places go to the queues. A freeze never gets here while a contract is offered or active.
    """
    reason = REASONS[act]
    groups = set()
    for one in _living(certificate_id):
        groups.add(one.group_id)
        contract = contract_of(one)
        if one.state == "enrolled" and contract is not None:
            if contract.terminates_on is None:
                by_system(actor, one, contract, ground=CLOSED)
        elif one.state != "enrolled":
            entry = "freeze" if act == "freeze" else ""
            end(actor, one, "refuse", reason_code=reason.code, reason=reason.message, entry=entry)
            letters.tell_guardians(one, letters.refused(one, [reason]))
    if groups:
        waitlist.serve(holding.lock(groups))


def contract_states(certificate_id: int) -> list[str]:
    """States of everything living that stands on the certificate: contracts, terminating ones, queue entries."""
    rows = Contract.objects.filter(certificate_id=certificate_id, state__in=Contract.LIVING)
    states = [
        "terminating" if ends is not None and ends >= clock.today(zone) else state
        for state, ends, zone in rows.values_list("state", "terminates_on", "municipality__time_zone")
    ]
    return states + [one.state for one in _living(certificate_id) if one.state == "waiting"]


def use(certificate_id: int) -> tuple[bool, dt.date | None]:
    """(is an application, queue entry or contract living, day of the latest refusal or withdrawal).

    A contract cancelled before it began is a withdrawal too.
    """
    certificate = Certificate.objects.select_related("municipality").get(pk=certificate_id)
    ended = Application.objects.filter(
        child_id=certificate.child_id, funding="certificate", state__in=("refused", "withdrawn", "expired")
    ).aggregate(last=Max("decided_at"))["last"]
    cancelled = Contract.objects.filter(certificate=certificate, terminates_on__lt=F("starts_on")).aggregate(
        last=Max("closed_at")
    )["last"]
    ended = max(filter(None, (ended, cancelled)), default=None)
    zone = clock.zone(certificate.municipality.time_zone)
    return bool(contract_states(certificate_id) or _living(certificate_id)), (
        ended.astimezone(zone).date() if ended else None
    )


def _living(certificate_id: int) -> list[Application]:
    """Applications paid from the certificate that hold a place or wait."""
    rows = Application.objects.select_related("group__programme", "child", "municipality").filter(
        child__certificates=certificate_id,
        funding="certificate",
        state__in=(*Application.HOLDING, "waiting"),
    )
    return list(rows.order_by("pk"))
