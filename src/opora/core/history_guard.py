"""Append-only for good: what history and the access journal let pass, and their partitions (spec/trust.md).

No setting opens an append-only table. One thing alone may be changed in the change history and the journal: the
declared personal keys of one object, by :func:`erase` – a SECURITY DEFINER function that first writes its act
(who, why, whose, which keys, SHA-256 of what was there) into the append-only table ``erasure_act``. The triggers
compare each changed row with an act of the same transaction, so that also the owner of the tables erases nothing
without leaving one. What separate database roles add is told in docs/threat-model.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, models

from opora.core.access import Actor
from opora.core.models import ErasureAct

MONTHS_AHEAD = 6

GUARD = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME;
END $$;

-- the keys of an object that an act of this very transaction erases
CREATE FUNCTION erasing(the_table text, the_kind text, the_pk bigint) RETURNS SETOF erasure_act LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT * FROM erasure_act
     WHERE transaction = pg_current_xact_id()::text AND object_id = the_pk AND ("table" = the_table OR kind = the_kind)
$$;

-- the personal keys that are filled in become the name of the act; all else stays as it is
CREATE FUNCTION erased(kept jsonb, act bigint, keys text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT kept || coalesce(
        (SELECT jsonb_object_agg(key, 'erased:' || act) FROM jsonb_each(kept) WHERE key = ANY (keys)), '{}'::jsonb)
$$;

CREATE FUNCTION refuse_but_erasure() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE act erasure_act;
BEGIN
    IF TG_OP = 'UPDATE' AND TG_ARGV[0] = 'history' THEN
        FOR act IN SELECT * FROM erasing(OLD."table", NULL, OLD.pk) LOOP
            OLD.before := erased(OLD.before, act.id, act.keys);
            OLD.after := erased(OLD.after, act.id, act.keys);
            IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
        END LOOP;
    ELSIF TG_OP = 'UPDATE' AND TG_ARGV[0] = 'access_log' THEN
        FOR act IN SELECT * FROM erasing(NULL, OLD.object_kind, OLD.object_id) LOOP
            OLD.reason := 'erased:' || act.id;
            IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
        END LOOP;
    END IF;
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME;
END $$;

DROP TRIGGER history_append_only ON history;
DROP TRIGGER access_log_append_only ON access_log;
CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON history
    FOR EACH ROW EXECUTE FUNCTION refuse_but_erasure('history');
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON access_log
    FOR EACH ROW EXECUTE FUNCTION refuse_but_erasure('access_log');
CREATE TRIGGER erasure_act_append_only BEFORE UPDATE OR DELETE ON erasure_act
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_no_truncate BEFORE TRUNCATE ON history EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_rest_no_truncate BEFORE TRUNCATE ON history_rest EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_log_no_truncate BEFORE TRUNCATE ON access_log EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erasure_act_no_truncate BEFORE TRUNCATE ON erasure_act EXECUTE FUNCTION refuse_change();

CREATE FUNCTION erase_personal(the_table text, the_kind text, the_pk bigint, the_keys text[], the_ground text,
                               the_account bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE act bigint; was text;
BEGIN
    IF coalesce(length(btrim(the_ground)), 0) = 0 OR coalesce(cardinality(the_keys), 0) = 0 THEN
        RAISE EXCEPTION 'an erasure names its ground and its keys';
    END IF;
    SELECT encode(sha256(convert_to(coalesce(string_agg(concat(before, after), E'\n' ORDER BY id), ''), 'UTF8')), 'hex')
      INTO was FROM history WHERE "table" = the_table AND pk = the_pk;
    INSERT INTO erasure_act ("table", kind, object_id, keys, ground, account_id, sha256, transaction)
    VALUES (the_table, the_kind, the_pk, the_keys, the_ground, the_account, was, pg_current_xact_id()::text)
    RETURNING id INTO act;
    UPDATE history SET before = erased(before, act, the_keys), after = erased(after, act, the_keys)
     WHERE "table" = the_table AND pk = the_pk AND (before ?| the_keys OR after ?| the_keys);
    UPDATE access_log SET reason = 'erased:' || act
     WHERE object_kind = the_kind AND object_id = the_pk AND reason <> '';
    RETURN act;
END $$;
REVOKE ALL ON FUNCTION erase_personal(text, text, bigint, text[], text, bigint) FROM PUBLIC;
"""

PARTITIONS = """
-- Partitions of the months until `ahead` months from now; returns how many were made. Rows that found no month are in
-- history_rest: it then becomes a partition of its own with the months of its rows, no row is moved, and a new rest is made.
CREATE FUNCTION history_make_partitions(ahead integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET TimeZone = 'UTC' AS $$
DECLARE first timestamptz; last timestamptz; month timestamptz; name text; made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('history_make_partitions'));
    SELECT date_trunc('month', min(at)), date_trunc('month', max(at)) + interval '1 month' INTO first, last
      FROM history_rest;
    IF first IS NOT NULL THEN
        name := 'history_' || to_char(first, 'YYYY_MM') || '_' || to_char(last - interval '1 day', 'YYYY_MM');
        ALTER TABLE history DETACH PARTITION history_rest;
        EXECUTE format('ALTER TABLE history_rest RENAME TO %I', name);
        EXECUTE format('ALTER TABLE history ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, first, last);
        CREATE TABLE history_rest PARTITION OF history DEFAULT;
        CREATE TRIGGER history_rest_no_truncate BEFORE TRUNCATE ON history_rest EXECUTE FUNCTION refuse_change();
        made := 1;
    END IF;
    FOR step IN 0..ahead LOOP
        month := date_trunc('month', clock_timestamp()) + step * interval '1 month';
        CONTINUE WHEN month < last;
        name := 'history_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I PARTITION OF history FOR VALUES FROM (%L) TO (%L)',
                       name, month, month + interval '1 month');
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I EXECUTE FUNCTION refuse_change()',
                       name || '_no_truncate', name);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
"""
UNDO = """
DROP FUNCTION history_make_partitions(integer);
DROP FUNCTION erase_personal(text, text, bigint, text[], text, bigint);
DROP TRIGGER history_append_only ON history;
DROP TRIGGER access_log_append_only ON access_log;
DROP TRIGGER history_no_truncate ON history;
DROP TRIGGER access_log_no_truncate ON access_log;
DROP TRIGGER erasure_act_no_truncate ON erasure_act;
DROP TRIGGER erasure_act_append_only ON erasure_act;
DROP FUNCTION refuse_but_erasure();
DROP FUNCTION erased(jsonb, bigint, text[]);
DROP FUNCTION erasing(text, text, bigint);
CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON history FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON access_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def erase(actor: Actor, obj: models.Model, *, keys: Sequence[str], ground: str) -> ErasureAct:
    """Take the personal `keys` (columns) of one object out of history, and reasons out of the access journal.

    Call inside `act`. What was there becomes «erased:<act>»; the act keeps who, why and a hash. The object's own row
    is the caller's affair. Raises a database error without a ground or keys.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT erase_personal(%s, %s, %s, %s, %s, %s)",
            [obj._meta.db_table, obj._meta.label_lower, obj.pk, list(keys), ground, actor.account_id],
        )
        [number] = cursor.fetchone()
    return ErasureAct.objects.get(pk=number)


def make_partitions(ahead: int = MONTHS_AHEAD) -> int:
    """Make the months' partitions of history ahead; returns how many were made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT history_make_partitions(%s)", [ahead])
        [made] = cursor.fetchone()
    return int(made)
