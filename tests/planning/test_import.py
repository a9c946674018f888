"""A plan from a file and back: a Word table and a workbook of the shape that districts write, all or nothing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pytest
import xlsxwriter

from opora.core.access import SYSTEM
from opora.core.reasons import Forbidden
from opora.core.registers import registry
from opora.core.registers.importing.reading import Unreadable
from opora.core.registers.importing.report import Report
from opora.core.registers.importing.run import import_file
from opora.planning import queries, services
from opora.planning.documents import plan as papers
from opora.planning.models import Plan, PlanItem, PlanSection

from .world import Town

HEADINGS = ("№ п/п", "Содержание работы", "Количественные показатели", "Форма отчетности", "Сроки отчетности", "")
ROWS: tuple[tuple[str, ...], ...] = (
    ("1", "Работы по созданию и обеспечению деятельности опорного центра"),
    ("11.", "Участие в конкурсе опорных центров", "-", "Конкурсная заявка", "Август 2026г.", ""),
    ("12.", "Создание центра\n(структурное и нормативное оснащение)", "1 МОЦ", "Постановление", "Июнь-сентябрь 2026г"),
    ("13.", "Договоры с сетевыми партнёрами", "Не менее 6", "Сетевые договоры", "Август – декабрь 2026 г."),
    ("", "Анализ деятельности за год", "-", "Записка", "Ноябрь – декабрь 2026 г."),
    ("2", "Работы по выравниванию доступности дополнительного образования"),
    ("21.", "Увеличение охвата", "увеличение охвата детей программами на 10%", "Справка", "Ноябрь  2026 г."),
    ("22.", "Программы доступного образования:", "1-3", "Программы", "Июнь-декабрь 2026г."),
    ("", "- разноуровневые программы", "2"),
    ("", "- модульные программы", "3"),
    ("3", "Работы по развитию сети и партнёрства"),
    ("31.", "Соглашения с бизнес-партнёрами"),
    (".2.", "Сетевые программы", "Не менее 1 программы", "Программа", "Июль-сентябрь 2026 г."),
    ("7", "Работы по развитию мастерства"),
    ("   1.", "Повышение квалификации", "100% работников МОЦ", "Копии удостоверений", "Июнь-ноябрь 2026 г."),
)
NUMBERS = ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.2.1", "2.2.2", "3.1", "3.2", "7.1"]


def word(path: Path, rows: tuple[tuple[str, ...], ...] = ROWS) -> Path:
    """A Word table whose section rows are merged across, as in real plans."""
    document = docx.Document()
    document.add_paragraph("ПЛАН РЕАЛИЗАЦИИ КОНЦЕПЦИИ")
    table = document.add_table(rows=1, cols=len(HEADINGS))
    for place, text in enumerate(HEADINGS):
        table.rows[0].cells[place].text = text
    for row in rows:
        cells = table.add_row().cells
        cells[0].text = row[0]
        if len(row) == 2 and row[0].isdigit():
            cells[1].merge(cells[-1]).text = row[1]
            continue
        for place, text in enumerate(row):
            cells[place].text = text
    document.save(str(path))
    return path


def workbook(path: Path, rows: list[tuple[Any, ...]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def load(town: Town, path: Path, actor: Any = None, **options: Any) -> Report:
    options.setdefault("into", town.plan.slug)
    return import_file(actor or town.head, registry.get("plan_items"), path, **options)


def numbers(plan: Plan) -> list[str]:
    return list(PlanItem.objects.filter(plan=plan).order_by("position").values_list("number", flat=True))


def test_a_word_table_goes_in_repaired(town: Town, tmp_path: Path) -> None:
    report = load(town, word(tmp_path / "План.docx"))
    assert [problem.message for problem in report.errors] == []
    assert (report.read, report.created, report.rejected, report.written) == (11, 11, 0, True)
    assert numbers(town.plan) == NUMBERS
    told = {(problem.row, problem.code) for problem in report.warnings}
    assert {(3, "number_restored"), (6, "number_missing"), (10, "sub_row"), (13, "term_missing")} <= told
    part = PlanItem.objects.select_related("parent").get(plan=town.plan, number="2.2.2")
    assert (part.parent.number, part.content, part.amount) == ("2.2", "модульные программы", 3)
    grown = PlanItem.objects.get(plan=town.plan, number="2.1")
    assert (grown.operator, grown.amount, grown.unit) == ("increase", 10, "%")
    assert PlanSection.objects.get(plan=town.plan, number=3).title == "Работы по развитию сети и партнёрства"
    assert (
        PlanSection.objects.get(plan=town.plan, number=5).title
        == "Навигатор дополнительных общеобразовательных программ"
    )


def test_a_second_load_changes_nothing(town: Town, tmp_path: Path) -> None:
    path = word(tmp_path / "План.docx")
    load(town, path)
    before = list(PlanItem.objects.order_by("pk").values())
    report = load(town, path)
    assert (report.read, report.unchanged, report.created, report.updated) == (11, 11, 0, 0)
    assert list(PlanItem.objects.order_by("pk").values()) == before


def test_a_dry_run_writes_nothing(town: Town, tmp_path: Path) -> None:
    report = load(town, word(tmp_path / "План.docx"), dry_run=True)
    assert (report.created, report.written) == (11, False)
    assert numbers(town.plan) == []
    assert not PlanSection.objects.filter(title=ROWS[0][1]).exists()


def test_one_error_and_nothing_is_written(town: Town, tmp_path: Path) -> None:
    rows = (*ROWS[:3], ("13.", "Договоры", "6", "", "когда получится"), ("14.", "", "6", "", "Май"))
    path = word(tmp_path / "План.docx", rows)
    report = load(town, path)
    found = [(problem.row, problem.column, problem.code) for problem in report.errors]
    assert found == [(5, "Срок", "term_unknown"), (6, "Содержание работы", "content_missing")]
    assert (report.read, report.rejected, report.written) == (4, 2, False)
    assert numbers(town.plan) == []
    again = load(town, path, accept_valid=True)
    assert (again.created, again.rejected, again.written) == (2, 2, True)
    assert numbers(town.plan) == ["1.1", "1.2"]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_import_of_an_export_changes_nothing(town: Town, tmp_path: Path, kind: str) -> None:
    load(town, word(tmp_path / "План.docx"))
    cancelled = PlanItem.objects.select_related("plan__municipality").get(plan=town.plan, number="1.1")
    services.cancel_item(town.head, item=cancelled, reason="Конкурс (областной) перенесён")
    plan = queries.plan(town.head, town.plan.pk)
    made = getattr(papers, kind)(plan, papers.rows_of(*queries.paper_rows(plan)))
    path = tmp_path / f"Выгрузка.{kind}"
    path.write_bytes(made)
    before = list(PlanItem.objects.order_by("pk").values())
    report = load(town, path)
    assert [problem.message for problem in (*report.errors, *report.warnings)] == []
    assert (report.read, report.unchanged) == (11, 11)
    assert list(PlanItem.objects.order_by("pk").values()) == before


def test_the_papers_hold_the_columns_that_people_know(town: Town) -> None:
    town.item(content="=1+1", quantity="не менее 6 договоров", responsible="Белозёрова М. С.")
    plan = queries.plan(town.head, town.plan.pk)
    table = docx.Document(io.BytesIO(papers.docx(plan, papers.rows_of(*queries.paper_rows(plan))))).tables[0]
    texts = [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows]
    assert texts[0] == list(papers.HEADINGS)
    assert texts[1][1] == "Создание и обеспечение деятельности муниципального опорного центра"
    assert texts[2] == ["1.1", "=1+1", "не менее 6 договоров", "", "октябрь", "Белозёрова М. С."]


def test_a_workbook_with_other_headings_and_lost_columns(town: Town, tmp_path: Path) -> None:
    town.item("1.1", content="Конкурс", responsible="Белозёрова М. С.", due="май")
    rows: list[tuple[Any, ...]] = [
        ("План на 2026 год",),
        ("Мероприятие", "Срок исполнения", "№"),
        ("Создание центра", "", 1),
        ("Конкурс", "июнь", "1.1"),
        ("Договоры", "3 квартал", 1.2),
    ]
    report = load(town, workbook(tmp_path / "План.xlsx", rows))
    assert [problem.message for problem in report.errors] == []
    assert (report.created, report.updated) == (1, 1)
    item = PlanItem.objects.get(plan=town.plan, number="1.1")
    assert (item.due, item.responsible) == ("июнь", "Белозёрова М. С.")


def test_a_plan_in_force_takes_no_file_that_changes_it(town: Town, tmp_path: Path) -> None:
    path = word(tmp_path / "План.docx")
    load(town, path)
    town.approve()
    assert load(town, path).unchanged == 11
    changed = word(tmp_path / "Другой.docx", (*ROWS, ("72.", "Ещё курсы", "1", "", "май")))
    report = load(town, changed)
    assert [(problem.row, problem.code) for problem in report.errors] == [(0, "plan_not_editable")]
    assert numbers(town.plan) == NUMBERS


def test_whose_plan_it_is(town: Town, tmp_path: Path) -> None:
    path = word(tmp_path / "План.docx")
    with pytest.raises(Forbidden):
        load(town, path, town.coordinator)
    foreign = town.access.foreign.objects["plan"]
    report = load(town, path, into=foreign.slug)
    assert {problem.code for problem in report.errors} == {"outside"}
    assert not report.written
    unknown = load(town, path, into="no-such-plan")
    assert {problem.code for problem in unknown.errors} == {"plan_unknown"}
    newest = load(town, path, SYSTEM, into="", dry_run=True)
    assert newest.into == town.plan.slug


def test_files_that_are_no_plan(town: Town, tmp_path: Path) -> None:
    empty = tmp_path / "Пусто.docx"
    docx.Document().save(str(empty))
    with pytest.raises(Unreadable, match="ни одной таблицы"):
        load(town, empty)
    broken = tmp_path / "Сломан.docx"
    broken.write_bytes(word(tmp_path / "План.docx").read_bytes()[:2000])
    with pytest.raises(Unreadable):
        load(town, broken)
    other = workbook(tmp_path / "Другое.xlsx", [("ИНН", "КПП"), ("1", "2")])
    with pytest.raises(Unreadable, match="ни одной известной колонки"):
        load(town, other)
