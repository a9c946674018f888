"""How wide the columns of a printed table are. Pure."""

from __future__ import annotations

from opora.reporting.documents.shape import Table

LETTER = 0.185
"""Centimetres of a letter of the paper's tables; slides have larger ones."""
SMALL = 0.165
BOLD = 1.16
INSIDE = 0.5


def column_widths(table: Table, whole: float, letter: float = 0.0) -> list[float]:
    """Centimetres: no word and no number is broken; what is left goes to the texts by the length of what they hold."""
    letter = letter or (SMALL if table.is_small else LETTER)
    least = [_least(table, place, letter) for place in range(len(table.columns))]
    scale = min(1.0, whole / sum(least))
    least = [width * scale for width in least]
    texts = [place for place, column in enumerate(table.columns) if not column.is_number] or [0]
    # a column whose texts stand in one line already needs nothing of what is left
    texts = [place for place in texts if _usual(table, place) * letter > least[place] - INSIDE] or texts
    lengths = {place: _usual(table, place) ** 0.7 for place in texts}
    rest, total = whole - sum(least), sum(lengths.values())
    return [width + rest * lengths.get(place, 0.0) / total for place, width in enumerate(least)]


def _least(table: Table, place: int, letter: float) -> float:
    """Room for the longest word of the head and of the cells; numbers do not part at their spaces."""
    head = max((len(word) for word in table.columns[place].title.split()), default=4) * BOLD
    words: list[str] = []
    for row in (*table.rows, *([table.total] if table.total else [])):
        text = row[place].text
        words += text.split(" ")  # nothing parts at a non-breaking space
    return INSIDE + letter * max(head, *(float(len(word)) for word in words), 4.0)


def _usual(table: Table, place: int) -> float:
    return max(6.0, min(150.0, sum(len(row[place].text) for row in table.rows) / max(1, len(table.rows))))
