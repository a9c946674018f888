"""A report from opening to signature: figures stay frozen, texts are checked, states hold."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.monitoring.models import Snapshot
from opora.reporting import content, queries, services
from opora.reporting.models import Report, ReportText
from opora.territory.models import Centre
from tests.enrolment.world import World
from tests.reporting.conftest import NOW, actor, enrol

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


def test_later_corrections_do_not_change_the_figures(world: World, report: Report) -> None:
    before = content.build(queries.source_of(report))
    enrol(world, world.group())
    report.refresh_from_db()
    assert content.build(queries.source_of(report)) == before
    anew = services.freeze(SYSTEM, report=report)
    assert anew.values["figures"]["unique_children"]["value"] == 8


def test_the_database_refuses_to_change_a_snapshot(report: Report) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Snapshot.objects.filter(pk=report.snapshot.pk).update(title="другое")


def test_a_snapshot_holds_everything_about_a_figure(report: Report) -> None:
    figure = report.snapshot.values["figures"]["coverage"]
    assert (figure["value"], figure["numerator"], figure["denominator"], figure["version"]) == (5.4, 7, 130, 1)
    assert figure["date"] == "2026-10-12"
    assert figure["source"]


def test_the_years_snapshot_is_taken_again(centre: Centre, report: Report) -> None:
    note = services.open_report(SYSTEM, year=2026, centre=centre, kind="coverage")
    assert services.freeze(SYSTEM, report=note, anew=False) == report.snapshot


def test_a_past_year_is_counted_on_its_last_day(centre: Centre) -> None:
    past = services.open_report(SYSTEM, year=2025, centre=centre)
    snapshot = services.freeze(SYSTEM, report=past)
    assert snapshot.date == dt.date(2025, 12, 31)
    assert snapshot.values["figures"]["unique_children"]["value"] == 0


@pytest.mark.parametrize("year", [2015, 2027])
def test_a_year_out_of_range_is_refused(centre: Centre, year: int) -> None:
    with pytest.raises(Refused) as refused:
        services.open_report(SYSTEM, year=year, centre=centre)
    assert refused.value.reasons[0].code == "year_out_of_range"


def test_a_text_with_an_unknown_figure_is_not_written(report: Report) -> None:
    with pytest.raises(Refused) as refused:
        services.save_text(SYSTEM, report=report, section="coverage", text="Охват {covrage}", version=0)
    assert refused.value.reasons[0].code == "reference_unknown"
    assert not ReportText.objects.exists()


def test_two_editors_do_not_overwrite_each_other(report: Report) -> None:
    services.save_text(SYSTEM, report=report, section="tasks", text="Первый", version=0)
    with pytest.raises(Refused) as refused:
        services.save_text(SYSTEM, report=report, section="tasks", text="Второй", version=0)
    assert refused.value.reasons[0].code == "changed_meanwhile"
    services.save_text(SYSTEM, report=report, section="tasks", text="Третий", version=1)
    assert ReportText.objects.get().text == "Третий"


def test_the_way_to_the_signature(centre: Centre, report: Report) -> None:
    head, coordinator = actor("centre_head", centre), actor("coordinator", centre)
    with pytest.raises(Refused):
        services.do(head, report=report, code="sign")
    with pytest.raises(Forbidden):
        services.do(head, report=report, code="agree")
    services.do(coordinator, report=report, code="agree")
    with pytest.raises(Refused):
        services.save_text(head, report=report, section="tasks", text="Поздно", version=0)
    services.do(coordinator, report=report, code="return")
    services.do(coordinator, report=report, code="agree")
    signed = services.do(head, report=report, code="sign")
    assert (signed.state, signed.signatory_name) == ("signed", "Лесная Анна Петровна")
    with pytest.raises(Refused):
        services.freeze(head, report=signed)
    with pytest.raises(Refused):
        services.do(coordinator, report=signed, code="return")


def test_an_observer_reads_only_what_is_agreed(centre: Centre, report: Report) -> None:
    observer = actor("observer", centre)
    assert not queries.reports(observer).exists()
    services.do(actor("coordinator", centre), report=report, code="agree")
    assert queries.reports(observer).get() == report
    with pytest.raises(Forbidden):
        services.freeze(observer, report=report)


def test_a_stranger_does_not_open_a_report(centre: Centre, report: Report) -> None:
    stranger = actor("methodologist", Centre(pk=10**6, municipality_id=10**6))
    with pytest.raises(Hidden):
        queries.report(stranger, report.pk)
    with pytest.raises(Hidden):
        services.open_report(stranger, year=2026, centre=centre)
    assert Report.objects.count() == 1


def test_nothing_without_figures_is_agreed(centre: Centre) -> None:
    empty = services.open_report(SYSTEM, year=2026, centre=centre)
    with pytest.raises(Refused) as refused:
        services.do(actor("coordinator", centre), report=empty, code="agree")
    assert refused.value.reasons[0].code == "no_figures"
