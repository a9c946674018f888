"""`opora backup FILE`: the database and the documents in one file, while everything runs."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from opora.core.russian import plural
from opora.core.survival import archive, backup
from opora.core.survival.errors import SurvivalError
from opora.core.survival.manifest import Manifest


class Command(BaseCommand):
    help = "Сохранить базу и документы в один файл, не останавливая работу; --check проверяет готовую копию."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="новый файл копии")
        parser.add_argument("--check", action="store_true", help="не снимать, а проверить готовую копию FILE")
        parser.add_argument("--json", action="store_true", help="итог одним документом JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"].absolute()
        started = time.monotonic()
        try:
            if options["check"]:
                manifest = archive.verify(path)
            else:
                manifest = backup.take(path, tell=lambda text: self.stderr.write(f"{text} …"))
            size = path.stat().st_size
        except SurvivalError as error:
            self._refused(str(error), as_json=options["json"])
        for digest in manifest.lost[:10]:
            self.stderr.write(f"Внимание: документа {digest} нет в папке файлов или он повреждён, в копии его нет.")
        if options["json"]:
            self.stdout.write(json.dumps(as_document(manifest) | {"ok": True, "bytes": size}, ensure_ascii=False))
            return
        verb = "Копия цела" if options["check"] else "Копия готова"
        self.stdout.write(
            f"{verb}: {path}, {size / 2**20:.1f} МБ, за {time.monotonic() - started:.0f} с. {contents(manifest)}"
        )

    def _refused(self, message: str, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"ok": False, "message": message}, ensure_ascii=False))
        self.stderr.write(message)
        sys.exit(1)


def contents(manifest: Manifest) -> str:
    """What is inside, in a sentence."""
    tables = plural(len(manifest.tables), "таблица", "таблицы", "таблиц")
    rows = plural(manifest.rows, "строка", "строки", "строк")
    files = plural(len(manifest.files), "документ", "документа", "документов")
    return f"Внутри {tables}, {rows}, {files}; состояние на {manifest.made_at} (UTC)."


def as_document(manifest: Manifest) -> dict[str, Any]:
    """The same for programs."""
    return {
        "made_at": manifest.made_at,
        "opora": manifest.opora,
        "postgresql": manifest.postgresql,
        "tables": len(manifest.tables),
        "rows": manifest.rows,
        "files": len(manifest.files),
        "lost": len(manifest.lost),
    }
