"""What a broken control rule says: the place, both sides with their values, what was wanted."""

from __future__ import annotations

from decimal import Decimal

from opora.surveys.rules.cells import Line, Sheet, refs, section_of
from opora.surveys.rules.definition import Check
from opora.surveys.rules.language import COLUMN, FIELD, ROW, Node, Operation, Ref, Rule, Value

WANTED = {
    "=": "Должно быть поровну",
    "≠": "Значения должны различаться",
    "≥": "Первое не должно быть меньше второго",
    "≤": "Первое не должно быть больше второго",
    ">": "Первое должно быть больше второго",
    "<": "Первое должно быть меньше второго",
}


def label(line: Line, rule: Rule) -> str:
    return next((line[ref] for ref in refs(rule.left) + refs(rule.right) if ref in line), "")


def message(sheet: Sheet, check: Check, rule: Rule, line: Line, left: Decimal, right: Decimal) -> str:
    place = f"Раздел {check.section}"
    first = next((ref for ref in refs(rule.left) + refs(rule.right) if ref in line), None)
    if first is not None:
        place += f", {_line_words(sheet, check, first, line[first])}"
    sides = [
        f"{_words(sheet, check, node, line)} – {plain(value)}"
        for node, value in ((rule.left, left), (rule.right, right))
    ]
    return f"{place}: {sides[0]}; {sides[1]}. {WANTED[rule.relation]}."


def _line_words(sheet: Sheet, check: Check, ref: Ref, code: str) -> str:
    section = section_of(sheet, check, ref)
    for table in section.fields:
        if ref.axis == COLUMN:
            title = next((row.title for row in table.rows if row.code == code), "")
        else:
            title = next((column.title for column in table.columns if column.code == code), "")
        if title:
            return f"{'строка' if ref.axis == COLUMN else 'графа'} {code} «{title}»"
    return f"{'строка' if ref.axis == COLUMN else 'графа'} {code}"


def _words(sheet: Sheet, check: Check, node: Node, line: Line) -> str:
    if isinstance(node, Value):
        return plain(node.number)
    if isinstance(node, Operation):
        left, right = (_words(sheet, check, part, line) for part in (node.left, node.right))
        return f"{left} {node.sign} {right}"
    if node.axis == FIELD:
        found = sheet.form.field(node.codes.parts[0][0])
        words = f"сумма полей {node.codes}" if node.total else f"«{found[1].title}»" if found else f"поле {node.codes}"
    elif node.total:
        words = f"сумма {'граф' if node.axis == COLUMN else 'строк'} {node.codes}"
    elif node.whole:
        words = f"итого по {'графе' if node.axis == COLUMN else 'строке'} {node.codes}"
    elif node.cross:
        words = f"строка {node.codes} графа {node.cross}"
    else:
        words = _line_words(sheet, check, _turned(node), str(node.codes))
    if node.section and node.section != check.section:
        words += f" раздела {node.section}"
        if node in line and node.lines is not None:
            words += f" по {'строке' if node.axis == COLUMN else 'графе'} {line[node]}"
    return words + (" прошлого года" if node.last_year else "")


def _turned(ref: Ref) -> Ref:
    """The title of a column is looked up as of a line of the other axis."""
    return Ref(ROW if ref.axis == COLUMN else COLUMN, ref.codes, section=ref.section)


def plain(value: Decimal) -> str:
    """«1250,5»: exact, without trailing noughts."""
    text = f"{value.normalize():f}" if value else "0"
    return text.replace(".", ",")
