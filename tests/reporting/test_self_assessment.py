"""Self-assessment of an organisation: counted indicators, carried values, signature, publication; who sees what."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.people.actors import actor_of
from opora.people.models import Account, ChildCategory, RoleAssignment
from opora.providers.models import Organisation, Staff
from opora.reporting import content, queries, queries_own, services
from opora.reporting.documents import FORMATS
from opora.reporting.models import Report
from opora.reporting.statistics import declaration_own as declared
from opora.reporting.statistics import queries as statistics
from opora.reporting.statistics import rules_own as rules
from opora.reporting.statistics import services as forms
from opora.surveys.queries import sheet
from opora.surveys.rules.evaluate import findings
from opora.territory.models import Centre
from tests.enrolment.world import World
from tests.reporting.conftest import NOW, actor

YEAR = 2026
DAY = dt.date(2026, 10, 12)


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


def learner(number: int, **more: object) -> rules.Learner:
    values: dict[str, object] = {
        "enrolment": number, "person": number, "born": dt.date(2015, 5, 5), "programme": 1, "is_distance": False,
        "is_paid": False, "categories": frozenset(),
    }  # fmt: skip
    return rules.Learner(**(values | more))  # type: ignore[arg-type]


EDUCATION = ("Высшее педагогическое", "Среднее профессиональное", "Неоконченное высшее")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the rule
@given(st.lists(st.integers(0, 8 * 3 * 2 * 2 * 2 - 1), max_size=15), st.lists(st.integers(0, 26), max_size=6))
def test_what_the_records_count_satisfies_every_control(found: list[int], staff: list[int]) -> None:
    """Whoever learns and works there: a number stands for a child, its programme, form, payment, category."""
    learners = [
        learner(
            at, person=code % 8, born=dt.date(2008 + code % 8, 3, 3), programme=code // 8 % 3,
            is_distance=bool(code // 24 % 2), is_paid=bool(code // 48 % 2),
            categories=frozenset({"orphan", "gifted"}) if code // 96 % 2 else frozenset(),
        )
        for at, code in enumerate(found)
    ]  # fmt: skip
    posts, grades = ("teacher", "methodologist", "other"), ("none", "first", "highest")
    workers = [
        rules.Worker(at, posts[code % 3], grades[code // 3 % 3], EDUCATION[code // 9], trained=code % 2 == 0)
        for at, code in enumerate(staff)
    ]
    cells = rules.count(learners, workers, [], DAY)
    numbers = {declared.address_of(number): cell.value for number, cell in cells.items()}
    # rooms nobody counted and categories of the three kinds of whole are left out of the sums
    told = [one.message for one in findings(declared.FORM, numbers) if one.section in ("1", "3")]
    assert told == []


def test_a_child_counts_once_and_in_its_age() -> None:
    rows = [learner(1), learner(2, person=1, programme=2), learner(3, born=dt.date(2009, 1, 1), is_paid=True)]
    cells = rules.count(rows, [], [rules.Stock(7, "laptops", 5), rules.Stock(8, "gyms", 2)], DAY)
    values = {number: cell.value for number, cell in cells.items()}
    assert (values["1.1"], values["1.3"], values["1.1.3"], values["1.1.4"], values["1.2"]) == (2, 1, 1, 1, 1)
    assert cells["1.3"].rows == (1, 2)
    assert (values["2.1"], values["2.2.5"], cells["2.2.5"].rows) == (Decimal("2.50"), 2, (8,))


def test_education_is_counted_only_when_all_of_it_is_known() -> None:
    known = rules.Worker(1, "teacher", "first", "Высшее педагогическое", True)
    cells = rules.count([], [known], [], DAY)
    assert (cells["1.13"].value, cells["1.14"].value, cells["1.21"].value) == (1, 1, 1)
    assert "1.13" not in rules.count([], [known, rules.Worker(2, "teacher", "none", "", False)], [], DAY)


def test_few_children_are_not_printed_and_cannot_be_worked_out() -> None:
    values = {"1.1": Decimal(40), "1.1.1": Decimal(2), "1.1.2": Decimal(20), "1.1.3": Decimal(10), "1.1.4": Decimal(8),
              "1.6.2": Decimal(1), "1.12": Decimal(3)}  # fmt: skip
    assert rules.too_small(values) == {"1.1.1", "1.1.4", "1.6.2"}


@pytest.fixture
def organisation(db: None, world: World) -> Organisation:
    Organisation.objects.filter(pk=world.organisation.pk).update(
        kind="supplementary", head_name="Ветрова Ольга Ильинична"
    )
    Staff.objects.create(
        organisation=world.organisation, last_name="Ли", first_name="Ян", kind="methodologist", post="Методист",
        qualification="highest", education="Высшее педагогическое",
    )  # fmt: skip
    return Organisation.objects.select_related("municipality__region").get(pk=world.organisation.pk)


def finish(report: Report, **typed: str) -> None:
    """Type what is missing and mark the indicators as ready."""
    form = queries.indicators_of(report)
    assert form is not None
    for section in declared.LINES:
        kept = sheet(statistics.whole().get(pk=form.pk).answer)
        posted = {at.key: str(value) for at, value in kept.values.items() if at.section == section}
        posted |= {declared.address_of(number.replace("_", ".")[1:]).key: text for number, text in typed.items()
                   if declared.address_of(number.replace("_", ".")[1:]).section == section}  # fmt: skip
        revision = int(kept.answer.revisions.get(section, 0))
        forms.save_section(SYSTEM, pk=form.pk, section=section, posted=posted, revision=revision)
    forms.finish(SYSTEM, pk=form.pk)


def manager(organisation: Organisation):
    account, made = Account.objects.get_or_create(email="m@example.org")
    if made:
        RoleAssignment.objects.create(
            account=account, role="provider_manager", place_kind="organisation", place_id=organisation.pk,
            starts_on=dt.date(2020, 1, 1),
        )  # fmt: skip
    return actor_of(account)


def test_from_indicators_to_the_public_page(world: World, organisation: Organisation, centre: Centre) -> None:
    own = manager(organisation)
    ChildCategory.objects.create(child=world.family().child, code="orphan", starts_on=dt.date(2020, 1, 1))
    report = services.begin(own, organisation=organisation, year=YEAR)
    assert services.begin(own, organisation=organisation, year=YEAR) == report
    form = queries.indicators_of(report)
    for address, cell in sheet(form.answer).cells.items():
        behind = statistics.behind(form, address)
        assert behind is not None and behind.rows.count() == cell.basis["rows"]
    values = sheet(form.answer).values
    assert values[declared.address_of("1.1")] == 7 and values[declared.address_of("1.12")] == 1
    with pytest.raises(Refused, match="ещё не готова"):
        services.do(own, report=report, code="sign")
    finish(report, n1_11="4", n1_11_1="4", n2_5="Да", n1_7="3")
    with pytest.raises(Refused, match="снятые до того"):
        services.do(own, report=report, code="sign")
    services.freeze(own, report=report)
    report = services.do(own, report=report, code="sign")
    assert (report.state, report.signatory_name) == ("signed", "Ветрова Ольга Ильинична")
    report = services.publish(own, report=report)
    assert services.make(report.versions.get().pk) == "done"
    client = Client()
    page = client.get(f"/reports/self/{organisation.slug}/{YEAR}/")
    text = page.content.decode()
    assert page.status_code == 200 and "Показатели деятельности" in text
    file = client.get(f"/reports/self/{organisation.slug}/{YEAR}/pdf/")
    assert file.status_code == 200 and b"".join(file).startswith(b"%PDF")
    assert (
        f"/reports/self/{organisation.slug}/{YEAR}/"
        in client.get(f"/navigator/organisations/{organisation.slug}/").content.decode()
    )
    assert client.get(f"/reports/self/{organisation.slug}/{YEAR}/letter/").status_code == 404
    services.do(own, report=report, code="return")
    assert client.get(f"/reports/self/{organisation.slug}/{YEAR}/").status_code == 404


def test_typed_values_come_into_the_next_year_and_wait_to_be_confirmed(organisation: Organisation) -> None:
    first = services.begin(SYSTEM, organisation=organisation, year=YEAR - 1)
    finish(first, n2_2_1="6", n2_2="6", n2_5="Да")
    second = services.begin(SYSTEM, organisation=organisation, year=YEAR)
    form = queries.indicators_of(second)
    kept = sheet(form.answer)
    assert kept.values[declared.address_of("2.2.1")] == 6 and kept.values[declared.address_of("2.5")] == "Да"
    assert kept.values[declared.address_of("1.1")] == 7  # what the records count is never last year's
    assert {at.section for at, cell in kept.cells.items() if cell.basis.get("carried")} == {"4"}
    finish(second)
    assert not any(cell.basis.get("carried") for cell in sheet(form.answer).cells.values())


def test_the_same_indicators_the_same_bytes(organisation: Organisation) -> None:
    report = services.begin(SYSTEM, organisation=organisation, year=YEAR)
    report = queries.whole().get(pk=report.pk)
    document = content.build(queries.source_of(report))
    assert document.organisation == organisation.short_name and document.signatory_post == "Руководитель организации"
    table = next(block for part in document.parts if part.code == "self_indicators" for block in part.blocks
                 if hasattr(block, "columns"))  # fmt: skip
    assert len(table.rows) == sum(len(lines) for lines in (*declared.LINES.values(), *declared.QUESTIONS.values()))
    for code in ("docx", "xlsx", "pdf", "html"):
        assert FORMATS[code].write(document) == FORMATS[code].write(document)


def test_the_centre_sees_who_did_not_publish_and_no_drafts(organisation: Organisation, centre: Centre) -> None:
    report = services.begin(SYSTEM, organisation=organisation, year=YEAR)
    head = actor("centre_head", centre)
    rows = queries_own.subjects(head, YEAR)
    assert [queries_own.state_of(one) for one in rows] == ["draft"]
    assert queries_own.counted(rows).missing == 1
    assert list(queries_own.narrowed(rows, "published")) == []
    with pytest.raises(Hidden):
        queries.report(head, report.pk)
    with pytest.raises(Forbidden):
        services.begin(head, organisation=organisation, year=YEAR)
    with pytest.raises(Forbidden):
        services.do(head, report=report, code="sign")
    with pytest.raises(Forbidden):
        queries.report(manager(organisation), services.open_report(SYSTEM, year=YEAR, centre=centre).pk)
