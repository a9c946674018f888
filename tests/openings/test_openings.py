"""Announced openings: nobody applies before the moment, everybody at it; who may announce, move and finish."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from opora.catalogue import services as catalogue
from opora.catalogue.models import EnrolmentOpening, Group
from opora.core import clock
from opora.core.access import Actor
from opora.core.models import Outbox
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.enrolment import services
from opora.enrolment.services import groups
from tests.api.conftest import Caller
from tests.api.test_road import body, codes
from tests.cabinet.conftest import Scene
from tests.cabinet.test_apply import text

from .conftest import OPENS, Draft

SECOND = dt.timedelta(seconds=1)
SAID = "Запись откроется 16\u00a0ноября в\u00a010:00."


def reasons(call) -> list[str]:
    with pytest.raises(Refused) as refused:
        call()
    return [reason.code for reason in refused.value.reasons]


def test_nobody_before_the_moment_everybody_at_it(
    scene: Scene, later: Group, draft: Draft, coordinator: Actor, guardian: Caller
) -> None:
    assert catalogue.announce(coordinator, opening=draft()) == 1
    asked = body(scene, group=later.pk, funding="budget")
    early = guardian.post("/applications", asked, key="e" * 10)
    assert early.status_code == 409 and codes(early) == ["window_not_open"]
    assert early.json()["reasons"][0]["message"] == SAID
    with clock.frozen(OPENS - dt.timedelta(microseconds=1)):
        assert codes(guardian.post("/applications", asked, key="f" * 10)) == ["window_not_open"]
    with clock.frozen(OPENS):  # the worker has not noticed anything yet
        assert guardian.post("/applications", asked, key="g" * 10).status_code == 201


def test_the_moment_is_local(scene: Scene, later: Group, draft: Draft, coordinator: Actor) -> None:
    scene.world.municipality.time_zone = "Asia/Vladivostok"
    scene.world.municipality.save()
    catalogue.announce(coordinator, opening=draft())
    with pytest.raises(Refused) as refused:
        services.apply(scene.family.actor, child=scene.child, group=later, funding="budget")
    assert refused.value.reasons[0].message == "Запись откроется 16\u00a0ноября в\u00a017:00."


def test_another_year_is_named(scene: Scene, later: Group, draft: Draft, coordinator: Actor) -> None:
    later.starts_on = dt.date(2027, 2, 1)
    later.save()
    catalogue.announce(coordinator, opening=draft(opens_at=dt.datetime(2027, 1, 11, 7, tzinfo=dt.UTC)))
    with pytest.raises(Refused) as refused:
        services.apply(scene.family.actor, child=scene.child, group=later, funding="budget")
    assert refused.value.reasons[0].message == "Запись откроется 11\u00a0января\u00a02027 в\u00a010:00."


def test_nobody_waits_before_the_moment_either(scene: Scene, later: Group, draft: Draft, coordinator: Actor) -> None:
    catalogue.announce(coordinator, opening=draft())
    scene.world.group(capacity=1)
    later.refresh_from_db()
    assert later.window_from == OPENS
    with clock.frozen(OPENS):
        for _ in range(2):
            one = scene.world.family()
            services.apply(one.actor, child=one.child, group=later, funding="budget")
        done = services.apply(scene.family.actor, child=scene.child, group=later, funding="budget")
    assert (done.state, done.position) == ("waiting", 1)


def test_what_an_opening_covers(scene: Scene, later: Group, draft: Draft, coordinator: Actor) -> None:
    begun, closed = scene.group, scene.world.group(starts_on=dt.date(2026, 12, 1), state="closed")
    over = scene.world.group(starts_on=dt.date(2026, 12, 1), window_to=OPENS - SECOND)
    assert reasons(lambda: catalogue.announce(coordinator, opening=draft(focus_area="sport"))) == ["opening_empty"]
    catalogue.announce(coordinator, opening=draft(focus_area="technical", organisation=scene.world.organisation))
    assert list(Group.objects.filter(opening__isnull=False)) == [later]
    for one in (begun, closed, over):
        one.refresh_from_db()
        assert one.opening is None and one.window_from is None
    assert reasons(lambda: catalogue.announce(coordinator, opening=draft())) == ["opening_empty"]  # taken already


def test_a_group_of_later_opens_with_the_others(scene: Scene, later: Group, draft: Draft, coordinator: Actor) -> None:
    catalogue.announce(coordinator, opening=draft())
    manager = scene.world.manager
    made = catalogue.create_group(
        manager,
        module=scene.world.module,
        capacity=5,
        name="Ещё одна",
        starts_on=dt.date(2026, 12, 5),
        ends_on=dt.date(2027, 5, 31),
        age_from=7,
        age_to=12,
        for_budget=True,
    )
    assert made.window_from == OPENS
    assert reasons(lambda: catalogue.update_group(manager, group=made, window_from=None)) == ["window_of_opening"]
    catalogue.update_group(manager, group=made, name="Другое имя")
    scene.world.programme.state = "draft"
    scene.world.programme.save()
    hidden = scene.world.group(starts_on=dt.date(2026, 12, 5), state="draft", for_certificate=False)
    scene.world.programme.state = "published"
    scene.world.programme.save()
    hidden.slots.create(weekday=1, starts_at=dt.time(9), ends_at=dt.time(10), academic_hours=1)
    groups.open_group(manager, group=hidden)
    hidden.refresh_from_db()
    assert hidden.window_from == OPENS


def test_moving_and_finishing(scene: Scene, later: Group, draft: Draft, coordinator: Actor) -> None:
    row = draft()
    other = OPENS + dt.timedelta(days=1)
    assert reasons(lambda: catalogue.move(coordinator, opening=row, opens_at=other)) == ["opening_state"]
    catalogue.announce(coordinator, opening=row)
    assert reasons(lambda: catalogue.announce(coordinator, opening=row)) == ["opening_announced"]
    assert reasons(lambda: catalogue.move(coordinator, opening=row, opens_at=clock.now())) == ["moment_passed"]
    assert reasons(lambda: catalogue.finish(coordinator, opening=row)) == ["opening_not_begun"]
    catalogue.move(coordinator, opening=row, opens_at=other)
    later.refresh_from_db()
    assert later.window_from == other
    assert catalogue.notice_begun() == 0
    with clock.frozen(other):
        assert reasons(lambda: catalogue.move(coordinator, opening=row, opens_at=other + SECOND)) == ["opening_state"]
        Outbox.objects.all().delete()
        assert catalogue.notice_begun() == 1 and catalogue.notice_begun() == 0
        assert list(Outbox.objects.values_list("kind", "object_id")) == [
            ("programme.changed", scene.world.programme.pk)
        ]
        catalogue.finish(coordinator, opening=row)
        row.refresh_from_db()
        assert row.state == "finished" and row.finished_at == other
        done = services.apply(scene.family.actor, child=scene.child, group=later, funding="budget")
    assert done.state == "submitted"  # groups go on


def test_who_may(scene: Scene, later: Group, draft: Draft, coordinator: Actor) -> None:
    row = draft()
    with pytest.raises(Forbidden):
        catalogue.announce(scene.family.actor, opening=row)
    with pytest.raises(Forbidden):
        catalogue.announce(scene.world.manager, opening=row)
    stranger = Actor(account_id=1, reaches=(coordinator.reaches[0].__class__(role="coordinator"),))
    with pytest.raises(Hidden):
        catalogue.announce(stranger, opening=row)


def test_office_pages(scene: Scene, later: Group, office: Client) -> None:
    page = office.get("/office/openings/new/")
    assert page.status_code == 200
    form = {"municipality": scene.world.municipality.pk, "name": "Набор", "day": "2026-11-16", "hour": "10:00"}
    past = office.post("/office/openings/new/", form | {"day": "2026-10-01"})
    assert past.status_code == 422 and "Этот момент уже прошёл" in text(past)
    assert office.post("/office/openings/new/", form).status_code == 302
    row = EnrolmentOpening.objects.get()
    assert row.opens_at == OPENS
    assert "Откроется вместе: 1 группа" in text(office.get(f"/office/openings/{row.pk}/announce/"))
    said = text(office.post(f"/office/openings/{row.pk}/announce/", follow=True))
    assert "Запись объявлена. Откроется вместе: 1 группа" in said
    again = office.post(f"/office/openings/{row.pk}/edit/", form)
    assert again.status_code == 422 and "Запись уже объявлена" in text(again)
    wrong = office.post(f"/office/openings/{row.pk}/move/", {"day": "2026-10-01", "hour": "9:00"})
    assert wrong.status_code == 422 and "Этот момент уже прошёл" in text(wrong)
    office.post(f"/office/openings/{row.pk}/move/", {"day": "2026-11-17", "hour": "09:30"})
    row.refresh_from_db()
    assert row.opens_at == dt.datetime(2026, 11, 17, 6, 30, tzinfo=dt.UTC)
    assert "уже началась" in text(office.post(f"/office/openings/{row.pk}/finish/", follow=True))
    with clock.frozen(row.opens_at):
        assert "завершено" in text(office.post(f"/office/openings/{row.pk}/finish/", follow=True))
