"""The builder's page of a field: what its inputs say, and the buttons that move, add and drop lines of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from opora.surveys.rules.definition import CELL_KINDS, CHOICE, NUMBER, TABLE, Column, Field, Row
from opora.surveys.rules.edit import moved, next_code

MOST_LINES = 120
LONGEST_TITLE = 300
MOST_DIGITS = 4


def field_from(one: Field, posted: Mapping[str, str]) -> Field:
    """The field as the page says it now."""
    made = replace(
        one,
        title=posted.get("title", "").strip()[:LONGEST_TITLE] or one.title,
        hint=posted.get("hint", "").strip()[:500],
        required="required" in posted,
        unit=posted.get("unit", "").strip()[:30],
        digits=_digits(posted.get("digits", "")),
        choices=_choices(posted.get("choices", "")),
        indicator=posted.get("indicator", "") if one.kind == NUMBER else "",
    )
    if one.kind != TABLE:
        return made
    columns = tuple(_column(posted, place) for place in _places(posted, "col"))
    rows = tuple(_row(posted, place) for place in _places(posted, "row"))
    return replace(
        made,
        columns=columns,
        rows=(*rows, *_listed(posted.get("rows_list", ""), rows)),
        open_rows="open_rows" in posted,
        closed=tuple(_words(posted.get("closed", ""))),
        bindings=_bindings(posted),
    )


def _places(posted: Mapping[str, str], prefix: str) -> list[int]:
    found = (name.split("-") for name in posted if name.startswith(f"{prefix}-") and name.endswith("-code"))
    return sorted(int(parts[1]) for parts in found if parts[1].isdigit())[:MOST_LINES]


def _column(posted: Mapping[str, str], place: int) -> Column:
    def said(name: str) -> str:
        return posted.get(f"col-{place}-{name}", "").strip()

    kind = said("kind")
    return Column(
        said("code")[:12],
        said("title")[:LONGEST_TITLE],
        kind if kind in CELL_KINDS else NUMBER,
        said("head")[:LONGEST_TITLE],
        said("unit")[:30],
        _digits(said("digits")),
        f"col-{place}-required" in posted,
        _choices(said("choices").replace(";", "\n")) if kind == CHOICE else (),
    )


def _row(posted: Mapping[str, str], place: int) -> Row:
    def said(name: str) -> str:
        return posted.get(f"row-{place}-{name}", "").strip()

    return Row(
        said("code")[:12], said("title")[:LONGEST_TITLE], said("head")[:LONGEST_TITLE], f"row-{place}-deeper" in posted
    )


def _listed(text: str, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Many rows at once: a title per line."""
    made: list[Row] = []
    for title in text.splitlines()[:MOST_LINES]:
        if title.strip():
            made.append(Row(next_code((row.code for row in (*rows, *made)), 2), title.strip()[:LONGEST_TITLE]))
    return tuple(made)


def _digits(text: str) -> int:
    return min(int(text), MOST_DIGITS) if text.strip().isdigit() else 0


def _choices(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip()[:200] for line in text.splitlines() if line.strip()))


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(text.replace(",", " ").split()))


def _bindings(posted: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, cell in posted.items():
        if name.startswith("bind-") and name.endswith("-cell") and cell.strip():
            code = posted.get(name.removesuffix("-cell") + "-code", "")
            if code:
                found[cell.strip()[:25]] = code
    return found


def pressed(one: Field, button: str) -> Field:
    """What a button does to the lines of a table: «col_up:3», «row_del:05», «col_add», «row_add»."""
    act, _, code = button.partition(":")
    if act == "col_add":
        made = Column(next_code(c.code for c in one.columns) if one.columns else "3", "Новая графа")
        return replace(one, columns=(*one.columns, made))
    if act == "row_add":
        return replace(one, rows=(*one.rows, Row(next_code((r.code for r in one.rows), 2), "Новая строка")))
    what, _, step = act.partition("_")
    if what == "col":
        columns = (
            tuple(c for c in one.columns if c.code != code) if step == "del" else moved(one.columns, code, _step(step))
        )
        return replace(one, columns=columns)
    if what == "row":
        rows = tuple(r for r in one.rows if r.code != code) if step == "del" else moved(one.rows, code, _step(step))
        return replace(one, rows=rows)
    return one


def _step(word: str) -> int:
    return {"up": -1, "down": 1}.get(word, 0)
