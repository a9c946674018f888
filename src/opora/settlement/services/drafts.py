"""Drafts of advance requests and invoices: prepared for many agreements at once, recounted at will."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from opora.certificates.models import PaymentAgreement
from opora.certificates.rules.months import month_end, month_start
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Reason, Refused
from opora.core.transactions import act
from opora.enrolment.services.facts import calendar_of
from opora.settlement import policy, sql_fill
from opora.settlement.models import SettlementDocument
from opora.settlement.rules.states import counted_on


def prepare(
    actor: Actor,
    *,
    kind: str,
    month: dt.date,
    agreements: Sequence[int] | None = None,
    municipality_id: int | None = None,
) -> list[int]:
    """Make the missing drafts (`advance_request` or `invoice`) of the month and count them; returns their ids.

    For the agreements named, or for all that the actor may prepare (of one municipality). A repeat makes nothing.
    """
    if kind not in ("advance_request", "invoice"):
        raise ValueError(f"{kind!r} is not prepared by month")
    if not policy.AGREEMENT.allowed(actor, "prepare"):
        raise Forbidden("prepare")
    month = month_start(month)
    rows = policy.AGREEMENT.rows(actor, "prepare").filter(period__starts_on__lte=month_end(month))
    rows = rows.filter(period__ends_on__gte=month).exclude(state=PaymentAgreement.State.DRAFT)
    if agreements is not None:
        rows = rows.filter(pk__in=agreements)
    if municipality_id is not None:
        rows = rows.filter(municipality_id=municipality_id)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    with act(actor), connection.cursor() as cursor:
        values: dict[str, Any] = {"kind": kind, "month": month, "agreements": ids, "now": clock.now()}
        cursor.execute(sql_fill.PREPARE, values)
        made = [row[0] for row in cursor.fetchall()]
        fill(made)
    return made


def refresh(actor: Actor, *, document: SettlementDocument) -> SettlementDocument:
    """Count a draft again: new contracts, journal, carried sums."""
    row = policy.DOCUMENT.get(actor, "issue", pk=document.pk)
    with act(actor):
        lock_agreements([row.agreement_id])
        locked = SettlementDocument.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
        if locked.state != SettlementDocument.State.DRAFT:
            raise Refused(Reason("wrong_state", "Документ уже выставлен и больше не пересчитывается."))
        fill([locked.pk])
        locked.refresh_from_db()
    return locked


def delete_draft(actor: Actor, *, document: SettlementDocument) -> None:
    """Throw a draft away that nothing refers to."""
    row = policy.DOCUMENT.get(actor, "issue", pk=document.pk)
    with act(actor):
        lock_agreements([row.agreement_id])
        locked = SettlementDocument.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
        if locked.state != SettlementDocument.State.DRAFT:
            raise Refused(Reason("wrong_state", "Выставленный документ не удаляется: оформите корректировку."))
        locked.completeness.all().delete()
        locked.rows.all().delete()
        locked.delete()


def lock_agreements(ids: Iterable[int]) -> None:
    """First in the lock order of settlement: agreements, ascending; then documents, certificates, counters."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM payment_agreement WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [sorted(set(ids))]
        )


def fill(documents: Sequence[int]) -> None:
    """Count the drafts among the documents anew: rows, completeness, totals. Call inside a transaction."""
    if not documents:
        return
    _count_on(documents)
    values: dict[str, Any] = {"documents": list(documents), "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS settling")
        cursor.execute(sql_fill.FORGET, values)
        cursor.execute(sql_fill.CANDIDATES, values)
        cursor.execute("ANALYZE settling")
        regions, days = _festive()
        cursor.execute(sql_fill.COMPLETENESS, {"regions": regions, "days": days})
        cursor.execute(sql_fill.ROWS)
        cursor.execute(sql_fill.ADVANCES)
        cursor.execute("DROP TABLE settling")
        cursor.execute(sql_fill.TOTALS, values)


def _count_on(documents: Sequence[int]) -> None:
    """as_of: the end of the month, or today while the month runs (a December invoice counts what is ahead)."""
    rows = SettlementDocument.objects.filter(pk__in=documents, state="draft").values_list(
        "month", "municipality__time_zone"
    )
    for month, zone in set(rows):
        SettlementDocument.objects.filter(
            pk__in=documents, state="draft", month=month, municipality__time_zone=zone
        ).update(as_of=counted_on(month, clock.today(zone)))


def _festive() -> tuple[list[int], list[dt.date]]:
    """Days without lessons of the regions and months now in `settling`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT m.region_id, s.month FROM settling s JOIN learning_group g ON g.id = s.group_id"
            " JOIN municipality m ON m.id = g.municipality_id WHERE s.kind <> 'advance_request'"
        )
        wanted = cursor.fetchall()
    regions, days = [], []
    for region, month in wanted:
        calendar = calendar_of(region)
        for offset in range((month_end(month) - month).days + 1):
            day = month + dt.timedelta(days=offset)
            if calendar.is_festive(day):
                regions.append(region)
                days.append(day)
    return regions, days
