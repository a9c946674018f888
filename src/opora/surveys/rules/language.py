"""The language of control rules: as statistics forms word them, read into a tree. Nothing is ever executed.

    Гр. 3 >= сумме граф 4, 6 по строкам 27 - 29
    Сумма граф 3 - 18 по строкам 11 - 18 = Гр. 3 по соответствующим строкам 01 - 08 раздела 1
    Стр. 33 = Сумме строк 34, 35            Стр. 37 = Стр. 34 раздела 6
    Стр. 05 гр. 3 <= Поле 2 * 0,5           Итого по гр. 3 = Поле 1
    Гр. 3 <= Гр. 3 прошлого года по строкам 01 - 08

Numbers of rows and columns are words («01», «3»), not values; a value is written after a sign or in brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

COLUMN, ROW, FIELD = "column", "row", "field"
RELATIONS = {"=": "=", ">=": "≥", "≥": "≥", "<=": "≤", "≤": "≤", ">": ">", "<": "<", "<>": "≠", "≠": "≠"}
LONGEST = 500
DEEPEST = 20


class CheckError(ValueError):
    """A rule that cannot be read or applied; the message is Russian and says where."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of numbers with ranges: «01 - 08, 10»; (first, last) of each part, equal for a single one."""

    parts: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return ", ".join(first if first == last else f"{first} - {last}" for first, last in self.parts)


