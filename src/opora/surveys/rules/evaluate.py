"""Applying control rules to the values of an answer: what does not hold, where, and in which words.

Empty cells count as nought; a line on which every named cell is empty is not checked; a closed cell («Х») takes its
line out of the check. Rules about the last year are passed over while there is no last year's answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException

from opora.surveys.rules.cells import Numbers, Sheet, Skip, cells_of, lines_of, refs
from opora.surveys.rules.definition import Address, Check, Definition
from opora.surveys.rules.language import CheckError, Node, Operation, Ref, Rule, Value, parse
from opora.surveys.rules.words import label, message


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that does not hold on one line. `key` names it for an explanation; `cells` are what it compares."""

    check: str
    section: str
    line: str
    soft: bool
    left: Decimal
    right: Decimal
    message: str
    cells: tuple[Address, ...]

    @property
    def key(self) -> str:
        return f"{self.check}:{self.line}"


def findings(
    form: Definition,
    numbers: Numbers,
    *,
    last_year: Numbers | None = None,
    rows_of: Mapping[str, Sequence[str]] | None = None,
) -> list[Finding]:
    """All rules that do not hold, in the order of the form. `last_year` None: such rules are passed over."""
    found: list[Finding] = []
    sheet = Sheet(form, numbers, last_year or {}, rows_of or {})
    for check in form.checks:
        rule = parse(check.text)
        if last_year is None and any(ref.last_year for ref in refs(rule.left) + refs(rule.right)):
            continue
        found += _applied(sheet, check, rule)
    return found


def problem(form: Definition, check: Check) -> str:
    """Why a rule cannot be applied to this form, in Russian; empty when it can."""
    try:
        rule = parse(check.text)
        open_rows = {f.code: ["1"] for s in form.sections for f in s.fields if f.open_rows}
        sheet = Sheet(form, {}, {}, open_rows)
        for line in lines_of(sheet, check, rule):
            for ref in refs(rule.left) + refs(rule.right):
                cells_of(sheet, check, ref, line, closed_ok=True)
    except CheckError as error:
        return str(error)
    return ""


def _applied(sheet: Sheet, check: Check, rule: Rule) -> list[Finding]:
    found = []
    for line in lines_of(sheet, check, rule):
        try:
            cells = [
                (ref, cells_of(sheet, check, ref, line)) for ref in dict.fromkeys(refs(rule.left) + refs(rule.right))
            ]
        except Skip:
            continue
        known = dict(cells)
        if not any(
            address in (sheet.last_year if ref.last_year else sheet.numbers)
            for ref, addresses in cells
            for address in addresses
            if not ref.last_year
        ):
            continue
        try:
            left, right = _value(sheet, rule.left, known), _value(sheet, rule.right, known)
        except DecimalException:
            continue  # a share of nought has no value to compare
        if not _holds(left, rule.relation, right):
            own = tuple(a for ref, addresses in cells if not ref.last_year for a in addresses)
            said = message(sheet, check, rule, line, left, right)
            found.append(Finding(check.code, check.section, label(line, rule), check.soft, left, right, said, own))
    return found


def _holds(left: Decimal, relation: str, right: Decimal) -> bool:
    order = (left > right) - (left < right)
    return {"=": order == 0, "≠": order != 0, "≥": order >= 0, "≤": order <= 0, ">": order > 0, "<": order < 0}[
        relation
    ]


def _value(sheet: Sheet, node: Node, cells: Mapping[Ref, Sequence[Address]]) -> Decimal:
    if isinstance(node, Value):
        return node.number
    if isinstance(node, Operation):
        left, right = _value(sheet, node.left, cells), _value(sheet, node.right, cells)
        if node.sign == "+":
            return left + right
        if node.sign == "-":
            return left - right
        return left * right if node.sign == "*" else left / right
    source = sheet.last_year if node.last_year else sheet.numbers
    return sum((source.get(address, Decimal(0)) for address in cells[node]), Decimal(0))
