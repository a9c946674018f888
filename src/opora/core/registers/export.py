"""Export: the columns that import takes, as CSV, XLSX or JSON; text that a table program would run is neutralised."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from opora.core import clock
from opora.core.registers.declaration import Column, Register
from opora.core.registers.importing.declaration import ImportColumn
from opora.core.registers.listing import annotated, file_rows

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
XLSX_ROWS = 1_048_575


def export_columns(register: Register) -> list[Column]:
    """Import columns where the register has them (so that a file goes round), else the list's."""
    if register.importer is None:
        return list(register.list_columns)
    from opora.core.registers.columns import completed

    return [
        completed(
            register,
            Column(
                item.name,
                item.title,
                item.source,
                sort="",
                choices=item.export_choices,
                annotate=item.written
                or (_reference(item) if item.ref and not item.path and len(item.ref.by) > 1 else None),
            ),
        )
        for item in register.importer.columns
        if item.exported
    ]


def _reference(item: ImportColumn) -> Coalesce:
    """The first way of naming the related row that is filled in for it."""
    assert item.ref is not None
    ways = [NullIf(Cast(F(f"{item.target}__{by}"), CharField()), Value("")) for by in item.ref.by]
    return Coalesce(*ways, output_field=CharField())


def neutral(text: str) -> str:
    """Text that begins like a formula gets an apostrophe; import takes it off again."""
    return f"'{text}" if text.startswith(DANGEROUS) or (text[:1] == "'" and text[1:2] in DANGEROUS) else text


def cell_text(column: Column, value: Any, comma: str = ",") -> str:
    """A value for a CSV cell. Numbers with the given decimal mark, dates as 12.10.2026, да/нет."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal):
        return (repr(value) if isinstance(value, float) else format(value, "f")).replace(".", comma)
    if isinstance(value, dt.datetime):
        return value.astimezone(clock.MOSCOW).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    return neutral(_words(column, value))


def _words(column: Column, value: Any) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        named = column.choices or {}
        return "; ".join(str(named.get(item, item)) for item in value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
    if column.choices is not None:
        return str(column.choices.get(value, value))
    return str(value)


def values(register: Register, rows: Any, order: Sequence[Any]) -> tuple[list[Column], Iterator[tuple[Any, ...]]]:
    """Columns and the streamed values of the rows."""
    columns = export_columns(register)
    found = annotated(rows, columns)
    return columns, file_rows(found, [column.lookup for column in columns], order)


def csv_lines(
    register: Register, rows: Any, order: Sequence[Any], *, delimiter: str = ",", comma: str = "."
) -> Iterator[str]:
    """Lines of a CSV file, heading first."""
    columns, found = values(register, rows, order)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([column.title for column in columns])
    for number, row in enumerate(found):
        writer.writerow([cell_text(column, value, comma) for column, value in zip(columns, row, strict=True)])
        if number % 500 == 499:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def write_xlsx(register: Register, rows: Any, order: Sequence[Any], target: IO[bytes] | str) -> None:
    """An XLSX workbook: real numbers and dates, text never becomes a formula or a link."""
    import xlsxwriter

    columns, found = values(register, rows, order)
    book = xlsxwriter.Workbook(
        target,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet = book.add_worksheet(_sheet_name(register.heading))
    head = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(12, min(40, len(column.title) + 2)))
        sheet.write_string(0, place, column.title, head)
    for number, row in enumerate(found, start=1):
        if number > XLSX_ROWS:
            break
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(sheet, number, place, column, value, day)
    book.close()


def _write(sheet: Any, number: int, place: int, column: Column, value: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(number, place, value)
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        sheet.write_datetime(number, place, dt.datetime(value.year, value.month, value.day, tzinfo=None), day)  # noqa: DTZ001
    else:
        sheet.write_string(number, place, cell_text(column, value)[:32_767])


def _sheet_name(title: str) -> str:
    return "".join(sign for sign in title if sign not in "[]:*?/\\")[:31]


def json_items(register: Register, rows: Any, order: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Rows as JSON-able dicts by the English names of the columns; import takes them as they are."""
    columns, found = values(register, rows, order)
    for row in found:
        yield {column.name: _json(value) for column, value in zip(columns, row, strict=True)}


def _json(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def response(register: Register, rows: Any, kind: str, order: Sequence[Any]) -> HttpResponseBase:
    """The file as a download: CSV for Excel (semicolon, BOM) or XLSX."""
    name = f"{register.slug}-{clock.today():%Y-%m-%d}.{kind}"
    if kind == "csv":
        lines = csv_lines(register, rows, order, delimiter=";", comma=",")
        answer = StreamingHttpResponse(_with_bom(lines), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 – FileResponse closes it
    write_xlsx(register, rows, order, file.name)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name)


def _with_bom(lines: Iterator[str]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    for line in lines:
        yield line.encode()


def write_file(register: Register, rows: Any, path: Path, order: Sequence[Any]) -> None:
    """Write the rows to a file by its suffix: .xlsx, .json, else CSV (comma, UTF-8)."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        write_xlsx(register, rows, order, str(path))
    elif suffix == ".json":
        items = list(json_items(register, rows, order))
        path.write_text(json.dumps({"items": items}, ensure_ascii=False, indent=1), encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(csv_lines(register, rows, order))
