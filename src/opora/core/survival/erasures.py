"""Erasures are made again after a restore (spec/trust.md): an older copy must not bring erased data back.

The acts come from the database that is replaced, and from ``erasures.json`` beside the backup, which the worker
rewrites with each daily backup. They name tables, row numbers and keys, no personal data.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.db import connection

from opora.core.access import SYSTEM
from opora.core.models import ErasureAct
from opora.core.russian import plural
from opora.core.survival.carried import carried
from opora.core.survival.errors import SurvivalError, of_system
from opora.core.transactions import act

NAME = "erasures.json"
CODE = "core.erasures"
_FIELDS = ("table", "kind", "object_id", "keys", "ground", "account_id")


def take() -> list[dict[str, Any]]:
    """The acts of this database, oldest first."""
    return list(ErasureAct.objects.order_by("pk").values(*_FIELDS))


def give(rows: list[dict[str, Any]]) -> str:
    """Make those acts again that the restored database does not know: in its change history and access journal.

    The object's own row belongs to its room, which declares its own pair.
    """
    known = {_name(row) for row in take()}
    missing = [row for row in rows if _name(row) not in known]
    with act(SYSTEM), connection.cursor() as cursor:
        for row in missing:
            cursor.execute("SELECT erase_personal(%s, %s, %s, %s, %s, %s)", [row[field] for field in _FIELDS])
    acts = plural(
        len(missing), "удаление персональных данных", "удаления персональных данных", "удалений персональных данных"
    )
    return f"Повторено после копии: {acts}." if missing else ""


def _name(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["table"], row["kind"], row["object_id"], tuple(sorted(row["keys"])))


def keep(folder: Path) -> None:
    """Write the acts of today beside the backups, whole or not at all."""
    draft = folder / f".{NAME}.{os.getpid()}"
    try:
        draft.write_text(json.dumps(take(), ensure_ascii=False), encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(folder / NAME)
    except OSError as error:
        raise of_system(error, f"записать {folder / NAME}") from error


def beside(backup: Path) -> list[dict[str, Any]]:
    """The acts kept beside a backup; none when there is no list. Raises SurvivalError when it cannot be read."""
    path = backup.with_name(NAME)
    if not path.exists():
        return []
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        for row in rows:
            _name(row)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SurvivalError(f"Список удалений {path} не читается: без него удалённое вернулось бы. {error}") from error
    return rows


carried(CODE, take=take, give=give)
