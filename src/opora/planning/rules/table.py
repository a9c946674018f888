"""A plan as a table of texts → sections, items and sub-rows with repaired numbers, and what was repaired (I1).

Word loses the first half of "1.1" when a list is renumbered ("11."), a section's number stands alone, a sub-row begins
with a dash and has no number at all; a spreadsheet takes "1.10" for 1.1 and "1.2" for the first of February.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

COLUMNS = ("content", "quantity", "report_form", "due", "responsible")
_SECTION_TEXT = re.compile(r"^(?:раздел\s*)?(\d{1,2}|[IVX]{1,5})(?:[.)]|\s|$)\s*(\S.*)$", re.IGNORECASE)
_DASH = re.compile(r"^\s*[-–—−•·▪]\s*")
_CANCELLED = re.compile(r"\s*\(отменено: .*\)$", re.IGNORECASE)
"""What our own papers add to the content of a cancelled item."""
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}


@dataclass(frozen=True, slots=True)
class Remark:
    """What was repaired (warning) or cannot be (error), in the row of the file."""

    row: int
    column: str
    code: str
    message: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the plan: `number` is 1.5, or 2.4.1 for a sub-row."""

    row: int
    number: str
    content: str
    quantity: str = ""
    report_form: str = ""
    due: str = ""
    responsible: str = ""

    @property
    def section(self) -> int:
        return int(self.number.split(".")[0])

    @property
    def parent(self) -> str:
        """The number of the item that this sub-row belongs to; "" for an item."""
        head, _, _ = self.number.rpartition(".")
        return head if "." in head else ""

    @property
    def order(self) -> tuple[int, ...]:
        return order_of(self.number)


