"""From a snapshot and the texts of people to the document that every format prints. Nothing here asks the records."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from opora.core import russian
from opora.monitoring.indicators import catalogue
from opora.monitoring.rules import HIDDEN_TEXT, is_small, suppress_row
from opora.reporting import sections
from opora.reporting.documents.shape import (
    Block,
    Cell,
    Chart,
    Document,
    Facts,
    Heading,
    Headline,
    Paragraph,
    Part,
    Scheme,
    Table,
)
from opora.reporting.sections import Section
from opora.reporting.texts import Value, available, render

HEADLINES = (
    "coverage", "unique_children", "enrolments", "learners", "programmes", "organisations", "certificates_share",
    "answered_in_time", "free_places", "special_needs",
)  # fmt: skip
MOST_HEADLINES = 8
HIDDEN = "1–4"
LAWFUL_LEFT = "Числа от 1 до 4 и дополняющие их скрыты, чтобы по ним нельзя было узнать ребёнка."


@dataclass(frozen=True, slots=True)
class Source:
    """What a document is made of, read from the database once."""

    kind: str
    title: str
    year: int
    date: dt.date
    frozen_on: dt.date
    state: str
    values: Mapping[str, Any]
    texts: Mapping[str, str]
    signatory_name: str = ""
    signatory_post: str = ""

    @property
    def general(self) -> Mapping[str, Any]:
        return dict(self.values["data"].get("general", {}))

    @property
    def tables(self) -> Mapping[str, Any]:
        return dict(self.values["data"].get("tables", {}))

    @property
    def is_region(self) -> bool:
        return not self.general.get("centre") and not self.is_own

    @property
    def is_own(self) -> bool:
        """Of an organisation: its self-assessment."""
        return bool(self.general.get("organisation"))


def fingerprint(source: Source) -> str:
    """The same for reports that print the same: figures, tables, texts, state, signature."""
    told = [source.kind, source.title, source.year, source.date, source.frozen_on, source.state, source.values,
            dict(source.texts), source.signatory_name, source.signatory_post]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()


def values_of(source: Source) -> dict[str, Value]:
    """Everything a text of this report may name."""
    known = {one.code: one for one in catalogue()}
    found = {
        "centre": Value("Название центра", word=source.general.get("centre", "")),
        "organisation": Value("Название организации", word=source.general.get("organisation", "")),
        "territory": Value("Территория", word=source.general.get("territory", "")),
        "year": Value("Год отчёта", word=str(source.year)),
        "date": Value("Дата показателей", word=russian.date_long(source.date)),
    }
    for code, figure in _named_first(source.values["figures"]):
        one = known.get(code)
        found[code] = Value(
            figure["name"],
            figure,
            digits=one.digits if one else 1,
            personal=one.personal if one else True,
        )
    return {code: value for code, value in found.items() if value.figure or value.word}


def default_text(section: Section, source: Source) -> str:
    """What an editor begins with: the template's sentences that this snapshot can fill."""
    return available(section.sentences, values_of(source))


def build(source: Source) -> Document:
    """The whole document. Raises Refused when a text names a figure that the snapshot does not hold."""
    general = source.general
    values = values_of(source)
    numbers = _Numbers()
    parts = []
    for place, section in enumerate([*sections.of_kind(source.kind), sections.SOURCES], start=1):
        blocks = list(_blocks(section, source, values, numbers))
        parts.append(Part(place, section.code, section.title, blocks))
    name = str(general.get("centre") or general.get("organisation") or general.get("territory", ""))
    return Document(
        title=f"{source.title} за{russian.NBSP}{source.year}{russian.NBSP}год",
        subtitle=_subtitle(source),
        organisation=name,
        place=str(general.get("town", "")),
        year=source.year,
        date=source.date,
        state=source.state,
        signatory_post=source.signatory_post or "Руководитель",
        signatory_name=source.signatory_name or str(general.get("head", "")),
        addressee=str(general.get("addressee", "")),
        headlines=[_headline(values[code]) for code in _headline_codes(values)],
        parts=parts,
    )


def _subtitle(source: Source) -> str:
    if source.is_own:
        return str(source.general.get("territory", ""))
    return "Сводный по региону" if source.is_region else russian.joined(list(source.general.get("served", ()))[:3])


