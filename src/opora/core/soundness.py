"""Are the database's own guards in place and the documents whole: what nobody but a hand or a disk can break."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from psycopg import sql

from opora.core import history
from opora.core.doctor import SAMPLE, Finding
from opora.core.files import path_of
from opora.core.models import StoredFile
from opora.core.survival import checksums

_FOREIGN_KEYS = """
SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, a.attname, b.attname,
       EXISTS (SELECT FROM pg_attribute i WHERE i.attrelid = c.conrelid AND i.attname = 'id' AND NOT i.attisdropped)
  FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
  JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
 WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND cardinality(c.conkey) = 1 ORDER BY 1, 3
"""
_ASLEEP = """
SELECT format('%s.%s', tgrelid::regclass, tgname) FROM pg_trigger WHERE tgenabled IN ('D', 'R')
UNION ALL
SELECT format('%s.%s', conrelid::regclass, conname) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace AND NOT convalidated
UNION ALL
SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1
"""
_TRIGGERS = """
SELECT c.relname, t.tgname FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
_NAMES = """
SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('i', 'I')
"""


def examine() -> Iterator[Finding]:
    """Every check; reads each document once. Reads only."""
    yield _guards()
    yield _orphans()
    yield _sequences()
    yield from _documents()


def _guards() -> Finding:
    """Constraints and indexes that the models declare, triggers that watch: present, valid and awake."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES)
        present = {row[0] for row in cursor.fetchall()}
        cursor.execute(_ASLEEP)
        asleep = [row[0] for row in cursor.fetchall()]
        cursor.execute(_TRIGGERS)
        triggers = set(cursor.fetchall())
    wanted = {
        one.name for model in apps.get_models() for one in (*model._meta.constraints, *model._meta.indexes) if one.name
    }
    tables = {row[0] for row in triggers}
    absent = sorted(wanted - present)
    absent += [".".join(one) for one in sorted(history.GUARDS - triggers) if one[0] in tables]
    bad = absent + asleep
    return Finding(
        "database.guards",
        "Ограничения, индексы и триггеры базы на месте и включены",
        not bad,
        len(bad),
        f"Отключено или удалено: {', '.join(bad[:5])}. Включите их или восстановите базу из копии.",
    )


def _orphans() -> Finding:
    """Rows that point at nothing: only a disabled constraint or a broken disk makes them."""
    total, where, sample = 0, [], []
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN_KEYS)
        for table, parent, column, key, with_id in cursor.fetchall():
            cursor.execute(
                sql.SQL(
                    "SELECT count(*), (array_agg({id}))[1:{most}] FROM {table} c WHERE c.{column} IS NOT NULL"
                    " AND NOT EXISTS (SELECT FROM {parent} p WHERE p.{key} = c.{column})"
                ).format(
                    id=sql.SQL("c.id::text") if with_id else sql.SQL("NULL::text"),
                    most=sql.Literal(SAMPLE),
                    table=sql.SQL(table),
                    parent=sql.SQL(parent),
                    column=sql.Identifier(column),
                    key=sql.Identifier(key),
                )
            )
            count, ids = cursor.fetchone() or (0, None)
            if count:
                total += count
                where.append(f"{table}.{column}")
                sample += [int(one) for one in ids or () if one and one.isdigit()]
    return Finding(
        "database.references",
        "Каждая строка ссылается на существующую",
        total == 0,
        total,
        f"Потеряны строки, на которые ссылаются {', '.join(where[:5])}: восстановите базу из копии.",
        tuple(sample[:SAMPLE]),
    )


def _sequences() -> Finding:
    connection.ensure_connection()
    behind = checksums.sequences_behind(connection.connection)
    return Finding(
        "database.sequences",
        "Счётчики номеров строк не отстали от самих строк",
        not behind,
        len(behind),
        f"Отстали: {', '.join(behind[:5])}. Передвиньте их: SELECT setval(…).",
    )


def _documents() -> Iterator[Finding]:
    """Documents that are missing, and those that are not what was stored."""
    lost, altered = [], []
    verdicts: dict[str, bool | None] = {}
    for pk, digest, size in StoredFile.objects.order_by("pk").values_list("pk", "sha256", "size").iterator():
        if digest not in verdicts:
            verdicts[digest] = _is_whole(digest, size)
        if verdicts[digest] is None:
            lost.append(pk)
        elif not verdicts[digest]:
            altered.append(pk)
    yield Finding(
        "files.present",
        "Каждый документ лежит в папке файлов",
        not lost,
        len(lost),
        "Восстановите папку файлов из резервной копии: opora restore.",
        tuple(lost[:SAMPLE]),
    )
    yield Finding(
        "files.whole",
        "Содержимое документов не изменилось",
        not altered,
        len(altered),
        "Документы повреждены или подменены на диске: восстановите их из резервной копии (opora restore).",
        tuple(altered[:SAMPLE]),
    )


def _is_whole(digest: str, size: int) -> bool | None:
    """None when the file is not there."""
    try:
        with open(path_of(digest), "rb") as file:
            if file.seek(0, 2) != size:
                return False
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except FileNotFoundError:
        return None
