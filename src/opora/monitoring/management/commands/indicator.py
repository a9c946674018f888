"""`opora indicator CODE [--territory OKTMO] [--date D] --json`."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from opora.core.access import SYSTEM
from opora.core.reasons import Refused
from opora.monitoring import queries
from opora.monitoring.indicators import catalogue


class Command(BaseCommand):
    help = "Значение показателя"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", nargs="?")
        parser.add_argument("--territory", help="ОКТМО муниципалитета или региона")
        parser.add_argument("--date", type=dt.date.fromisoformat, help="дата, ГГГГ-ММ-ДД")
        parser.add_argument("--list", action="store_true", help="коды и названия")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            self._list(options["json"])
            return
        if not options["code"]:
            self.stderr.write("Назовите код показателя или --list.")
            raise SystemExit(2)
        try:
            figure = queries.figure(SYSTEM, options["code"], options["territory"], options["date"])
        except Refused as refused:
            self.stderr.write(str(refused))
            raise SystemExit(1) from None
        if options["json"]:
            self.stdout.write(json.dumps(figure.as_json(), ensure_ascii=False))
        else:
            parts = f" = {figure.numerator} / {figure.denominator}" if figure.denominator is not None else ""
            self.stdout.write(f"{figure.name}: {figure.value} {figure.unit}{parts} на {figure.date:%d.%m.%Y}")

    def _list(self, as_json: bool) -> None:
        items = [{"code": item.code, "name": item.name, "unit": item.unit} for item in catalogue()]
        if as_json:
            self.stdout.write(json.dumps({"items": items}, ensure_ascii=False))
            return
        for item in items:
            self.stdout.write(f"{item['code']:<32} {item['name']}, {item['unit']}")