class _Numbers:
    """Tables and pictures are numbered through the whole report."""

    def __init__(self) -> None:
        self.tables = self.pictures = 0

    def table(self) -> int:
        self.tables += 1
        return self.tables

    def picture(self) -> int:
        self.pictures += 1
        return self.pictures


def _headline_codes(values: Mapping[str, Value]) -> list[str]:
    """Main figures of the report; learners are counted only where coverage is not."""
    found = [code for code in HEADLINES if code in values and not (code == "learners" and "coverage" in values)]
    return found[:MOST_HEADLINES]


def _headline(value: Value) -> Headline:
    figure = value.figure or {}
    note = f"на {russian.date_short(dt.date.fromisoformat(figure['date']))}"
    if figure["denominator"] is not None:
        note = f"{value.shown('numerator')} из {value.shown('denominator')}, {note}"
    return Headline(value.title, value.shown(), note)


def _blocks(section: Section, source: Source, values: Mapping[str, Value], numbers: _Numbers) -> Iterator[Block]:
    written = source.texts.get(section.code)
    text = written if written is not None else available(section.sentences, values)
    tables = {name: one for name, one in source.tables.items() if one["rows"]}
    shown = [block for block in section.blocks if _fits(block, source, tables)]
    if written is None and section.awaits and not shown:
        text = f"В системе за {source.year} год не учтены: {section.awaits}."
    if not text and not shown:
        text = "Раздел не заполнен."
    for paragraph in render(text, values).splitlines():
        if paragraph.strip():
            yield Paragraph(paragraph.strip())
    for block in shown:
        if block.kind == "facts":
            yield Facts([(str(name), str(value)) for name, value in source.general["rows"]])
        elif block.kind == "sources":
            yield _sources(source, values, numbers)
            if source.frozen_on > source.date:
                yield Paragraph(_late(source))
        elif block.kind == "scheme":
            yield _scheme(source, numbers, block.caption)
        elif block.kind == "table":
            yield _table(tables[block.source], numbers.table(), block.caption)
        else:
            yield _chart(tables[block.source], numbers.picture(), block)


def _fits(block: sections.Block, source: Source, tables: Mapping[str, Any]) -> bool:
    if block.only and (block.only == "region") != source.is_region:
        return False
    if block.kind in ("table", "chart"):
        one = tables.get(block.source)
        if one is None:
            return False
        wide = len(one["columns"])
        return block.kind == "table" or all(place < wide for place in block.values)
    return block.kind != "facts" or bool(source.general.get("rows"))


def _late(source: Source) -> str:
    return (
        f"Снимок сделан {russian.date_long(source.frozen_on)} Реестры организаций, программ, групп и площадок не хранят "
        f"прошлых состояний: их показатели приведены на день снимка, остальные – на {russian.date_long(source.date)}"
    )


def _table(frozen: Mapping[str, Any], number: int, caption: str) -> Table:
    columns = [Heading(column["title"], column["kind"]) for column in frozen["columns"]]
    rows = _with_shares(columns, [list(row) for row in frozen["rows"]], frozen["total"])
    total = rows.pop() if frozen["total"] is not None else None
    hidden = _hidden(columns, rows, total) | {(y, x) for y, x in frozen.get("hidden", ())}
    printed = [
        [_cell(columns[x], value, (y, x) in hidden) for x, value in enumerate(row)] for y, row in enumerate(rows)
    ]
    summed = (
        [_cell(column, value, (-1, x) in hidden) for x, (column, value) in enumerate(zip(columns, total, strict=True))]
        if total
        else None
    )
    return Table(number, caption, columns, printed, summed, frozen["source"], LAWFUL_LEFT if hidden else "")


def _with_shares(columns: list[Heading], rows: list[list[Any]], total: list[Any] | None) -> list[list[Any]]:
    """Empty percentages filled in: of the third column when there is one before them, else of the total."""
    every = [*rows, list(total)] if total is not None else rows
    for place, column in enumerate(columns):
        if column.kind != "percent":
            continue
        for row in every:
            if row[place] is None and total is not None:
                whole = row[place - 1] if place > 2 else total[1]
                row[place] = _share(row[1], whole)
    return every


