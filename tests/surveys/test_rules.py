"""Definitions, typed values, consolidation, steps of the builder: pure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.core.reasons import Refused
from opora.reporting.statistics.declaration import FORM_1_DOP
from opora.surveys.rules import edit
from opora.surveys.rules.consolidate import Answer, as_answer, consolidate
from opora.surveys.rules.definition import (
    TABLE,
    Address,
    Check,
    Column,
    Definition,
    Field,
    Row,
    Section,
    from_json,
    kind_at,
    place,
    to_json,
)
from opora.surveys.rules.posted import field_from, pressed
from opora.surveys.rules.values import missing, read_cell, read_number, read_section, shown, typed_again


def form() -> Definition:
    events = Field(
        "2", TABLE, "События", open_rows=True, columns=(Column("1", "Название", "text"), Column("2", "Детей"))
    )
    table = Field(
        "1",
        TABLE,
        "Дети",
        columns=(Column("3", "Всего", required=True), Column("4", "Доля", unit="%", digits=1)),
        rows=(Row("01", "город"), Row("02", "село")),
        bindings={"01.3": "enrolments"},
    )
    fields = (table, events, Field("3", "choice", "Есть план", choices=("Да", "Нет")), Field("4", "text", "Выводы"))
    return Definition((Section("1", "Основное", "", fields),), (Check("1", "1", "Гр. 3 >= Гр. 4 по строкам 01 - 02"),))


def test_a_form_survives_its_document() -> None:
    assert from_json(to_json(form())) == form()
    assert from_json(to_json(FORM_1_DOP)) == FORM_1_DOP


def test_the_federal_form_has_all_its_cells() -> None:
    by_section = [sum(a.section == s.code for a in FORM_1_DOP.addresses({})) for s in FORM_1_DOP.sections]
    assert by_section == [54, 128, 32, 18, 30, 4, 4]
    assert len(FORM_1_DOP.checks) == 21 and edit.reasons(FORM_1_DOP) == []


@given(st.decimals(0, 10**9, places=3, allow_nan=False))
def test_numbers_are_exact(value: Decimal) -> None:
    assert read_number(typed_again(value), 3) == value
    assert read_number(shown(value), 3) == value


@pytest.mark.parametrize(
    ("text", "digits", "words"),
    [
        ("двенадцать", 0, "не число"),
        ("1,5", 0, "целое"),
        ("1,55", 1, "не больше 1"),
        ("-3", 0, "меньше нуля"),
        ("9" * 20, 0, "большое"),
    ],
)
def test_wrong_numbers_are_told(text: str, digits: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_number(text, digits)


def test_a_page_is_read_with_all_its_faults() -> None:
    section = form().sections[0]
    posted = {"v-1-01-3": "12", "v-1-02-3": "два", "v-2-7-1": "Ярмарка", "v-3": "Может быть", "v-4": " Хорошо "}
    reading = read_section(form(), section, posted)
    assert reading.cells == {
        Address("1", "1", "01", "3"): Decimal(12),
        Address("1", "2", "7", "1"): "Ярмарка",
        Address("1", "4"): "Хорошо",
    }
    assert [one.message for one in reading.problems] == [
        "Раздел 1, строка 02 «село», графа 3 «Всего»: «два» – не число. Напишите цифрами, например 12.",
        "Раздел 1, «Есть план»: «Может быть» нет в списке ответов.",
    ]


def test_dates_are_read_both_ways() -> None:
    field = Field("1", "date", "Когда")
    assert read_cell(field, "2026-10-12") == read_cell(field, "12.10.2026") == dt.date(2026, 10, 12)


def test_required_cells_are_missed() -> None:
    assert missing(form(), [Address("1", "1", "01", "3")]) == ["раздел 1, строка 02 «село», графа 3 «Всего»"]


def test_cells_of_no_form_have_no_kind() -> None:
    assert kind_at(form(), Address("1", "1", "01", "3")) == "number"
    for address in (
        Address("1", "1", "09", "3"),
        Address("1", "1", "01", "9"),
        Address("2", "1", "01", "3"),
        Address("1", "9"),
    ):
        assert kind_at(form(), address) == ""
    assert place(form(), Address("1", "4")) == "раздел 1, «Выводы»"


counts = st.lists(st.integers(0, 1000).map(Decimal), min_size=1, max_size=5)


@given(counts)
def test_consolidation_sums_numbers_and_lists_the_rest(numbers: list[Decimal]) -> None:
    total, share, text = Address("1", "1", "01", "3"), Address("1", "1", "01", "4"), Address("1", "4")
    answers = [Answer(f"Школа {n}", {total: value, share: Decimal(50), text: "да"}) for n, value in enumerate(numbers)]
    whole = consolidate(form(), answers)
    assert whole.numbers == {total: sum(numbers)}  # shares of different wholes make no sum
    assert [who for who, _ in whole.listed[share]] == [one.name for one in answers]
    assert len(whole.listed[text]) == whole.answers == len(numbers)


def test_open_rows_stand_one_under_another() -> None:
    def event(row: str, name: str, children: int) -> dict[Address, Decimal | str]:
        return {Address("1", "2", row, "1"): name, Address("1", "2", row, "2"): Decimal(children)}

    whole = consolidate(
        form(),
        [Answer("А", event("1", "Ярмарка", 3)), Answer("Б", {**event("1", "Слёт", 5), **event("2", "Поход", 7)})],
    )
    assert [(who, line["1"]) for who, line in whole.rows["2"]] == [("А", "Ярмарка"), ("Б", "Слёт"), ("Б", "Поход")]
    assert as_answer(form(), whole)[Address("1", "2", "3", "2")] == 7


def test_sections_keep_their_numbers_when_moved() -> None:
    two = edit.add_section(form(), "Второй")
    two, code = edit.add_field(two, "2", TABLE, "Возраст")
    two = edit.save_check(two, "2", "Гр. 3 по строкам 03 = Гр. 3 по строкам 01 раздела 1")
    moved = edit.move_section(two, "2", -1)
    assert [(one.code, one.title) for one in moved.sections] == [("1", "Второй"), ("2", "Основное")]
    assert [(one.section, one.text) for one in moved.checks] == [
        ("2", "Гр. 3 >= Гр. 4 по строкам 01 - 02"),
        ("1", "Гр. 3 по строкам 03 = Гр. 3 по строкам 01 раздела 2"),
    ]
    with pytest.raises(Refused, match="ссылается проверка"):
        edit.drop_section(two, "1")
    assert moved.field(code) is not None


def test_a_wrong_rule_is_not_kept() -> None:
    with pytest.raises(Refused, match="нет графы 8"):
        edit.save_check(form(), "1", "Гр. 8 = Гр. 3")


def test_faults_are_told_together() -> None:
    broken = Definition((Section("1", "Пусто"), Section("2", "Таблица", "", (Field("1", TABLE, "Без граф"),))))
    texts = [one.message for one in edit.reasons(broken)]
    assert len(texts) == 3 and any("нет граф" in text for text in texts)


def test_the_page_of_a_table_is_read_and_its_buttons_work() -> None:
    table = form().sections[0].fields[0]
    posted = {
        "title": "Дети", "col-1-code": "3", "col-1-title": "Всего", "col-1-kind": "number", "col-2-code": "4",
        "col-2-title": "Есть", "col-2-kind": "choice", "col-2-choices": "Да; Нет", "row-1-code": "01", "row-1-title": "город",
        "rows_list": "село\n\nпосёлок", "bind-1-cell": "01.3", "bind-1-code": "enrolments", "closed": "02.4, 03.4",
    }  # fmt: skip
    read = field_from(table, posted)
    assert [row.code for row in read.rows] == ["01", "02", "03"] and read.columns[1].choices == ("Да", "Нет")
    assert read.bindings == {"01.3": "enrolments"} and read.closed == ("02.4", "03.4")
    assert [c.code for c in pressed(read, "col_up:4").columns] == ["4", "3"]
    assert [c.code for c in pressed(read, "col_add").columns] == ["3", "4", "5"]
    assert [r.code for r in pressed(read, "row_del:02").rows] == ["01", "03"]
    assert [r.code for r in pressed(read, "row_add").rows][-1] == "04"
