"""What a database holds, in figures that do not depend on the order of rows: the proof that a copy is equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg import sql

STEADY = (
    "SET TimeZone = 'UTC'",
    "SET DateStyle = 'ISO, YMD'",
    "SET IntervalStyle = 'iso_8601'",
    "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1",
    "SET statement_timeout = 0",
)
"""Settings that decide how a value looks as text."""

_TABLES = """
SELECT c.relname FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND c.relpersistence = 'p' ORDER BY 1
"""
# Each half of the digest is summed alone: 120 bits that neither order nor two swapped values can hide from.
_ROWS = """
SELECT count(*), coalesce(sum(('x' || left(h, 15))::bit(60)::bigint), 0)::text || '-' ||
       coalesce(sum(('x' || right(h, 15))::bit(60)::bigint), 0)::text
  FROM (SELECT md5(t::text) AS h FROM {} AS t) AS hashed
"""
_BEHIND = """
SELECT s.oid::regclass::text AS sequence, c.relname AS relation, a.attname AS attribute
  FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  JOIN pg_class c ON c.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
 WHERE s.relkind = 'S' AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class TableSum:
    """`rows`: how many; `digest`: two sums over the rows' digests, the same for any order of rows."""

    name: str
    rows: int
    digest: str


def sums(database: psycopg.Connection, tell: Callable[[str], None] = lambda _: None) -> list[TableSum]:
    """Count and digest every table as the connection's transaction sees it."""
    for setting in STEADY:
        database.execute(setting)
    found = []
    for (name,) in database.execute(_TABLES).fetchall():
        row = database.execute(sql.SQL(_ROWS).format(sql.Identifier("public", name))).fetchone()
        assert row is not None
        found.append(TableSum(name, row[0], row[1]))
        tell(name)
    return found


def sequences_behind(database: psycopg.Connection) -> list[str]:
    """Sequences whose next number some row already bears: the next insert would fail."""
    behind = []
    for sequence, table, column in database.execute(_BEHIND).fetchall():
        row = database.execute(
            sql.SQL(
                "SELECT (SELECT max({}) FROM {}) > (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {})"
            ).format(sql.Identifier(column), sql.Identifier("public", table), sql.SQL(sequence))
        ).fetchone()
        if row and row[0]:
            behind.append(sequence)
    return behind
