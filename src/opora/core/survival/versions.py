"""How the structure of a database relates to this version of the program."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def waiting() -> int:
    """How many migrations of this version the database lacks, also where later ones of the room are there."""
    loader = MigrationExecutor(connection).loader
    return sum(1 for key in loader.graph.nodes if key not in loader.applied_migrations)


def applied() -> list[str]:
    """Migrations that the database has, as ``app.name``."""
    return sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())


def unknown(names: Iterable[str]) -> list[str]:
    """Those of the migrations that this version does not know: whoever applied them was newer.

    Libraries drop migrations that they have squashed, so only Opora's rooms and unknown applications count.
    """
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    known = {".".join(key) for key in migrations}
    known |= {".".join(key) for one in migrations.values() for key in one.replaces}
    libraries = {config.label for config in apps.get_app_configs() if not config.name.startswith("opora.")}
    return sorted(one for one in names if one not in known and one.partition(".")[0] not in libraries)
