"""Writers of a report: one document as plain values, each format by its own module; the same values give the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from opora.core.files import DOCX, PDF
from opora.reporting.documents.shape import Document

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file; `write` is imported when it is needed, since each brings a library of its own."""

    code: str
    title: str
    suffix: str
    content_type: str
    write: Callable[[Document], bytes]


def _docx(document: Document) -> bytes:
    from opora.reporting.documents.word import write

    return write(document)


def _pptx(document: Document) -> bytes:
    from opora.reporting.documents.slides import write

    return write(document)


def _xlsx(document: Document) -> bytes:
    from opora.reporting.documents.workbook import write

    return write(document)


def _pdf(document: Document) -> bytes:
    from opora.reporting.documents.paper import write

    return write(document)


def _letter(document: Document) -> bytes:
    from opora.reporting.documents.letter import write

    return write(document)


def _html(document: Document) -> bytes:
    from opora.reporting.documents.page import write

    return write(document)


FORMATS: dict[str, Format] = {
    one.code: one
    for one in (
        Format("docx", "Отчёт, Word", ".docx", DOCX, _docx),
        Format("pdf", "Отчёт, PDF", ".pdf", PDF, _pdf),
        Format("pptx", "Презентация", ".pptx", PPTX, _pptx),
        Format("xlsx", "Таблицы и диаграммы, Excel", ".xlsx", XLSX, _xlsx),
        Format("letter", "Сопроводительное письмо", "-letter.docx", DOCX, _letter),
        Format("html", "Страница для сайта", ".html", HTML, _html),
    )
}
MAIN = ("docx", "pptx", "xlsx", "pdf")
"""What the command makes when nothing else is asked for (design/interfaces.md)."""
