"""Loading rows into PostgreSQL: COPY table by table in one transaction, sequences behind them, ANALYZE after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from opora.core.access import SYSTEM
from opora.core.transactions import act
from opora.demo import (
    class_lists,
    governing,
    oddities,
    openings,
    planning,
    reports,
    requests,
    school_year,
    self_assessment,
    settling,
    talk,
)
from opora.demo.districts import District, showcase
from opora.demo.filling import SHOWCASE, Common, Filling, Shares
from opora.demo.frame import Frame, shown_date
from opora.demo.sink import ORDER, Row, Sink, Table
from opora.demo.world import SEED, build

Progress = Callable[[int], None]
"""Told how many districts are done."""


def is_loaded() -> bool:
    """Whether the showcase district is in the database."""
    return bool(apps.get_model("territory.Municipality").objects.filter(oktmo=showcase().oktmo).exists())


def load_district(date: dt.date, seed: str = SEED) -> None:
    """The showcase district for the day ``date``."""
    load(date, [(showcase(), SHOWCASE)], seed)


STORIES = (
    openings.write,
    talk.write,
    oddities.write,
    school_year.write,
    settling.replay,
    governing.write,
    class_lists.write,
    planning.write,
    requests.write,
    reports.write,
    self_assessment.write,
)
"""What happened in the showcase district, in this order."""


def load(
    date: dt.date, districts: list[tuple[District, Shares]], seed: str = SEED, progress: Progress | None = None
) -> None:
    """Build and write districts one after another; all or nothing."""
    frame = Frame(shown_date(date))
    with transaction.atomic():
        _quiet()
        sink = Sink(frame.moment(frame.before(1), 9), seed, first_ids())
        common = None
        for number, (district, shares) in enumerate(districts, 1):
            world = build(frame, district, seed)
            common = common or Common(sink, consents())
            Filling(sink, world, common, shares, seed).run()
            copy(sink)
            if progress:
                progress(number)
        set_sequences()
        analyse()
        if any(shares.stories for _, shares in districts):
            with act(SYSTEM, quiet_history=True):  # services within stay as silent as the load
                for story in STORIES:
                    story(frame)
    analyse()


def consents() -> dict[str, int]:
    """Ids of the latest consent texts by kind."""
    texts = apps.get_model("people.ConsentText").objects.order_by("version")
    return {text.kind: text.pk for text in texts}


def copy(sink: Sink) -> None:
    """Write everything buffered."""
    with connection.cursor() as cursor:
        for table, rows in sink.drain():
            _copy(cursor, table, rows)


def _copy(cursor: Any, table: Table, rows: list[Row]) -> None:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as stream:
        for row in rows:
            stream.write_row(row)


def _quiet() -> None:
    """A load is not a change of anybody's: history stays silent, and it may take its time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('opora.bulk', 'on', true), set_config('statement_timeout', '0', true)")


def first_ids() -> dict[str, int]:
    """The next free id of each table that is filled."""
    first = {}
    with connection.cursor() as cursor:
        for label in ORDER:
            model = apps.get_model(label)
            if model._meta.pk.name == "id":
                cursor.execute(f'SELECT coalesce(max(id), 0) + 1 FROM "{model._meta.db_table}"')
                first[label] = cursor.fetchone()[0]
    return first


def set_sequences() -> None:
    """Set every identity sequence behind the rows just written."""
    with connection.cursor() as cursor:
        for label in ORDER:
            model = apps.get_model(label)
            if model._meta.pk.name == "id":
                table = model._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence(%s, 'id'), coalesce(max(id), 1), max(id) IS NOT NULL)"
                    f' FROM "{table}"',
                    [table],
                )


def analyse() -> None:
    """Fresh statistics: the planner must not take the tables for empty."""
    tables = ", ".join(f'"{apps.get_model(label)._meta.db_table}"' for label in ORDER)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def empty(names: str) -> None:
    """TRUNCATE the tables (a list in SQL), also those whose guards let nobody empty them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE '%\\_no\\_truncate'")
        guards = cursor.fetchall()
        for table, guard in guards:
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{guard}"')
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        for table, guard in guards:
            cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "{guard}"')


def clear() -> None:
    """Remove everything from the tables of all rooms (``--reset``); migrations' own tables stay."""
    tables = sorted({model._meta.db_table for model in apps.get_models() if model._meta.managed})
    keep = {"django_migrations", "django_content_type", "auth_permission", "consent_text"}
    names = ", ".join(f'"{table}"' for table in [*tables, "history"] if table not in keep)
    empty(names)
