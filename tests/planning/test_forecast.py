"""Needs of the forecast go into a plan: as items that count themselves, each once, with the forecast kept beside."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opora.catalogue.models import Group
from opora.core import measures
from opora.core.measures import Span
from opora.core.reasons import Hidden, Refused
from opora.enrolment.models import Rollover, RolloverGroup
from opora.monitoring.models import ForecastParameters
from opora.people.models import Child
from opora.planning import queries, services
from opora.planning.models import ForecastNeed, PlanItem
from opora.planning.rules import needs
from opora.planning.services.forecast import Basis, Taken, Wanted
from opora.providers.models import Organisation
from opora.territory.models import Locality, Population

from .world import TODAY, Town

FACTS = {
    "territory": "Район", "oktmo": "", "source": "Численность", "population_year": 2026, "coverage": "44.0",
    "parameters": [{"municipality": "Район", "births": "210", "survival": "99.970", "migration": "-0.50",
                    "coverage": "", "source": "Росстат"}],
}  # fmt: skip
BASIS = Basis(TODAY, 2031, FACTS)


@pytest.fixture
def village(town: Town) -> Locality:
    """A village with the own organisation's group in it."""
    one = Locality.objects.create(municipality=town.own.world.municipality, name="Песочня")
    Organisation.objects.filter(pk=town.own.organisation.pk).update(locality=one)
    return one


def wanted(village: Locality, area: str = "technical", needed: int = 60, groups: int = 3) -> Wanted:
    return Wanted(village.municipality_id, village.pk, village.name, area, needed, 24, groups)


def take(town: Town, *lines: Wanted, **more: str) -> Taken:
    values = {"by": "groups", "due": "в течение года", "responsible": "Белозёрова М. С."} | more
    return services.take_needs(town.head, section=town.section(2), wanted=lines, basis=BASIS, **values)


@pytest.mark.parametrize(
    ("count", "by", "words"),
    [(1, "groups", "не менее 1 группы"), (3, "groups", "не менее 3 групп"), (21, "places", "не менее 21 места"),
     (36, "places", "не менее 36 мест")],
)  # fmt: skip
def test_words_of_a_need(count: int, by: str, words: str) -> None:
    assert needs.quantity(count, by) == words
    assert needs.content("Песочня", "Туристско-краеведческая") == (
        "Песочня: открыть новые группы туристско-краеведческой направленности"
    )


def test_a_need_becomes_an_item_once(town: Town, village: Locality) -> None:
    taken = take(town, wanted(village), wanted(village, "sport"))
    assert [item.number for item in taken.made] == ["2.1", "2.2"]
    item = taken.made[0]
    assert (item.operator, item.amount, item.unit) == ("ge", Decimal(3), "групп")
    assert (item.measure, item.narrowing) == (
        "groups_opened", {"focus_area": "technical", "locality": str(village.pk)}
    )  # fmt: skip
    need = ForecastNeed.objects.get(item=item)
    assert (need.year, need.counted_on, need.lack, need.basis["parameters"][0]["births"]) == (2031, TODAY, 36, "210")
    again = take(town, wanted(village, needed=90, groups=5), wanted(village, "artistic"))
    assert [one.pk for one in again.known] == [item.pk]
    assert [one.number for one in again.made] == ["2.3"]
    assert PlanItem.objects.filter(plan=town.plan).count() == 3
    item.refresh_from_db()
    assert item.quantity == "не менее 3 групп"
    # the plan of another year takes it anew
    other = services.create_plan(town.head, centre=town.centre, year=2027)
    lines = [wanted(village)]
    section = other.sections.get(number=2)
    made = services.take_needs(town.head, section=section, wanted=lines, basis=BASIS, by="places", due="май").made
    assert [(one.quantity, one.measure) for one in made] == [("не менее 36 мест", "places_opened")]


