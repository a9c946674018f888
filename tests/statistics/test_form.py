"""Form 1-ДОП: cells counted from records with the rows behind them, typed differences, control rules, the blank."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from opora.core.access import SYSTEM
from opora.core.reasons import Hidden, Refused
from opora.enrolment.models import Enrolment
from opora.people.actors import actor_of
from opora.people.models import Account, Child, ChildCategory, RoleAssignment
from opora.providers.models import Organisation, Staff
from opora.reporting.statistics import queries, rules, services, workbook
from opora.reporting.statistics.declaration import FORM_1_DOP
from opora.surveys.queries import sheet
from opora.surveys.rules.definition import Address
from opora.surveys.rules.evaluate import findings
from tests.factories import Town, town

YEAR = 2026


def learner(number: int, **more: object) -> rules.Learner:
    values: dict[str, object] = {
        "enrolment": number, "person": number, "sex": "f", "born": dt.date(2015, 5, 5), "focus_area": "technical",
        "kind": "general", "is_network": False, "is_distance": False, "funding": "budget", "special_needs": False,
        "disabled": False,
    }  # fmt: skip
    return rules.Learner(**(values | more))  # type: ignore[arg-type]


learners = st.lists(
    st.builds(
        rules.Learner,
        enrolment=st.integers(1, 10**6),
        person=st.integers(1, 12),
        sex=st.just("m"),
        born=st.just(dt.date(2014, 2, 2)),
        focus_area=st.sampled_from(
            ["technical", "artistic", "sport", "tourism", "natural_science", "social_humanitarian"]
        ),
        kind=st.sampled_from(["general", "preprofessional", "sport_training"]),
        is_network=st.booleans(),
        is_distance=st.booleans(),
        funding=st.sampled_from(["budget", "certificate", "paid"]),
        special_needs=st.just(False),
        disabled=st.just(False),
    ),
    max_size=30,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(learners, st.data())
def test_counted_cells_satisfy_every_control(found: list[rules.Learner], data: st.DataObject) -> None:
    """Whoever the learners are: facts about one child agree, and so do the sections of the form."""
    people = {
        one.person: (
            data.draw(st.sampled_from("fm")),
            data.draw(st.dates(dt.date(2009, 1, 1), dt.date(2024, 12, 31))),
            data.draw(st.booleans()),
            data.draw(st.booleans()),
        )
        for one in found
    }
    from dataclasses import replace

    agreed = [
        replace(one, sex=s, born=b, special_needs=n, disabled=d) for one in found for s, b, n, d in [people[one.person]]
    ]
    cells = rules.count(agreed, [], year=YEAR, budget="5")
    numbers = {address: cell.value for address, cell in cells.items() if address.section in "123"}
    assert [one.message for one in findings(FORM_1_DOP, numbers) if one.section in "123"] == []
    for cell in cells.values():
        ids = {one.enrolment: one.person for one in agreed}
        if cell.of == "enrolments" and len(ids) == len(agreed):
            assert cell.value == len({ids[row] for row in cell.rows})


def test_a_child_counts_once_per_direction() -> None:
    cells = rules.count(
        [learner(1), learner(2, person=1), learner(3, person=1, focus_area="sport", kind="preprofessional")],
        [], year=YEAR, budget="5",
    )  # fmt: skip
    assert cells[Address("1", "1", "01", "3")].value == 1 and cells[Address("1", "1", "01", "3")].rows == (1, 2)
    assert cells[Address("1", "1", "08", "4")].value == 1 and cells[Address("1", "1", "07", "3")].value == 0


@pytest.mark.parametrize(
    ("born", "column"),
    [
        (dt.date(2024, 6, 1), "3"),
        (dt.date(2024, 1, 1), "4"),
        (dt.date(2009, 1, 1), "18"),
        (dt.date(2008, 12, 31), "18"),
    ],
)
def test_ages_are_full_years_on_the_first_of_january(born: dt.date, column: str) -> None:
    assert rules.age_column(born, YEAR) == column


def test_money_of_a_child_is_one() -> None:
    assert rules.funding_column([learner(1, funding="paid")], "5") == "6"
    assert rules.funding_column([learner(1, funding="paid"), learner(2, funding="budget")], "4") == "4"
    assert rules.funding_column([learner(1, funding="certificate")], "4") == "5"


@pytest.fixture
def place(db: None) -> Town:
    """A town whose organisation taught three children this year, one in the year before, one grown up."""
    place = town()
    programme = place.programme("Роботы", groups=2)
    groups = list(programme.groups.all())
    spans = (
        ("Анна", "f", dt.date(2014, 3, 1), dt.date(YEAR, 1, 12), None),
        ("Борис", "m", dt.date(2016, 3, 1), dt.date(YEAR - 1, 9, 1), dt.date(YEAR, 1, 31)),
        ("Вера", "f", dt.date(2014, 3, 1), dt.date(YEAR - 1, 9, 1), dt.date(YEAR - 1, 12, 31)),
        ("Глеб", "m", dt.date(YEAR - 18, 2, 1), dt.date(YEAR, 3, 1), None),
    )
    for name, sex, born, starts, ends in spans:
        child = Child.objects.create(
            last_name="Ива", first_name=name, birth_date=born, sex=sex, municipality=place.municipality, match_key=name
        )
        for group in groups if name == "Анна" else groups[:1]:
            Enrolment.objects.create(
                child=child, group=group, organisation=place.organisation, municipality=place.municipality,
                funding="budget", focus_area="technical", starts_on=starts, ends_on=ends,
            )  # fmt: skip
    ChildCategory.objects.create(
        child=Child.objects.get(first_name="Анна"), code="special_needs", starts_on=dt.date(YEAR, 2, 1)
    )
    Staff.objects.create(
        organisation=place.organisation, last_name="Ли", first_name="Ян", kind="methodologist", post="Методист"
    )
    return place


def test_the_form_comes_filled_and_every_cell_opens_its_rows(place: Town) -> None:
    one = services.begin(SYSTEM, organisation=place.organisation, year=YEAR)
    values = sheet(one.answer).values
    expected = {("01", "3"): 2, ("01", "4"): 1, ("01", "5"): 1, ("01", "6"): 1, ("01", "7"): 0, ("10", "3"): 0}
    assert {cell: values[Address("1", "1", *cell)] for cell in expected} == expected
    assert values[Address("2", "2", "11", "13")] == 1  # Anna, born in March 2014: twelve on 1 January 2027
    assert values[Address("3", "3", "19", "5")] == 2 and values[Address("4", "4", "27", "3")] == 2
    assert Address("5", "5", "30", "3") not in values  # nobody wrote down when the teachers were born
    for address, cell in sheet(one.answer).cells.items():
        behind = queries.behind(one, address)
        assert behind is not None and behind.people == cell.number
        assert behind.rows.count() == cell.basis["rows"]
    assert queries.behind(one, Address("6", "6", "33", "3")) is None
    with pytest.raises(Refused, match="уже заведена"):
        services.begin(SYSTEM, organisation=place.organisation, year=YEAR)


def test_a_difference_wants_an_explanation(place: Town) -> None:
    one = services.begin(SYSTEM, organisation=place.organisation, year=YEAR)
    posted = {address.key: str(value) for address, value in sheet(one.answer).values.items() if address.section == "1"}
    services.save_section(SYSTEM, pk=one.pk, section="1", posted={**posted, "v-1-09-3": "2"}, revision=1)
    assert [address for address, _ in sheet(one.answer).differing] == [Address("1", "1", "09", "3")]
    ages = {"v-5-30-5": "2", "v-5-31-5": "1"}
    services.save_section(SYSTEM, pk=one.pk, section="5", posted=ages, revision=0)
    with pytest.raises(Refused) as refused:
        services.finish(SYSTEM, pk=one.pk)
    assert [reason.code for reason in refused.value.reasons] == ["difference"]
    services.explain_differences(SYSTEM, pk=one.pk, texts={"v-1-09-3": "Договор с техникумом"})
    assert services.finish(SYSTEM, pk=one.pk).state == "ready"
    with pytest.raises(Refused, match="отмечена как готовая"):
        services.count_again(SYSTEM, pk=one.pk)
    services.reopen(SYSTEM, pk=one.pk)
    services.count_again(SYSTEM, pk=one.pk)
    assert sheet(one.answer).values[Address("1", "1", "09", "3")] == 2


def test_controls_stop_a_wrong_form(place: Town) -> None:
    one = services.begin(SYSTEM, organisation=place.organisation, year=YEAR)
    posted = {address.key: str(value) for address, value in sheet(one.answer).values.items() if address.section == "1"}
    services.save_section(SYSTEM, pk=one.pk, section="1", posted={**posted, "v-1-01-4": "9"}, revision=1)
    with pytest.raises(Refused, match="строка 01 «техническое»: графа 3 «Численность обучающихся, всего» – 2"):
        services.finish(SYSTEM, pk=one.pk)


def test_only_the_organisation_fills_in(place: Town) -> None:
    one = services.begin(SYSTEM, organisation=place.organisation, year=YEAR)
    account = Account.objects.create_user("m@example.org", "secret-word-1")
    RoleAssignment.objects.create(
        account=account, role="coordinator", place_kind="municipality", place_id=place.municipality.pk,
        starts_on=dt.date(2020, 1, 1),
    )  # fmt: skip
    coordinator = actor_of(account)
    assert queries.card(coordinator, one.pk) == one
    with pytest.raises(Exception) as refused:
        services.count_again(coordinator, pk=one.pk)
    assert type(refused.value).__name__ in ("Hidden", "Forbidden")
    with pytest.raises(Hidden):
        queries.card(actor_of_manager_elsewhere(), one.pk)


def actor_of_manager_elsewhere() -> object:
    place = Organisation.objects.first()
    assert place is not None
    other = Organisation.objects.create(
        municipality=place.municipality, slug="other", full_name="Клуб", short_name="Клуб", kind="other"
    )
    account = Account.objects.create_user("x@example.org", "secret-word-1")
    RoleAssignment.objects.create(
        account=account, role="provider_manager", place_kind="organisation", place_id=other.pk,
        starts_on=dt.date(2020, 1, 1),
    )  # fmt: skip
    return actor_of(account)


def test_the_blank_has_its_sheets_and_places(place: Town) -> None:
    one = services.begin(SYSTEM, organisation=place.organisation, year=YEAR)
    book = CalamineWorkbook.from_filelike(BytesIO(workbook.build(queries.whole().get(pk=one.pk), sheet(one.answer))))
    assert book.sheet_names == ["Титульный лист", "Раздел1", "Раздел2", "Раздел3", "Раздел4", "Раздел5", "Раздел7"]
    rows = book.get_sheet_by_name("Раздел1").to_python(skip_empty_area=False)
    assert rows[4][:4] == [1.0, 2.0, "3", "4"]  # the line of column numbers stands fifth, as in the blank
    assert rows[5][1:4] == ["01", 2.0, 1.0] and rows[13][1:4] == ["09", 0.0, "Х"]
    ages = book.get_sheet_by_name("Раздел2").to_python(skip_empty_area=False)
    assert len(ages[5]) == 18 and ages[5][1] == "11"


def test_the_declaration_is_whole() -> None:
    numbers = [row.code for section in FORM_1_DOP.sections for row in section.fields[0].rows]
    assert numbers == [f"{number:02d}" for number in range(1, 41)]
    texts = [check.text for check in FORM_1_DOP.checks]
    assert len(texts) == len(set(texts)) == 21
    assert (
        findings(
            FORM_1_DOP, {Address("6", "6", "33", "3"): Decimal("5.5"), Address("6", "6", "34", "3"): Decimal("5.5")}
        )[0].section
        == "7"
    )


WORKERS = st.lists(
    st.builds(
        rules.Teacher,
        staff=st.integers(1, 10**6),
        is_teacher=st.booleans(),
        sex=st.sampled_from("fm"),
        born=st.dates(dt.date(1940, 1, 1), dt.date(2007, 12, 31)),
        education=st.sampled_from(["higher", "vocational", "other"]),
        is_pedagogical=st.booleans(),
        is_external=st.booleans(),
    ),
    max_size=25,
    unique_by=lambda one: one.staff,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORKERS)
def test_known_workers_fill_sections_4_and_5_by_every_control(found: list[rules.Teacher]) -> None:
    cells = rules.count([], found, year=YEAR, budget="5")
    numbers = {address: cell.value for address, cell in cells.items() if address.section in "45"}
    assert len(numbers) == 3 * 6 + 3 * 10
    assert [one.message for one in findings(FORM_1_DOP, numbers) if one.section in "45"] == []


@pytest.mark.parametrize(
    ("born", "column"),
    [("2002-01-02", "3"), ("2002-01-01", "4"), ("1997-01-02", "4"), ("1961-06-01", "12"), ("1967-01-02", "10")],
)
def test_ages_of_workers_are_full_years_on_the_first_of_january(born: str, column: str) -> None:
    assert rules.staff_age_column(dt.date.fromisoformat(born), YEAR) == column


def test_what_is_not_known_of_all_is_left_to_people() -> None:
    known = rules.Teacher(1, True, "f", dt.date(1980, 5, 5), "higher", True)
    cells = rules.count([], [known, rules.Teacher(2, False, "", dt.date(1990, 5, 5), "higher")], year=YEAR, budget="5")
    at = {(address.row, address.column) for address in cells if address.section in "45"}
    assert ("27", "4") in at and ("30", "6") in at and ("28", "5") in at
    assert not any(row in ("29", "32") for row, _ in at), "the sex of one is not known"
    cells = rules.count([], [known, rules.Teacher(2, False, "m", None, "")], year=YEAR, budget="5")
    at = {(address.row, address.column) for address in cells if address.section in "45"}
    assert ("29", "3") in at and ("29", "4") in at and ("32", "6") in at, "of the women all is known"
    assert ("27", "4") not in at and ("30", "6") not in at
    assert rules.unknown([known, rules.Teacher(2, False, "m")]) == 1


def test_totals_are_compared_with_the_year_before() -> None:
    now = {Address("1", "1", "01", "3"): Decimal(12), Address("2", "2", "11", "3"): Decimal(4)}
    before = {Address("1", "1", "01", "3"): Decimal(10), Address("6", "6", "33", "3"): Decimal("1.5")}
    assert [(row.address.row, row.now, row.before, row.change) for row in rules.moved(now, before)] == [
        ("01", 12, 10, 2), ("33", None, Decimal("1.5"), None),
    ]  # fmt: skip


def test_the_page_shows_last_years_totals_and_the_rules(place: Town, client: Client) -> None:
    before = services.begin(SYSTEM, organisation=place.organisation, year=YEAR - 1)
    services.save_section(SYSTEM, pk=before.pk, section="6", posted={"v-6-33-3": "12,5"}, revision=0)
    one = services.begin(SYSTEM, organisation=place.organisation, year=YEAR)
    services.save_section(SYSTEM, pk=one.pk, section="6", posted={"v-6-34-3": "7"}, revision=0)
    manager = Account.objects.create_user("m@example.org", "secret-word-1")
    RoleAssignment.objects.create(
        account=manager, role="provider_manager", place_kind="organisation", place_id=place.organisation.pk,
        starts_on=dt.date(2020, 1, 1),
    )  # fmt: skip
    client.force_login(manager, backend="opora.people.backends.AccountBackend")
    page = client.get(f"/office/statistics_forms/{one.pk}/differences/").content.decode()
    assert "Против прошлого года" in page and "12,5" in page and "строка 33" in page.lower()
    assert "Внесены не у всех" in client.get(f"/office/statistics_forms/{one.pk}/").content.decode()
