"""Narrative with figures by reference: what is printed, and what is refused with a clear reason."""

from __future__ import annotations

import pytest

from opora.core.reasons import Refused
from opora.reporting.texts import Value, available, problems, render

NB = "\u00a0"


def figure(**fields: object) -> dict[str, object]:
    usual = {"name": "Охват", "value": 44.4, "numerator": 3761, "denominator": 8468, "unit": "%", "date": "2026-12-31"}
    return usual | fields


VALUES = {
    "coverage": Value("Охват", figure(), digits=1, personal=True),
    "unique_children": Value("Дети", figure(value=3761, denominator=None, unit="чел."), personal=True),
    "enrolments.artistic": Value("Зачисления", figure(value=2098, numerator=2098, denominator=None, unit="")),
    "special": Value("ОВЗ", figure(value=3, numerator=3, denominator=None, unit="чел."), personal=True),
    "rare": Value("Доля", figure(value=50, numerator=2, denominator=4), digits=1, personal=True),
    "empty": Value("Пусто", figure(value=None)),
    "money": Value("Выплачено", figure(value=1250.98, denominator=None, unit="₽"), digits=2),
    "year": Value("Год", word="2026"),
}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Охват {coverage}", f"Охват 44,4{NB}%"),
        ("{coverage.numerator} из {coverage.denominator}", f"3{NB}761{NB}из{NB}8{NB}468"),
        ("на {coverage.date}", f"на{NB}31{NB}декабря 2026{NB}г."),
        ("{unique_children|ребёнок,ребёнка,детей}", f"3{NB}761{NB}ребёнок"),
        ("{coverage.denominator|ребёнок, ребёнка, детей}", f"8{NB}468{NB}детей"),
        ("{enrolments.artistic}", f"2{NB}098"),
        ("{money}", f"1{NB}250,98{NB}₽"),
        ("за {year} год", f"за{NB}2026{NB}год"),
        ("{special}", f"менее{NB}5"),
        ("{rare}", f"менее{NB}5"),
        ("{empty}", "нет данных"),
    ],
)
def test_references(text: str, printed: str) -> None:
    assert render(text, VALUES) == printed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{coverag}", "reference_unknown"),
        ("{}", "reference_unknown"),
        ("{unique_children.denominator}", "no_denominator"),
        ("{coverage|дитя}", "reference_forms"),
        ("{year|а,б,в}", "reference_forms"),
        ("скобка {", "brace"),
        ("x" * 20_001, "text_long"),
    ],
)
def test_what_cannot_be_printed_is_refused(text: str, code: str) -> None:
    assert [reason.code for reason in problems(text, VALUES)] == [code]
    with pytest.raises(Refused):
        render(text, VALUES)


def test_a_near_code_is_proposed() -> None:
    assert "{coverage}" in problems("{coverag}", VALUES)[0].hint


def test_every_wrong_reference_is_named_once() -> None:
    assert len(problems("{one} {two} {one}", VALUES)) == 2


def test_the_template_leaves_out_what_is_not_known() -> None:
    assert available(["Есть {coverage}.", "Нет {other}.", "Пусто {empty}."], VALUES) == "Есть {coverage}."
