"""Quantities, numbers of a table and states: pure rules by examples and properties."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.planning.rules import quantity, table
from opora.planning.rules.counting import span_of
from opora.planning.rules.quantity import Quantity, needed_increase, progress
from opora.planning.rules.states import Facts, Shares, item_state


@pytest.mark.parametrize(
    ("text", "operator", "amount", "unit"),
    [
        ("Не менее 6", "ge", "6", ""),
        ("Не менее 6 договоров ", "ge", "6", "договоров"),
        ("не менее 2 117 человек", "ge", "2117", "человек"),
        ("≥ 25 %", "ge", "25", "%"),
        ("1-3", "ge", "1", ""),
        ("1 МОЦ ДОД", "eq", "1", "МОЦ ДОД"),
        ("2", "eq", "2", ""),
        ("100% руководителей", "eq", "100", "% руководителей"),
        ("увеличение охвата детей программами на 10%", "increase", "10", "%"),
        ("увеличить на 1,5 процентных пункта", "increase", "1.5", "п. п."),
        ("+376 человек", "increase", "376", "человек"),
        ("-", "", None, ""),
        ("", "", None, ""),
        ("не более 3 замечаний", "", None, ""),
        ("создание центра", "", None, ""),
    ],
)
def test_quantities_of_real_plans(text: str, operator: str, amount: str | None, unit: str) -> None:
    assert quantity.parse(text) == Quantity(operator, Decimal(amount) if amount else None, unit)


def test_ten_per_cent_of_the_baseline() -> None:
    asked = quantity.parse("увеличение охвата на 10 %")
    assert needed_increase(asked, Decimal(3761)) == 376
    assert needed_increase(asked, None) is None
    below = progress(asked, Decimal(4000), Decimal(3761), "чел.")
    assert (below.value, below.needed, below.reached, below.percent) == (239, 376, False, 63)
    assert below.text == "+239 из 376\u00a0чел."
    assert progress(asked, Decimal(4137), Decimal(3761)).reached
    assert not progress(asked, Decimal(4136), Decimal(3761)).reached


def test_points_are_another_unit_than_per_cent() -> None:
    points = quantity.parse("увеличение на 10 процентных пунктов")
    assert needed_increase(points, Decimal("44.4")) == 10
    assert not progress(points, Decimal("53.9"), Decimal("44.4")).reached
    assert progress(points, Decimal("54.4"), Decimal("44.4")).reached
    assert needed_increase(quantity.parse("увеличение на 10 %"), Decimal("44.4")) == Decimal("4.4")


@given(st.decimals(0, 10**6, places=2), st.decimals("0.01", 10**6, places=2))
def test_a_hundred_per_cent_means_reached(value: Decimal, amount: Decimal) -> None:
    shown = progress(Quantity("ge", amount), value)
    assert (shown.percent == 100) == shown.reached == (value >= amount)


def test_an_item_is_due_to_the_end_of_its_last_day() -> None:
    due = dt.date(2026, 10, 14)

    def state(today: dt.date, **facts: bool) -> str:
        values = {"is_done": False, "has_begun": False} | facts
        return item_state(Facts(dt.date(2026, 9, 1), due, **values), today)

    assert state(dt.date(2026, 8, 31)) == "planned"
    assert state(dt.date(2026, 8, 31), has_begun=True) == "in_work"
    assert state(dt.date(2026, 9, 1)) == "in_work"
    assert state(due) == "in_work"
    assert state(due + dt.timedelta(days=1)) == "overdue"
    assert state(due + dt.timedelta(days=1), is_done=True) == "done"
    assert state(due + dt.timedelta(days=1), is_cancelled=True) == "cancelled"
    assert item_state(Facts(None, None, False, False), due) == "planned"


def test_cancelled_items_are_no_part_of_the_whole() -> None:
    shares = Shares({"done": 3, "overdue": 1, "cancelled": 6})
    assert (shares.total, shares.done, shares.percent) == (4, 3, 75)
    assert Shares({}).percent == 0


def test_from_when_to_when_is_counted() -> None:
    today = dt.date(2026, 10, 14)
    months = (dt.date(2026, 8, 1), dt.date(2026, 12, 31))
    assert span_of(*months, None, 2026, today) == (dt.date(2026, 8, 1), today)
    month = (dt.date(2026, 9, 1), dt.date(2026, 9, 30))
    assert span_of(*month, None, 2026, today) == (dt.date(2026, 1, 1), dt.date(2026, 9, 30))
    assert span_of(*month, dt.date(2026, 9, 5), 2026, today)[0] == dt.date(2026, 9, 5)
    ahead = (dt.date(2027, 3, 1), dt.date(2027, 6, 30))
    assert span_of(*ahead, None, 2026, today) == (dt.date(2027, 3, 1), dt.date(2027, 3, 1))


# --- the table --------------------------------------------------------------------------------------------------


def read(*rows: tuple[str, ...]) -> table.Table:
    names = ("number", *table.COLUMNS)
    return table.read((number, dict(zip(names, row, strict=False))) for number, row in enumerate(rows, start=2))


def test_word_lists_lose_half_of_their_numbers() -> None:
    found = read(
        ("1", "Создание центра"),
        ("11.", "Конкурс", "-", "Заявка", "Август 2018г."),
        ("12.", "Договоры", "Не менее 6", "", "Сентябрь"),
        ("", "Анализ работы", "-", "Записка", "Ноябрь"),
        ("3", "Сеть и партнёры"),
        ("31.", "Реестр партнёров", "", "Реестр", "Июнь"),
        ("32.", "Договоры", "6", "", "Июнь"),
        ("33.", "Соглашения с бизнесом"),
        (".4.", "Программы", "1", "", "Июль"),
        ("7", "Мастерство"),
        ("71.", "Дефициты", "", "", "Июль"),
        ("   2.", "Курсы", "100%", "", "Июль"),
        ("3.", "Курсы", "100%", "", "Июль"),
        ("7.4.", "Площадка", "1", "", "Июль"),
    )
    assert [line.number for line in found.lines] == [
        "1.1", "1.2", "1.3", "3.1", "3.2", "3.3", "3.4", "7.1", "7.2", "7.3", "7.4",
    ]  # fmt: skip
    assert found.sections == {1: "Создание центра", 3: "Сеть и партнёры", 7: "Мастерство"}
    assert not any(remark.is_error for remark in found.remarks)
    told = {remark.row: remark.message for remark in found.remarks}
    assert told[3] == "Номер «11.» прочитан как 1.1."
    assert told[5] == "Номера не было, пункту дан номер 1.3."
    assert 15 not in told  # 7.4 stood as it should


def test_sub_rows_are_kept() -> None:
    found = read(
        ("2", "Равный доступ"),
        ("24.", "Программы", "1-3", "Программы", "Июнь-декабрь"),
        ("", "- разноуровневые", "2"),
        ("", "– модульные", "3"),
        ("25.", "Анализ", "", "Записка", "Ноябрь"),
    )
    assert [(line.number, line.content, line.parent) for line in found.lines] == [
        ("2.4", "Программы", ""),
        ("2.4.1", "разноуровневые", "2.4"),
        ("2.4.2", "модульные", "2.4"),
        ("2.5", "Анализ", ""),
    ]


def test_a_number_merged_over_its_parts_comes_again() -> None:
    found = read(("2", "Доступ"), ("2.1", "Программы", "4", "", "Июнь"), ("2.1", "модульные", "2", "", "Июнь"))
    assert [line.number for line in found.lines] == ["2.1", "2.1.1"]


def test_a_spreadsheet_spoils_numbers() -> None:
    tens = [(f"1.{number}", f"Пункт {number}", "", "", "Май") for number in range(2, 10)]
    dated = dt.date(2018, 1, 1)
    found = read(("1", "Раздел"), (dated, "Первый", "", "", "Май"), *tens, (1.1, "Десятый", "", "", "Май"))  # type: ignore[arg-type]
    assert [line.number for line in found.lines] == [f"1.{number}" for number in range(1, 11)]


def test_headings_on_every_page_are_no_items() -> None:
    found = read(
        ("1", "2", "3", "4", "5", "6"),
        ("Раздел I. Создание центра", ""),
        ("1.1", "Конкурс", "", "", "Май"),
        ("№", "Содержание работы", "Количественные показатели", "Форма", "Сроки"),
        ("1.2", "Договоры", "", "", "Май"),
        ("2. Равный доступ", ""),
        ("2.1", "Анализ", "", "", "Май"),
    )
    assert [line.number for line in found.lines] == ["1.1", "1.2", "2.1"]
    assert found.sections == {1: "Создание центра", 2: "Равный доступ"}


def test_rows_that_cannot_be_say_so_with_their_numbers() -> None:
    found = read(("5", "Пункт без раздела", "1", "", "Май"), ("1", "Раздел"), ("1.1", "", "6", "", "Май"))
    errors = [(remark.row, remark.code) for remark in found.remarks if remark.is_error]
    assert errors == [(2, "section_missing"), (4, "content_missing")]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 6)), min_size=1, max_size=9, unique_by=lambda one: one[0]))
def test_well_numbered_tables_come_back_as_they_are(shape: list[tuple[int, int]]) -> None:
    rows: list[tuple[str, ...]] = []
    for section, items in sorted(shape):
        rows.append((str(section), f"Раздел {section}"))
        rows += [(f"{section}.{number}", "Работа", "6", "Отчёт", "Май") for number in range(1, items + 1)]
    found = read(*rows)
    assert [line.number for line in found.lines] == [row[0] for row in rows if len(row) > 2]
    assert found.remarks == []
