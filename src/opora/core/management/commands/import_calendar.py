"""``opora manage import_calendar FILE``: a year's production calendar in the xmlcalendar layout."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from opora.core.workdays_import import import_year


class Command(BaseCommand):
    """Read one year; days that differ from the general rule become special days of the calendar."""

    help = "Загрузить производственный календарь года (формат xmlcalendar)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="файл XML одного года")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            year, count = import_year(Path(options["file"]).read_bytes())
        except OSError as error:
            raise CommandError(f"Файл не читается: {error}") from error
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"Календарь на {year} год загружен, особых дней: {count}.")
