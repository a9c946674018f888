"""The paper for the tax office (КНД 1151158) as PDF: fields and order of the form, one character in a cell."""

from __future__ import annotations

import datetime as dt
from typing import Any

from opora.settlement.documents.papers import pdf
from opora.settlement.models import TaxCertificate
from opora.settlement.rules.tax import Person

NAME_CELLS, NAME_LINES = 40, 4
SIGNER_CELLS, SIGNER_LINES = 20, 3


def paper(row: TaxCertificate) -> bytes:
    """The issued paper: two pages, one when payer and learner are one person."""
    payer, learner = Person.from_json(row.payer), Person.from_json(row.learner)
    provider: dict[str, str] = row.provider
    same = bool(payer.inn) and payer.inn == learner.inn
    data: dict[str, Any] = {
        "inn": cells(provider["inn"], 12),
        "kpp": cells(provider.get("kpp", ""), 9),
        "number": cells(str(row.number), 12),
        "correction": cells(row.correction_text, 3),
        "year": cells(str(row.year), 4),
        "organisation": wrapped(provider["name"], NAME_CELLS, NAME_LINES),
        "full_time": "1" if row.full_time else "0",
        "same": "1" if same else "0",
        "payer": _person(payer),
        "learner": None if same else _person(learner),
        "roubles": cells(f"{int(row.amount)}", 13),
        "kopecks": list(f"{int(row.amount * 100) % 100:02d}"),
        "signer": wrapped(provider["signatory"], SIGNER_CELLS, SIGNER_LINES),
        "date": _date(row.date.isoformat() if row.date else ""),
        "pages": cells("1" if same else "2", 3),
        "annulment": row.is_annulment,
    }
    return pdf("tax", data)


def name_of(row: TaxCertificate) -> str:
    """The file's name: it names nobody."""
    return f"Справка для налоговой № {row.number}-{row.correction_text}, {row.year}.pdf"


def cells(text: str, count: int) -> list[str]:
    """Characters of a field, one in a cell, dashes in the rest as the form is filled in by hand or machine."""
    text = text.upper()[:count]
    return [*text, *["-"] * (count - len(text))]


def wrapped(text: str, width: int, lines: int) -> list[list[str]]:
    """A long field in lines of cells; what does not fit is cut."""
    text = " ".join(text.split()).upper()
    rows = [text[start : start + width] for start in range(0, max(len(text), 1), width)][:lines]
    rows += [""] * (lines - len(rows))
    return [cells(row, width) if row else ["-"] * width for row in rows]


def _person(one: Person) -> dict[str, Any]:
    return {
        "last_name": cells(one.last_name, 36),
        "first_name": cells(one.first_name, 36),
        "patronymic": cells(one.patronymic, 36),
        "inn": cells(one.inn, 12),
        "birth_date": _date(one.birth_date),
        "code": cells(one.document_code, 2),
        "document": cells(one.document_number, 20),
        "issued": _date(one.document_date),
    }


def _date(text: str) -> list[list[str]]:
    """Day, month and year in cells."""
    if not text:
        return [["-"] * 2, ["-"] * 2, ["-"] * 4]
    day = dt.date.fromisoformat(text)
    return [list(f"{day:%d}"), list(f"{day:%m}"), list(f"{day:%Y}")]
