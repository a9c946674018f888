"""Inventory (B3): norms, sheets from draft to accepted, gaps, comparison, sharing of resources."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.core import doctor, registers
from opora.core.access import SYSTEM
from opora.core.office import work
from opora.core.reasons import Hidden, Refused
from opora.core.registers.importing.run import import_file
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


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("", [(set(range(7)), 0, 1440)]),
        ("вторник и четверг, 16:00–18:00", [({1, 3}, 960, 1080)]),
        ("по вт, чт с 9 до 11.30", [({1, 3}, 540, 690)]),
        ("пн–пт 15:00-17:00; суббота 10:00–12:00", [({0, 1, 2, 3, 4}, 900, 1020), ({5}, 600, 720)]),
        ("ежедневно", [(set(range(7)), 0, 1440)]),
        ("по выходным, 12:00", [({5, 6}, 720, 1440)]),
        ("сб-пн", [({5, 6, 0}, 0, 1440)]),
    ],
)
def test_days_and_hours_as_people_write_them(text: str, slots: list[tuple[set[int], int, int]]) -> None:
    assert [(set(slot.days), slot.start, slot.end) for slot in rules.weekly(text) or ()] == slots


@pytest.mark.parametrize("text", ["как договоримся", "вторник после уроков", "16:00–15:00", "25:00", "кабинет 3"])
def test_what_is_not_understood_may_be_any_time(text: str) -> None:
    assert rules.weekly(text) is None
    day = dt.date(2026, 9, 3)
    assert rules.clashes(rules.Use(day, day, text), [rules.Use(day, day, "вторник, 16:00–17:00")])


@pytest.mark.parametrize(
    ("hours", "clash"),
    [("вт 17:00–19:00", True), ("вт 18:00–19:00", False), ("пн 16:00–18:00", False), ("16:30–16:40", True)],
)
def test_hours_meet_by_their_minutes(hours: str, clash: bool) -> None:
    day = dt.date(2026, 9, 3)
    assert rules.clashes(rules.Use(day, day, hours), [rules.Use(day, day, "вторник 16:00–18:00")]) is clash


def test_two_fill_one_sheet_without_losing_each_others_lines(
    world: World, items: list[InventoryItem], client: Client
) -> None:
    sheet = opened(world)
    lines = {line.item.code: line.pk for line in sheet.lines.select_related("item")}
    address = f"/office/inventory_sheets/{sheet.pk}/fill/"
    client.force_login(world.people["provider_manager"], backend="opora.people.backends.AccountBackend")
    seen = client.get(address).context["form"]["seen"].value()
    mine = {f"present_{lines['laptop']}": "4", "seen": seen}
    theirs = {f"present_{lines['laptop']}": "7", f"present_{lines['kit']}": "2", "seen": seen}
    assert client.post(address, theirs).status_code == 302
    told = client.post(address, mine)
    assert told.status_code == 422
    assert "другой сотрудник записал: есть 7, исправно 7" in told.content.decode()
    form = told.context["form"]
    assert (form[f"present_{lines['laptop']}"].value(), form[f"present_{lines['kit']}"].value()) == ("4", "2")
    again = mine | {"seen": form["seen"].value(), f"present_{lines['kit']}": "2", f"usable_{lines['kit']}": "2"}
    assert client.post(address, again).status_code == 302
    stored = dict(sheet.lines.values_list("item__code", "present"))
    assert stored == {"laptop": 4, "kit": 2, "hall": None}
    blank = {"seen": client.get(address).context["form"]["seen"].value(), f"present_{lines['hall']}": "1"}
    blank |= {f"present_{lines[code]}": str(n) for code, n in (("laptop", 4), ("kit", 2))}
    client.post(address, {**blank, f"usable_{lines['laptop']}": "4", f"usable_{lines['kit']}": "2"})
    sheet.refresh_from_db()
    assert sheet.filled == 100


def test_counted_resources_come_from_a_table(world: World, items: list[InventoryItem], tmp_path: Path) -> None:
    sheet = opened(world)
    path = tmp_path / "a.csv"

    def load(text: str, who: str) -> list[tuple[int, str]]:
        path.write_text(text, "utf-8")
        report = import_file(actor(world, who), registers.get("inventory_lines"), path)
        return [(problem.row, problem.message) for problem in report.errors]

    assert load("Позиция;Есть;Исправно\nНоутбук;4;5\nСтанок;1;1\nНоутбук;2;\n", "provider_manager") == [
        (2, "Исправных больше, чем есть."),
        (3, "«Станок»: такой записи нет или она вне вашей территории."),
        (4, "Строка повторяет строку 2: та же запись."),
    ]
    assert load("Позиция;Есть;Исправно\nНоутбук;4;3\nkit;2;\n", "provider_manager") == []
    sheet.refresh_from_db()
    assert (sheet.state, sheet.filled) == ("draft", 66)
    head = actor(world, "centre_head")
    with pytest.raises(Refused, match="не целиком"):
        services_inventory.accept_sheet(head, sheet=sheet)
    assert load("Организация;Позиция;Есть\nДом творчества;Зал;1\nСтанция;Зал;1\n", "centre_head") == [
        (3, "«Станция»: такой записи нет или она вне вашей территории.")
    ]
    assert load("Организация;Позиция;Есть\nДом творчества;Зал;1\n", "centre_head") == []
    assert services_inventory.accept_sheet(head, sheet=sheet).state == "accepted"
    assert load("Позиция;Есть\nЗал;2\n", "provider_manager") == [(2, "Лист организации «Дом творчества» уже принят.")]
