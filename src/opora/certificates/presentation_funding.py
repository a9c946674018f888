"""Rates, coefficients and amendments of a period in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse

from opora.catalogue.vocabulary import FocusArea
from opora.certificates import queries_rates, services_papers
from opora.certificates.models import PeriodAmendment
from opora.certificates.models_funding import KINDS
from opora.certificates.rules.parameters import PROGRAMME_REGISTERS
from opora.core import russian
from opora.core.models import StoredFile
from opora.core.registers import registry
from opora.territory.models import LegalAct

_NAMES = {**dict(FocusArea.choices), **PROGRAMME_REGISTERS}
_MONEY = ("номинал", "предел денег", "ставка")


def rate_table(rates: Mapping[tuple[str, str], Decimal]) -> list[tuple[str, list[tuple[str, Decimal | None]]]]:
    """(focus area, [(kind, rate)]) of the areas that have any rate."""
    found = []
    for area in FocusArea.values:
        row = [(title, rates.get((area, kind))) for kind, title in KINDS]
        if any(rate is not None for _, rate in row):
            found.append((area, row))
    return found


@dataclass(frozen=True, slots=True)
class AmendmentView:
    """An act with what it changed, as sentences.

    `url` leads to the act's card, `file` to its newest file; empty in rows that name their act by text alone.
    """

    act: str
    title: str
    url: str
    file: str
    at: dt.datetime
    who: str
    changes: list[tuple[str, str, str]]


def amendment_views(rows: Sequence[PeriodAmendment]) -> list[AmendmentView]:
    """Newest first; (what, was, became) in words."""
    names = queries_rates.names_of(row.account_id for row in rows if row.account_id)
    papers = services_papers.latest_of_each(LegalAct, {row.act_id for row in rows if row.act_id})
    return [
        AmendmentView(
            row.act_text,
            row.act.title if row.act else "",
            act_url(row.act),
            _file_url(row.act_id, papers.get(row.act_id or 0)),
            row.at,
            names.get(row.account_id or 0, ""),
            [
                (one["label"], value_text(one["label"], one["was"]), value_text(one["label"], one["now"]))
                for one in row.changes
            ],
        )
        for row in rows
    ]


def act_url(legal_act: LegalAct | None) -> str:
    """The act's card in the register of legal acts."""
    return registry.get("legal_acts").url("card", legal_act) if legal_act else ""


def _file_url(act_id: int | None, paper: StoredFile | None) -> str:
    return reverse("register_file", args=["legal_acts", act_id, paper.public_id]) if paper else ""


def value_text(label: str, value: Any) -> str:
    """A stored value as people read it: sums with roubles, lists by name, switches as yes and no."""
    if value is None:
        return "не задано" if label.startswith(("Ставка", "Коэффициент")) else "без предела"
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, Mapping):
        return ", ".join(f"{_NAMES.get(key, key)}: {number}" for key, number in value.items()) or "без предела"
    if isinstance(value, list):
        return ", ".join(_NAMES.get(one, str(one)) for one in value)
    number = _number(value)
    if number is None:
        return str(value)
    if any(word in label.lower() for word in _MONEY):
        return russian.money(number)
    return russian.number(number)


def _number(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
