"""Imports of programmes and groups: own columns, foreign lists by focus area, nothing lost, nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opora.catalogue.models import FocusAreaMapping, Group, GroupPlaces, Programme
from opora.catalogue.services import map_focus_area
from opora.core.access import SYSTEM
from opora.core.registers import get
from opora.core.registers.importing.run import import_file
from opora.providers.models import Organisation

UNITS = [
    {"moCode": 7, "ooCode": "7001", "ooType": "СОШ", "ooName": "МБОУ «Лесная СОШ»", "ooFullName": "Лесная школа",
     "ooAddress": "400001, Ярославская область, Рыбинский район, с. Лесное", "ooSport": "«Мини-футбол»#Лыжи#\r\n",
     "ooOther": "«В мире книг»#« Удивительный мир слов»#«в мире книг»", "ooRatings": []},
    {"moCode": 7, "ooCode": "7001", "ooType": "ООШ", "ooName": "МБОУ «Луговая ООШ»", "ooFullName": "Луговая школа",
     "ooAddress": "без адреса", "ooTech": "Физика вокруг нас", "ooPatriot": "Юные пожарные"},
]  # fmt: skip


def load(tmp_path: Path, register: str, content, *, actor=SYSTEM, **options):
    name = "file.json" if isinstance(content, list) else "file.csv"
    path = tmp_path / name
    path.write_text(json.dumps(content, ensure_ascii=False) if isinstance(content, list) else content)
    return import_file(actor, get(register), path, **options)


def codes(problems) -> list[str]:
    return sorted({one.code for one in problems})


def test_lists_by_focus_area_are_recognised(world, tmp_path):
    report = load(tmp_path, "programmes", UNITS, into=world.municipality.oktmo)
    assert (report.read, report.created, report.rejected) == (7, 6, 0), report.errors
    assert report.written and report.errors == []
    assert {"organisation_added", "repeated_code", "repeated", "unknown_focus_area"} <= set(codes(report.warnings))
    made = {row.name: row for row in Programme.objects.exclude(pk=world.programme.pk)}
    assert set(made) == {
        "Мини-футбол",
        "Лыжи",
        "В мире книг",
        "Удивительный мир слов",
        "Физика вокруг нас",
        "Юные пожарные",
    }
    assert made["Лыжи"].focus_area == "sport" and made["Физика вокруг нас"].focus_area == "technical"
    assert (made["В мире книг"].focus_area, made["В мире книг"].raw_focus_area) == ("", "Другое")
    assert set(FocusAreaMapping.objects.values_list("raw", flat=True)) == {"Другое", "Патриотическое"}
    assert made["Лыжи"].state == "draft" and made["Лыжи"].slug == "lyzhi"
    assert Organisation.objects.filter(short_name__contains="Луговая").count() == 1
    again = load(tmp_path, "programmes", UNITS, into=world.municipality.oktmo)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 7), again.errors


def test_without_a_municipality_the_file_says_what_is_needed(world, tmp_path):
    report = load(tmp_path, "programmes", UNITS)
    assert not report.written
    assert any("--into" in one.message for one in report.errors)
    assert not Programme.objects.filter(name="Лыжи").exists()


def test_a_mapping_serves_what_waits_and_what_comes(world, tmp_path):
    load(tmp_path, "programmes", UNITS, into=world.municipality.oktmo)
    mapping = FocusAreaMapping.objects.get(raw="Другое")
    assert map_focus_area(SYSTEM, mapping=mapping, focus_area="social_humanitarian") == 2
    assert Programme.objects.get(name="В мире книг").focus_area == "social_humanitarian"
    more = [{**UNITS[0], "ooOther": "Новый кружок", "ooSport": ""}]
    report = load(tmp_path, "programmes", more, into=world.municipality.oktmo)
    assert Programme.objects.get(name="Новый кружок").focus_area == "social_humanitarian", report.errors
    assert "unknown_focus_area" not in codes(report.warnings)


def test_own_columns_and_row_errors(world, tmp_path):
    slug = world.organisation.slug
    text = (
        "Организация;Название;Направленность;Уровень;Возраст с;Возраст по\n"
        f"{slug};Шахматы;Социально-педагогическая;ознакомительный;6;11\n"
        f"{slug};Кривые возрасты;техническая;базовый;15;7\n"
        "нет такой;Лишняя;техническая;базовый;7;9\n"
    )
    report = load(tmp_path, "programmes", text)
    assert not report.written and report.rejected == 2
    assert {(one.row, one.code) for one in report.errors} == {(3, "ages_reversed"), (4, "reference")}
    report = load(tmp_path, "programmes", text, accept_valid=True)
    made = Programme.objects.get(name="Шахматы")
    assert (made.focus_area, made.level, made.municipality) == ("social_humanitarian", "starter", world.municipality)


def test_a_file_does_not_pass_round_moderation(world, tmp_path):
    text = f"Организация;Название;Возраст с;Возраст по\n{world.organisation.slug};Робототехника;3;4\n"
    load(tmp_path, "programmes", text)
    world.programme.refresh_from_db()
    assert world.programme.age_from is None and world.programme.state == "published"


def test_a_manager_imports_into_its_own_organisation_only(world, tmp_path):
    from tests.enrolment.world import make_world

    other = make_world()
    text = f"Организация;Название\n{other.organisation.slug};Чужая\n"
    report = load(tmp_path, "programmes", text, actor=world.manager)
    assert not report.written and report.errors
    own = f"Организация;Название\n{world.organisation.slug};Своя\n"
    assert load(tmp_path, "programmes", own, actor=world.manager).written


@pytest.mark.parametrize(
    "bad", ["2026-09-15;2026-01-01;12;7;10", "когда-то;2027-05-31;12;7;10", "2026-09-15;2027-05-31;0;7;10"]
)
def test_wrong_groups_are_refused(world, tmp_path, bad):
    head = "Организация;Программа;Группа;Начало занятий;Окончание занятий;Мест;Возраст с;Возраст по\n"
    report = load(tmp_path, "groups", f"{head}{world.organisation.slug};Робототехника;Гр. 1;{bad}\n")
    assert not report.written and [one.row for one in report.errors] == [2]


def test_groups_get_counters_and_prices(world, tmp_path):
    type(world.module).objects.filter(pk=world.module.pk).update(price=500)
    text = (
        "Организация;Программа;Группа;Начало занятий;Окончание занятий;Мест;Возраст с;Возраст по;За счёт бюджета\n"
        f"{world.organisation.slug};робототехника;Гр. 1;15.09.2026;31.05.2027;12;7;10;да\n"
    )
    report = load(tmp_path, "groups", text)
    assert report.written, report.errors
    group = Group.objects.get(name="Гр. 1")
    assert (group.module, str(group.price), group.municipality) == (world.module, "500.00", world.municipality)
    assert GroupPlaces.objects.get(group_id=group.pk).capacity == 12
    again = load(tmp_path, "groups", text)
    assert (again.created, again.unchanged) == (0, 1)