def test_nothing_half_written(town: Town, village: Locality) -> None:
    foreign = town.access.foreign.world.municipality
    elsewhere = Wanted(foreign.pk, None, "Чужой район", "sport", 30, 0, 2)
    for lines, more, code in (
        ((), {}, "needs_required"),
        ((wanted(village), elsewhere), {}, "needs_outside"),
        ((wanted(village), wanted(village, "sport")), {"due": "когда-нибудь"}, "term_unknown"),
    ):
        with pytest.raises(Refused) as error:
            take(town, *lines, **more)
        assert error.value.reasons[0].code == code
    assert not PlanItem.objects.filter(plan=town.plan).exists()
    assert not ForecastNeed.objects.exists()
    town.item("1.1")
    town.approve()
    with pytest.raises(Refused, match="менять его нельзя"):
        take(town, wanted(village))
    section = town.access.sibling.objects["plan_section"]
    with pytest.raises(Hidden):
        services.take_needs(town.head, section=section, wanted=[wanted(village)], basis=BASIS, due="май")


def test_new_groups_of_the_place_and_area_are_counted_by_themselves(town: Town, village: Locality) -> None:
    group = town.own.objects["group"]
    type(group.programme).objects.filter(pk=group.programme_id).update(focus_area="technical", state="published")
    Group.objects.exclude(pk=group.pk).update(state="draft")
    Group.objects.filter(pk=group.pk).update(starts_on=dt.date(2026, 9, 1), state="open", capacity=12, venue=None)
    item = take(town, wanted(village)).made[0]
    assert queries.standing_of(item).progress.value == 1
    span = Span(frozenset({village.municipality_id}), dt.date(2026, 1, 1), TODAY)
    places = measures.get("places_opened")
    here = {"focus_area": "technical", "locality": str(village.pk)}
    assert places.counted(span, here).value == 12
    assert places.counted(span, here | {"locality": str(village.pk + 1)}).value == 0
    assert places.counted(span, here | {"focus_area": "sport"}).value == 0
    # a group that carries on last year's is no new one
    rollover = Rollover.objects.create(
        organisation=group.organisation, municipality=group.municipality, from_year=2025, to_year=2026
    )
    RolloverGroup.objects.create(
        rollover=rollover, from_group=group, to_group=group, plan="next_group", capacity=12, starts_on=group.starts_on,
        ends_on=group.starts_on, age_from=7, age_to=9,
    )  # fmt: skip
    assert queries.standing_of(item).progress.value == 0


@pytest.fixture
def needy(town: Town, village: Locality) -> Locality:
    """Children of the village learn elsewhere: groups are needed in it."""
    Organisation.objects.filter(pk=town.own.organisation.pk).update(locality=None)
    municipality = town.own.world.municipality
    Child.objects.filter(municipality=municipality).update(locality=village, birth_date=dt.date(2016, 5, 1))
    Population.objects.filter(municipality=municipality).delete()
    for age in range(5, 18):
        Population.objects.create(
            municipality=municipality, year=2026, age=age, count=100, source="Росстат", source_date=TODAY
        )
    # nearly nobody is covered and everybody shall be
    ForecastParameters.objects.create(
        municipality=municipality, births=100, survival=Decimal("99.97"), coverage=Decimal(90), source="Росстат"
    )
    return village


def test_from_the_forecast_page_into_the_plan(town: Town, needy: Locality, client: Client) -> None:
    client.force_login(town.access.accounts["centre_head"], backend="opora.people.backends.AccountBackend")
    address = reverse("planning:forecast")
    assert address in client.get(reverse("forecast")).content.decode()
    page = client.get(address)
    offers = page.context["offers"]
    assert offers
    assert {one.locality_id for one in offers} == {needy.pk}
    assert page.context["form"]["section"].initial == str(town.section(2).pk)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    data = {"section": town.section(2).pk, "by": "groups", "due": "в течение года", "responsible": ""}
    assert client.post(address, data).status_code == 422
    data["pick"] = [one.key for one in offers]
    done = client.post(address, data, follow=True).content.decode()
    assert "Добавлено в план" in done
    items = PlanItem.objects.filter(plan=town.plan)
    assert items.count() == len(offers)
    again = client.post(address, data, follow=True).content.decode()
    assert "Уже есть в этом плане" in again
    assert items.count() == len(offers)
    with CaptureQueriesContext(connection) as after:
        assert "2026: пункт 2.1" in client.get(address).content.decode()
    assert len(after) == len(before)
    shown = client.get(reverse("planning:item", args=[items[0].pk])).content.decode()
    assert "Из прогноза" in shown
    assert needy.name in shown
    assert client.post(address, data | {"section": "0"}).status_code == 422
