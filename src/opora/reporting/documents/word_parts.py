"""Small parts of a text document that python-docx has no words for: fields, shading, native charts, bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Emu

from opora.reporting.documents import charts
from opora.reporting.documents.shape import Chart

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def element(name: str, /, **attributes: str) -> Any:
    """`element("w:shd", val="clear")`: an element with attributes of the same namespace."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def field(paragraph: Any, code: str, shown: str) -> None:
    """A field with the result that is shown until the reader's program counts it anew."""
    for kind in ("begin", None, "separate", "shown", "end"):
        run = paragraph.add_run()
        if kind is None:
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = f" {code} "
            run._r.append(text)
        elif kind == "shown":
            run.text = shown
        else:
            run._r.append(element("w:fldChar", fldCharType=kind))


def shade(cell: Any, colour: str) -> None:
    cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=colour))


def bookmark(paragraph: Any, number: int, name: str) -> None:
    """A place that the contents point at."""
    start, end = element("w:bookmarkStart", id=str(number), name=name), element("w:bookmarkEnd", id=str(number))
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(end)


def repeat_head(row: Any) -> None:
    """The row is printed again on each page that the table reaches."""
    row._tr.get_or_add_trPr().append(element("w:tblHeader", val="true"))


def keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(element("w:cantSplit", val="true"))


def borders(table: Any, colour: str, *, inside: bool = True) -> None:
    """Thin lines of one colour."""
    box = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        drawn = inside or not side.startswith("inside")
        box.append(element(f"w:{side}", val="single" if drawn else "nil", sz="4", space="0", color=colour))
    table._tbl.tblPr.append(box)


def widths(table: Any, centimetres: Sequence[float]) -> None:
    """Fixed columns: the grid and every cell say the same, since programs believe one or the other."""
    table.autofit = False
    for column, width in zip(table.columns, centimetres, strict=True):
        column.width = Cm(width)


def margins(table: Any, vertical: int, horizontal: int) -> None:
    """Space inside all cells, in twentieths of a point."""
    box = OxmlElement("w:tblCellMar")
    for side, width in (("top", vertical), ("left", horizontal), ("bottom", vertical), ("right", horizontal)):
        box.append(element(f"w:{side}", w=str(width), type="dxa"))
    table._tbl.tblPr.append(box)


def add_chart(document: Any, paragraph: Any, chart: Chart, width: Emu, height: Emu) -> None:
    """A native chart that the reader can edit, with the words of its caption for those who do not see it."""
    package = document.part.package
    space, book = charts.parts_of(chart)
    sheet = Part(PackURI(f"/word/embeddings/chart{chart.number}.xlsx"), SHEET, book, package)
    part = Part(PackURI(f"/word/charts/chart{chart.number}.xml"), CONTENT_TYPE.DML_CHART, b"", package)
    part._blob = charts.link_book(space, part.relate_to(sheet, RELATIONSHIP_TYPE.PACKAGE))
    relation = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    drawing = parse_xml(
        f'<w:drawing {_NAMES}><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{int(width)}" cy="{int(height)}"/>'
        f'<wp:docPr id="{1000 + chart.number}" name="Диаграмма {chart.number}"/>'
        '<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
    drawing.find(f".//{qn('wp:docPr')}").set("descr", chart.caption)
    paragraph.add_run()._r.append(drawing)


def add_picture(paragraph: Any, png: Any, width: Emu, words: str) -> None:
    """A picture with its words."""
    made = paragraph.add_run().add_picture(png, width=width)
    made._inline.docPr.set("descr", words)


def ask_to_count(document: Any) -> None:
    """The reader's program counts the pages of the contents when it opens the file."""
    document.settings.element.append(element("w:updateFields", val="true"))
