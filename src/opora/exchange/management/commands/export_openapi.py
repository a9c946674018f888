"""Write the OpenAPI document, or check that the kept one is current (a step of CI)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from opora.exchange.api.api import api


class Command(BaseCommand):
    help = "Описание API (OpenAPI)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--check", action="store_true", help="сравнить, не записывать")

    def handle(self, *args: Any, **options: Any) -> None:
        current = json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), ensure_ascii=False, indent=1) + "\n"
        path: Path = options["path"]
        if not options["check"]:
            path.write_text(current, encoding="utf-8")
            return
        if not path.is_file() or path.read_text(encoding="utf-8") != current:
            self.stderr.write(f"{path} отстал от кода. Обновите: opora manage export_openapi {path}")
            raise SystemExit(1)
