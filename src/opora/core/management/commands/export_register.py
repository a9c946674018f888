"""`opora export REGISTER FILE`: the same columns that import takes; `-` with `--json` prints the rows."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from opora.core.access import Actor
from opora.core.reasons import Refused
from opora.core.registers import access, export
from opora.core.registers.command import actor_argument, register_argument
from opora.core.registers.listing import base_rows, ordering


class Command(BaseCommand):
    help = "Выгрузить реестр в файл: .csv, .xlsx или .json; «-» печатает на стандартный вывод."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "register", type=register_argument, metavar="REGISTER", help="реестр, например organisations"
        )
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--json", action="store_true", help="с «-»: один документ JSON")
        parser.add_argument("--as", dest="email", default="", metavar="EMAIL", help="от чьего имени (иначе от системы)")

    def handle(self, *args: Any, **options: Any) -> None:
        register, actor = options["register"], actor_argument(options["email"])
        if not access.may(register, actor, "export"):
            self.stderr.write("У этой учётной записи нет права выгружать реестр.")
            sys.exit(1)
        if register.file is not None and not options["json"]:
            self._file(register.file, actor, options["file"])
            return
        rows, order = base_rows(register, actor), ordering(register, "")
        if options["file"] == "-":
            if options["json"]:
                items = list(export.json_items(register, rows, order))
                self.stdout.write(json.dumps({"items": items}, ensure_ascii=False))
            else:
                for lines in export.csv_lines(register, rows, order):
                    self.stdout.write(lines, ending="")
            return
        path = Path(options["file"])
        if not path.parent.is_dir():
            raise CommandError(f"Папки {path.parent} нет.", returncode=2)
        export.write_file(register, rows, path, order)
        self.stderr.write(f"Выгружено в {path}.")

    def _file(self, make: Callable[[Actor], bytes], actor: Actor, target: str) -> None:
        """A layout of its own; a refusal is told on standard error, nothing is written."""
        if target != "-" and not Path(target).parent.is_dir():
            raise CommandError(f"Папки {Path(target).parent} нет.", returncode=2)
        try:
            data = make(actor)
        except Refused as refused:
            for reason in refused.reasons:
                self.stderr.write(f"{reason.message} {reason.hint}".strip())
            sys.exit(1)
        if target == "-":
            sys.stdout.buffer.write(data)
            return
        Path(target).write_bytes(data)
        self.stderr.write(f"Выгружено в {target}.")
