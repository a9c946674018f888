"""Gapless document numbers (spec/financing.md, Settlement): one locked counter per issuer, series and year."""

from __future__ import annotations

from django.db import connection


def take_number(issuer_kind: str, issuer_id: int, series: str, year: int) -> int:
    """Return the next number; call inside the transaction that issues the document, last in the lock order."""
    if not connection.in_atomic_block:
        raise RuntimeError("a number is taken inside the transaction that issues its document")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO counter (issuer_kind, issuer_id, series, year, last) VALUES (%s, %s, %s, %s, 1)"
            " ON CONFLICT (issuer_kind, issuer_id, series, year) DO UPDATE SET last = counter.last + 1 RETURNING last",
            [issuer_kind, issuer_id, series, year],
        )
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])
