"""``opora demo``: the invented district or region, loaded once, then served."""

from __future__ import annotations

import datetime as dt
import sys
import time
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from opora.core import clock
from opora.core.access import ROLES


class Command(BaseCommand):
    """Migrate, load if it is not there, serve; messages go to standard error."""

    help = "Загрузить вымышленный район (или область) и показать его в браузере."
    requires_system_checks = ()  # the second start is to be quick; `opora doctor` checks

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=("district", "region"), default="district", help="район или область")
        parser.add_argument("--date", type=_date, help="день, на который верны цифры, ГГГГ-ММ-ДД; по умолчанию сегодня")
        parser.add_argument("--no-serve", action="store_true", help="только загрузить")
        parser.add_argument("--reset", action="store_true", help="стереть все данные и загрузить заново")

    def handle(self, *args: Any, **options: Any) -> None:
        from opora.demo import loading

        if _is_behind():  # "migrate" itself takes seconds even when there is nothing to do
            call_command("migrate", verbosity=0, interactive=False)
        if options["reset"]:
            loading.clear()
        date = options["date"] or clock.today()
        if loading.is_loaded():
            self._say("Вымышленные данные уже загружены. Заново: opora demo --reset.")
        else:
            self._load(options["size"], date)
        if not options["no_serve"]:
            sys.exit(self._serve())

    def _load(self, size: str, date: dt.date) -> None:
        from opora.demo import loading

        started = time.monotonic()
        if size == "region":
            from opora.demo.region import load_region

            self._say("Загружаем вымышленную область: 42 муниципалитета, это займёт несколько минут.")
            load_region(date)
        else:
            self._say("Загружаем вымышленный Зареченский район.")
            loading.load_district(date)
        self._say(f"Готово за {time.monotonic() - started:.0f} с.")

    def _serve(self) -> int:
        from opora.config.env import env
        from opora.config.serving import run

        address = env.base_url or f"http://127.0.0.1:{env.port}"
        return run(env.port, with_worker=True, on_ready=lambda: self._say(_greeting(address)))

    def _say(self, text: str) -> None:
        self.stderr.write(text, self.style.NOTICE if self.stderr.isatty() else None)


def _greeting(address: str) -> str:
    from opora.demo.rows.accounts import DOMAIN, PASSWORD

    lines = [f"  {role}@{DOMAIN}".ljust(34) + title for role, title in ROLES.items()]
    return "\n".join(
        ["", f"Опора открыта: {address}", f"Вход: пароль {PASSWORD}, адрес по роли:", *lines, "Остановить: Ctrl-C."]
    )


def _is_behind() -> bool:
    """Whether the database lacks a migration."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"Дата «{text}» не разобрана. Напишите так: 2026-11-22.", returncode=2) from None
