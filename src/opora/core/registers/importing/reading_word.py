"""Tables of a Word document as rows; merged cells keep their columns."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

MOST_CELLS = 200_000


class Unreadable(Exception):
    """The file cannot be read at all; the message says why."""


def is_word(path: Path) -> bool:
    """Whether the archive is a Word document."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def rows_of_tables(path: Path) -> list[list[str]]:
    """Rows of all tables: a cell merged across is its text and blanks, one merged downwards repeats its text."""
    import docx

    try:
        document = docx.Document(str(path))
        rows = [row for table in document.tables for row in _rows(table._tbl)]
    except Exception as error:
        raise Unreadable("Документ Word повреждён или защищён паролем. Сохраните его заново.") from error
    if sum(map(len, rows)) > MOST_CELLS:
        raise Unreadable("В документе Word слишком большая таблица. Сохраните её как XLSX.")
    return rows


def _rows(table: Any) -> list[list[str]]:
    found: list[list[str]] = []
    for line in table.tr_lst:
        row = [""] * int(line.grid_before)
        for cell in line.tc_lst:
            above = found[-1][len(row)] if found and len(row) < len(found[-1]) else ""
            text = above if cell.vMerge == "continue" else _text(cell)
            row += [text, *[""] * (int(cell.grid_span) - 1)]
        found.append(row)
    return found


def _text(cell: Any) -> str:
    """Paragraphs of a cell, those of tables inside it too."""
    from docx.oxml.ns import qn

    paragraphs = cell.iter(qn("w:p"))
    texts = ("".join(node.text or "" for node in paragraph.iter(qn("w:t"))) for paragraph in paragraphs)
    return "\n".join(text for text in texts if text.strip())
