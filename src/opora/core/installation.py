"""Is the installation sound: database, migrations, worker, letters, files. Part of ``opora doctor``."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable

from django.db import connection

from opora.config.env import env
from opora.core import clock, doctor, soundness
from opora.core.doctor import Finding
from opora.core.health import OLDEST_SERVER
from opora.core.letters import MOST_ATTEMPTS
from opora.core.models import Job, Letter
from opora.core.survival import retention, versions

LATE = dt.timedelta(minutes=10)
"""A job or a letter that has waited longer than this shows that nobody works."""
LEAST_SPACE = 256  # MB


def check() -> list[Finding]:
    """Every check of the installation and of what the rooms declared. Reads only.

    With pending or unknown migrations nothing more can be asked.
    """
    found = [_version(), _migrations(), _newer()]
    if all(one.ok for one in found):
        found += [step() for step in _LATER]
        found += soundness.examine()
        found += doctor.examine()
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
    waiting = versions.waiting()
    return Finding(
        "database.migrations",
        "Все изменения структуры базы применены",
        waiting == 0,
        waiting,
        "Выполните: opora manage migrate.",
    )


def _newer() -> Finding:
    unknown = versions.unknown(versions.applied())
    return Finding(
        "database.newer",
        "База не от более новой версии Опоры",
        not unknown,
        len(unknown),
        f"Эта версия не знает изменений структуры ({', '.join(unknown[:3])}). Установите версию, которая их применила.",
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


def _leases() -> Finding:
    rows = Job.objects.filter(state=Job.State.RUNNING, leased_until__lt=clock.now() - LATE)
    return Finding(
        "jobs.lease",
        "Прерванные задания подхвачены снова",
        not rows.exists(),
        rows.count(),
        "Исполнитель остановился посреди задания, и никто его не продолжил. Запустите: opora work.",
        tuple(rows.order_by("pk").values_list("pk", flat=True)[:10]),
    )


def _space() -> Finding:
    free = shutil.disk_usage(env.home).free // 2**20 if env.home.exists() else LEAST_SPACE
    return Finding(
        "disk.space",
        f"На диске с данными свободно больше {LEAST_SPACE} МБ",
        free >= LEAST_SPACE,
        free,
        f"Освободите место на диске с папкой {env.home}: когда он заполнится, запись остановится.",
    )


def _backup() -> Finding:
    """Only where backups are set up; the figure is the age of the newest in hours."""
    title = "Свежая копия есть в папке копий"
    if env.backup_dir is None:
        return Finding("backup.fresh", "Копии по расписанию не настроены (OPORA_BACKUP_DIR)", True, 0, "")
    age = retention.newest_age(env.backup_dir)
    hours = int(age.total_seconds() // 3600) if age is not None else -1
    return Finding(
        "backup.fresh",
        title,
        age is not None and age <= 2 * retention.EVERY,
        hours,
        f"В папке {env.backup_dir} (OPORA_BACKUP_DIR) нет копии за двое суток: проверьте, что opora work запущен "
        "и может писать в неё.",
    )


_LATER: tuple[Callable[[], Finding], ...] = (
    _jobs_late,
    _jobs_failed,
    _leases,
    _letters_late,
    _letters_undeliverable,
    _space,
    _backup,
)
