"""Reading a file with children (XLSX, CSV) for a bulk application: columns by their Russian headings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from opora.core.registers.importing.headings import folded
from opora.core.registers.importing.reading import Unreadable, open_source
from opora.enrolment.services.desk import ListRow, checked

HEADINGS = {
    "last_name": {"фамилия", "last name"},
    "first_name": {"имя", "first name"},
    "patronymic": {"отчество", "patronymic"},
    "birth_date": {"дата рождения", "родился", "birth date"},
    "snils": {"снилс", "snils"},
    "full_name": {"фио", "ребенок", "фамилия имя отчество"},
}
MOST_ROWS = 500


def read_list(path: Path) -> list[ListRow]:
    """Rows of the file with their numbers. Raises Unreadable with a Russian sentence."""
    source = open_source(path, most=5_000_000)
    places: dict[str, int] = {}
    rows: list[ListRow] = []
    for number, cells in source:
        if not places:
            places = _places(cells)
            continue
        if any(str(cell or "").strip() for cell in cells):
            rows.append(_row(number, cells, places))
        if len(rows) > MOST_ROWS:
            raise Unreadable(f"В списке больше {MOST_ROWS} строк: разделите его.")
    if not places:
        raise Unreadable("Не нашлось колонок «Фамилия», «Имя», «Дата рождения».")
    if not rows:
        raise Unreadable("В файле нет ни одной строки с детьми.")
    return rows


def _places(cells: list[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        for code, words in HEADINGS.items():
            if folded(cell or "") in words:
                found.setdefault(code, place)
    named = "full_name" in found or {"last_name", "first_name"} <= set(found)
    return found if named and "birth_date" in found else {}


def _row(number: int, cells: list[Any], places: dict[str, int]) -> ListRow:
    def cell(code: str) -> Any:
        place = places.get(code)
        return cells[place] if place is not None and place < len(cells) else ""

    if "full_name" in places and "last_name" not in places:
        parts = [*str(cell("full_name") or "").split(), "", "", ""][:3]
    else:
        parts = [str(cell(code) or "").strip() for code in ("last_name", "first_name", "patronymic")]
    return checked(ListRow(number, parts[0], parts[1], parts[2]), cell("birth_date"), str(cell("snils") or ""))
