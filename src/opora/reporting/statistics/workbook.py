"""Form 1-ДОП as XLSX in the layout of the official blank: title sheet, sections on sheets of the same names."""

from __future__ import annotations

from opora.reporting.statistics import declaration
from opora.reporting.statistics.models import StatisticsForm
from opora.surveys.queries import Sheet
from opora.surveys.workbook import Book, write_section

SHEETS = (
    ("Раздел1", ("1",)),
    ("Раздел2", ("2",)),
    ("Раздел3", ("3",)),
    ("Раздел4", ("4",)),
    ("Раздел5", ("5", "6")),
    ("Раздел7", ("7",)),
)
"""Sheets of the blank with the sections on each."""
OKUD = "0609500"


def build(one: StatisticsForm, sheet: Sheet) -> bytes:
    """The workbook of a form."""
    book = Book()
    if one.code != declaration.CODE:
        return _plain(book, one, sheet)
    _title(book, one)
    for name, codes in SHEETS:
        page = book.sheet(name)
        line = 0
        for code in codes:
            section = sheet.form.section(code)
            if section is not None:
                line = write_section(book, page, line, section, sheet.values) + 1
        if name == SHEETS[-1][0]:
            _signs(book, page, line)
    return book.done()


def _plain(book: Book, one: StatisticsForm, sheet: Sheet) -> bytes:
    """A form without a blank of its own: a sheet for each section."""
    for section in sheet.form.sections:
        page = book.sheet(section.title)
        page.merge_range(
            0, 0, 0, 7, f"{one.name} за {one.year} год, {one.organisation.short_name}", book.formats["plain"]
        )
        write_section(book, page, 2, section, sheet.values)
    return book.done()


def _title(book: Book, one: StatisticsForm) -> None:
    page = book.sheet("Титульный лист")
    page.set_column(0, 0, 46)
    page.set_column(1, 3, 26)
    title, plain, head, text = (book.formats[name] for name in ("title", "plain", "head", "text"))
    organisation = one.organisation
    page.merge_range(0, 0, 0, 3, "ФЕДЕРАЛЬНОЕ СТАТИСТИЧЕСКОЕ НАБЛЮДЕНИЕ", head)
    page.merge_range(2, 0, 2, 3, "КОНФИДЕНЦИАЛЬНОСТЬ ГАРАНТИРУЕТСЯ ПОЛУЧАТЕЛЕМ ИНФОРМАЦИИ", head)
    page.merge_range(4, 0, 4, 3, "СВЕДЕНИЯ О ДОПОЛНИТЕЛЬНОМ ОБРАЗОВАНИИ ДЕТЕЙ", title)
    page.merge_range(5, 0, 5, 3, f"за {one.year} г.", title)
    rows = (
        ("Форма", "№ 1-ДОП, годовая. Приказ Росстата от 30.07.2020 № 424"),
        ("Срок предоставления", f"{one.due:%d.%m.%Y}"),
        ("Наименование отчитывающейся организации", f"{organisation.full_name} ({organisation.short_name})"),
        ("Почтовый адрес", organisation.address),
    )
    for line, (name, value) in enumerate(rows, start=7):
        page.write_string(line, 0, name, text)
        page.merge_range(line, 1, line, 3, value, text)
    page.set_row(9, 32)
    for place, name in enumerate(("Код формы по ОКУД", "Код организации по ОКПО", "Код типа поселения")):
        page.write_string(12, place, name, head)
    page.write_string(13, 0, OKUD, text)
    page.write_blank(13, 1, None, text)
    locality = organisation.locality
    page.write_string(13, 2, "" if locality is None else "1" if locality.is_urban else "2", text)
    page.merge_range(14, 2, 14, 3, "1 – город и посёлок городского типа, 2 – сельская местность", plain)


def _signs(book: Book, page: object, line: int) -> None:
    plain = book.formats["plain"]
    texts = (
        "Должностное лицо, ответственное за предоставление первичных статистических данных:",
        "______________________   ______________________   ______________",
        "            (должность)                              (Ф. И. О.)                           (подпись)",
        "______________________   ______________________   ______________",
        "     (контактный телефон)                        (E-mail)                     (дата составления)",
    )
    for step, text in enumerate(texts):
        page.merge_range(line + step, 0, line + step, 4, text, plain)  # type: ignore[attr-defined]
