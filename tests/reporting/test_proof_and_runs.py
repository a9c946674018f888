"""A signed note closes its plan item; a run makes what is missing and one failure does not stop the others."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import call_command

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.reasons import Refused
from opora.planning.models import Evidence, Plan, PlanItem, PlanSection
from opora.planning.services import withdraw_evidence
from opora.reporting import queries, services
from opora.reporting.models import Report
from opora.reporting.services import files
from opora.territory.models import Centre
from tests.enrolment.world import World
from tests.reporting.conftest import NOW, actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def item(centre: Centre) -> PlanItem:
    plan = Plan.objects.create(centre=centre, municipality=centre.municipality, slug="p", title="План", year=2026)
    section = PlanSection.objects.create(plan=plan, number=1, title="Первый")
    return PlanItem.objects.create(
        plan=plan, section=section, number="1.1", content="Записка об охвате", report_form="Аналитическая записка",
        due_on=dt.date(2026, 12, 1),
    )  # fmt: skip


def test_a_signed_note_closes_its_plan_item_once(centre: Centre, item: PlanItem) -> None:
    head, coordinator = actor("centre_head", centre), actor("coordinator", centre)
    note = services.open_report(head, year=2026, centre=centre, kind="coverage")
    services.freeze(head, report=note, anew=False)
    assert queries.plan_items(head, note) == [item]
    services.link_item(head, report=note, item=item)
    services.do(coordinator, report=note, code="agree")
    assert not Evidence.objects.exists()
    note = services.do(head, report=note, code="sign")
    proof = Evidence.objects.get()
    assert (proof.item, proof.closes, proof.date, proof.link) == (
        item,
        True,
        dt.date(2026, 10, 12),
        f"/office/reports/{note.pk}/",
    )
    item.refresh_from_db()
    assert item.done_on == dt.date(2026, 10, 12)
    with pytest.raises(Refused, match="уже подтверждает"):
        services.link_item(head, report=note, item=None)
    withdraw_evidence(head, evidence=proof, reason="Не тот пункт")
    note = services.link_item(head, report=note, item=item)  # a signed one proves at once
    assert note.evidence_id != proof.pk and Evidence.objects.filter(withdrawn_at=None).count() == 1


def test_an_item_of_another_centre_is_refused(centre: Centre, item: PlanItem) -> None:
    other = Centre.objects.create(slug="other", name="Другой", municipality=centre.municipality)
    Plan.objects.filter(pk=item.plan_id).update(centre=other)
    note = services.open_report(SYSTEM, year=2026, centre=centre, kind="legal")
    with pytest.raises(Refused, match="другого центра"):
        services.link_item(SYSTEM, report=note, item=PlanItem.objects.get())


def test_a_second_run_makes_only_what_changed(world: World, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    region = centre.municipality.region
    monkeypatch.setattr(files, "FORMATS", {"html": files.FORMATS["html"]})
    first = services.order_all(SYSTEM, region=region, year=2026)
    with pytest.raises(Refused, match="уже собираются"):
        services.order_all(SYSTEM, region=region, year=2026)
    for version in first.versions.all():
        files.make(version.pk)
    second = services.order_all(SYSTEM, region=region, year=2026)
    assert queries.run_state(second).finished and queries.run_state(second).done == 2
    report = Report.objects.get(centre=centre)
    services.save_text(SYSTEM, report=report, section="tasks", text="Открыть ещё две группы.", version=0)
    third = services.order_all(SYSTEM, region=region, year=2026)
    assert [version.report_id for version in third.versions.filter(state="waiting")] == [report.pk]


def test_a_report_that_breaks_does_not_stop_the_others(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    run = services.order_all(SYSTEM, region=centre.municipality.region, year=2026)
    monkeypatch.setattr(files, "FORMATS", {"html": files.FORMATS["html"]})
    whole = files.documents

    def broken(report: Report, *rest: object) -> object:
        if report.centre_id:
            raise ZeroDivisionError
        return whole(report, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "documents", broken)
    states = [files.make(version.pk) for version in run.versions.order_by("pk")]
    assert states == ["done", "failed"]
    assert "Закажите файлы ещё раз" in run.versions.get(state="failed").refusal
    again = services.order_all(SYSTEM, region=centre.municipality.region, year=2026)
    assert again.versions.filter(state="waiting").get().report.centre == centre


def test_files_whose_job_is_lost_may_be_ordered_again(centre: Centre) -> None:
    from opora.core.models import Job

    report = services.open_report(SYSTEM, year=2026, centre=centre)
    lost = services.order(SYSTEM, report=report)
    assert services.order(SYSTEM, report=report) == lost
    Job.objects.update(state="failed")
    anew = services.order(SYSTEM, report=report)
    lost.refresh_from_db()
    assert anew != lost and (lost.state, anew.state) == ("failed", "waiting")


def test_the_command_names_who_failed_and_makes_the_rest(centre: Centre, tmp_path, capsys) -> None:
    idle = Centre.objects.create(slug="idle", name="Без работы", municipality=centre.municipality)
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as code:
        call_command(
            "report", "annual", all=True, year=2026, out=tmp_path, formats="xlsx", json=True, stdout=out, stderr=err
        )
    assert code.value.code == 1 and f"{idle.name}: " in err.getvalue() and "никого не обслуживает" in err.getvalue()
    made = json.loads(out.getvalue())
    assert [one["centre"] for one in made] == ["moc", None]
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.xlsx")}
    Centre.objects.filter(pk=idle.pk).update(is_active=False)
    call_command("report", "annual", all=True, year=2026, out=tmp_path, formats="xlsx", stdout=out, stderr=err)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.xlsx")} == before and len(before) == 2
    assert "был готов" in err.getvalue()
