"""The language of control rules: what is read is written back the same, and evaluated as by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.reporting.statistics.declaration import CONTROLS, FORM_1_DOP
from opora.surveys.rules.definition import TABLE, Address, Check, Column, Definition, Field, Row, Section
from opora.surveys.rules.evaluate import findings, problem
from opora.surveys.rules.language import (
    COLUMN,
    FIELD,
    LONGEST,
    ROW,
    CheckError,
    Lines,
    Operation,
    Ref,
    Rule,
    Value,
    parse,
    written,
)

codes = st.integers(1, 99).map(lambda n: f"{n:02d}")
single = codes.map(lambda code: Lines(((code, code),)))
lists = st.lists(st.tuples(codes, codes), min_size=2, max_size=4).map(lambda parts: Lines(tuple(parts)))
sections = st.sampled_from(["", "1", "7"])


@st.composite
def references(draw: st.DrawFn) -> Ref:
    axis = draw(st.sampled_from([COLUMN, ROW, FIELD]))
    total = draw(st.booleans())
    named = draw(lists if total else single)
    lines = draw(st.none() | single | lists) if axis != FIELD else None
    return Ref(axis, named, total, lines=lines, section=draw(sections), last_year=draw(st.booleans()))


@st.composite
def single_cells(draw: st.DrawFn) -> Ref:
    cross = draw(st.booleans())
    return (
        Ref(ROW, draw(single), cross=draw(codes), section=draw(sections))
        if cross
        else Ref(draw(st.sampled_from([COLUMN, ROW])), draw(single), whole=True, section=draw(sections))
    )


numbers = st.decimals(0, 1000, places=2).map(lambda n: Value(Decimal(f"{n.normalize():f}")))
expressions = st.recursive(
    references() | single_cells() | numbers,
    lambda inner: st.builds(Operation, st.sampled_from("+-*/"), inner, inner),
    max_leaves=4,
)
rules = st.builds(Rule, expressions, st.sampled_from("=≠≥≤><"), expressions).filter(
    lambda rule: len(written(rule)) <= LONGEST
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rules)
def test_a_written_rule_is_read_the_same(rule: Rule) -> None:
    assert parse(written(rule)) == rule


@given(st.text(alphabet="ГгрСстр.пооле0123456789 -–,>=<()+*/;сумaраздел", max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        parse(text)
    except CheckError as error:
        assert str(error)[0].isupper() or str(error).startswith("«")


@pytest.mark.parametrize(("section", "text"), CONTROLS)
def test_the_official_controls_are_read_as_they_are_worded(section: str, text: str) -> None:
    assert parse(written(parse(text))) == parse(text)
    assert problem(FORM_1_DOP, Check("1", section, text)) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Гр. 3 Гр. 4", "Нет знака сравнения"),
        ("Гр. 3 >= ", "Не хватает графы, строки, поля или числа"),
        ("Колонка 3 >= 4", "Непонятное слово «Колонка»"),
        ("Гр. 3, 4 >= Гр. 5", "напишите «сумма»"),
        ("Гр. 3 >= (Гр. 4", "закрывающей скобки"),
        ("Гр. 3 >= Гр. 4 @", "Непонятный знак «@»"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, words: str) -> None:
    with pytest.raises(CheckError, match=words):
        parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Гр. 9 >= Гр. 3", "нет графы 9"),
        ("Гр. 3 >= Гр. 4 по строкам 01 - 77", "нет строки 77"),
        ("Гр. 3 >= Гр. 4 раздела 9", "Раздела 9 в форме нет"),
        ("Гр. 3 = Стр. 01", "или графы, или строки"),
        ("Гр. 3 по строкам 01 - 02 = Гр. 3 по строкам 01 - 03", "не поровну"),
        ("Гр. 3 >= Поле 55", "нет числового поля 55"),
        ("2 > 1", "ни графы, ни строки, ни поля"),
    ],
)
def test_what_cannot_be_applied_is_told(text: str, words: str) -> None:
    assert words in problem(small_form(), Check("1", "1", text))


def small_form(*checks: Check) -> Definition:
    columns = (Column("3", "Всего"), Column("4", "из них девочки"), Column("5", "прочее"))
    rows = tuple(Row(f"{n:02d}", f"Строка {n}") for n in range(1, 5))
    table = Field("1", TABLE, "Дети", columns=columns, rows=rows, closed=("04.4",))
    return Definition((Section("1", "Дети", "", (table, Field("2", "number", "Всего детей"))),), checks)


def cell(row: str, column: str) -> Address:
    return Address("1", "1", row, column)


values = st.dictionaries(
    st.builds(cell, st.sampled_from(["01", "02", "03", "04"]), st.sampled_from(["3", "4", "5"])),
    st.integers(0, 9).map(Decimal),
)


@given(values)
def test_columns_are_compared_line_by_line(cells: dict[Address, Decimal]) -> None:
    cells.pop(cell("04", "4"), None)
    found = findings(small_form(Check("1", "1", "Гр. 3 >= Гр. 4")), cells)
    expected = [
        row
        for row in ("01", "02", "03")  # in 04 the cell is closed
        if cells.get(cell(row, "3"), 0) < cells.get(cell(row, "4"), 0)
    ]
    assert [one.line for one in found] == expected


@given(values)
def test_sums_are_those_of_the_cells(cells: dict[Address, Decimal]) -> None:
    cells.pop(cell("04", "4"), None)
    total = sum((value for address, value in cells.items() if address.column == "3"), Decimal(0))
    known = cells | {Address("1", "2"): total}
    form = small_form(Check("1", "1", "Итого по гр. 3 = Поле 2"), Check("2", "1", "Итого по гр. 3 <> Поле 2"))
    assert [one.check for one in findings(form, known)] == ["2"]


@given(values)
def test_a_sum_of_columns(cells: dict[Address, Decimal]) -> None:
    found = findings(small_form(Check("1", "1", "Гр. 3 = сумме граф 4, 5 по строкам 01 - 02")), cells)
    broken = []
    for row in ("01", "02"):
        three, four, five = (cells.get(cell(row, column)) for column in "345")
        if (three, four, five) != (None, None, None) and (three or 0) != (four or 0) + (five or 0):
            broken.append(row)
    assert [one.line for one in found] == broken


def test_a_message_names_section_line_and_columns() -> None:
    [found] = findings(
        small_form(Check("1", "1", "Гр. 3 >= Гр. 4 по строкам 01 - 03")),
        {cell("02", "3"): Decimal(3), cell("02", "4"): Decimal(5)},
    )
    assert found.message == (
        "Раздел 1, строка 02 «Строка 2»: графа 3 «Всего» – 3; графа 4 «из них девочки» – 5. "
        "Первое не должно быть меньше второго."
    )
    assert found.cells == (cell("02", "3"), cell("02", "4")) and found.key == "1:02"


def test_last_year_is_compared_when_it_is_known() -> None:
    form = small_form(Check("1", "1", "Гр. 3 <= Гр. 3 прошлого года", soft=True))
    now, before = {cell("01", "3"): Decimal(5)}, {cell("01", "3"): Decimal(4)}
    assert findings(form, now) == []
    [found] = findings(form, now, last_year=before)
    assert found.soft and "прошлого года – 4" in found.message


def test_sections_are_compared_line_by_line() -> None:
    def at(section: str, row: str, column: str) -> Address:
        return Address(section, section, row, column)

    numbers = {at("1", "02", "3"): Decimal(3), at("2", "12", "5"): Decimal(1), at("2", "12", "9"): Decimal(1)}
    found = [one for one in findings(FORM_1_DOP, numbers) if one.section == "2"]
    assert [one.line for one in found] == ["12"]
    assert (
        "сумма граф 3 - 18 – 2; графа 3 «Численность обучающихся, всего» раздела 1 по строке 02 – 3" in found[0].message
    )


def test_arithmetic_and_nought() -> None:
    form = small_form(Check("1", "1", "Стр. 01 гр. 3 <= Поле 2 * 0,5"), Check("2", "1", "Поле 2 / Стр. 02 гр. 3 <= 3"))
    known = {cell("01", "3"): Decimal(3), Address("1", "2"): Decimal(5)}
    assert [one.check for one in findings(form, known)] == ["1"]


def test_open_rows_are_summed() -> None:
    table = Field(
        "1", TABLE, "События", columns=(Column("1", "Название", "text"), Column("2", "Детей")), open_rows=True
    )
    form = Definition(
        (Section("1", "", "", (table, Field("2", "number", "Всего"))),), (Check("1", "1", "Итого по гр. 2 = Поле 2"),)
    )
    known = {
        Address("1", "1", "1", "2"): Decimal(3),
        Address("1", "1", "2", "2"): Decimal(4),
        Address("1", "2"): Decimal(8),
    }
    [found] = findings(form, known, rows_of={"1": ["1", "2"]})
    assert (found.left, found.right) == (7, 8)
