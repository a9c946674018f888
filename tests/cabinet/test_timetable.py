"""Lessons of a week and the calendar for a phone: moved and cancelled lessons, stable ids, the zone."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from icalendar import Calendar

from opora.catalogue.models import LessonException
from opora.core.reasons import Hidden
from opora.enrolment import services
from opora.enrolment.models import CalendarFeed
from opora.enrolment.services import feeds
from tests.cabinet.test_apply import text

from .conftest import Scene


@pytest.fixture
def learning(scene: Scene) -> Scene:
    """The child learns since 12 October: Tuesdays at 16:30."""
    done = services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="budget")
    services.confirm(scene.world.manager, application=done.application_id)
    services.enrol(scene.world.manager, application=done.application_id)
    return scene


def change(scene: Scene, kind: str, date: dt.date, **fields: object) -> None:
    LessonException.objects.create(group=scene.group, slot=scene.group.slots.get(), date=date, kind=kind, **fields)


def week(scene: Scene, day: str) -> str:
    return text(scene.client.get(f"/cabinet/children/{scene.child.public_id}/timetable/", {"week": day}))


def test_week(learning: Scene) -> None:
    assert "13 октября, вт 16:30–17:15 Робототехника" in week(learning, "2026-10-14")
    assert "На этой неделе занятий нет" in week(learning, "2026-10-05")  # before the child's start
    assert "12–18 октября 2026" in week(learning, "не дата")
    assert "12–18 октября 2026" in week(learning, "9999-12-31")
    assert "Завтра в 16:30 «Робототехника»" in text(learning.client.get("/cabinet/"))


def test_moved_into_another_week_and_cancelled(learning: Scene) -> None:
    change(
        learning,
        "moved",
        dt.date(2026, 10, 20),
        new_date=dt.date(2026, 10, 28),
        new_starts_at=dt.time(10),
        new_ends_at=dt.time(10, 45),
        reason="Ремонт",
    )
    change(learning, "cancelled", dt.date(2026, 11, 10), reason="Педагог болеет")
    assert "На этой неделе занятий нет" in week(learning, "2026-10-20")
    assert "28 октября, ср 10:00–10:45 Робототехника Перенесено с 20 октября, вт: Ремонт" in week(
        learning, "2026-10-28"
    )
    assert "Отменено Педагог болеет" in week(learning, "2026-11-10")


def calendar(scene: Scene) -> Calendar:
    page = scene.client.get(f"/cabinet/children/{scene.child.public_id}/calendar/")
    assert page.status_code == 200
    feed = CalendarFeed.objects.get()
    answer = Client().get(f"/calendar/{feed.key}.ics")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content)


def test_feed(learning: Scene) -> None:
    before = {event["uid"]: event for event in calendar(learning).walk("VEVENT")}
    assert [zone["tzid"] for zone in calendar(learning).walk("VTIMEZONE")] == ["Europe/Moscow"]
    change(learning, "moved", dt.date(2026, 10, 20), new_date=dt.date(2026, 10, 22))
    change(learning, "cancelled", dt.date(2026, 10, 27), reason="Каникулы")
    after = {event["uid"]: event for event in calendar(learning).walk("VEVENT")}
    assert before.keys() == after.keys()
    by_day = {event["dtstart"].dt.date(): event for event in after.values()}
    assert dt.date(2026, 10, 20) not in by_day and by_day[dt.date(2026, 10, 22)]["dtstart"].dt.hour == 16
    assert str(by_day[dt.date(2026, 10, 27)]["status"]) == "CANCELLED"
    assert min(by_day) == dt.date(2026, 10, 13) and dt.date(2027, 1, 5) not in by_day  # holidays


def test_renewing_closes_the_old_address(learning: Scene) -> None:
    calendar(learning)
    old = CalendarFeed.objects.get().key
    learning.client.post(f"/cabinet/children/{learning.child.public_id}/calendar/")
    assert Client().get(f"/calendar/{old}.ics").status_code == 404
    assert Client().get(f"/calendar/{CalendarFeed.objects.get().key}.ics").status_code == 200
    assert Client().get(f"/calendar/{uuid.uuid4()}.ics").status_code == 404


def test_who_may_have_a_calendar(learning: Scene) -> None:
    world = learning.world
    stranger = world.family()
    for kind, pk in (("child", learning.child.pk), ("group", learning.group.pk), ("teacher", 1)):
        with pytest.raises(Hidden):
            feeds.feed_for(stranger.actor, kind=kind, object_id=pk)
    assert feeds.feed_for(learning.family.actor, kind="group", object_id=learning.group.pk)
    feed = feeds.feed_for(world.manager, kind="group", object_id=learning.group.pk)
    events = Calendar.from_ical(Client().get(f"/calendar/{feed.key}.ics").content).walk("VEVENT")
    assert len(events) > 20


def test_cost_of_the_cabinet_does_not_grow(learning: Scene) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert learning.client.get("/cabinet/").status_code == 200
        return len(captured)

    one = cost()
    for _ in range(2):
        child = learning.world.child(learning.family.account)
        learning.family.children.append(child)
        done = services.apply(learning.family.actor, child=child, group=learning.world.group(), funding="budget")
        services.confirm(learning.world.manager, application=done.application_id)
        services.enrol(learning.world.manager, application=done.application_id)
    assert cost() <= one
