"""Print a digest of all rows of the demo for a day: run in processes with different hash seeds."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys

from psycopg.types.json import Jsonb

from opora.demo.sink import Sink


def digest(sink: Sink) -> str:
    """SHA-256 over every table, column and value."""
    sha = hashlib.sha256()
    for table, rows in sink.drain():
        sha.update(repr((table.name, table.columns)).encode())
        for row in rows:
            sha.update(repr([value.obj if isinstance(value, Jsonb) else value for value in row]).encode())
    return sha.hexdigest()


if __name__ == "__main__":
    import django

    django.setup()
    from tests.demo.conftest import filled

    _, sink = filled(dt.date.fromisoformat(sys.argv[1]))
    sys.stdout.write(digest(sink))
