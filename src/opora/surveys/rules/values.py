"""Reading what people type into cells, and writing it back: exact numbers, dates, choices, texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from opora.surveys.rules.definition import (
    CHOICE,
    DATE,
    MOST_OPEN_ROWS,
    NUMBER,
    TABLE,
    Address,
    Column,
    Definition,
    Field,
    Section,
    place,
    section_addresses,
)

Typed = Decimal | dt.date | str
LARGEST = Decimal(10) ** 15
LONGEST_TEXT = 4000
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell."""

    address: Address
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Cells typed into a section (empty ones are absent) and what could not be read."""

    cells: Mapping[Address, Typed]
    problems: tuple[Problem, ...] = ()


def read_number(text: str, digits: int) -> Decimal:
    """«1 250,5» → exact Decimal. Raises ValueError with a Russian sentence; a dash means nought is not known."""
    cleaned = "".join(text.replace(NBSP, " ").replace(",", ".").split())
    try:
        value = Decimal(cleaned)
    except InvalidOperation:
        raise ValueError(f"«{text.strip()}» – не число. Напишите цифрами, например 12.") from None
    if not value.is_finite() or abs(value) >= LARGEST:
        raise ValueError(f"«{text.strip()}» – слишком большое число.")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > digits and value != value.quantize(Decimal(1).scaleb(-digits)):
        if not digits:
            raise ValueError("Здесь нужно целое число.")
        raise ValueError(f"После запятой не больше {digits} {'знака' if digits == 1 else 'знаков'}.")
    if value < 0:
        raise ValueError("Число не может быть меньше нуля.")
    return value


def read_date(text: str) -> dt.date:
    """«2026-10-12» of the browser's calendar or «12.10.2026»."""
    text = text.strip()
    try:
        if "." in text:
            day, month, year = text.split(".")
            return dt.date(int(year), int(month), int(day))
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"«{text}» – не дата. Напишите так: 12.10.2026.") from None


def read_cell(spec: Field | Column, text: str) -> Typed:
    """A value of the cell's kind. Raises ValueError in Russian."""
    if spec.kind == NUMBER:
        return read_number(text, spec.digits)
    if spec.kind == DATE:
        return read_date(text)
    value = text.strip()
    if spec.kind == CHOICE and value not in spec.choices:
        raise ValueError(f"«{value}» нет в списке ответов.")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"Текст длиннее {LONGEST_TEXT} знаков.")
    return value


def spec_of(form: Definition, address: Address) -> Field | Column | None:
    """The field or the column that says what a cell holds."""
    found = form.field(address.field)
    if found is None:
        return None
    return found[1].column(address.column) if found[1].kind == TABLE else found[1]


def read_section(form: Definition, section: Section, posted: Mapping[str, str]) -> Reading:
    """What a page of a section sent. Names of inputs are keys of addresses; rows of open tables are found by them."""
    cells: dict[Address, Typed] = {}
    problems: list[Problem] = []
    for address in section_addresses(section, posted_rows(section, posted)):
        text = posted.get(address.key, "")
        spec = spec_of(form, address)
        if not text.strip() or spec is None:
            continue
        try:
            cells[address] = read_cell(spec, text)
        except ValueError as error:
            where = place(form, address)
            problems.append(Problem(address, f"{where[0].upper()}{where[1:]}: {error}"))
    return Reading(cells, tuple(problems))


def posted_rows(section: Section, posted: Mapping[str, str]) -> dict[str, list[str]]:
    """Rows of open tables that hold anything, numbered anew from 1 by their order."""
    found: dict[str, list[str]] = {}
    for one in section.fields:
        if one.open_rows:
            prefix = f"v-{one.code}-"
            names = (name.removeprefix(prefix) for name, text in posted.items() if name.startswith(prefix) and text)
            numbers = {int(name.split("-")[0]) for name in names if name.split("-")[0].isdigit()}
            found[one.code] = [str(number) for number in sorted(numbers) if number <= MOST_OPEN_ROWS]
    return found


def shown(value: Typed | None) -> str:
    """A value as people read it: «1 250,5», «12.10.2026»."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:,f}".replace(",", NBSP)
        return text.rstrip("0").rstrip(".").replace(".", ",") if "." in text else text
    return f"{value:%d.%m.%Y}" if isinstance(value, dt.date) else value


def typed_again(value: Typed | None) -> str:
    """A value for its input: numbers without blanks, dates in the browser's form."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return shown(value).replace(NBSP, "") if isinstance(value, Decimal) else value or ""


def missing(form: Definition, filled: Iterable[Address]) -> list[str]:
    """Required cells that are empty, in words; a required table wants every cell of its required columns."""
    present = set(filled)
    rows_of: dict[str, list[str]] = {}
    for address in present:
        if address.row and address.row not in rows_of.setdefault(address.field, []):
            rows_of[address.field].append(address.row)
    found = []
    for address in form.addresses(rows_of):
        spec = spec_of(form, address)
        if spec is not None and spec.required and address not in present:
            found.append(place(form, address))
    for section in form.sections:
        found += [
            f"раздел {section.code}, «{one.title}»: ни одной строки"
            for one in section.fields
            if one.kind == TABLE and one.open_rows and one.required and not rows_of.get(one.code)
        ]
    return found
