"""Change history: one trigger function and one partitioned table for every tracked model (K3).

``track("enrolment_application", …)`` in a migration attaches the trigger; `actor` and `request` come from
settings made by :func:`opora.core.transactions.act`, so that raw SQL is seen too. Bulk loads set
``opora.bulk = on``, which the trigger's WHEN tests before the function runs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.migrations.operations import RunSQL

CREATE = """
CREATE TABLE history (
    id bigint GENERATED ALWAYS AS IDENTITY,
    "table" text NOT NULL,
    pk bigint NOT NULL,
    op char(1) NOT NULL CHECK (op IN ('I', 'U', 'D')),
    before jsonb,
    after jsonb,
    actor bigint,
    request text,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE history_rest PARTITION OF history DEFAULT;
CREATE INDEX history_object ON history ("table", pk, at);
CREATE INDEX history_request ON history (request) WHERE request IS NOT NULL;

CREATE FUNCTION history_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb; new_row jsonb; changed_before jsonb; changed_after jsonb; row_pk bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD); END IF;
    IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW); END IF;
    row_pk := coalesce(new_row, old_row)->>'id';
    -- secrets and derived columns never enter history
    old_row := old_row - '{password,hash,last_login,sort_name,match_key}'::text[];
    new_row := new_row - '{password,hash,last_login,sort_name,match_key}'::text[];
    IF TG_OP = 'UPDATE' THEN
        -- only what changed is kept: history stays readable and small
        SELECT jsonb_object_agg(n.key, old_row->n.key), jsonb_object_agg(n.key, n.value)
          INTO changed_before, changed_after
          FROM jsonb_each(new_row) n WHERE n.value IS DISTINCT FROM old_row->n.key;
        IF changed_after IS NULL THEN RETURN NULL; END IF;
    ELSE
        changed_before := old_row; changed_after := new_row;
    END IF;
    INSERT INTO history ("table", pk, op, before, after, actor, request)
    VALUES (TG_TABLE_NAME, row_pk, left(TG_OP, 1), changed_before, changed_after,
            nullif(current_setting('opora.actor', true), '')::bigint,
            nullif(current_setting('opora.request', true), ''));
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('opora.erasure', true) = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON history
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON access_log
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
DROP = """
DROP TRIGGER access_log_append_only ON access_log;
DROP TABLE history; DROP FUNCTION history_write(); DROP FUNCTION refuse_change();
"""


GUARDS = {("history", "history_append_only"), ("access_log", "access_log_append_only")}
"""(table, trigger) of every migration loaded so far: ``opora doctor`` looks for each of them."""


def track(*tables: str) -> RunSQL:
    """A migration operation that attaches the history trigger to the tables (each with a bigint `id`)."""
    GUARDS.update((table, f"history_of_{table}") for table in tables)
    make = "".join(
        f"CREATE TRIGGER history_of_{table} AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"
        f" WHEN (coalesce(current_setting('opora.bulk', true), '') <> 'on') EXECUTE FUNCTION history_write();\n"
        for table in tables
    )
    drop = "".join(f"DROP TRIGGER history_of_{table} ON {table};\n" for table in tables)
    return RunSQL(make, drop)


def append_only(*tables: str) -> RunSQL:
    """A migration operation that makes the tables refuse UPDATE and DELETE; see also :mod:`opora.core.history_guard`."""
    GUARDS.update((table, f"{table}_append_only") for table in tables)
    make = "".join(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION refuse_change();\n"
        for table in tables
    )
    drop = "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in tables)
    return RunSQL(make, drop)


@dataclass(frozen=True, slots=True)
class Change:
    """One recorded change: `op` I/U/D, `before`/`after` hold only the columns that changed (for U)."""

    at: dt.datetime
    op: str
    actor_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    request: str


def of(obj: models.Model, limit: int = 200) -> list[Change]:
    """Return the latest changes of one row, newest first."""
    import json

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, op, actor, before, after, coalesce(request, '') FROM history WHERE \"table\" = %s AND pk = %s"
            " ORDER BY at DESC, id DESC LIMIT %s",
            [obj._meta.db_table, obj.pk, limit],
        )
        return [
            Change(at, op, actor, json.loads(before or "{}"), json.loads(after or "{}"), request)
            for at, op, actor, before, after, request in cursor.fetchall()
        ]
