"""Changing a form in the builder: pure steps from one definition to the next, refusals in Russian."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from opora.core.reasons import Reason, Refused
from opora.surveys.rules.definition import CHOICE, CODE, NUMBER, TABLE, Check, Column, Definition, Field, Row, Section
from opora.surveys.rules.evaluate import problem

T = TypeVar("T", Section, Field, Row, Column, Check)
MOST_CELLS = 3000
_SECTION_WORD = re.compile(r"(раздел\w*\s+)(\w+)", re.IGNORECASE)


def refuse(message: str, field: str = "", hint: str = "") -> Refused:
    return Refused(Reason("form", message, field=field, hint=hint))


def next_code(codes: Iterable[str], width: int = 0) -> str:
    """The number after the largest: «08» → «09»."""
    numbers = [int(code) for code in codes if code.isdigit()]
    return str(max(numbers, default=0) + 1).zfill(width)


def moved(items: Sequence[T], code: str, step: int) -> tuple[T, ...]:
    """The items with one of them a place up (-1) or down (+1); at the edge nothing changes."""
    found = list(items)
    at = next((place for place, one in enumerate(found) if one.code == code), -1)
    to = at + step
    if at >= 0 and 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
    return tuple(found)


def without(items: Sequence[T], code: str) -> tuple[T, ...]:
    return tuple(one for one in items if one.code != code)


def replaced(items: Sequence[T], changed: T, code: str) -> tuple[T, ...]:
    return tuple(changed if one.code == code else one for one in items)


def add_section(form: Definition, title: str) -> Definition:
    """A new section at the end, numbered on."""
    code = next_code(one.code for one in form.sections)
    return replace(form, sections=(*form.sections, Section(code, title.strip() or f"Раздел {code}")))


def change_section(form: Definition, code: str, **values: Any) -> Definition:
    section = form.section(code)
    if section is None:
        raise refuse(f"Раздела {code} в форме нет.")
    return replace(form, sections=replaced(form.sections, replace(section, **values), code))


def move_section(form: Definition, code: str, step: int) -> Definition:
    """Sections keep the order of their numbers: the numbers follow, also in the words of the checks."""
    return _numbered(form, moved(form.sections, code, step))


def drop_section(form: Definition, code: str) -> Definition:
    """Without the section and its checks; checks of others that name it are refused."""
    left = replace(form, checks=tuple(one for one in form.checks if one.section != code))
    named = [one for one in left.checks if any(found[1] == code for found in _SECTION_WORD.findall(one.text))]
    if named:
        raise refuse(f"На раздел {code} ссылается проверка «{named[0].text}». Сначала уберите её.")
    return _numbered(left, without(left.sections, code))


def _numbered(form: Definition, sections: tuple[Section, ...]) -> Definition:
    new = {one.code: str(place) for place, one in enumerate(sections, start=1)}

    def renamed(text: str) -> str:
        return _SECTION_WORD.sub(lambda found: found[1] + new.get(found[2], found[2]), text)

    checks = tuple(
        replace(one, section=new.get(one.section, one.section), text=renamed(one.text)) for one in form.checks
    )
    return Definition(tuple(replace(one, code=new[one.code]) for one in sections), checks)


def add_field(form: Definition, section: str, kind: str, title: str) -> tuple[Definition, str]:
    """A new field at the end of the section and its code; a table begins with one column and one row."""
    known = form.section(section)
    if known is None:
        raise refuse(f"Раздела {section} в форме нет.")
    code = next_code(one.code for each in form.sections for one in each.fields)
    made = Field(code, kind, title.strip() or "Без названия")
    if kind == TABLE:
        row = Row(next_code((r.code for s in form.sections for f in s.fields for r in f.rows), 2), "Строка")
        made = replace(made, columns=(Column("3", "Всего"),), rows=(row,))
    if kind == CHOICE:
        made = replace(made, choices=("Да", "Нет"))
    return change_section(form, section, fields=(*known.fields, made)), code


def change_field(form: Definition, code: str, change: Callable[[Field], Field]) -> Definition:
    found = form.field(code)
    if found is None:
        raise refuse("Такого поля в форме нет.")
    section, one = found
    return change_section(form, section.code, fields=replaced(section.fields, change(one), code))


def move_field(form: Definition, code: str, step: int) -> Definition:
    found = form.field(code)
    if found is None:
        raise refuse("Такого поля в форме нет.")
    return change_section(form, found[0].code, fields=moved(found[0].fields, code, step))


def drop_field(form: Definition, code: str) -> Definition:
    found = form.field(code)
    if found is None:
        raise refuse("Такого поля в форме нет.")
    return change_section(form, found[0].code, fields=without(found[0].fields, code))


def save_check(
    form: Definition, section: str, text: str, *, code: str = "", soft: bool = False, note: str = ""
) -> Definition:
    """Add a check or change the one with that code. Refused when it cannot be read or names what is not there."""
    made = Check(
        code or next_code(one.code for one in form.checks), section, " ".join(text.split()), soft, note.strip()
    )
    if why := problem(form, made):
        raise refuse(why, field="text")
    known = any(one.code == code for one in form.checks)
    return replace(form, checks=replaced(form.checks, made, code) if known else (*form.checks, made))


def drop_check(form: Definition, code: str) -> Definition:
    return replace(form, checks=without(form.checks, code))


def reasons(form: Definition) -> list[Reason]:
    """Why a form cannot be published: all reasons at once; empty when it can."""
    found: list[str] = []
    if not any(section.fields for section in form.sections):
        found.append("В форме нет ни одного поля.")
    codes = [one.code for section in form.sections for one in section.fields]
    found += [f"Номер поля {code} повторяется." for code in sorted({c for c in codes if codes.count(c) > 1})]
    for section in form.sections:
        if not section.fields:
            found.append(f"Раздел {section.code} пуст: добавьте поле или уберите раздел.")
        rows = [row.code for one in section.fields for row in one.rows]
        found += [
            f"Раздел {section.code}: номер строки {code} повторяется."
            for code in sorted({r for r in rows if rows.count(r) > 1})
        ]
        for one in section.fields:
            found += _field_faults(section, one)
    for check in form.checks:
        if why := problem(form, check):
            found.append(f"Раздел {check.section}, проверка «{check.text}»: {why}")
    if len(list(form.addresses({}))) > MOST_CELLS:
        found.append(f"В форме больше {MOST_CELLS} клеток: разделите её на две.")
    return [Reason("form", text) for text in found]


def _field_faults(section: Section, one: Field) -> list[str]:
    where = f"Раздел {section.code}, «{one.title}»"
    found = []
    if one.kind == CHOICE and len(one.choices) < 2:
        found.append(f"{where}: в списке меньше двух ответов.")
    if one.kind != TABLE:
        return found
    if not one.columns:
        found.append(f"{where}: в таблице нет граф.")
    if not one.rows and not one.open_rows:
        found.append(f"{where}: в таблице нет строк.")
    columns = [column.code for column in one.columns]
    found += [
        f"{where}: номер графы {code} повторяется." for code in sorted({c for c in columns if columns.count(c) > 1})
    ]
    items: tuple[Column | Row, ...] = (*one.columns, *one.rows)
    for item in items:
        if not CODE.match(item.code):
            found.append(f"{where}: номер «{item.code}» – только буквы и цифры, до 12 знаков.")
        if not item.title.strip():
            found.append(f"{where}: у {'графы' if isinstance(item, Column) else 'строки'} {item.code} нет названия.")
    found += [
        f"{where}: у графы {column.code} в списке меньше двух ответов."
        for column in one.columns
        if column.kind == CHOICE and len(column.choices) < 2
    ]
    return found


def indicators_of(form: Definition) -> dict[tuple[str, str, str, str], str]:
    """(section, field, row, column) → code of the indicator that fills the cell."""
    found = {}
    for section in form.sections:
        for one in section.fields:
            if one.kind == NUMBER and one.indicator:
                found[section.code, one.code, "", ""] = one.indicator
            for cell, code in one.bindings.items():
                row, _, column = cell.partition(".")
                found[section.code, one.code, row, column] = code
    return found
