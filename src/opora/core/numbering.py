"""Gapless document numbers (spec/financing.md, Settlement): one locked counter per issuer, series and year."""

from __future__ import annotations

from collections.abc import Mapping

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


def take_numbers(issuer_kind: str, series: str, wanted: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """Take blocks of numbers for many issuers at once: (issuer id, year) → how many; returns the first of each block.

    Issuers are locked ascending, so that two such calls cannot wait for each other.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("numbers are taken inside the transaction that issues their documents")
    keys = sorted(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO counter (issuer_kind, issuer_id, series, year, last)"
            " SELECT %s, issuer, %s, year, many"
            " FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS w(issuer, year, many) ORDER BY issuer, year"
            " ON CONFLICT (issuer_kind, issuer_id, series, year) DO UPDATE SET last = counter.last + EXCLUDED.last"
            " RETURNING issuer_id, year, last",
            [issuer_kind, series, [key[0] for key in keys], [key[1] for key in keys], [wanted[key] for key in keys]],
        )
        return {(issuer, year): last - wanted[issuer, year] + 1 for issuer, year, last in cursor.fetchall()}
