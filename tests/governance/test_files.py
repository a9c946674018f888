"""What a centre has in its tables comes in: councils, members, minutes, decisions; each row by its service."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from opora.core import clock, doctor, registers
from opora.core.access import SYSTEM
from opora.core.registers import export
from opora.core.registers.importing.report import Report
from opora.core.registers.importing.run import import_file
from opora.core.registers.listing import base_rows, ordering
from opora.governance import invariants
from opora.governance.models import Council, CouncilMember, Decision, Meeting
from tests.registers.samples import World, actor, make_world

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
COUNCILS = """Вид;Совет;Муниципалитет;Кворум, %;Действует с
Муниципальная команда;Команда;Озёрный муниципальный район;50;01.09.2026
Муниципальная команда;Команда;Степной муниципальный район;50;01.09.2026
Межведомственный совет;Совет региона;;60;01.09.2026
"""
MEMBERS = """Совет;Сторона;Роль;ФИО;Должность;С
Команда (Озёрный муниципальный район);Орган власти;Председатель;Дубов Иван Петрович;глава;01.09.2026
Команда (Озёрный муниципальный район);Бизнес;;Вязова Анна Львовна;директор;01.09.2026
Команда (Озёрный муниципальный район);Общественность;;Лесной Олег Юрьевич;тренер;01.09.2026
"""
MEETINGS = """Совет;Протокол №;Дата заседания;Повестка;Присутствовали
Команда (Озёрный муниципальный район);1;05.10.2026;О кружках;Дубов И.П., Вязова А. Л.
Команда (Озёрный муниципальный район);2;05.11.2026;О залах;Лесной Олег Юрьевич
Команда (Озёрный муниципальный район);3;25.11.2026;О планах;
"""
DECISIONS = """Совет;Дата заседания;Решение;Ответственный;Срок;За;Отметка об исполнении;Дата исполнения;Что сделано
Команда (Озёрный муниципальный район);05.10.2026;Открыть кружок;Дубов И. П.;01.12.2026;2;Исполнено;10.11.2026;Открыт
Команда (Озёрный муниципальный район);05.10.2026;Собрать заявки;Вязова А. Л.;15.12.2026;2;;;
"""


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def load(slug: str, text: str, path: Path, who: object = SYSTEM) -> Report:
    file = path / f"{slug}.csv"
    file.write_text(text, "utf-8")
    with clock.frozen(NOW):
        return import_file(who, registers.get(slug), file)  # type: ignore[arg-type]


def said(report: Report) -> list[tuple[int, str]]:
    return [(problem.row, problem.message) for problem in report.errors]


def test_a_centres_tables_come_in_and_go_round(world: World, tmp_path: Path) -> None:
    region = load("councils", COUNCILS, tmp_path)
    assert said(region) == [(4, "Укажите муниципалитет, а для совета всего региона – регион.")] and not region.written
    text = COUNCILS.replace("Муниципалитет;", "Муниципалитет;Код региона;").replace("район;", "район;;")
    assert load("councils", text.replace("региона;;", "региона;;64;"), tmp_path).created == 3
    assert {one.region_id for one in Council.objects.all()} == {world.region.pk}
    head = actor(world, "centre_head")
    assert load("council_members", MEMBERS.replace(" (Озёрный муниципальный район)", ""), tmp_path, head).created == 3
    report = load("meetings", MEETINGS, tmp_path, head)
    assert (report.created, said(report)) == (3, [])
    assert [problem.code for problem in report.warnings] == ["no_quorum", "planned"]
    assert list(Meeting.objects.order_by("number").values_list("state", "members_then", "present_then")) == [
        ("held", 3, 2), ("failed", 3, 1), ("planned", None, None),
    ]  # fmt: skip
    assert load("decisions", DECISIONS, tmp_path, head).created == 2
    assert list(Decision.objects.order_by("number").values_list("number", "state", "result")) == [
        (1, "done", "Открыт"), (2, "open", ""),
    ]  # fmt: skip
    for slug in ("councils", "council_members", "meetings", "decisions"):
        path = tmp_path / f"{slug}.xlsx"
        export.write_file(registers.get(slug), base_rows(registers.get(slug), SYSTEM), path,
                          ordering(registers.get(slug), ""))  # fmt: skip
        with clock.frozen(NOW):
            again = import_file(SYSTEM, registers.get(slug), path)
        assert (said(again), again.unchanged) == ([], again.read), slug
    assert all(one.ok for one in doctor.run(invariants.CHECKS))


def test_rows_that_the_rules_refuse_are_named(world: World, tmp_path: Path) -> None:
    load("councils", COUNCILS.rsplit("\n", 2)[0], tmp_path)
    load("council_members", MEMBERS, tmp_path)
    strangers = MEETINGS.replace("Вязова А. Л.", "Чужой И. И.")
    assert said(load("meetings", strangers, tmp_path)) == [
        (2, "Среди членов совета на этот день нет или не один: Чужой И. И. Сначала внесите состав совета.")
    ]
    assert not Meeting.objects.exists(), "nothing is half written"
    load("meetings", MEETINGS, tmp_path)
    wrong = DECISIONS.replace("05.10.2026;Собрать", "05.11.2026;Собрать").replace("2;Исполнено", "7;Исполнено")
    assert {row for row, _ in said(load("decisions", wrong, tmp_path))} == {2, 3}
    assert not Decision.objects.exists()
    late = (
        MEMBERS.splitlines()[0] + "\nКоманда (Озёрный муниципальный район);Бизнес;;Новый Пётр Ильич;мастер;01.10.2026\n"
    )
    assert "членов совета: 3" in said(load("council_members", late, tmp_path))[0][1]
    stranger = load("council_members", MEMBERS, tmp_path, actor(world, "stranger"))
    assert all("вне вашей территории" in message for _, message in said(stranger))
    assert CouncilMember.objects.count() == 3
