"""Registers of children and of funding: who opens them, import of children from a file."""

from pathlib import Path

import pytest

from opora.catalogue.models import Module, Programme
from opora.certificates.models import PaymentAgreement
from opora.core.access import SYSTEM
from opora.core.registers.importing.run import import_file
from opora.people.models import Child, MergeTask
from opora.people.registers import children
from opora.providers.models import Organisation
from tests.people.test_pages import page, signed_in, text
from tests.people.town import Town, at_noon, snils

pytestmark = pytest.mark.django_db
HEADING = "Фамилия;Имя;Отчество;Дата рождения;Пол;СНИЛС;Муниципалитет;Населённый пункт;Школа;Класс\n"


@pytest.fixture
def town():
    with at_noon():
        yield Town()


def load(tmp_path: Path, rows: str, actor=SYSTEM, **options):
    file = tmp_path / "children.csv"
    file.write_text(HEADING + rows, encoding="utf-8")
    return import_file(actor, children, file, **options)


def test_children_from_a_file(town, tmp_path):
    rows = (
        f"ЁЛКИНА;Мария;Игоревна;08.03.2017;;{snils(112233445)};64601000;Ольховка;Школа № 2;3 Б\n"
        "Дубов;Илья;Петрович;2014-05-01;м;;Ольховский район;Ольховка;;\n"
    )
    report = load(tmp_path, rows)
    assert (report.read, report.created, report.rejected) == (2, 2, 0), report.errors
    child = Child.objects.get(last_name="Ёлкина")
    assert (child.sex, child.snils, child.match_key) == ("f", snils(112233445), "елкина|мария|игоревна")
    assert child.locality_id == town.locality.pk and child.state == "living"
    again = load(tmp_path, rows)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)


def test_bad_rows_are_named_and_nothing_is_written(town, tmp_path):
    rows = (
        "Дубов;Илья;Петрович;01.05.2035;м;;64601000;;;\n"
        "Елова;Ася;;01.05.2015;;;64601000;;;\n"
        "Соснов;Пётр;Ильич;01.05.2015;м;11223344500;64601000;;;\n"
        "Клёнов;Пётр;Ильич;01.05.2015;м;;Тридевятый район;;;\n"
    )
    report = load(tmp_path, rows)
    assert report.rejected == 4 and not report.written and not Child.objects.exists()
    assert {problem.row for problem in report.errors} == {2, 3, 4, 5}


def test_a_known_child_is_found_by_name_and_namesakes_are_queued(town, tmp_path):
    known = town.child(town.guardian(), last_name="Ёлкина", first_name="Мария")
    rows = (
        "Елкина;МАРИЯ;Игоревна;08.03.2017;ж;;64601000;Ольховка;Школа № 5;3\n"
        "Елкина;Мария;Олеговна;08.03.2017;ж;;64601000;Ольховка;;\n"
    )
    report = load(tmp_path, rows)
    assert (report.created, report.updated) == (1, 1), report.errors
    known.refresh_from_db()
    assert known.school_name == "Школа № 5" and known.last_name == "Ёлкина"
    assert MergeTask.objects.get().left_id == known.pk


def test_who_opens_the_registers(town):
    town.child(town.guardian(), last_name="Ёлкина")
    assert "Ёлкина" in page(signed_in(town.desk), "/office/children/")
    assert "Ёлкина" not in page(signed_in(town.other_desk), "/office/children/")
    page(signed_in(town.guardian()), "/office/children/", 403)
    page(signed_in(town.coordinator), "/office/children/", 403)
    page(signed_in(town.desk), "/office/certificates/")
    for slug in ("payment_agreements", "programme_registers", "normative_costs", "programme_limits"):
        page(signed_in(town.payer), f"/office/{slug}/")
        page(signed_in(town.guardian()), f"/office/{slug}/", 403)


def test_agreements_and_normative_costs(town):
    period = town.period()
    organisation = Organisation.objects.create(
        municipality=town.municipality, slug="station", full_name="Станция", short_name="Станция", kind="supplementary"
    )
    payer = signed_in(town.payer)
    values = {
        "period": period.pk,
        "organisation": organisation.pk,
        "number": "12",
        "date": "2026-09-01",
        "state": "signed",
    }
    assert payer.post("/office/payment_agreements/new/", values).status_code == 302
    row = PaymentAgreement.objects.get()
    assert row.municipality_id == town.municipality.pk
    programme = Programme.objects.create(
        organisation=organisation, municipality=town.municipality, name="Роботы", focus_area="technical", slug="robots"
    )
    module = Module.objects.create(programme=programme, number=1, name="Первый год", hours=72)
    url = f"/office/normative_costs/{module.pk}/edit/"
    assert "Укажите документ" in text(payer.post(url, {"normative_cost": "16200", "normative_basis": ""}))
    assert payer.post(url, {"normative_cost": "16200", "normative_basis": "Расчёт № 3"}).status_code == 302
    module.refresh_from_db()
    assert module.normative_cost == 16200
