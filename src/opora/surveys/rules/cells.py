"""Which cells a control rule speaks about: the lines it runs over and the cells of each reference on a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from opora.surveys.rules.definition import NUMBER, TABLE, Address, Check, Definition, Field, Section
from opora.surveys.rules.language import COLUMN, FIELD, ROW, CheckError, Lines, Node, Operation, Ref, Rule

Numbers = Mapping[Address, Decimal]


class Skip(Exception):
    """A closed cell: the line has nothing to check."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a rule is applied to."""

    form: Definition
    numbers: Numbers
    last_year: Numbers
    rows_of: Mapping[str, Sequence[str]]

    def rows(self, table: Field) -> list[str]:
        return list(self.rows_of.get(table.code, ())) if table.open_rows else [row.code for row in table.rows]


def refs(node: Node) -> list[Ref]:
    """The references of an expression, from left to right."""
    if isinstance(node, Operation):
        return refs(node.left) + refs(node.right)
    return [node] if isinstance(node, Ref) else []


Line = Mapping[Ref, str]
"""The row (of a column) or the column (of a row) that each reference is taken by on one line of the check."""


def lines_of(sheet: Sheet, check: Check, rule: Rule) -> list[Line]:
    """The lines that a rule runs over; a single empty one when it compares whole values."""
    named = list(dict.fromkeys(refs(rule.left) + refs(rule.right)))
    if not named:
        raise CheckError("В правиле нет ни графы, ни строки, ни поля.")
    running = [ref for ref in named if ref.axis in (COLUMN, ROW) and not ref.whole and not ref.cross]
    if not running:
        return [{}]
    if len({ref.axis for ref in running}) > 1:
        raise CheckError("В одном правиле сравнивают или графы, или строки. Одну клетку пишут так: стр. 05 гр. 3.")
    driver = next((ref for ref in running if ref.lines is not None), running[0])
    base = _codes(sheet, check, driver)
    lines: list[dict[Ref, str]] = [{} for _ in base]
    for ref in running:
        codes = base if ref.lines is None else _codes(sheet, check, ref)
        if len(codes) != len(base):
            raise CheckError(f"Строк или граф не поровну: с одной стороны {len(base)}, с другой {len(codes)}.")
        for line, code in zip(lines, codes, strict=True):
            line[ref] = code
    return list(lines)


def _codes(sheet: Sheet, check: Check, ref: Ref) -> list[str]:
    """The line numbers of a running reference: those it names, else all of its table."""
    section = section_of(sheet, check, ref)
    tables = [one for one in section.fields if one.kind == TABLE]
    if ref.lines is None:
        table = _table_with(sheet, section, ref)
        if ref.axis == COLUMN:
            return sheet.rows(table)
        return [column.code for column in table.columns if column.kind == NUMBER]
    known = [
        code
        for table in tables
        for code in (
            sheet.rows(table)
            if ref.axis == COLUMN
            else [column.code for column in table.columns if column.kind == NUMBER]
        )
    ]
    return expand(ref.lines, known, "строки" if ref.axis == COLUMN else "графы", section.code)


def expand(lines: Lines, known: Sequence[str], what: str, section: str) -> list[str]:
    """The numbers of a list with ranges, in the order of the form. Raises CheckError for one that is not there."""
    found: list[str] = []
    for first, last in lines.parts:
        for code in (first, last):
            if code not in known:
                raise CheckError(f"В разделе {section} нет {what} {code}.")
        begin, end = known.index(first), known.index(last)
        if begin > end:
            raise CheckError(f"«{first} - {last}»: начало стоит после конца.")
        found += known[begin : end + 1]
    return found


def section_of(sheet: Sheet, check: Check, ref: Ref) -> Section:
    code = ref.section or check.section
    section = sheet.form.section(code)
    if section is None:
        raise CheckError(f"Раздела {code} в форме нет.")
    return section


def _table_with(sheet: Sheet, section: Section, ref: Ref) -> Field:
    """The one table of the section that has the named column or row."""
    code = ref.codes.parts[0][0]
    tables = [one for one in section.fields if one.kind == TABLE]
    if ref.axis == COLUMN:
        found = [one for one in tables if one.column(code)]
    else:
        found = [one for one in tables if code in sheet.rows(one)]
    if not found:
        raise CheckError(f"В разделе {section.code} нет {'графы' if ref.axis == COLUMN else 'строки'} {code}.")
    if len(found) > 1:
        raise CheckError(f"В разделе {section.code} несколько таблиц с графой {code}: напишите, по каким строкам.")
    return found[0]


def cells_of(sheet: Sheet, check: Check, ref: Ref, line: Line, closed_ok: bool = False) -> tuple[Address, ...]:
    """The cells of a reference on a line."""
    section = section_of(sheet, check, ref)
    if ref.axis == FIELD:
        return _fields(sheet, ref)
    if ref.cross:
        return _in_table(sheet, section, [ref.codes.parts[0][0]], [ref.cross], closed_ok, single=True)
    if ref.whole:
        table = _table_with(sheet, section, ref)
        numeric = [column.code for column in table.columns if column.kind == NUMBER]
        if ref.axis == COLUMN:
            columns = expand(ref.codes, [c.code for c in table.columns], "графы", section.code)
            return _in_table(sheet, section, sheet.rows(table), columns, True, single=False)
        rows = expand(ref.codes, sheet.rows(table), "строки", section.code)
        return _in_table(sheet, section, rows, numeric, True, single=False)
    own = line[ref]
    if ref.axis == COLUMN:
        table = _table_of_row(sheet, section, own)
        columns = expand(ref.codes, [column.code for column in table.columns], "графы", section.code)
        return _in_table(sheet, section, [own], columns, closed_ok, single=not ref.total)
    rows = expand(
        ref.codes, [r for t in section.fields if t.kind == TABLE for r in sheet.rows(t)], "строки", section.code
    )
    return _in_table(sheet, section, rows, [own], closed_ok, single=not ref.total)


def _table_of_row(sheet: Sheet, section: Section, row: str) -> Field:
    for one in section.fields:
        if one.kind == TABLE and row in sheet.rows(one):
            return one
    raise CheckError(f"В разделе {section.code} нет строки {row}.")


def _in_table(
    sheet: Sheet, section: Section, rows: Iterable[str], columns: Iterable[str], closed_ok: bool, *, single: bool
) -> tuple[Address, ...]:
    found = []
    columns = list(columns)
    for row in rows:
        table = _table_of_row(sheet, section, row)
        for code in columns:
            column = table.column(code)
            if column is None:
                raise CheckError(f"В разделе {section.code} нет графы {code}.")
            if column.kind != NUMBER:
                raise CheckError(f"Раздел {section.code}: графа {code} не числовая, её нельзя сравнить.")
            if table.is_closed(row, code):
                if single and not closed_ok:
                    raise Skip
                continue
            found.append(Address(section.code, table.code, row, code))
    return tuple(found)


def _fields(sheet: Sheet, ref: Ref) -> tuple[Address, ...]:
    known = [one.code for section in sheet.form.sections for one in section.fields if one.kind == NUMBER]
    found = []
    for first, last in ref.codes.parts:
        for code in (first, last):
            if code not in known:
                raise CheckError(f"В форме нет числового поля {code}.")
        found += known[known.index(first) : known.index(last) + 1]
    return tuple(Address(sheet.form.field(code)[0].code, code) for code in found)  # type: ignore[index]
