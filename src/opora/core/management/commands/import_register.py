"""`opora import REGISTER FILE`: load a register from a file, all or nothing."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from opora.core import russian
from opora.core.reasons import Busy, Forbidden
from opora.core.registers.command import actor_argument, register_argument
from opora.core.registers.importing.reading import Unreadable
from opora.core.registers.importing.report import Report
from opora.core.registers.importing.run import import_file

SHOWN = 50


class Command(BaseCommand):
    help = "Загрузить реестр из файла CSV, XLSX или JSON. Любая ошибка – ничего не записано."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "register", type=register_argument, metavar="REGISTER", help="реестр, например organisations"
        )
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="только проверить")
        parser.add_argument(
            "--accept-valid", action="store_true", help="записать строки без ошибок, остальные пропустить"
        )
        parser.add_argument("--encoding", default="auto", help="auto, utf-8 или windows-1251")
        parser.add_argument("--into", default="", metavar="KEY", help="куда загружать, если у реестра есть владелец")
        parser.add_argument("--json", action="store_true", help="итог одним документом JSON")
        parser.add_argument("--as", dest="email", default="", metavar="EMAIL", help="от чьего имени (иначе от системы)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"Файла {path} нет.", returncode=2)
        actor = actor_argument(options["email"])
        bar = tqdm(total=100, unit="%", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False)

        def progress(share: float, rows: int) -> None:
            bar.n = int(share * 100)
            bar.set_postfix_str(f"{rows}", refresh=True)

        try:
            report = import_file(
                actor,
                options["register"],
                path,
                dry_run=options["dry_run"],
                accept_valid=options["accept_valid"],
                encoding=options["encoding"],
                into=options["into"],
                progress=progress,
            )
        except Unreadable as error:
            self._refused(str(error), "unreadable", options["json"])
        except Forbidden:
            self._refused("У этой учётной записи нет права загружать реестр.", "forbidden", options["json"])
        except Busy as error:
            self._refused(str(error), "busy", options["json"])
        else:
            bar.close()
            self._show(report, options)

    def _refused(self, message: str, code: str, as_json: bool) -> None:
        if as_json:
            report = Report()
            answer = report.as_json() | {"errors": [{"row": 0, "column": "", "code": code, "message": message}]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stderr.write(message)
        sys.exit(1)

    def _show(self, report: Report, options: dict[str, Any]) -> None:
        if report.into and not options["into"]:
            self.stderr.write(f"Загружается в: {report.into}")
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            self._tell(report)
        if report.errors and not report.written and not options["dry_run"]:
            sys.exit(1)

    def _tell(self, report: Report) -> None:
        for problem in (*report.warnings[:SHOWN], *report.errors[:SHOWN]):
            word = "Ошибка" if problem.level == "error" else "Замечание"
            where = f"строка {problem.row}" if problem.row else "файл"
            column = f", {problem.column}" if problem.column else ""
            self.stderr.write(f"{word}: {where}{column}: {problem.message}")
        hidden = max(0, len(report.warnings) - SHOWN) + max(0, len(report.errors) - SHOWN)
        if hidden:
            self.stderr.write(f"… и ещё {russian.plural(hidden, 'замечание', 'замечания', 'замечаний')}")
        self.stdout.write(
            f"Прочитано {report.read}: новых {report.created}, изменённых {report.updated},"
            f" без изменений {report.unchanged}, с ошибками {report.rejected}."
            f" {'Записано' if report.written else 'Ничего не записано'}."
        )
