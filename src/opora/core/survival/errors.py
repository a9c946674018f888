"""Why a backup or a restore did not happen, in Russian for the person at the console."""

from __future__ import annotations

import errno

import psycopg


class SurvivalError(Exception):
    """Nothing was changed; ``str(error)`` says what stands in the way and what to do."""


def of_system(error: OSError, doing: str) -> SurvivalError:
    """The error of the file system in plain words: `doing` such as «записать копию /srv/a.opora»."""
    reasons = {
        errno.ENOSPC: "на диске кончилось место",
        errno.EDQUOT: "исчерпана дисковая квота",
        errno.EFBIG: "файл стал больше, чем разрешено",
        errno.EACCES: "нет права на запись или чтение",
        errno.EPERM: "действие не разрешено",
        errno.EROFS: "диск открыт только для чтения",
        errno.ENOENT: "нет такой папки или файла",
        errno.ENOTDIR: "на месте папки стоит файл",
        errno.EISDIR: "на месте файла стоит папка",
        errno.EIO: "ошибка диска",
    }
    why = reasons.get(error.errno or 0, error.strerror or str(error))
    return SurvivalError(f"Не удалось {doing}: {why}.")


def of_database(error: psycopg.Error, what: str) -> SurvivalError:
    """The error of the database in plain words; `what` such as «Копия не сделана»."""
    if isinstance(error, psycopg.errors.DiskFull):
        return SurvivalError(f"{what}: на диске сервера базы кончилось место.")
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return SurvivalError(f"{what}: роли базы не хватает прав. {str(error).strip()}")
    return SurvivalError(f"{what}: база недоступна или отказала. {str(error).strip()}")
