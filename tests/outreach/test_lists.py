"""Class lists as files: odd ones, repeats, leavers; whom the pupils are; what a person decides."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.names import match_key
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.core.registers import registry
from opora.core.registers.importing.reading import Unreadable
from opora.monitoring.indicators import Scope
from opora.monitoring.indicators.coverage import PERSON, covered
from opora.outreach import queries, rules, services_matching, states
from opora.outreach.models import Pupil, PupilMatch
from opora.people.merging import mover_of
from tests.outreach.town import DAY, NOW, Town, counts, make_town, said, the_list

FOUR = (
    "Берёзин;Артём;Олегович;14.03.2015;5А;;",
    "Лесной;Миша;Ильич;02.04.2016;5А;000-477-633 13;ОВЗ",
    "Полевая;Анна;;07.11.2015;5Б;;нет",
    "Озёрова;Ольга;Ивановна;01.02.2009;11;;многодетная",
)


@pytest.fixture
def town(db: None, tmp_path: Path) -> Town:
    return make_town(tmp_path)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


def known(town: Town, last: str, first: str, father: str = "", born: dt.date = dt.date(2015, 3, 14), **more: object):
    family = town.world.family(
        last_name=last, first_name=first, patronymic=father, birth_date=born, match_key=match_key(last, first, father),
        **more,
    )  # fmt: skip
    return family.child


def test_a_list_is_read_once_and_a_repeat_changes_nothing(town: Town) -> None:
    report = town.load(*FOUR)
    assert (counts(report), report.errors) == ((4, 0, 0, 0), [])
    assert (the_list().organisation, the_list().year, the_list().name) == (
        town.organisation,
        2026,
        "Школа № 2, 2026/2027",
    )
    lesnoy = town.pupil("Лесной")
    assert (lesnoy.grade, lesnoy.letter, lesnoy.snils, lesnoy.categories) == (5, "А", "00047763313", ["special_needs"])
    assert town.pupil("Озёрова").categories == ["large_family"]
    again = town.load(*FOUR)
    assert (counts(again), again.warnings) == ((0, 0, 4, 0), [])


def test_a_repeated_list_moves_those_who_moved_and_marks_those_who_left(town: Town) -> None:
    town.load(*FOUR)
    # only class 5А comes: Лесной is gone from it, Полевая has come over from 5Б; 11 is not in the file
    report = town.load(FOUR[0], "Полевая;Анна;;07.11.2015;5 а;;")
    assert (counts(report), said(report)) == ((0, 1, 1, 0), [(0, "left")])
    gone = town.pupil("Лесной")
    assert (gone.state, gone.left_on) == ("left", DAY)
    assert [town.pupil(name).state for name in ("Берёзин", "Полевая", "Озёрова")] == ["studying"] * 3
    # a file that differs by nothing but a missing row marks too; who comes back studies again
    assert said(town.load(FOUR[0])) == [(0, "left")]
    assert town.pupil("Полевая").state == "left"
    town.load(*FOUR[:3])
    assert set(Pupil.objects.values_list("state", "left_on")) == {("studying", None)}


def test_wrong_rows_are_named_and_nothing_is_half_written(town: Town) -> None:
    town.load(*FOUR)
    wrong = (
        "Берёзин;Артём;Олегович;32.03.2015;5А;;",
        "Lesnoy;Миша;Ильич;02.04.2016;5А;;",
        "Полевая;Анна;;07.11.2015;пятый;;",
        "Новиков;Пётр;;07.11.2015;5Б;112-233-445 00;",
        "Старов;Пётр;;07.11.1995;5Б;;",
        "Сорокин;Пётр;;07.11.2015;5Б;;чемпион",
        "Верный;Павел;;07.11.2013;1Б;;",
        "верный;ПАВЕЛ;;07.11.2013;5Б;;",
    )
    report = town.load(*wrong)
    assert not report.written and Pupil.objects.count() == 4
    assert {problem.row for problem in report.errors} == {2, 3, 4, 5, 6, 7, 9}
    assert "«пятый»" in next(problem.message for problem in report.errors if problem.row == 4)
    assert (8, "age") in said(report), "twelve years old in the first class is worth a look"
    # the valid row alone: nobody is marked as gone, for they may stand in the rows that were not taken
    part = town.load(*wrong, "Берёзин;Артём;Олегович;14.03.2015;5А;;", accept_valid=True)
    assert part.written and (0, "not_whole") in said(part)
    assert Pupil.objects.filter(state="left").count() == 0


def test_letter_and_school_may_stand_in_columns_of_their_own(town: Town) -> None:
    head = "Список 5 классов;;;;;\nОбразовательная организация;Класс;Литера;Фамилия;Имя;Дата рождения;Родитель;Телефон"
    path = town.folder / "школы.csv"
    path.write_bytes(f"{head}\nшкола № 2;5;а;Лесной;Миша;02.04.2016;Лесная А.;+7 900 000-00-00".encode("cp1251"))
    from opora.core.registers.importing.run import import_file

    report = import_file(town.centre, registry.get("pupils"), path)
    assert (counts(report), report.errors) == ((1, 0, 0, 0), [])
    row = town.pupil("Лесной")
    assert (str(row.school_class), row.letter, row.guardian_name) == ("5А", "А", "Лесная А.")
    path.write_text("Школа;Фамилия;Имя;Дата рождения;Класс\nЛицей;Лесной;Миша;02.04.2016;5А", encoding="utf-8")
    assert "Школа «Лицей»" in import_file(town.centre, registry.get("pupils"), path).errors[0].message


def test_a_school_brings_its_own_pupils_alone(town: Town) -> None:
    with pytest.raises(Unreadable, match="куда загружать"):
        town.load(*FOUR, actor=town.neighbour)  # its organisation is no school
    town.load(*FOUR)
    report = town.load("Чужой;Пётр;;07.11.2015;5Б;;", actor=town.neighbour, into=the_list().key)
    assert not report.written and report.errors
    pupil = town.pupil("Лесной")
    with pytest.raises(Hidden):
        registry.get("pupils").policy.get(town.neighbour, "view", pk=pupil.pk)
    with pytest.raises(Forbidden):
        services_matching.decide(town.school, pupil=pupil, child=None)


def test_each_state_is_what_the_records_say_and_covered_is_what_coverage_counts(town: Town) -> None:
    learns = known(town, "Березин", "Артем", "Олегович")
    waits = known(town, "Лесной", "Миша", "Ильич", dt.date(2016, 4, 2))
    town.enrol(learns)
    town.enrol(waits, ends_on=dt.date(2026, 9, 30))  # the past does not count
    town.apply(waits)
    card = known(town, "Полевая", "Анна", born=dt.date(2015, 11, 7))
    town.world.certificate(card)
    known(town, "Озерова", "Ольга", "Ивановна", dt.date(2009, 2, 1))
    # a provisional record repeats its child: its study is the child's
    root = known(town, "Тихий", "Олег", born=dt.date(2014, 5, 5))
    town.enrol(known(town, "Тихий", "Олег", born=dt.date(2014, 5, 5), state="provisional", matched_to=root))
    known(town, "Грачев", "Иван", born=dt.date(2013, 6, 6))
    town.load(
        *FOUR, "Тихий;Олег;;05.05.2014;6А;;", "Грачёв;Ивна;;06.06.2013;7А;;", "Никто;Пётр;;01.01.2014;6А;;",
        "Взрослый;Пётр;;01.01.2008;11;;",
    )  # fmt: skip
    found = dict(Pupil.objects.annotate(code=states.status()).values_list("last_name", "code"))
    assert found == {
        "Берёзин": "covered", "Лесной": "waiting", "Полевая": "certificate", "Озёрова": "known", "Тихий": "covered",
        "Грачёв": "undecided", "Никто": "unknown", "Взрослый": "out_of_age",
    }  # fmt: skip
    counted = covered(Scope(DAY, frozenset({town.world.municipality.pk}))).annotate(person=PERSON)
    mine = Pupil.objects.filter(states.has_status((rules.Status.COVERED,), DAY))
    assert set(mine.values_list("child_id", flat=True)) == set(counted.values_list("person", flat=True))
    seen = queries.overview(town.centre, queries.Narrowed(2026), DAY)
    assert (seen.total.covered, seen.total.pupils, seen.total.uncovered) == (2, 7, 5)
    assert [(line.title, line.covered, line.pupils) for line in seen.classes] == [
        ("5А", 1, 2), ("5Б", 0, 1), ("6А", 1, 2), ("7А", 0, 1), ("11", 0, 1),
    ]  # fmt: skip
    assert [(line.title, line.pupils) for line in seen.categories] == [
        ("Ограниченные возможности здоровья", 1), ("Многодетная семья", 1),
    ]  # fmt: skip
    assert queries.overview(town.neighbour, queries.Narrowed(2026), DAY).total.pupils == 0


def test_a_child_that_comes_later_is_found_and_a_persons_word_stands(town: Town) -> None:
    town.load("Грачёв;Ивна;;06.06.2013;7А;;", "Никто;Пётр;;01.01.2014;6А;;")
    assert set(Pupil.objects.values_list("match", flat=True)) == {"unknown"}
    first = known(town, "Грачев", "Иван", born=dt.date(2013, 6, 6))
    second = known(town, "Грачев", "Инна", born=dt.date(2013, 6, 6), sex="f")
    later = known(town, "Никто", "Петр", born=dt.date(2014, 1, 1))
    services_matching.compare(SYSTEM, lists=[the_list().pk])
    assert (town.pupil("Никто").child, queries.undecided_count(town.centre)) == (later, 1)
    pupil = queries.to_decide(town.centre, town.pupil("Грачёв").public_id)
    assert {row.child for row in pupil.open_candidates} == {first, second}
    with pytest.raises(Refused, match="похожих"):
        services_matching.decide(town.centre, pupil=pupil, child=later.pk)
    services_matching.decide(town.centre, pupil=pupil, child=first.pk)
    assert (town.pupil("Грачёв").child, town.pupil("Грачёв").match) == (first, "confirmed")
    with pytest.raises(Refused, match="уже решено"):
        services_matching.decide(town.centre, pupil=pupil, child=None)
    town.load("Грачёв;Ивна;;06.06.2013;7Б;;")
    assert (town.pupil("Грачёв").child, town.pupil("Грачёв").school_class) == (first, "7Б")
    assert mover_of("outreach.PupilMatch").repeats_stay


def test_a_child_once_refused_is_not_offered_again(town: Town) -> None:
    known(town, "Грачев", "Иван", born=dt.date(2013, 6, 6))
    town.load("Грачёв;Ивна;;06.06.2013;7А;;")
    services_matching.decide(town.centre, pupil=town.pupil("Грачёв"), child=None)
    town.load("Грачёв;Ивна;;06.06.2013;7Б;;")
    assert town.pupil("Грачёв").match == "unknown"
    assert list(PupilMatch.objects.values_list("state", flat=True)) == ["different"]