def _share(part: Any, whole: Any) -> str | None:
    if not whole:
        return None
    return str((Decimal(str(part)) * 100 / Decimal(str(whole))).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _hidden(columns: list[Heading], rows: list[list[Any]], total: list[Any] | None) -> set[tuple[int, int]]:
    """Cells (row, column) of counts of persons that are not printed, and shares that would tell them."""
    found: set[tuple[int, int]] = set()
    for place, column in enumerate(columns):
        if column.kind != "people":
            continue
        counted = [int(row[place] or 0) for row in rows]
        adds_up = total is not None and sum(counted) == total[place]
        kept = suppress_row(counted, total_shown=adds_up)
        found |= {(y, place) for y, value in enumerate(kept) if value is None}
        if total is not None and is_small(int(total[place] or 0)):
            found.add((-1, place))
    shares = [place for place, column in enumerate(columns) if column.kind == "percent"]
    return found | {(y, place) for y, _ in found for place in shares}


def _cell(column: Heading, value: Any, hidden: bool) -> Cell:
    if hidden:
        return Cell(HIDDEN_TEXT if column.kind in ("people", "mixed") else "–")
    if value is None or value == "":
        return Cell("–" if column.is_number else "")
    if column.kind == "date":
        return Cell(russian.date_short(dt.date.fromisoformat(value)))
    if not column.is_number:
        return Cell(str(value))
    if column.kind == "mixed" and not _is_number(value):
        return Cell(str(value))
    number = Decimal(str(value))
    if column.kind == "mixed":
        return Cell(russian.number(number), int(number) if number == number.to_integral_value() else number)
    if column.kind == "money":
        return Cell(russian.number(number, 2), number)
    if column.kind == "percent":
        return Cell(russian.number(number, 1), number)
    return Cell(russian.number(number, 0), int(number.to_integral_value(ROUND_HALF_UP)))


def _is_number(value: Any) -> bool:
    return str(value).replace(".", "", 1).isdigit()


def _chart(frozen: Mapping[str, Any], number: int, block: sections.Block) -> Chart:
    """Drawn from the very cells that the table prints: what is hidden there is a gap here."""
    table = _table(frozen, 0, "")
    series = [
        (table.columns[place].title.removesuffix(", %"), [row[place].number for row in table.rows])
        for place in block.values
    ]
    digits = 1 if any(table.columns[place].kind == "percent" for place in block.values) else 0
    categories = [row[0].text for row in table.rows]
    return Chart(number, block.caption, block.shape, categories, series, digits, frozen["source"])


def _scheme(source: Source, numbers: _Numbers, caption: str) -> Scheme:
    """Who interacts with whom; the boxes at the bottom are the kinds of organisations that there are."""
    kinds = source.tables.get("organisations_by_kind", {"rows": []})["rows"]
    boxes = [f"{_plural_kind(row[0])}: {row[1]}" for row in kinds[:6]]
    middle = "Муниципальные опорные центры" if source.is_region else "Муниципальный опорный центр"
    return Scheme(
        numbers.picture(),
        caption,
        (
            ("Министерство образования региона", "Региональный модельный центр"),
            ("Органы местного самоуправления" if source.is_region else "Орган местного самоуправления", middle,
             "Плательщики сертификатов" if source.is_region else "Плательщик сертификатов"),
            tuple(boxes) or ("Организации дополнительного образования",),
            ("Дети и их родители",),
        ),
        ("методическая поддержка, запросы, отчёты", "программы, договоры, оплата, качество", "обучение, заявки, отзывы"),
    )  # fmt: skip


def _plural_kind(label: str) -> str:
    return label[0].upper() + label[1:] if label else label


def _sources(source: Source, values: Mapping[str, Value], numbers: _Numbers) -> Table:
    """Each figure of the report with its parts, definition and source."""
    columns = (
        Heading("Показатель", "text"), Heading("Значение", "int"), Heading("Из чего, что считаем и откуда", "text"),
    )  # fmt: skip
    rows = []
    for code, figure in _named_first(source.values["figures"]):
        value = values[code]
        told = f"{figure['definition']}. {figure['source']}. Версия {figure['version']}."
        if figure["denominator"] is not None:
            told = f"{value.shown('numerator')} из {value.shown('denominator')}. {told}"
        rows.append([Cell(figure["name"]), Cell(value.shown()), Cell(told)])
    date = russian.date_short(source.date)
    return Table(
        numbers.table(), f"Показатели на {date}", columns, rows, None, f"Снимок показателей на {date}", dense=True
    )


def _named_first(figures: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Figures in the order of the catalogue (JSON of the database does not keep an order)."""
    order = {one.code: place for place, one in enumerate(catalogue())}
    return sorted(figures.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0]))
