"""A report as plain values, the same for every format: sections of paragraphs, tables, charts, schemes, requisites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from opora.core import russian

Number = int | Decimal
SHORT = 16
"""Rows of a table that is not torn between pages."""
Kind = Literal["text", "int", "people", "money", "percent", "date", "mixed"]
"""`mixed` is a column of numbers with a word here and there («да», «нет»)."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: title and what stands under it."""

    title: str
    kind: Kind

    @property
    def is_number(self) -> bool:
        return self.kind in ("int", "people", "money", "percent", "mixed")


@dataclass(frozen=True, slots=True)
class Cell:
    """What is printed, and the exact number where there is one (XLSX keeps it a number)."""

    text: str
    number: Number | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`number` is the table's own number in the report."""

    number: int
    caption: str
    columns: Sequence[Heading]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] | None
    source: str
    note: str = ""
    dense: bool = False
    """Much text in few columns: smaller type."""

    @property
    def name_column(self) -> int:
        """The column that names a row: the first, or the one after the row's number."""
        return 1 if len(self.columns) > 1 and self.columns[0].title == "№" else 0

    @property
    def is_short(self) -> bool:
        """Stands on one page whole."""
        return len(self.rows) <= SHORT and not self.dense

    @property
    def is_small(self) -> bool:
        """Printed in smaller type."""
        return self.dense or len(self.columns) > 4


@dataclass(frozen=True, slots=True)
class Chart:
    """`series`: (name, values aligned with the categories; None is a gap)."""

    number: int
    caption: str
    shape: Literal["bar", "hbar", "line", "pie"]
    categories: Sequence[str]
    series: Sequence[tuple[str, Sequence[Number | None]]]
    digits: int
    source: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """Tiers from top to bottom; neighbouring tiers interact: `links` say what passes between tier n and n + 1."""

    number: int
    caption: str
    tiers: Sequence[Sequence[str]]
    links: Sequence[str]

    @property
    def words(self) -> str:
        """The scheme for those who do not see it."""
        told = [russian.joined(list(self.tiers[0]))]
        for link, tier in zip(self.links, self.tiers[1:], strict=True):
            told.append(f"{link}: {russian.joined(list(tier))}")
        return "; ".join(told)


@dataclass(frozen=True, slots=True)
class Facts:
    """Requisites: (name, value)."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


Block = Paragraph | Table | Chart | Scheme | Facts


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its number."""

    number: int
    code: str
    title: str
    blocks: Sequence[Block]

    @property
    def is_large(self) -> bool:
        """Begins on a page of its own; a section of a few lines follows the one before."""
        alone = self.number == 1 or self.code in ("sources", "self_indicators")
        return alone or sum(not isinstance(one, Paragraph) for one in self.blocks) > 3

    @property
    def heading(self) -> str:
        return f"Приложение. {self.title}" if self.code == "sources" else f"{self.number}. {self.title}"


@dataclass(frozen=True, slots=True)
class Headline:
    """A main figure for the first page and the slides: value with all that makes it honest."""

    title: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a writer of a format needs; `date` is the snapshot's, the only date inside the files."""

    title: str
    subtitle: str
    organisation: str
    place: str
    year: int
    date: dt.date
    state: str
    signatory_post: str
    signatory_name: str
    addressee: str
    headlines: Sequence[Headline] = field(default=())
    parts: Sequence[Part] = field(default=())

    @property
    def footer(self) -> str:
        """The running line of every page."""
        return f"{self.organisation}. {self.title}"
