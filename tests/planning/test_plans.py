"""Plans on the database: acts, items, evidence, counting by measures, recount, versions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from opora.catalogue.models import Programme
from opora.core import clock, history
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.core.transactions import act
from opora.enrolment.models import Enrolment
from opora.planning import queries, services
from opora.planning.models import Evidence, PlanItem, PlanRemark, PlanVersion
from opora.planning.services.evidence import Paper

from .world import NOW, TODAY, Town


def state_of(item: PlanItem) -> str:
    fresh = PlanItem.objects.select_related("plan__municipality", "parent").get(pk=item.pk)
    return queries.standing_of(fresh).state


def codes(error: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in error.value.reasons}


def test_a_new_plan_has_the_seven_sections_and_its_own_code(town: Town) -> None:
    assert list(town.plan.sections.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert town.plan.slug == f"{town.centre.slug}-2026"
    again = services.create_plan(town.head, centre=town.centre, year=2026, title="План мероприятий")
    assert again.slug == f"{town.centre.slug}-2026-2"
    with pytest.raises(Refused, match="уже есть"):
        services.create_plan(town.head, centre=town.centre, year=2026)
    with pytest.raises(Forbidden):
        services.create_plan(town.coordinator, centre=town.centre, year=2027)
    with pytest.raises(Hidden):
        services.create_plan(town.head, centre=town.access.foreign.objects["centre"], year=2026)


def test_what_is_written_is_kept_and_understood(town: Town) -> None:
    item = town.item(content="Договоры  с партнёрами", quantity="Не менее 6 договоров", due="Август – декабрь 2026 г.")
    assert (item.number, item.content, item.quantity) == ("1.1", "Договоры с партнёрами", "Не менее 6 договоров")
    assert (item.operator, item.amount, item.unit) == ("ge", Decimal(6), "договоров")
    assert (item.starts_on, item.due_on) == (dt.date(2026, 8, 1), dt.date(2026, 12, 31))
    part = town.item("1.1.1", content="в сетевой форме")
    assert (part.parent, part.position) == (item, 1_001_001)
    assert town.item().number == "1.2"


@pytest.mark.parametrize(
    ("number", "words", "code"),
    [
        ("1.1", {"due": "когда-нибудь"}, "term_unknown"),
        ("1.1", {"due": "май 2031"}, "term_outside"),
        ("1.1", {"due": "май 2025"}, "term_outside"),
        ("1.1", {"content": " "}, "required"),
        ("1.1", {"quantity": "я" * 301}, "too_long"),
        ("1.9.1", {}, "parent_missing"),
        ("1.1.1.1", {}, "number_wrong"),
    ],
)
def test_items_that_cannot_be(town: Town, number: str, words: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as error:
        town.item(number, **words)
    assert code in codes(error)
    assert not PlanItem.objects.filter(plan=town.plan).exists()


def test_the_road_of_a_plan(town: Town) -> None:
    with pytest.raises(Refused, match="ни одного пункта"):
        services.act_on_plan(town.head, plan=town.plan, code="submit")
    item = town.item(content="Медиаплан")
    services.act_on_plan(town.head, plan=town.plan, code="submit")
    assert [plan.pk for plan in queries.awaiting_approval(town.coordinator)] == [town.plan.pk]
    with pytest.raises(Refused) as error:
        town.item()
    assert codes(error) == {"plan_not_editable"}
    with pytest.raises(Forbidden):
        services.approve(town.head, plan=town.plan)
    with pytest.raises(Refused, match="что исправить"):
        services.send_back(town.coordinator, plan=town.plan, remark=" ")
    services.send_back(town.coordinator, plan=town.plan, remark="Мало пунктов", by_item={item.pk: "Назовите срок"})
    assert PlanRemark.objects.filter(plan=town.plan, resolved_at__isnull=True).count() == 2
    services.act_on_plan(town.head, plan=town.plan, code="submit")
    assert not PlanRemark.objects.filter(plan=town.plan, resolved_at__isnull=True).exists()
    services.approve(town.coordinator, plan=town.plan, document="Приказ № 7")
    town.plan.refresh_from_db()
    assert (town.plan.state, town.plan.version, town.plan.act) == ("approved", 1, "Приказ № 7")


def test_an_amendment_keeps_the_version_before(town: Town) -> None:
    item = town.item(content="Медиаплан")
    town.approve()
    with pytest.raises(Refused):
        services.cancel_item(town.head, item=item, reason="Не нужен")
    services.act_on_plan(town.head, plan=town.plan, code="amend")
    services.cancel_item(town.head, item=item, reason="Не нужен")
    town.item(content="Портал")
    services.act_on_plan(town.head, plan=town.plan, code="submit")
    services.approve(town.coordinator, plan=town.plan)
    first, second = PlanVersion.objects.filter(plan=town.plan).order_by("number")
    assert [row["content"] for row in first.content["items"]] == ["Медиаплан"]
    assert [row["cancel_reason"] for row in second.content["items"]] == ["Не нужен", ""]
    assert state_of(item) == "cancelled"


def test_hand_evidence_adds_up_and_is_taken_back(town: Town) -> None:
    item = town.item(quantity="не менее 3 практик", due="сентябрь")
    town.approve()
    assert state_of(item) == "overdue"
    first = services.add_evidence(town.head, item=item, date=TODAY, text="Две практики", amount=Decimal(2))
    assert state_of(item) == "overdue"
    services.add_evidence(town.head, item=item, date=TODAY, text="Третья", amount=Decimal(1))
    item.refresh_from_db()
    assert (state_of(item), item.done_on, item.reached_value) == ("done", TODAY, 3)
    services.withdraw_evidence(town.head, evidence=first, reason="Это прошлогодние")
    item.refresh_from_db()
    assert (state_of(item), item.done_on) == ("overdue", None)
    assert Evidence.objects.filter(item=item).count() == 2


def test_a_document_closes_an_item_in_words(town: Town) -> None:
    item = town.item(report_form="Аналитическая справка", due="сентябрь")
    paper = Paper("Справка.pdf", b"%PDF-1.7")
    services.add_evidence(town.head, item=item, date=TODAY, text="Черновик", paper=paper)
    assert state_of(item) == "overdue"
    made = services.add_evidence(town.head, item=item, date=TODAY, text="Справка", closes=True, link="/office/plans/")
    assert state_of(item) == "done"
    assert made.file is None
    assert Evidence.objects.get(text="Черновик").file.name == "Справка.pdf"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"date": TODAY + dt.timedelta(days=1)}, "date_ahead"),
        ({"text": " "}, "text_required"),
        ({"link": "javascript:alert(1)"}, "link_wrong"),
        ({"amount": Decimal(-1)}, "amount_negative"),
        ({"paper": Paper("virus.exe", b"MZ")}, "file_kind"),
        ({"paper": Paper("Пустой.pdf", b"")}, "file_empty"),
    ],
)
def test_evidence_that_cannot_be(town: Town, given: dict[str, object], code: str) -> None:
    item = town.item()
    values = {"date": TODAY, "text": "Справка"} | given
    with pytest.raises(Refused) as error:
        services.add_evidence(town.head, item=item, **values)  # type: ignore[arg-type]
    assert code in codes(error)
    assert not Evidence.objects.filter(item=item).exists()


def test_nobody_writes_into_a_stranger_plan(town: Town) -> None:
    foreign = town.access.foreign.objects["plan_item"]
    with pytest.raises(Hidden):
        services.add_evidence(town.head, item=foreign, date=TODAY, text="Справка")
    with pytest.raises(Forbidden):
        services.add_evidence(town.coordinator, item=town.item(), date=TODAY, text="Справка")
    with pytest.raises(Forbidden):
        services.bind(town.coordinator, item=town.item(), measure="coverage")


def test_a_measured_item_counts_itself(town: Town) -> None:
    item = town.item(quantity="не менее 1 программы", due="август–сентябрь")
    services.bind(town.head, item=item, measure="programmes_published", narrowing={"level": "advanced"})
    town.approve()
    assert state_of(item) == "overdue"
    programme = Programme.objects.get(pk=town.own.objects["programme"].pk)
    moment = dt.datetime(2026, 9, 30, 12, tzinfo=dt.UTC)
    Programme.objects.filter(pk=programme.pk).update(level="advanced", published_at=moment)
    assert state_of(item) == "done"
    assert [row.pk for row in queries.overdue(town.head)] == [item.pk]  # not recounted yet
    services.recount_all()
    assert not queries.overdue(town.head).exists()
    Programme.objects.filter(pk=programme.pk).update(published_at=NOW - dt.timedelta(hours=2))
    assert state_of(item) == "done"  # late, but done
    Programme.objects.filter(pk=programme.pk).update(published_at=dt.datetime(2026, 7, 31, 12, tzinfo=dt.UTC))
    assert state_of(item) == "overdue"


def test_an_increase_counts_from_its_stored_baseline(town: Town) -> None:
    item = town.item(quantity="увеличение охвата на 10 %", due="декабрь")
    services.bind(town.head, item=item, measure="learners")
    assert (item.baseline, item.baseline_on) == (Decimal(0), dt.date(2025, 12, 31))
    services.bind(town.head, item=item, measure="unique_children", baseline=Decimal(3), baseline_on=dt.date(2026, 1, 1))
    for _ in range(3):
        Enrolment.objects.create(
            child=town.own.world.family().child,
            group=town.own.objects["group"],
            organisation=town.own.organisation,
            municipality=town.own.world.municipality,
            funding="budget",
            focus_area="technical",
            starts_on=dt.date(2026, 10, 1),
        )
    fresh = PlanItem.objects.select_related("plan__municipality").get(pk=item.pk)
    shown = queries.standing_of(fresh)
    children = queries.counter_of(fresh.plan)
    measure = children.measure("unique_children")
    assert measure is not None
    value = children.value(measure, children.span(fresh, 2026), {})
    assert shown.progress is not None
    assert (shown.progress.value, shown.progress.needed) == (value - 3, 0)


def test_an_item_with_parts_is_done_when_its_parts_are(town: Town) -> None:
    item = town.item("2.4", quantity="1-3", due="сентябрь")
    parts = [town.item(f"2.4.{number}", content="часть", quantity="1", due="сентябрь") for number in (1, 2)]
    services.add_evidence(town.head, item=parts[0], date=TODAY, text="Программа", amount=Decimal(1))
    assert state_of(item) == "overdue"
    services.cancel_item(town.head, item=parts[1], reason="Не нужна")
    assert state_of(item) == "done"
    services.restore_item(town.head, item=parts[1])
    parts[1].refresh_from_db()
    services.add_evidence(town.head, item=parts[1], date=TODAY, text="Программа", amount=Decimal(1))
    item.refresh_from_db()
    assert item.done_on == TODAY


def test_a_measure_that_is_gone_is_told_not_counted(town: Town) -> None:
    item = town.item(quantity="не менее 1 программы")
    PlanItem.objects.filter(pk=item.pk).update(measure="old_measure")
    assert state_of(item) == "in_work"
    PlanItem.objects.filter(pk=item.pk).update(measure="coverage", narrowing={"level": "no"})
    assert state_of(item) == "in_work"
    with pytest.raises(Refused):
        services.bind(town.head, item=item, measure="old_measure")
    with pytest.raises(Refused):
        services.bind(town.head, item=item, measure="programmes_published", narrowing={"level": "no"})


def test_changes_are_kept_and_recounts_are_not(town: Town) -> None:
    item = town.item(content="Медиаплан")
    with act(town.head):
        services.recount(town.plan)
    assert [change.op for change in history.of(item)] == ["I"]
    services.save_item(town.head, PlanItem.objects.get(pk=item.pk), {"content": "Медиаплан центра"})
    changed = history.of(item)[0]
    assert (changed.op, changed.after["content"]) == ("U", "Медиаплан центра")
    assert changed.actor_id == town.head.account_id


def test_a_plan_is_read_in_a_constant_number_of_queries(town: Town, django_assert_max_num_queries) -> None:
    for number in range(1, 4):
        town.item(f"1.{number}", quantity="не менее 3 практик")
    with django_assert_max_num_queries(6):
        queries.plan_view(town.plan)
    for number in range(4, 20):
        town.item(f"1.{number}", quantity="не менее 3 практик")
    with django_assert_max_num_queries(6):
        view = queries.plan_view(town.plan, state="in_work")
    assert len(view.items) == 19


def test_the_calendar_shows_each_term_in_its_month(town: Town) -> None:
    town.item("1.1", due="август–октябрь")
    town.item("1.2", due="")
    town.item("1.3", due="март 2027")
    months, timeless = queries.calendar(town.plan, 2026)
    assert [[one.item.number for one in month.due] for month in months][9] == ["1.1"]
    assert [bool(month.running) for month in months] == [number in (8, 9) for number in range(1, 13)]
    assert [one.item.number for one in timeless] == ["1.2"]
    assert [one.item.number for one in queries.calendar(town.plan, 2027)[0][2].due] == ["1.3"]


def test_what_waits(town: Town) -> None:
    from opora.core.office.work import waiting_for

    item = town.item(quantity="не менее 3 практик", due="сентябрь")
    services.act_on_plan(town.head, plan=town.plan, code="submit")
    assert "Планы на утверждении" in [line.title for line in waiting_for(town.coordinator)]
    services.approve(town.coordinator, plan=town.plan)
    lines = {line.title: line for line in waiting_for(town.head)}
    assert lines["Просроченные пункты плана"].count == 1
    zone = clock.zone(town.plan.municipality.time_zone)
    assert lines["Просроченные пункты плана"].deadline == dt.datetime.combine(item.due_on, dt.time.max, zone)
