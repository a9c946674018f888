"""Inventory (B3): norms, sheets from draft to accepted, gaps, comparison, sharing of resources."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.core import doctor
from opora.core.access import SYSTEM
from opora.core.office import work
from opora.core.reasons import Hidden, Refused
from opora.providers import invariants, queries_inventory, rules, services_inventory
from opora.providers.models import Organisation, Staff
from opora.providers.models_inventory import (
    InventoryCampaign,
    InventoryItem,
    InventorySheet,
    ResourceOffer,
    ResourceRequest,
)
from tests.registers.samples import World, actor, make_world

DAY = dt.date(2026, 9, 1)


@pytest.fixture
def world(db: None) -> World:
    world = make_world()
    Staff.objects.create(organisation=world.mine, last_name="Липова", first_name="Вера", post="педагог")
    return world


@pytest.fixture
def items(db: None) -> list[InventoryItem]:
    rows = (("laptop", "Ноутбук", 5, "organisation"), ("kit", "Комплект", 2, "teacher"), ("hall", "Зал", 0, "none"))
    return [
        InventoryItem.objects.create(kind="equipment", code=code, name=name, norm=norm, norm_per=per)
        for code, name, norm, per in rows
    ]


def campaign_of(world: World, year: int = 2026) -> InventoryCampaign:
    return InventoryCampaign.objects.create(
        municipality=world.here, year=year, name="Ресурсы", starts_on=DAY, due_on=DAY + dt.timedelta(days=30)
    )


def opened(world: World, year: int = 2026) -> InventorySheet:
    campaign = campaign_of(world, year)
    services_inventory.open_campaign(SYSTEM, campaign=campaign)
    return InventorySheet.objects.get(campaign=campaign, organisation=world.mine)


def fill(sheet: InventorySheet, laptops: int, kits: int, halls: int) -> InventorySheet:
    values = {"laptop": laptops, "kit": kits, "hall": halls}
    counted = {
        line.pk: (values[line.item.code], values[line.item.code], "") for line in sheet.lines.select_related("item")
    }
    return services_inventory.fill_sheet(SYSTEM, sheet=sheet, counted=counted)


def accepted(world: World, year: int, *values: int) -> InventorySheet:
    sheet = fill(opened(world, year), *values)
    services_inventory.send_sheet(SYSTEM, sheet=sheet)
    return services_inventory.accept_sheet(SYSTEM, sheet=sheet)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.decimals(0, 50, places=2),
    st.sampled_from(("organisation", "venue", "teacher", "learners")),
    st.integers(0, 900),
)
def test_a_norm_is_met_by_whole_units_and_no_more(norm: Decimal, per: str, count: int) -> None:
    base = rules.Base(venues=count, teachers=count, learners=count)
    need = rules.needed(norm, per, base)
    exact = norm * {"organisation": 1, "learners": Decimal(count) / 100}.get(per, count)
    assert need >= exact > need - 1 or need == exact == 0
    assert rules.lack(need, need) == rules.spare(need, need) == 0
    assert rules.lack(need, None) == need


@pytest.mark.parametrize(
    ("first", "last", "hours", "clash"),
    [
        (1, 5, "", True),
        (1, 5, "вторник, 16:00", True),
        (1, 5, "среда, 16:00", False),
        (11, 15, "вторник, 16:00", False),
        (10, 10, "Вторник,  16:00", True),
    ],
)
def test_two_uses_meet_only_in_the_same_hours(first: int, last: int, hours: str, clash: bool) -> None:
    taken = [rules.Use(dt.date(2026, 9, 3), dt.date(2026, 9, 10), "вторник, 16:00")]
    wanted = rules.Use(dt.date(2026, 9, first), dt.date(2026, 9, last), hours)
    assert rules.clashes(wanted, taken) is clash


def test_a_sheet_from_draft_to_accepted(world: World, items: list[InventoryItem]) -> None:
    sheet = opened(world)
    manager, head = actor(world, "provider_manager"), actor(world, "centre_head")
    assert {line.item.code: line.needed for line in sheet.lines.all()} == {"laptop": 5, "kit": 2, "hall": 0}
    assert "Заполнить листы инвентаризации" in [item.title for item in work.waiting_for(manager)]
    first = sheet.lines.get(item__code="laptop")
    part = services_inventory.fill_sheet(manager, sheet=sheet, counted={first.pk: (4, 3, "один в ремонте")})
    assert part.filled == 33
    with pytest.raises(Refused, match="Не заполнено: Зал, Комплект"):
        services_inventory.send_sheet(manager, sheet=sheet)
    with pytest.raises(Refused, match="больше, чем есть"):
        services_inventory.fill_sheet(manager, sheet=sheet, counted={first.pk: (2, 3, "")})
    fill(sheet, 3, 2, 1)
    services_inventory.send_sheet(manager, sheet=sheet)
    with pytest.raises(Refused, match="Отправлен"):
        services_inventory.fill_sheet(manager, sheet=sheet, counted={})
    with pytest.raises(Hidden):
        services_inventory.accept_sheet(manager, sheet=sheet)
    assert "Принять листы инвентаризации" in [item.title for item in work.waiting_for(head)]
    services_inventory.return_sheet(head, sheet=sheet, remark="Проверьте ноутбуки")
    services_inventory.send_sheet(manager, sheet=sheet)
    assert services_inventory.accept_sheet(head, sheet=sheet).state == "accepted"
    assert queries_inventory.completeness(sheet.campaign)["accepted"] == 1
    assert services_inventory.open_campaign(head, campaign=sheet.campaign) == 0, "no second sheet"
    services_inventory.close_campaign(head, campaign=sheet.campaign)
    with pytest.raises(Refused, match="не идёт"):
        services_inventory.return_sheet(head, sheet=sheet, remark="Ещё раз")


def test_gaps_are_counted_house_by_house(world: World, items: list[InventoryItem]) -> None:
    second = Organisation.objects.create(
        municipality=world.here, slug="two", full_name="Вторая", short_name="Вторая", kind="school"
    )
    sheet = accepted(world, 2026, 1, 2, 0)
    other = InventorySheet.objects.get(campaign=sheet.campaign, organisation=second)
    fill(other, 9, 1, 0)
    head = actor(world, "centre_head")
    assert queries_inventory.gaps(head, sheet.campaign).sheets == 1, "drafts are not counted"
    services_inventory.send_sheet(SYSTEM, sheet=other)
    found = queries_inventory.gaps(head, sheet.campaign)
    [laptops] = [gap for gap in found.items if gap.item == "Ноутбук"]
    assert (laptops.needed, laptops.usable, laptops.lack, laptops.spare) == (10, 10, 4, 4)
    assert [(gap.place, gap.lack, gap.spare) for gap in found.organisations if gap.item == "Ноутбук"] == [
        ("Дом творчества", 4, 0),
        ("Вторая", 0, 4),
    ]
    assert [(gap.place, gap.lack) for gap in found.localities] == [("Населённый пункт не указан", 4)]


def test_years_are_compared_over_the_same_organisations(world: World, items: list[InventoryItem]) -> None:
    before = accepted(world, 2025, 1, 2, 0)
    Organisation.objects.create(municipality=world.here, slug="n", full_name="Новая", short_name="Новая", kind="school")
    now = accepted(world, 2026, 4, 2, 0)
    lines, both = queries_inventory.compared(now.campaign, before.campaign)
    assert both == 1
    [laptops] = [line for line in lines if line.item.code == "laptop"]
    assert (laptops.was, laptops.now, laptops.change, laptops.lacked, laptops.lacks) == (1, 4, 3, 4, 1)
    assert list(queries_inventory.earlier(now.campaign)) == [before.campaign]


def test_pages_of_a_campaign(world: World, items: list[InventoryItem], client: Client) -> None:
    campaign = campaign_of(world)
    client.force_login(world.people["centre_head"], backend="opora.people.backends.AccountBackend")
    address = f"/office/inventory_campaigns/{campaign.pk}/"
    assert client.get(f"{address}open/").status_code == 200
    campaign.refresh_from_db()
    assert campaign.state == "draft", "a GET changes nothing"
    assert client.post(f"{address}open/").status_code == 302
    sheet = InventorySheet.objects.get(organisation=world.mine)
    client.force_login(world.people["provider_manager"], backend="opora.people.backends.AccountBackend")
    lines = {line.item.code: line.pk for line in sheet.lines.select_related("item")}
    data = {f"present_{lines['laptop']}": "4", f"usable_{lines['laptop']}": "5"}
    bad = client.post(f"/office/inventory_sheets/{sheet.pk}/fill/", data)
    assert bad.status_code == 422
    assert "исправных больше" in bad.content.decode()
    data = {f"present_{pk}": "2" for pk in lines.values()} | {"send": "1"}
    assert client.post(f"/office/inventory_sheets/{sheet.pk}/fill/", data).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.state, sheet.filled) == ("sent", 100)
    client.force_login(world.people["centre_head"], backend="opora.people.backends.AccountBackend")
    assert "Ноутбук" in client.get(f"{address}gaps/").content.decode()
    assert client.get(f"{address}gaps.xlsx").content.startswith(b"PK")
    assert "Сравнить не с чем" in client.get(f"{address}compare/").content.decode()
    assert client.post(f"/office/inventory_sheets/{sheet.pk}/return/", {"remark": ""}).status_code == 422


def test_sharing_is_agreed_without_two_at_once(world: World) -> None:
    other = Organisation.objects.create(
        municipality=world.here, slug="two", full_name="Вторая", short_name="Вторая", kind="school"
    )
    offer = ResourceOffer.objects.create(organisation=world.mine, name="Зал")
    manager = actor(world, "provider_manager")
    ask = {"offer": offer, "purpose": "Концерт", "starts_on": DAY, "ends_on": DAY, "hours": ""}
    with pytest.raises(Refused, match="самой организации"):
        services_inventory.save_request(manager, ResourceRequest(), {**ask, "organisation": world.mine})
    first, second = (
        services_inventory.save_request(SYSTEM, ResourceRequest(), {**ask, "organisation": other}) for _ in range(2)
    )
    assert set(queries_inventory.to_answer(manager)) == {first, second}
    services_inventory.answer_request(manager, request=first, agreed=True, answer="")
    with pytest.raises(Refused, match="уже согласован"):
        services_inventory.answer_request(manager, request=second, agreed=True, answer="")
    with pytest.raises(Refused, match="почему"):
        services_inventory.answer_request(manager, request=second, agreed=False, answer="")
    assert all(finding.ok for finding in invariants.findings())
    ResourceRequest.objects.filter(pk=second.pk).update(state="agreed")
    [clash] = [finding for finding in invariants.findings() if not finding.ok]
    assert (clash.name, clash.sample) == ("providers.resource_clash", (second.pk,))
    assert doctor.run(invariants.CHECKS)[0].ok
