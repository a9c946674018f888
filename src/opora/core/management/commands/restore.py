"""`opora restore FILE`: bring a backup to this installation and prove that it is equal."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from opora.core.management.commands.backup import as_document, contents
from opora.core.russian import plural
from opora.core.survival import restore
from opora.core.survival.errors import SurvivalError


class Command(BaseCommand):
    help = "Восстановить базу и документы из копии в пустую установку; равенство доказывается контрольными суммами."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--force", action="store_true", help="заменить базу, в которой уже есть данные")
        parser.add_argument("--json", action="store_true", help="итог одним документом JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            done = restore.put_back(
                options["file"].absolute(), force=options["force"], tell=lambda text: self.stderr.write(f"{text} …")
            )
        except SurvivalError as error:
            if options["json"]:
                self.stdout.write(json.dumps({"ok": False, "message": str(error)}, ensure_ascii=False))
            self.stderr.write(str(error))
            sys.exit(1)
        for digest in done.manifest.lost[:10]:
            self.stderr.write(f"Внимание: документа {digest} не было уже при снятии копии.")
        if options["json"]:
            document = as_document(done.manifest) | {
                "ok": True,
                "files_written": done.files_written,
                "files_there": done.files_there,
                "migrated": done.migrated,
                "replaced": done.replaced,
                "said": done.said,
            }
            self.stdout.write(json.dumps(document, ensure_ascii=False))
            return
        self.stdout.write(self._told(done, time.monotonic() - started))

    def _told(self, done: restore.Done, seconds: float) -> str:
        lines = [
            f"Восстановлено за {seconds:.0f} с. {contents(done.manifest)}",
            "Каждая таблица и каждый документ сверены с копией по контрольным суммам: равны.",
        ]
        if done.replaced:
            lines.append("Прежние данные этой базы заменены.")
        if done.files_there:
            there = plural(done.files_there, "документ", "документа", "документов")
            lines.append(f"Уже на месте и целы: {there}.")
        if done.migrated:
            lines.append(f"Применены изменения структуры новой версии: {done.migrated}.")
        lines += done.said
        lines.append("Дальше: opora doctor, затем opora serve.")
        return "\n".join(lines)
