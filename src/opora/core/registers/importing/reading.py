"""Files into rows: CSV (comma, semicolon, tab; UTF-8, UTF-16 with a mark, windows-1251), XLSX, JSON; streamed.

Raises Unreadable with a clear Russian sentence for a file of a wrong kind, size or encoding, and for zip bombs.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opora.core import russian
from opora.core.registers.importing.reading_word import Unreadable as Unreadable
from opora.core.registers.importing.reading_word import is_word, rows_of_tables

MOST_BYTES = 512 * 1024 * 1024
MOST_UPLOAD = 64 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_RATIO = 300
MOST_COLUMNS = 400
DELIMITERS = ",;\t|"
ENCODINGS = {"auto", "utf-8", "utf-8-sig", "windows-1251", "cp1251", "utf-16"}
csv.field_size_limit(2_000_000)


@dataclass
class Source:
    """Rows of a file with their numbers as people see them, from 1. `headed`: JSON gives its names as row 0."""

    kind: str
    encoding: str
    rows: Iterator[tuple[int, list[Any]]]
    head: list[tuple[int, list[Any]]] = field(default_factory=list)
    size: int = 0
    place: Any = None
    """A function that gives how much is read, 0–1."""

    def peek(self, count: int = 30) -> list[list[str]]:
        """The first rows as texts, without consuming them."""
        missing = count - len(self.head)
        if missing > 0:
            self.head += list(itertools.islice(self.rows, missing))
        return [["" if cell is None else str(cell).strip() for cell in cells] for _, cells in self.head[:count]]

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        yield from itertools.chain(self.head, self.rows)


def open_source(path: Path, *, name: str = "", encoding: str = "auto", most: int = MOST_BYTES) -> Source:
    """Find out what the file is by its content and return its rows; `name` only tells CSV that looks like JSON."""
    if encoding.lower() not in ENCODINGS:
        raise Unreadable(f"Кодировка «{encoding}» не поддерживается. Подойдут UTF-8 и windows-1251.")
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("Файл пуст.")
    if size > most:
        raise Unreadable(f"Файл слишком велик: {russian.file_size(size)}. Можно не больше {russian.file_size(most)}.")
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK\x03\x04"):
        return _word(path, size) if is_word(path) else _xlsx(path, size)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("Это файл старого формата XLS. Сохраните его как XLSX или CSV и загрузите снова.")
    if start.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")
    ):
        raise Unreadable("Это не таблица. Подойдут файлы CSV, XLSX и JSON.")
    found = _encoding(path, start, encoding)
    text = start.decode(found, errors="ignore").lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")) and not name.lower().endswith(".csv"):
        return _json(path, found, size)
    if text[:200].lower().startswith(("<!doctype", "<html", "<?xml")):
        raise Unreadable("Это веб-страница или XML, а не таблица. Подойдут файлы CSV, XLSX и JSON.")
    return _csv(path, found, size)


def _encoding(path: Path, start: bytes, asked: str) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in start:
        raise Unreadable("Это не таблица: внутри двоичные данные. Подойдут файлы CSV, XLSX и JSON.")
    wanted = asked.lower()
    if wanted in ("windows-1251", "cp1251"):
        return "cp1251"
    if _decodes(path, "utf-8"):
        return "utf-8-sig"
    if wanted in ("utf-8", "utf-8-sig"):
        raise Unreadable("Файл не в кодировке UTF-8. Попробуйте определить кодировку автоматически.")
    if not _decodes(path, "cp1251"):
        raise Unreadable("Не удалось определить кодировку файла. Сохраните его в UTF-8 или windows-1251.")
    return "cp1251"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while portion := file.read(1 << 20):
                if b"\x00" in portion:
                    return False
                decoder.decode(portion)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _csv(path: Path, encoding: str, size: int) -> Source:
    delimiter = _delimiter(path, encoding)
    file = path.open(encoding=encoding, newline="")

    def rows() -> Iterator[tuple[int, list[Any]]]:
        with file:
            try:
                for number, cells in enumerate(csv.reader(file, delimiter=delimiter), start=1):
                    if len(cells) > MOST_COLUMNS:
                        raise Unreadable(f"В строке {number} больше {MOST_COLUMNS} колонок: это не похоже на таблицу.")
                    yield number, list(cells)
            except csv.Error as error:
                raise Unreadable("Файл не разобрать как CSV: проверьте кавычки и длину ячеек.") from error

    names = {"utf-8-sig": "utf-8", "cp1251": "windows-1251"}
    return Source("csv", names.get(encoding, encoding), rows(), size=size, place=lambda: file.buffer.raw.tell() / size)  # type: ignore[attr-defined]


def _delimiter(path: Path, encoding: str) -> str:
    """The sign that divides the first rows most evenly, outside quotes."""
    with path.open(encoding=encoding, newline="") as file:
        sample = list(itertools.islice(file, 20))
    best, most = ",", 0
    for sign in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=sign) if any(cell.strip() for cell in row)]
        except csv.Error:
            continue
        if not widths:
            continue
        usual = max(set(widths), key=widths.count)
        score = widths.count(usual) * (usual - 1)
        if score > most:
            best, most = sign, score
    return best


def _xlsx(path: Path, size: int) -> Source:
    import python_calamine

    _check_zip(path, size)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(_first_visible(book))
    except Exception as error:
        raise Unreadable("Файл XLSX повреждён или защищён паролем. Сохраните его заново.") from error

    def rows() -> Iterator[tuple[int, list[Any]]]:
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(f"На листе больше {MOST_COLUMNS} колонок: это не похоже на реестр.")
            yield number, list(cells)

    return _counted(Source("xlsx", "", rows(), size=size), sheet.total_height)


def _word(path: Path, size: int) -> Source:
    """The tables of a Word document, one after another."""
    _check_zip(path, size, "word/document.xml")
    found = rows_of_tables(path)
    if not found:
        raise Unreadable("В документе Word нет ни одной таблицы.")
    return _counted(Source("docx", "", iter(enumerate(found, start=1)), size=size), len(found))


def _counted(source: Source, total: int) -> Source:
    """Let the source tell how many of its `total` rows it has given."""
    given = 0

    def rows(inner: Iterator[tuple[int, list[Any]]]) -> Iterator[tuple[int, list[Any]]]:
        nonlocal given
        for row in inner:
            given += 1
            yield row

    source.rows = rows(source.rows)
    source.place = lambda: min(1.0, given / max(1, total))
    return source


def _first_visible(book: Any) -> int:
    for place, meta in enumerate(book.sheets_metadata):
        if str(meta.visible).endswith("Visible") and str(meta.typ).endswith("WorkSheet"):
            return place
    return 0


def _check_zip(path: Path, size: int, *known: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
    except (zipfile.BadZipFile, OSError) as error:
        raise Unreadable("Файл повреждён: это не XLSX.") from error
    if names.isdisjoint(known or ("xl/workbook.xml", "xl/workbook.bin", "content.xml")):
        raise Unreadable("Это архив, а не таблица XLSX. Распакуйте его и загрузите сам файл.")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MOST_UNPACKED or (unpacked > 50_000_000 and unpacked > size * MOST_RATIO) or len(infos) > 5000:
        raise Unreadable("Файл отклонён: после распаковки он недопустимо велик.")


def _json(path: Path, encoding: str, size: int) -> Source:
    try:
        with path.open(encoding=encoding) as file:
            data = json.load(file)
    except (ValueError, RecursionError) as error:
        raise Unreadable("Файл не разобрать как JSON.") from error
    if isinstance(data, dict):
        data = data.get("items", next((value for value in data.values() if isinstance(value, list)), None))
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise Unreadable("В JSON нужен список записей или объект с полем items.")
    names = list(dict.fromkeys(name for item in data for name in item))

    def rows() -> Iterator[tuple[int, list[Any]]]:
        yield 0, list(names)
        for number, item in enumerate(data, start=1):
            yield number, [item.get(name) for name in names]

    return _counted(Source("json", encoding, rows(), size=size), len(data) + 1)
