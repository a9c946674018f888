"""``import.children``: ``opora import children`` from CSV and from XLSX into an empty register."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection

from opora.core import clock, identifiers
from opora.core.registers import registry
from opora.demo import loading
from opora.demo.bench import machine
from opora.demo.bench.figures import Outcome, Repetition, Target
from opora.demo.bench.stage import CannotMeasure, Stage

HEADINGS = ("Фамилия", "Имя", "Отчество", "Дата рождения", "Пол", "СНИЛС", "Муниципалитет", "Адрес", "Школа", "Класс")
MUNICIPALITIES = 42
SYLLABLES = ("бе", "во", "га", "ду", "же", "за", "ки", "ло", "ма", "не", "по", "ре", "си", "ту", "фе", "ча")
FIRST = (("m", ("Иван", "Пётр", "Семён", "Артём", "Глеб", "Лев")), ("f", ("Анна", "Мария", "Алёна", "Вера", "Ева")))
FATHERS = ("Иван", "Олег", "Антон", "Роман", "Степан", "Тимур", "Богдан", "Максим")


def import_children(stage: Stage) -> Outcome:
    """Write both files, then import each into the empty register by turns."""
    if registry.find("children") is None:
        raise CannotMeasure("в этой сборке нет реестра children")
    count = stage.size(336_100, 20_000, 300)
    _municipalities()
    files = {"CSV": stage.home / "children.csv", "XLSX": stage.home / "children.xlsx"}
    write_csv(files["CSV"], count)
    write_xlsx(files["XLSX"], count)
    repetitions: list[Repetition] = []
    for number in range(stage.repetitions):
        figures: Repetition = {}
        for kind, path in files.items():
            stage.say(f"  {kind}, {number + 1} из {stage.repetitions}")
            figures |= _import(stage, kind, path, count)
        repetitions.append(figures)
    for path in files.values():
        path.unlink()
    return Outcome(
        dataset={"children": count, "columns": len(HEADINGS), "municipalities": MUNICIPALITIES},
        repetitions=repetitions,
        targets=[Target("CSV rows/s", 10_000, at_least=True), Target("CSV MB", 500), Target("XLSX MB", 500)],
        notes=["МБ: наибольшая память команды загрузки; строки в секунду – от её начала до конца"],
    )


def _import(stage: Stage, kind: str, path: Path, count: int) -> Repetition:
    """Rows per second and peak memory of the command; everything is checked to be there."""
    loading.empty("child, history, outbox, merge_task")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) child")
        cursor.execute("CHECKPOINT")
    command = [sys.executable, "-m", "opora.config.cli", "import", "children", str(path), "--json"]
    began = time.monotonic()
    with open(stage.home / "import.json", "w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, stdout=said, env=stage.environment("children"))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - began
        said.seek(0)
        answer: dict[str, Any] = json.loads(said.read() or "{}")
    if process.returncode or answer.get("created") != count:
        raise RuntimeError(f"import of {path.name}: code {process.returncode}, {str(answer)[:500]}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM child")
        row = cursor.fetchone()
    assert row == (count,)
    return {f"{kind} rows/s": count / took, f"{kind} s": took, f"{kind} MB": usage.ru_maxrss / machine.RSS_UNIT}


def _municipalities() -> None:
    from opora.territory.models import Municipality, Region

    region, _ = Region.objects.get_or_create(code="99", defaults={"name": "Область замеров", "oktmo": "99000000"})
    for number in range(MUNICIPALITIES):
        Municipality.objects.get_or_create(oktmo=_oktmo(number), defaults={"region": region, "name": f"Район {number}"})


def _oktmo(number: int) -> str:
    return f"996{number:02d}000"


def children(count: int) -> Iterator[tuple[Any, ...]]:
    """Invented children with right check digits, none twice."""
    random = Random("children")
    today = clock.today()
    for number in range(count):
        sex, names = FIRST[number % 2]
        surname = "".join(SYLLABLES[(number >> shift) & 15] for shift in (0, 4, 8, 12, 16)).capitalize()
        father = random.choice(FATHERS)
        yield (
            surname + ("ин" if sex == "m" else "ина"),
            random.choice(names),
            father + ("ович" if sex == "m" else "овна"),
            today - dt.timedelta(days=random.randint(5 * 366, 17 * 365)),
            "мужской" if sex == "m" else "женский",
            _snils(number),
            _oktmo(number % MUNICIPALITIES),
            f"ул. Садовая, д. {number % 97 + 1}",
            f"Школа № {number % 40 + 1}",
            f"{number % 11 + 1}А",
        )


def _snils(number: int) -> str:
    """A made-up insurance number in the series that starts above the checked ones."""
    digits = f"{700_000_000 + number:09d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 0, -1), strict=True)) % 101
    return identifiers.snils(f"{digits}{total % 100:02d}")


def write_csv(path: Path, count: int) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        for row in children(count):
            writer.writerow([cell.strftime("%d.%m.%Y") if isinstance(cell, dt.date) else cell for cell in row])


def write_xlsx(path: Path, count: int) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Дети")
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_row(0, 0, HEADINGS)
    for line, row in enumerate(children(count), 1):
        for column, cell in enumerate(row):
            if isinstance(cell, dt.date):
                sheet.write_datetime(line, column, dt.datetime.combine(cell, dt.time()), day)
            else:
                sheet.write_string(line, column, cell)
    book.close()
