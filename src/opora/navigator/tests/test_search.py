"""The catalogue page through Django's client: without JavaScript, with errors of typing, with nonsense in the address."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories import Town

from opora.catalogue import services
from opora.catalogue.models import Programme
from opora.core.access import SYSTEM
from opora.enrolment import services as enrolment
from opora.navigator.options import Option, written
from opora.navigator.tests.conftest import HandIndex


def text(client: Client, url: str) -> str:
    """The page's text with ordinary spaces."""
    response = client.get(url)
    assert response.status_code == 200, url
    return re.sub(r"\s+", " ", response.content.decode().replace("\u2060", ""))


def test_programme_is_found_after_publication(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Робототехника", published=False)
    index.catch_up()
    assert "Ничего не нашлось" in text(client, "/navigator/?q=робототехника")
    services.submit_programme(SYSTEM, programme=programme)
    services.publish_programme(SYSTEM, programme=programme)
    index.catch_up()
    page = text(client, "/navigator/?q=робототехника")
    assert "Найдена 1 программа" in page
    for part in ("7–12 лет", "вт и чт, 16:30–18:00", "Ковалёв Илья Сергеевич", "Свободно 15 мест", "Бесплатно"):
        assert part in page
    assert "880300" not in page


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        ("робототехникой", ""),
        ("РОБОТОТЕХНИКА", ""),
        ("робот", ""),
        ("работотехника", "робототехника"),
        ("hj,jnjnt[ybrf", "робототехника"),
        ("ковалев", ""),
    ],
)
def test_words_are_understood(client: Client, town: Town, index: HandIndex, typed: str, corrected: str) -> None:
    town.programme("Робототехника")
    index.catch_up()
    response = client.get("/navigator/", {"q": typed})
    page = response.content.decode()
    assert "Робототехника</a>" in page
    assert (f"Показано по запросу <strong>«{corrected}»</strong>" in page) is bool(corrected)
    assert f'value="{typed}"' in page


@pytest.mark.parametrize(
    "query",
    [
        "page=abc",
        "page=99999",
        "page=-1",
        "near=x",
        "near=91,500",
        "near=nan,inf",
        "within=0&near=58,39",
        "age=200",
        "age=девять",
        "weekday=9",
        "sort=distance",
        "sort=x&view=y&time=z",
        "price=1e5",
        "municipality=99999999",
        "locality=999999",
        "place=999999",
        "organisation=../../etc",
        "organisation=nobody",
        "child=не-ключ",
        "focus_area=magic&level=x&study_form=y&funding=z",
        "q=%00%00",
        "q=" + "а" * 5000,
        "q=%FF%FE",
        "page=٣",
    ],
)
def test_nonsense_in_the_address_gives_a_kind_page(client: Client, town: Town, index: HandIndex, query: str) -> None:
    town.programme("Шахматы", focus_area="sport")
    index.catch_up()
    assert client.get(f"/navigator/?{query}").status_code == 200
    assert client.get(f"/navigator/?{query}&view=map").status_code == 200


def test_what_was_not_understood_is_named(client: Client, town: Town, index: HandIndex) -> None:
    page = text(client, "/navigator/?page=abc&near=x")
    assert "Не удалось понять: место, номер страницы" in page


def test_facets_narrow_and_chips_lead_back(client: Client, town: Town, index: HandIndex) -> None:
    town.programme("Шахматы", focus_area="sport")
    town.programme("Хор", focus_area="artistic", group={"weekdays": (6,)})
    index.catch_up()
    page = text(client, "/navigator/?focus_area=artistic&weekday=6")
    assert "Найдена 1 программа" in page and "Хор</a>" in page and "Шахматы</a>" not in page
    assert 'href="/navigator/?weekday=6"' in page  # the chip of the focus area
    assert 'href="/navigator/?focus_area=artistic"' in page
    assert "Суббота" in page


