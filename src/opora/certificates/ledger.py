"""The one place where totals and entries of certificates change (spec/financing.md, "Ledger").

Lock order of the whole system: group_places by ascending id → certificate → numbers. :func:`lock` takes the
second step; whoever changes a certificate's state or posts several entries calls it before reading.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, connection

from opora.certificates.rules import Entry, Kopecks, Totals, to_kopecks, to_roubles
from opora.certificates.rules.ledger import ACT_LABELS
from opora.core import clock
from opora.core.reasons import Reason, Refused


class AlreadyPosted(Exception):
    """This act of this source was recorded before; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The id of the written entry and the totals after it, in kopecks."""

    entry_id: int
    totals: Totals


def post(
    entry: Entry,
    *,
    certificate_id: int,
    period_id: int,
    source_kind: str,
    source_id: int,
    month: dt.date | None = None,
    reason: str = "",
    account_id: int | None = None,
    certificate_group_id: int | None = None,
) -> Posted:
    """Record one movement and change the totals with it; emits ``certificate.entry``.

    Call inside `core.transactions.act`. An act is recorded once per (certificate, act, source_kind, source_id,
    month): a repeat raises AlreadyPosted. A movement that would make a part negative raises Refused
    (``not_enough_money``). `certificate_group_id` is set on the totals row when given.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a movement is posted inside the transaction of its act")
    sums = (entry.d_nominal, entry.d_balance, entry.d_reserve, entry.d_spent)
    try:
        entry_id = _call(
            certificate_id,
            period_id,
            entry.act,
            source_kind,
            source_id,
            month,
            *map(to_roubles, sums),
            reason or ACT_LABELS[entry.act],
            account_id,
            clock.now(),
            certificate_group_id,
        )
    except IntegrityError as error:
        if "certificate_balance_" not in str(error):
            raise
        raise Refused(
            Reason(
                "not_enough_money",
                "На сертификате не хватает средств для этого действия.",
                hint="Обновите страницу: возможно, остаток уже изменился.",
            )
        ) from error
    if entry_id is None:
        raise AlreadyPosted(f"{entry.act} of {source_kind} {source_id} for certificate {certificate_id}")
    return Posted(entry_id, totals(certificate_id, period_id))


def lock(certificate_ids: Iterable[int]) -> None:
    """Lock the certificates, ascending, until the end of the transaction; references to them stay possible."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM certificate WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [sorted(set(certificate_ids))],
        )


def totals(certificate_id: int, period_id: int) -> Totals:
    """The totals of a certificate in a period, kopecks; all zero when it never had any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nominal, balance, reserve, spent FROM certificate_balance"
            " WHERE certificate_id = %s AND period_id = %s",
            [certificate_id, period_id],
        )
        row = cursor.fetchone()
    return Totals(*map(_kopecks, row)) if row else Totals()


def _kopecks(value: object) -> Kopecks:
    return to_kopecks(str(value))


def _call(*arguments: object) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT certificate_post(%s, %s, %s, %s, %s, %s::date, %s, %s, %s, %s, %s, %s, %s, %s)",
            arguments,
        )
        row = cursor.fetchone()
    assert row is not None
    return None if row[0] is None else int(row[0])
