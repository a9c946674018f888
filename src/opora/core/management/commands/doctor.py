"""``opora doctor [--json]``: the installation and everything that is always true of places and money."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from opora.core import installation
from opora.core.doctor import Finding


class Command(BaseCommand):
    """Reads only. Exit code 1 when something is not as it must be."""

    help = "Проверить данные и установку"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="ответ одним документом JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = installation.check()
        ok = all(one.ok for one in found)
        if options["json"]:
            document = {"ok": ok, "checks": [_document(one) for one in found]}
            self.stdout.write(json.dumps(document, ensure_ascii=False, indent=1))
        else:
            for one in found:
                self.stdout.write(_line(one))
            self.stdout.write("Всё в порядке." if ok else "Есть замечания: что делать, написано под каждым.")
        if not ok:
            raise SystemExit(1)


def _document(one: Finding) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "ok": one.ok,
        "figure": one.figure,
        "advice": "" if one.ok else one.advice,
        "sample": list(one.sample),
    }


def _line(one: Finding) -> str:
    if one.ok:
        return f"  в порядке  {one.title}"
    numbers = f" (номера: {', '.join(map(str, one.sample))})" if one.sample else ""
    return f"  НАРУШЕНО   {one.title}: {one.figure}{numbers}\n             {one.advice}"
