"""The programme's page and the pages around it."""

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from tests.factories import Town, account

from opora.catalogue import services
from opora.catalogue.models import Favourite, GroupPlaces, Programme, Subscription
from opora.core.access import SYSTEM
from opora.core.models import Letter
from opora.enrolment import services as enrolment
from opora.navigator import services as own
from opora.navigator.cards import programme_url
from opora.navigator.tests.conftest import HandIndex
from opora.navigator.tests.test_search import text


def url_of(programme: Programme) -> str:
    return programme_url(programme.pk, programme.slug)


def test_page_answers_in_ten_seconds(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Робототехника", groups=2, price=Decimal("9000.00"), group={"for_paid": True})
    index.catch_up()
    page = text(client, url_of(programme))
    for part in ("7–12 лет", "вт и чт, 16:30–18:00", "ул. Соборная, д. 18", "Ковалёв Илья Сергеевич", "30 мест"):
        assert part in page
    for group in programme.groups.all():
        assert f"/cabinet/apply/?group={group.pk}" in page
    assert "пандус" in page and 'rel="canonical"' in page and 'property="og:title"' in page


def test_number_decides_and_stale_name_redirects(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Робототехника")
    for stale in (f"/navigator/old-name-{programme.pk}/?child=1", f"/navigator/{programme.pk}/?child=1"):
        response = client.get(stale)
        assert response.status_code == 301 and response["Location"] == url_of(programme) + "?child=1"
    assert client.get("/navigator/robot-99999999/").status_code == 404
    draft = town.programme("Черновик", published=False)
    assert client.get(url_of(draft)).status_code == 404


def test_structured_data_is_valid_and_safe(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Клуб </script><script>alert(1)</script>")
    page = client.get(url_of(programme)).content.decode()
    assert "<script>alert(1)" not in page
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = json.loads(block)
    assert data["@type"] == "Course" and data["name"] == programme.name
    [instance] = data["hasCourseInstance"]
    assert instance["remainingAttendeeCapacity"] == 15 and instance["offers"]["price"] == "0.00"
    assert [slot["byDay"] for slot in instance["courseSchedule"]] == [
        "https://schema.org/Tuesday",
        "https://schema.org/Thursday",
    ]


def test_full_group_offers_queue_and_news(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Хор", group={"capacity": 10, "taken": 10, "waiting": 3})
    page = text(client, url_of(programme))
    assert "Мест нет, в очереди 3 ребёнка" in page and "Встать в очередь" in page
    assert "Сообщить, когда освободится место" in page


def test_archived_programme_says_so_kindly(client: Client, town: Town, index: HandIndex) -> None:
    other = town.programme("Шахматы для младших")
    programme = town.programme("Шахматы")
    enrolment.close_group(SYSTEM, group=programme.groups.get())
    services.archive_programme(SYSTEM, programme=programme)
    index.catch_up()
    response = client.get(url_of(programme))
    assert response.status_code == 410
    page = response.content.decode()
    assert "Программа больше не идёт" in page and url_of(other) in page


def test_subscription_is_told_once(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Хор", group={"capacity": 10, "taken": 10})
    group = programme.groups.get()
    address = f"/navigator/groups/{group.pk}/subscribe/"
    assert client.post(address).url.startswith("/account/login/")  # type: ignore[attr-defined]
    client.force_login(account())
    assert client.post(address).status_code == 302
    assert Subscription.objects.count() == 1
    assert "Вы узнаете о месте" in text(client, url_of(programme))
    assert own.tell_of_freed_places() == 0
    GroupPlaces.objects.update(places_taken=9, waiting=2)
    assert own.tell_of_freed_places() == 0, "the freed place goes to the queue"
    GroupPlaces.objects.update(waiting=0)
    assert own.tell_of_freed_places() == 1
    assert own.tell_of_freed_places() == 0
    letter = Letter.objects.get(kind="place.freed")
    assert "Хор" in letter.subject and letter.link.endswith(f"#group-{group.pk}")
    client.post(address)
    assert own.tell_of_freed_places() == 1, "a new wish arms it again"
    client.post(address, {"wanted": "0"})
    assert not Subscription.objects.exists()


def test_favourites_of_a_visitor_move_into_the_account(client: Client, town: Town, index: HandIndex) -> None:
    first, second = town.programme("Хор"), town.programme("Шахматы")
    client.post(f"/navigator/favourites/{first.pk}/")
    assert client.post("/navigator/favourites/999999/").status_code == 404
    assert "Хор</a>" in text(client, "/navigator/favourites/")
    client.force_login(account())
    client.post(f"/navigator/favourites/{second.pk}/")
    page = text(client, "/navigator/favourites/")
    assert "Хор</a>" in page and "Шахматы</a>" in page
    assert Favourite.objects.count() == 2
    client.post(f"/navigator/favourites/{first.pk}/", {"kept": "0"})
    assert Favourite.objects.get().programme_id == second.pk


def test_favourite_returns_only_to_this_site(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Хор")
    response = client.post(f"/navigator/favourites/{programme.pk}/", {"next": "https://evil.example/"})
    assert response["Location"] == "/navigator/favourites/"


def test_comparison_by_link_and_by_browser(client: Client, town: Town, index: HandIndex) -> None:
    first, second = town.programme("Хор"), town.programme("Шахматы")
    page = text(client, f"/navigator/compare/?ids={first.pk},{second.pk},x,999999")
    assert "2 программы рядом" in page and "72 академических часа" in page
    client.get(f"/navigator/compare/{first.pk}/")
    page = text(client, "/navigator/compare/")
    assert "Шахматы" in page and "Хор</a>" not in page
    assert client.get("/navigator/compare/999999/").status_code == 404
    assert "Здесь можно сравнить" in text(client, "/navigator/compare/?ids=")


def test_provider_page(client: Client, town: Town, index: HandIndex) -> None:
    town.programme("Хор", focus_area="artistic")
    page = text(client, f"/navigator/organisations/{town.organisation.slug}/")
    assert "Хор</a>" in page and "Художественная" in page and 'href="https://dom.example"' in page
    assert client.get("/navigator/organisations/nobody/").status_code == 404


def test_calendar_holds_lessons_with_changes(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Хор")
    group = programme.groups.get()
    day = group.starts_on
    while day.isoweekday() != 2:
        day += dt.timedelta(days=1)
    services.add_exception(SYSTEM, group=group, kind="cancelled", date=day, reason="Педагог болен")
    response = client.get(f"/calendar/group-{group.pk}.ics")
    assert response["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert {event["DTSTART"].dt.isoweekday() for event in events} == {2, 4}
    assert all(str(event["DTSTART"].dt.tzinfo) == "Europe/Moscow" for event in events)
    cancelled = [event for event in events if event["STATUS"] == "CANCELLED"]
    assert [event["DTSTART"].dt.date() for event in cancelled] == [day]
    assert not any(event["DTSTART"].dt.date() == dt.date(event["DTSTART"].dt.year, 1, 1) for event in events)
    assert client.get("/calendar/group-999999.ics").status_code == 404


def test_a_lesson_keeps_its_name_in_calendars(client: Client, town: Town, index: HandIndex) -> None:
    """Moved, cancelled or held: a phone that subscribed sees one lesson change, not another one appear."""
    group = town.programme("Хор").groups.get()
    day = group.starts_on
    while day.isoweekday() != 2:
        day += dt.timedelta(days=1)

    def events() -> dict[str, Any]:
        found = Calendar.from_ical(client.get(f"/calendar/group-{group.pk}.ics").content).walk("VEVENT")
        assert len({str(event["UID"]) for event in found}) == len(found)
        return {str(event["UID"]): event for event in found}

    before = events()
    (moved,) = [uid for uid, event in before.items() if event["DTSTART"].dt.date() == day]
    (cancelled,) = [uid for uid, event in before.items() if event["DTSTART"].dt.date() == day + dt.timedelta(days=7)]
    assert {int(event["SEQUENCE"]) for event in before.values()} == {0}
    slot = group.slots.get(weekday=2)
    services.add_exception(
        SYSTEM,
        group=group,
        slot=slot,
        kind="moved",
        date=day,
        new_date=day + dt.timedelta(days=1),
        new_starts_at=dt.time(19),
        new_ends_at=dt.time(20),
        reason="Ремонт",
    )
    services.add_exception(
        SYSTEM, group=group, slot=slot, kind="cancelled", date=day + dt.timedelta(days=7), reason="Гастроли"
    )
    after = events()
    assert after.keys() == before.keys()
    assert after[moved]["DTSTART"].dt.date() == day + dt.timedelta(days=1) and int(after[moved]["SEQUENCE"]) == 1
    assert f"Перенесено с {day:%d.%m.%Y}" in after[moved]["DESCRIPTION"]
    assert (str(after[cancelled]["STATUS"]), str(after[cancelled]["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
    assert (
        str(after[cancelled]["SUMMARY"]).startswith("Отменено: ")
        and "Причина: Гастроли" in after[cancelled]["DESCRIPTION"]
    )


def test_sitemap_and_robots(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Хор")
    assert "sitemap-programmes-1.xml" in client.get("/sitemap.xml").content.decode()
    assert url_of(programme) in client.get("/sitemap-programmes-1.xml").content.decode()
    assert "/navigator/organisations/" in client.get("/sitemap-pages.xml").content.decode()
    assert client.get("/sitemap-programmes-2.xml").status_code == 404
    assert client.get("/sitemap-programmes-x.xml").status_code == 404
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_home_leads_into_the_catalogue(client: Client, town: Town, index: HandIndex) -> None:
    town.programme("Робототехника", group={"window_from": dt.datetime(2099, 9, 1, 5, tzinfo=dt.UTC)})
    town.programme("Хор", focus_area="artistic")
    index.catch_up()
    page = text(client, "/")
    assert "Запишите ребёнка за две минуты" in page and "/navigator/?age=9" in page
    assert "Скоро откроется запись" in page and "1 сентября, вт, в 08:00" in page
    assert "Сейчас есть места" in page and "/office/" in page


@pytest.mark.parametrize("page", ["programme", "compare", "favourites", "organisation"])
def test_number_of_queries_does_not_grow(client: Client, town: Town, index: HandIndex, page: str) -> None:
    def count(programmes: list[Programme]) -> int:
        index.catch_up()
        ids = ",".join(str(one.pk) for one in programmes)
        address = {
            "programme": url_of(programmes[0]),
            "compare": f"/navigator/compare/?ids={ids}",
            "favourites": f"/navigator/favourites/?ids={ids}",
            "organisation": f"/navigator/organisations/{town.organisation.slug}/",
        }[page]
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    first = town.programme("Первая", groups=1)
    others = [town.programme("Вторая"), town.programme("Третья")]
    few = count([first, others[0]])
    for programme in (first, *others):
        town.group(programme)
        town.group(programme)
        services.update_programme(SYSTEM, programme=programme, annotation="Иначе.")
    assert count([first, *others]) == few
