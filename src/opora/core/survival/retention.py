"""Backups by themselves: once a day into OPORA_BACKUP_DIR, the last OPORA_BACKUP_KEEP of them are kept."""

from __future__ import annotations

import datetime as dt
import logging
import re
from pathlib import Path

from django_tasks import task

from opora.config.env import env
from opora.core import clock
from opora.core.jobs import periodic
from opora.core.survival import backup, erasures
from opora.core.survival.errors import of_system

EVERY = dt.timedelta(days=1)
NAME = re.compile(r"opora-\d{4}-\d\d-\d\d-\d{6}\.zip")
ABANDONED = dt.timedelta(days=1)
"""A draft older than this was left by a backup that was killed."""
logger = logging.getLogger("opora.backup")


@periodic("core.backup", every=EVERY)
@task()
def back_up() -> dict[str, object]:
    """One backup of today; nothing when no folder is set. A run that comes again finds its file and adds none."""
    return into(env.backup_dir, env.backup_keep) if env.backup_dir else {}


def into(folder: Path, keep: int) -> dict[str, object]:
    """Make the backup of this moment in `folder`, then remove the oldest beyond `keep`. Foreign files stay."""
    target = folder / f"opora-{clock.now().astimezone(dt.UTC):%Y-%m-%d-%H%M%S}.zip"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise of_system(error, f"создать папку копий {folder}") from error
    manifest = backup.take(target, tell=lambda text: logger.info("backup", extra={"event": text}))
    erasures.keep(folder)
    if manifest.lost:
        logger.error("backup without lost documents", extra={"event": str(len(manifest.lost))})
    return {"file": target.name, "rows": manifest.rows, "files": len(manifest.files), "removed": clean(folder, keep)}


def clean(folder: Path, keep: int) -> int:
    """Remove backups beyond the newest `keep`, and drafts that nobody writes any more; how many went."""
    edge = (clock.now() - ABANDONED).timestamp()
    try:
        old = made(folder)[:-keep]
        old += [one for one in folder.glob(".opora-*.zip.*.part") if one.stat().st_mtime < edge]
        for one in old:
            one.unlink()
    except OSError as error:
        raise of_system(error, f"убрать старые копии из {folder}") from error
    return len(old)


def made(folder: Path) -> list[Path]:
    """Our backups in `folder`, oldest first."""
    return sorted(one for one in folder.iterdir() if NAME.fullmatch(one.name))


def newest_age(folder: Path) -> dt.timedelta | None:
    """Age of the newest backup; None when there is none. Raises SurvivalError when the folder cannot be read."""
    try:
        files = made(folder)
        if not files:
            return None
        moment = dt.datetime.fromtimestamp(files[-1].stat().st_mtime, dt.UTC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise of_system(error, f"прочитать папку копий {folder}") from error
    return clock.now() - moment
