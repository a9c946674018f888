"""Is the installation sound: database, migrations, worker, letters, files. Part of ``opora doctor``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from opora.config.env import env
from opora.core import clock
from opora.core.files import path_of
from opora.core.health import OLDEST_SERVER
from opora.core.letters import MOST_ATTEMPTS
from opora.core.models import Job, Letter, StoredFile

LATE = dt.timedelta(minutes=10)
"""A job or a letter that has waited longer than this shows that nobody works."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `figure` is what was counted, `advice` in Russian what to do when it is not `ok`."""

    name: str
    title: str
    ok: bool
    figure: int
    advice: str
    sample: tuple[int, ...] = ()


def check() -> list[Finding]:
    """Every check of the installation; after pending migrations nothing more can be asked. Reads only."""
    found = [_version(), _migrations()]
    if all(one.ok for one in found):
        found += [step() for step in _LATER]
    return found


def _version() -> Finding:
    version = int(connection.pg_version)  # type: ignore[attr-defined]
    return Finding(
        "database.version",
        "Версия PostgreSQL не старше 17",
        version >= OLDEST_SERVER,
        version // 10000,
        "Обновите PostgreSQL до версии 17 или новее.",
    )


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return Finding(
        "database.migrations",
        "Все изменения структуры базы применены",
        waiting == 0,
        waiting,
        "Выполните: opora manage migrate.",
    )


def _jobs_late() -> Finding:
    late = Job.objects.filter(state=Job.State.READY, run_after__lt=clock.now() - LATE).count()
    return Finding(
        "jobs.late",
        "Задания берутся в работу вовремя",
        late == 0,
        late,
        "Запустите исполнителя заданий: opora work (или opora serve --with-worker).",
    )


def _jobs_failed() -> Finding:
    rows = Job.objects.filter(state=Job.State.FAILED)
    return Finding(
        "jobs.failed",
        "Нет заданий, которые не удалось выполнить",
        not rows.exists(),
        rows.count(),
        "Посмотрите ошибку задания в таблице job, устраните причину и верните его в состояние ready.",
        tuple(rows.order_by("pk").values_list("pk", flat=True)[:10]),
    )


def _letters_late() -> Finding:
    waiting = Letter.objects.filter(sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS).exclude(address="")
    late = waiting.filter(created_at__lt=clock.now() - LATE).count() if env.email_url else 0
    return Finding(
        "letters.late",
        "Письма уходят вовремя",
        late == 0,
        late,
        "Проверьте почтовый сервер (OPORA_EMAIL_URL) и что исполнитель заданий запущен.",
    )


def _letters_undeliverable() -> Finding:
    rows = Letter.objects.filter(sent_at__isnull=True, attempts__gte=MOST_ATTEMPTS).exclude(address="")
    return Finding(
        "letters.undeliverable",
        "Нет писем, которые почтовый сервер не принял",
        not rows.exists(),
        rows.count(),
        "Исправьте адрес в учётной записи; сообщение видно адресату в личном кабинете.",
        tuple(rows.order_by("pk").values_list("pk", flat=True)[:10]),
    )


def _files() -> Finding:
    lost = [pk for pk, digest in StoredFile.objects.values_list("pk", "sha256") if not path_of(digest).exists()]
    return Finding(
        "files.present",
        "Каждый документ лежит в папке файлов",
        not lost,
        len(lost),
        "Восстановите папку файлов из резервной копии: opora restore.",
        tuple(lost[:10]),
    )


_LATER: tuple[Callable[[], Finding], ...] = (_jobs_late, _jobs_failed, _letters_late, _letters_undeliverable, _files)