@dataclass(frozen=True, slots=True)
class Ref:
    """A column, a row or a field. `total`: the sum of those named; `whole`: of all their cells («итого по гр. 3»).

    `lines`: the rows (of columns) or columns (of rows) that it is taken by; `cross`: one line of the other axis
    («стр. 05 гр. 3»), which makes it a single cell.
    """

    axis: str
    codes: Lines
    total: bool = False
    whole: bool = False
    cross: str = ""
    lines: Lines | None = None
    section: str = ""
    last_year: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A number written in the rule."""

    number: Decimal


@dataclass(frozen=True, slots=True)
class Operation:
    """left `sign` right; signs are + - * /."""

    sign: str
    left: Node
    right: Node


Node = Ref | Value | Operation


@dataclass(frozen=True, slots=True)
class Rule:
    """left `relation` right; relations are = ≠ ≥ ≤ > <."""

    left: Node
    relation: str
    right: Node


_TOKEN = re.compile(r"\s*(?:(\d[\dA-Za-zА-Яа-яЁё]*(?:[.,]\d+)?)|([A-Za-zА-Яа-яЁё]+)\.?|(<>|[<>]=|[-–—−+*/()=<>≥≤≠,;]))")
_WORDS = {
    COLUMN: ("гр", "графа", "графы", "графе", "граф", "графу", "графам"),
    ROW: ("стр", "строка", "строки", "строке", "строк", "строку", "строкам"),
    FIELD: ("поле", "поля", "полю", "полей", "полям"),
    "sum": ("сумма", "сумме", "суммы", "сумму"),
    "whole": ("итого", "итог", "всего"),
    "by": ("по",),
    "same": ("соответствующим", "соответствующей", "тем", "же"),
    "section": ("раздела", "раздел", "разделу", "разд"),
    "last": ("прошлого", "прошлый", "предыдущего", "прошлому"),
    "year": ("года", "год", "году"),
}
_MEANING = {word: meaning for meaning, words in _WORDS.items() for word in words}
_DASHES = "-–—−"


def parse(text: str) -> Rule:
    """Read a rule. Raises CheckError with a Russian sentence."""
    if len(text) > LONGEST:
        raise CheckError(f"Правило длиннее {LONGEST} знаков: разделите его на несколько.")
    return _Reader(_tokens(text)).rule()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """number, a meaning of `_WORDS`, or the sign itself."""
    text: str


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    text = text.replace("\u00a0", " ").rstrip().rstrip(".;")
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            if not text[at:].strip():
                break
            raise CheckError(f"Непонятный знак «{text[at:].strip()[0]}».")
        at = match.end()
        number, word, sign = match.groups()
        if number:
            found.append(_Token("number", number))
        elif word:
            meaning = _MEANING.get(word.lower())
            if meaning is None:
                raise CheckError(
                    f"Непонятное слово «{word}». Пишут: гр., стр., поле, сумма, итого, по строкам, раздела."
                )
            found.append(_Token(meaning, word))
        else:
            found.append(_Token("-" if sign in _DASHES else RELATIONS.get(sign, sign), sign))
    return found


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    def rule(self) -> Rule:
        left = self.expression()
        relation = self.take(*set(RELATIONS.values()))
        if relation is None:
            raise CheckError("Нет знака сравнения: нужен один из =, ≥, ≤, >, <, ≠.")
        right = self.expression()
        if self.peek():
            raise CheckError(f"Лишнее в конце правила: «{self.tokens[self.at].text}».")
        return Rule(left, relation.kind, right)

    def peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place].kind if place < len(self.tokens) else ""

    def take(self, *kinds: str) -> _Token | None:
        if self.peek() in kinds and self.peek():
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def need(self, kind: str, words: str) -> _Token:
        token = self.take(kind)
        if token is None:
            where = f"перед «{self.tokens[self.at].text}»" if self.peek() else "в конце правила"
            raise CheckError(f"Не хватает: {words} {where}.")
        return token

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise CheckError("Слишком много скобок.")
        node = self.term()
        while sign := self.take("+", "-"):
            node = Operation(sign.kind, node, self.term())
        self.depth -= 1
        return node

    def term(self) -> Node:
        node = self.factor()
        while sign := self.take("*", "/"):
            node = Operation(sign.kind, node, self.factor())
        return node

    def factor(self) -> Node:
        if self.take("("):
            node = self.expression()
            self.need(")", "закрывающей скобки")
            return node
        if number := self.take("number"):
            try:
                return Value(Decimal(number.text.replace(",", ".")))
            except ArithmeticError:
                raise CheckError(f"«{number.text}» – не число.") from None
        return self.ref()

    def ref(self) -> Ref:
        total = bool(self.take("sum"))
        whole = not total and bool(self.take("whole"))
        if whole:
            self.need("by", "«по» после «итого»")
        axis = self.take(COLUMN, ROW, FIELD)
        if axis is None:
            where = f"перед «{self.tokens[self.at].text}»" if self.peek() else "в конце правила"
            raise CheckError(f"Не хватает графы, строки, поля или числа {where}.")
        codes = self.lines(axis.text)
        if not total and not whole and _many(codes):
            raise CheckError(f"«{axis.text} {codes}»: названо несколько, напишите «сумма».")
        cross, lines, section, last = "", None, "", False
        if axis.kind == ROW and not total and not whole and self.take(COLUMN):
            cross = self.need("number", "номера графы").text
        while True:
            if self.take("last"):
                last = bool(self.need("year", "слова «года»"))
            elif self.take("section"):
                section = self.need("number", "номера раздела").text
            elif lines is None and not whole and not cross and axis.kind in (COLUMN, ROW) and self.peek() == "by":
                lines = self.by(axis.kind)
            else:
                return Ref(axis.kind, codes, total, whole, cross, lines, section, last)

    def by(self, axis: str) -> Lines:
        """«по строкам …» after columns, «по графам …» after rows."""
        self.need("by", "«по»")
        while self.take("same"):
            pass
        other, word = (ROW, "строкам") if axis == COLUMN else (COLUMN, "графам")
        return self.lines(self.need(other, f"слова «{word}»").text)

    def lines(self, word: str) -> Lines:
        parts: list[tuple[str, str]] = []
        while True:
            written = self.need("number", f"номера после «{word}»").text.replace(".", ",").split(",")
            parts += [(one, one) for one in written]
            if self.peek() == "-" and self.peek(1) == "number":
                self.take("-")
                last = self.need("number", "номера").text.replace(".", ",").split(",")
                parts[-1] = (parts[-1][0], last[0])
                parts += [(one, one) for one in last[1:]]
            if not (self.peek() in (",", ";") and self.peek(1) == "number"):
                return Lines(tuple(parts))
            self.take(",", ";")


def _many(codes: Lines) -> bool:
    return len(codes.parts) > 1 or codes.parts[0][0] != codes.parts[0][1]


_HEADS = {COLUMN: ("Гр.", "сумма граф", "итого по гр."), ROW: ("Стр.", "сумма строк", "итого по стр.")}
_LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2}


def written(node: Rule | Node) -> str:
    """The rule or its part as text again; reading it gives the same tree."""
    if isinstance(node, Rule):
        return f"{written(node.left)} {node.relation} {written(node.right)}"
    if isinstance(node, Value):
        return str(node.number).replace(".", ",")
    if isinstance(node, Operation):
        return f"{_inside(node.left, node.sign, False)} {node.sign} {_inside(node.right, node.sign, True)}"
    return _ref_text(node)


def _inside(node: Node, sign: str, right: bool) -> str:
    """Brackets where the tree asks for them; a value after a reference too, lest it be read as a number of a line."""
    if isinstance(node, Operation) and (_LEVEL[node.sign] < _LEVEL[sign] + right):
        return f"({written(node)})"
    text = written(node)
    return f"({text})" if right and sign == "-" and text[0].isdigit() else text


def _ref_text(ref: Ref) -> str:
    heads = _HEADS.get(ref.axis, ("Поле", "сумма полей", "итого по полю"))
    text = f"{heads[1 if ref.total else 2 if ref.whole else 0]} {ref.codes}"
    if ref.cross:
        text += f" гр. {ref.cross}"
    if ref.lines is not None:
        text += f" по {'строкам' if ref.axis == COLUMN else 'графам'} {ref.lines}"
    if ref.section:
        text += f" раздела {ref.section}"
    return text + (" прошлого года" if ref.last_year else "")
