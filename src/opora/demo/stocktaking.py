"""Inventories of the showcase: a closed one of last year, a running one; shared resources; museums."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from opora.providers import rules
from opora.providers.models import Organisation
from opora.providers.models_inventory import (
    InventoryCampaign,
    InventoryItem,
    InventoryLine,
    InventorySheet,
    Museum,
    ResourceOffer,
    ResourceRequest,
)
from opora.providers.services_inventory import bases
from opora.territory.models import LegalAct

if TYPE_CHECKING:
    from opora.demo.governing import Place

BASIS = "Перечень опорного центра"
ITEMS = (
    ("infrastructure", "rooms", "Учебные кабинеты", "каб.", "1.5", "learners"),
    ("infrastructure", "gyms", "Спортивные залы", "зал", "0", "none"),
    ("infrastructure", "ramps", "Пандусы и подъёмники", "шт.", "1", "venue"),
    ("equipment", "laptops", "Ноутбуки для занятий", "шт.", "4", "learners"),
    ("equipment", "projectors", "Проекторы и экраны", "компл.", "1", "venue"),
    ("equipment", "robots", "Наборы по робототехнике", "компл.", "1", "learners"),
    ("equipment", "printers3d", "3D-принтеры", "шт.", "1", "organisation"),
    ("staff", "methodologists", "Методисты", "чел.", "1", "organisation"),
    ("staff", "tutors", "Тьюторы для детей с ОВЗ", "чел.", "1", "organisation"),
    ("methods", "kits", "Учебно-методические комплекты", "компл.", "1", "teacher"),
    ("methods", "distance", "Дистанционные модули", "шт.", "2", "organisation"),
)
STATES = ("returned",) + ("accepted",) * 9 + ("sent", "sent", "draft", "draft")


def write(place: Place, act: LegalAct) -> None:
    """Items, two campaigns, offers with requests, museums."""
    items = [
        InventoryItem.objects.create(
            kind=kind,
            code=code,
            name=name,
            unit=unit,
            norm=Decimal(norm),
            norm_per=per,
            basis=BASIS if per != "none" else "",
        )
        for kind, code, name, unit, norm, per in ITEMS
    ]
    organisations = list(Organisation.objects.filter(municipality=place.municipality, state="active").order_by("pk"))
    rng = Random("stocktaking")
    former = _campaign(place, 1, None, "closed")
    running = _campaign(place, 0, act, "open")
    known = bases(frozenset(one.pk for one in organisations))
    for index, organisation in enumerate(organisations):
        base = known[organisation.pk]
        usable = [_usable(rng, item, base) for item in items]
        _sheet(place, former, organisation, items, usable, base, "accepted")
        grown = [value + (rng.random() < 0.35) * max(1, value // 8) for value in usable]
        _sheet(place, running, organisation, items, grown, base, STATES[index % len(STATES)])
    _sharing(place, organisations)
    _museums(organisations)


def _campaign(place: Place, ago: int, act: LegalAct | None, state: str) -> InventoryCampaign:
    start = place.frame.before(60 + 365 * ago)
    due = place.frame.date + dt.timedelta(days=8) if not ago else start + dt.timedelta(days=45)
    return InventoryCampaign.objects.create(
        municipality=place.municipality, year=start.year, name="Инвентаризация ресурсов", starts_on=start, due_on=due,
        act=act, state=state,
    )  # fmt: skip


def _usable(rng: Random, item: InventoryItem, base: rules.Base) -> int:
    """Somewhat less than the norm, now and then more."""
    norm = rules.needed(item.norm, item.norm_per, base)
    return max(0, round(norm * rng.uniform(0.45, 1.15))) if norm else rng.randint(0, 2)


def _sheet(
    place: Place, campaign: InventoryCampaign, organisation: Organisation, items: list[InventoryItem],
    usable: list[int], base: rules.Base, state: str,
) -> None:  # fmt: skip
    sent = place.frame.moment(campaign.starts_on + dt.timedelta(days=20), 11)
    counted = len(items) if state != "draft" else 6
    sheet = InventorySheet.objects.create(
        campaign=campaign, organisation=organisation, state=state, filled=counted * 100 // len(items),
        sent_at=sent if state in ("sent", "accepted") else None,
        accepted_at=sent + dt.timedelta(days=6) if state == "accepted" else None,
        remark="Проекторов указано больше, чем кабинетов. Проверьте, пожалуйста." if state == "returned" else "",
    )  # fmt: skip
    InventoryLine.objects.bulk_create(
        InventoryLine(
            sheet=sheet, item=item, present=value + (index % 4 == 0) if index < counted else None,
            usable=value if index < counted else None, needed=rules.needed(item.norm, item.norm_per, base),
        )
        for index, (item, value) in enumerate(zip(items, usable, strict=True))
    )  # fmt: skip


def _sharing(place: Place, organisations: list[Organisation]) -> None:
    date = place.frame.date
    offers = [
        ResourceOffer.objects.create(organisation=organisations[index], kind=kind, name=name, terms=terms)
        for index, kind, name, terms in (
            (0, "room", "Лаборатория робототехники", "Вторник и четверг до 15:00, нужен свой педагог."),
            (0, "equipment", "Комплект для выездных занятий", "На срок до месяца, вывоз своими силами."),
            (2, "room", "Малый спортивный зал", "По субботам с 10:00, сменная обувь."),
            (4, "room", "Концертный зал", "По договорённости, не чаще двух раз в месяц."),
        )
    ]
    for offer, index, purpose, first, last, hours, state, answer in (
        (0, 5, "Занятия сельской группы робототехники", 40, -150, "вторник, 13:00–15:00", "agreed",
         "Согласовано до конца учебного года."),
        (0, 6, "Подготовка к соревнованиям", -6, -60, "четверг, 13:00–15:00", "asked", ""),
        (2, 7, "Занятия по самбо", 90, 20, "суббота, 10:00–12:00", "agreed", "Согласовано."),
        (3, 8, "Отчётный концерт", 15, 15, "16:00–19:00", "declined", "В этот день в зале районный конкурс."),
    ):  # fmt: skip
        ResourceRequest.objects.create(
            offer=offers[offer], organisation=organisations[index], purpose=purpose,
            starts_on=date - dt.timedelta(days=first), ends_on=date - dt.timedelta(days=last), hours=hours,
            state=state, answer=answer,
        )  # fmt: skip


def _museums(organisations: list[Organisation]) -> None:
    schools = [one for one in organisations if one.kind == "school"]
    for school, (name, profile, head, children, exhibits, year) in zip(
        schools,
        (
            ("Музей истории школы и края", "local", "Орлова Нина Фёдоровна", 38, 912, 1987),
            ("Комната боевой славы", "military", "Ершов Михаил Павлович", 24, 340, 2005),
            ("Музей крестьянского быта", "history", "Горшкова Анна Ильинична", 17, 455, 1998),
        ),
        strict=False,
    ):
        Museum.objects.create(
            organisation=school, name=name, profile=profile, head_name=head, children=children, exhibits=exhibits,
            certificate_number=f"{12000 + year}", certificate_date=dt.date(year + 2, 5, 12),
            founded_on=dt.date(year, 9, 1), address=school.address,
        )  # fmt: skip
