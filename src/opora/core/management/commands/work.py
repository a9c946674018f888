"""`opora work`: the job worker."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from opora.core.jobs import worker


class Command(BaseCommand):
    help = "Исполнитель заданий: письма, сроки, пересчёты"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="выполнить то, что ждёт, и закончить")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            worker.plan_periodic()
            self.stderr.write(f"Выполнено заданий: {worker.drain()}")
            return
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        worker.loop(stop)