def test_nothing_found_offers_what_helps(client: Client, town: Town, index: HandIndex) -> None:
    town.programme("Шахматы", focus_area="sport")
    index.catch_up()
    page = text(client, "/navigator/?focus_area=sport&age=17")
    assert "Попробуйте ослабить одно из условий" in page
    assert "Без возраста – 1 программа" in page and 'href="/navigator/?focus_area=sport"' in page


def test_free_places_are_read_at_this_moment(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Шахматы", group={"capacity": 2})
    index.catch_up()
    assert "Осталось 2 места" in text(client, "/navigator/")
    from opora.catalogue.models import GroupPlaces

    GroupPlaces.objects.filter(group_id=programme.groups.get().pk).update(places_taken=2)
    assert "Мест нет, можно встать в очередь" in text(client, "/navigator/")  # the index has not heard yet


def test_distance_from_a_chosen_place_needs_no_script(client: Client, town: Town, index: HandIndex) -> None:
    town.programme("Шахматы")
    index.catch_up()
    page = text(client, f"/navigator/?place={town.locality.pk}&within=5")
    assert "200 м" in page and "Не дальше 5 км от населённого пункта Заречинск" in page
    assert "1 программа" in text(client, "/navigator/?near=58.04200,38.97800&within=1")


def test_map_names_places_without_script(client: Client, town: Town, index: HandIndex) -> None:
    town.programme("Шахматы")
    town.programme("Хор")
    index.catch_up()
    page = text(client, "/navigator/?view=map")
    assert "Дом творчества: 2 программы" in page and "Список мест" in page
    assert '"type": "Polygon"' in page


def test_parts_for_htmx_and_whole_page_for_everybody_else(client: Client, town: Town, index: HandIndex) -> None:
    part = client.get("/navigator/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and 'id="results"' in part and 'id="facets"' in part
    again = client.get("/navigator/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in again.content.decode()
    assert "HX-Request" in client.get("/navigator/")["Vary"]


def test_suggestions(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Робототехника для младших")
    index.catch_up()
    page = text(client, "/navigator/suggest/?q=робо")
    assert f"/navigator/{programme.slug}-{programme.pk}/" in page and "Дом творчества" in page
    assert client.get("/navigator/suggest/?q=").content.strip() == b""


@pytest.mark.parametrize("url", ["/navigator/", "/navigator/?view=map", "/"])
def test_number_of_queries_does_not_grow(client: Client, town: Town, index: HandIndex, url: str) -> None:
    def count() -> int:
        index.catch_up()
        client.get(url)  # names of places are kept now
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    town.programme("Первая", groups=1)
    one = count()
    town.programme("Вторая", groups=3)
    town.programme("Третья", groups=2)
    assert count() == one
    assert one <= {"/navigator/": 1, "/navigator/?view=map": 5, "/": 3}[url]


def test_archived_programme_is_found_no_more(client: Client, town: Town, index: HandIndex) -> None:
    programme = town.programme("Шахматы")
    index.catch_up()
    enrolment.close_group(SYSTEM, group=programme.groups.get())
    services.archive_programme(SYSTEM, programme=Programme.objects.get(pk=programme.pk))
    index.catch_up()
    assert "Ничего не нашлось" in text(client, "/navigator/?q=шахматы")


def test_choices_are_escaped_and_marked() -> None:
    options = [Option("a&b", "<b>Лес</b>", "1 200", True, 'год "три"'), Option("c", "Дом")]
    assert written("place", "select", options) == (
        '<option value="a&amp;b" selected>&lt;b&gt;Лес&lt;/b&gt;</option><option value="c">Дом</option>'
    )
    pills, lines = written("age", "pills", options), written("focus_area", "checks", options)
    assert 'aria-label="год &quot;три&quot;" checked>' in pills and "<b>" not in pills
    assert 'id="f-focus_area-c"' in lines and 'class="facet-label area area-c"' in lines and "<b>" not in lines
    assert lines.count("checked") == 1
