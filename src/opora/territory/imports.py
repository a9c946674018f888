"""Layouts of the municipal classifier (ОКТМО) as found: a table with headings, and the raw file as distributed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from opora.core import identifiers
from opora.core.registers import Layout
from opora.core.registers.importing.declaration import Level, Problem, Record
from opora.core.registers.importing.headings import folded
from opora.territory import russia
from opora.territory.models import Municipality

_CODE = re.compile(r"^\d{2}\s?\d{3}\s?\d{3}(\s?\d{3})?$")
_BLANKS = re.compile(r"[\s\u00a0]+")
_KIND_OF_DIGIT = {
    "5": Municipality.Kind.MUNICIPAL_OKRUG,
    "6": Municipality.Kind.DISTRICT,
    "7": Municipality.Kind.URBAN_OKRUG,
    "3": Municipality.Kind.INNER,
    "8": Municipality.Kind.DISTRICT,
    "9": Municipality.Kind.INNER,
}
FEWEST_DIGITS = 4
"""A first cell with fewer digits is no damaged code but words: a note between the lines."""
COLUMNS = ("oktmo", "parent_oktmo", "name", "kind", "centre_name", "region")
HEADED = {"октмо": "code", "кч": "check", "наименование": "name", "центр": "centre", "уровень": "level"}


def kind_of(code: str) -> str:
    """The kind of a municipality by its classifier code."""
    if code[5:8] != "000":
        return Municipality.Kind.INNER if code[2] == "3" else Municipality.Kind.SETTLEMENT
    return _KIND_OF_DIGIT.get(code[2], Municipality.Kind.DISTRICT)


def is_group(code: str, name: str) -> bool:
    """Lines that only head a group: the region itself, «Муниципальные районы …», «Сельские поселения … района/»."""
    return name.endswith("/") or code.endswith("00000") or (code[5:] != "000" and code[6:8] == "00")


def region_text(code: str) -> str:
    """The code of the region that a municipality's code belongs to (eight digits)."""
    subject = russia.by_oktmo(code)
    return subject.oktmo if subject else code[:2].ljust(8, "0")


def _record(row: int, code: str, check: str, name: str, centre: str) -> Record | Problem:
    """One line of the classifier."""
    bare = _BLANKS.sub("", code)
    name = name.strip().removeprefix("- ").removeprefix("– ").strip()
    if not bare and not name:
        return Problem(row, "", "note", "Пустая строка пропущена.", "warning")
    if not _CODE.match(code.strip()):
        if sum(sign.isdigit() for sign in bare) >= FEWEST_DIGITS:
            said = Problem(row, "ОКТМО", "value", f"«{code.strip()}» – не код ОКТМО: нужно 8 цифр.")
            return Record(row, {}, (said,))
        text = " ".join(part for part in (code.strip(), name) if part)
        return Problem(row, "", "note", f"Примечание классификатора: {text}", "warning")
    try:
        identifiers.oktmo(bare, check=check)
    except ValueError as error:
        return Record(row, {}, (Problem(row, "КЧ", "check_digit", str(error)),))
    if len(bare) == 11:
        return Record(
            row, {}, (_skipped(row, "Код населённого пункта: загружается в реестр населённых пунктов."),), skip=True
        )
    if is_group(bare, name):
        return Record(
            row, {}, (_skipped(row, f"Заголовок группы «{name.rstrip('/')}»: это не муниципалитет."),), skip=True
        )
    parent = f"{bare[:5]}000" if bare[5:] != "000" else ""
    return Record(
        row,
        {
            "oktmo": bare,
            "parent_oktmo": parent,
            "name": name,
            "kind": kind_of(bare),
            "centre_name": centre.strip(),
            "region": region_text(bare),
        },
    )


def _skipped(row: int, message: str) -> Problem:
    level: Level = "warning"
    return Problem(row, "", "group", message, level)


def _is_raw(sample: Sequence[Sequence[str]]) -> bool:
    """Most lines are «code;check digit;name;centre», and the second cell is nothing but a digit."""
    coded = [cells for cells in sample if len(cells) >= 3 and _CODE.match(cells[0].strip())]
    checked = [cells for cells in coded if len(cells[1].strip()) == 1 and cells[1].strip().isdigit()]
    return len(checked) * 3 >= len(sample) > 0 and len(checked) * 10 >= len(coded) * 9 and not _heading(sample)


def _raw(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Record | Problem]:
    for number, cells in rows:
        texts = ["" if cell is None else str(cell) for cell in (*cells, "", "", "", "")]
        yield _record(number, texts[0], texts[1], texts[2], texts[3])


def _heading(sample: Sequence[Sequence[str]]) -> dict[str, int]:
    """Places of the classifier's own headings in the first row, empty when it is another table."""
    if not sample:
        return {}
    places: dict[str, int] = {}
    for place, cell in enumerate(sample[0]):
        name = folded(cell)
        for heading, meaning in HEADED.items():
            if name == heading or name.startswith(f"{heading} "):
                places.setdefault(meaning, place)
    return places if {"code", "check", "name"} <= set(places) else {}


def _is_table(sample: Sequence[Sequence[str]]) -> bool:
    return bool(_heading(sample))


def _table(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Record | Problem]:
    places: dict[str, int] = {}
    for number, cells in rows:
        texts = ["" if cell is None else str(cell) for cell in cells]
        if not places:
            places = _heading([texts])
            continue
        cell = {name: texts[place] if place < len(texts) else "" for name, place in places.items()}
        yield _record(number, cell["code"], cell["check"], cell["name"], cell.get("centre", ""))


LAYOUTS = (
    Layout("oktmo_table", "классификатор ОКТМО, таблица с заголовком", COLUMNS, _is_table, _table),
    Layout("oktmo_raw", "классификатор ОКТМО, как распространяется", COLUMNS, _is_raw, _raw),
)


def fill(values: dict[str, Any]) -> None:
    """The region and the time zone of a new row come from the first digits of its code unless the file names them."""
    code = _BLANKS.sub("", str(values.get("oktmo") or ""))
    subject = russia.by_oktmo(code) if code[:2].isdigit() else None
    if subject is not None:
        for name, value in (("region", subject.oktmo), ("time_zone", subject.zone)):
            if values.get(name) in (None, ""):
                values[name] = value
    elif code[:2].isdigit() and values.get("region") in (None, ""):
        values["region"] = region_text(code)