@dataclass
class Table:
    """What a file says: titles of its sections by number, its items in order."""

    sections: dict[int, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def order_of(number: str) -> tuple[int, ...]:
    """«2.10» after «2.9»."""
    return tuple(int(part) for part in number.split("."))


def is_number(text: str) -> bool:
    """1.5 or 2.4.1."""
    return re.fullmatch(r"[1-9]\d?(\.[1-9]\d{0,2}){1,2}", text) is not None


def text_of(value: Any) -> str:
    """A cell as text: blanks squeezed, a whole number without ".0", a date as people write it."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).replace("\u00a0", " ").replace("\u200b", "").split())


def read(rows: Iterable[tuple[int, dict[str, Any]]]) -> Table:
    """Rows (number in the file, cells by the names of COLUMNS and "number", "section") → the plan's table."""
    reader = _Reader()
    for row, cells in rows:
        reader.take(row, cells)
    return reader.table


class _Reader:
    def __init__(self) -> None:
        self.table = Table()
        self.section = 0
        self.last = 0
        """The last number given in the present section."""
        self.sub = 0
        self.raw = ""
        """The number cell of the last item: merged over its parts, it comes again with each of them."""
        self.used: set[str] = set()

    def take(self, row: int, cells: dict[str, Any]) -> None:
        raw = _raw_number(cells.get("number"))
        texts = {name: text_of(cells.get(name)) for name in COLUMNS}
        texts["content"] = _CANCELLED.sub("", texts["content"])
        rest = [texts[name] for name in COLUMNS if name != "content"]
        if not raw and not any(texts.values()):
            return
        if _is_repeated_heading(raw, texts):
            return
        if self._is_section(raw, texts["content"], rest):
            return
        self._item(row, raw, texts)

    # --- sections -------------------------------------------------------------------------------------------

    def _is_section(self, raw: str, content: str, rest: list[str]) -> bool:
        """A row that is only a number and a title, the next number after the present section's."""
        if any(rest):
            return False
        number, title = _section_number(raw), content
        if number is None:
            found = _SECTION_TEXT.match(raw if raw and not content else content if not raw else "")
            if found is None:
                return False
            number, title = _section_number(found.group(1)), found.group(2)
        if number is None or not title or number <= self.section or self._continues(number):
            return False
        self._enter(number)
        self.table.sections[number] = title
        return True

    def _continues(self, number: int) -> bool:
        """«33.» in section 3 after 3.2 is the next item, not section 33."""
        return bool(self.section) and str(number) == f"{self.section}{self.last + 1}"

    def _enter(self, number: int) -> None:
        self.section, self.last, self.sub, self.raw = number, 0, 0, ""

    # --- items ----------------------------------------------------------------------------------------------

    def _item(self, row: int, raw: str, texts: dict[str, str]) -> None:
        content = texts["content"]
        if not content:
            self._say(row, "Содержание работы", "content_missing", "Содержание работы не указано.", error=True)
            return
        merged = bool(raw) and raw == self.raw
        if self.last and (merged or (not raw and _DASH.match(content))):
            self._sub_row(row, texts)
            return
        self.raw = raw
        number = self._number(row, raw)
        if number is None:
            return
        if number in self.used:
            repaired = f"{number.split('.')[0]}.{self.last + 1}"
            self._say(row, "№", "number_repeated", f"Номер {number} уже занят, пункту дан номер {repaired}.")
            number = repaired
        self._keep(row, number, texts | {"content": content})

    def _sub_row(self, row: int, texts: dict[str, str]) -> None:
        self.sub += 1
        number = f"{self.section}.{self.last}.{self.sub}"
        self._say(row, "№", "sub_row", f"Строка без номера стала частью {number} пункта {self.section}.{self.last}.")
        self._keep(row, number, texts | {"content": _DASH.sub("", texts["content"])})

    def _number(self, row: int, raw: str) -> str | None:
        """The item's number: as written, or restored from what is left of it."""
        groups = [int(part) for part in re.findall(r"\d+", raw)]
        if is_number(".".join(map(str, groups))) and groups[0] == (self.section or groups[0]):
            self.section = groups[0]
            restored = ".".join(map(str, groups))
            return self._after_ten(row, raw, restored)
        if not self.section:
            if len(groups) > 1:
                self._enter(groups[0])
                return self._number(row, raw)
            text = "До первого раздела: поставьте перед ним строку с номером и названием раздела."
            self._say(row, "№", "section_missing", text, error=True)
            return None
        if len(groups) > 1 and groups[0] > self.section and is_number(".".join(map(str, groups))):
            self._enter(groups[0])
            return ".".join(map(str, groups))
        restored = f"{self.section}.{self._restored(groups)}"
        if not groups:
            self._say(row, "№", "number_missing", f"Номера не было, пункту дан номер {restored}.")
        else:
            self._say(row, "№", "number_restored", f"Номер «{raw}» прочитан как {restored}.")
        return restored

    def _restored(self, groups: list[int]) -> int:
        """The second half of the number: «11.» is 1.1 in section 1, «3.» is 7.3 in section 7; else the next one."""
        expected = self.last + 1
        if len(groups) != 1:
            return expected
        digits, head = str(groups[0]), str(self.section)
        possible = [groups[0]]
        if digits.startswith(head) and len(digits) > len(head):
            possible.insert(0, int(digits[len(head) :]))
        possible = [one for one in possible if one and f"{self.section}.{one}" not in self.used]
        return expected if expected in possible or not possible else possible[0]

    def _after_ten(self, row: int, raw: str, number: str) -> str:
        """A spreadsheet keeps 1.10 as 1.1: after 1.9 the repeated 1.1 is the tenth."""
        tenth = f"{self.section}.{self.last + 1}"
        if number in self.used and self.last + 1 == order_of(number)[-1] * 10:
            self._say(row, "№", "number_restored", f"Номер «{raw}» прочитан как {tenth}.")
            return tenth
        return number

    def _keep(self, row: int, number: str, texts: dict[str, str]) -> None:
        parts = order_of(number)
        if len(parts) == 2:
            self.last, self.sub = parts[1], 0
        else:
            self.last, self.sub = parts[1], parts[2]
        self.used.add(number)
        texts = {name: "" if _DASH.fullmatch(text) else text for name, text in texts.items()}
        self.table.lines.append(Line(row, number, **texts))

    def _say(self, row: int, column: str, code: str, message: str, *, error: bool = False) -> None:
        self.table.remarks.append(Remark(row, column, code, message, error))


def _raw_number(value: Any) -> str:
    """A spreadsheet's date is the number that was typed: 1 February is 1.2."""
    if isinstance(value, dt.datetime | dt.date):
        return f"{value.day}.{value.month}"
    return text_of(value)


def _section_number(raw: str) -> int | None:
    text = raw.strip(" .)")
    if text.upper() in _ROMAN:
        return _ROMAN[text.upper()]
    return int(text) if text.isdigit() and 0 < int(text) < 100 else None


def _is_repeated_heading(raw: str, texts: dict[str, str]) -> bool:
    """The heading again on the next page, or the row «1 2 3 4 5» under it."""
    if texts["content"].lower().startswith(("содержание работы", "содержание деятельности", "мероприятие")) and (
        "колич" in texts["quantity"].lower() or "срок" in texts["due"].lower()
    ):
        return True
    cells = [raw, *(texts[name] for name in COLUMNS)]
    filled = [cell for cell in cells if cell]
    return len(filled) >= 3 and filled == [str(number) for number in range(1, len(filled) + 1)]
