"""The centre's registers under real concurrency: attendance and members, sheets, shared rooms. With negative controls."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from opora.core import clock, doctor, registers
from opora.core.access import SYSTEM
from opora.core.reasons import Busy, Refused
from opora.core.registers import services as kit
from opora.governance import invariants, queries, services
from opora.governance.models import Council, CouncilMember, Meeting
from opora.providers import invariants as of_providers
from opora.providers import services_inventory as inventory
from opora.providers.models import Organisation
from opora.providers.models_inventory import (
    InventoryCampaign,
    InventoryItem,
    InventoryLine,
    InventorySheet,
    ResourceOffer,
    ResourceRequest,
)
from opora.territory.models import Municipality, Region

from .crowd import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
DAY = dt.date(2026, 10, 12)
NOW = dt.datetime(2026, 10, 20, 9, tzinfo=dt.UTC)
ROUNDS = 3


def at_once(*works: Callable[[], Any]) -> list[Any]:
    def run(work: Callable[[], Any]) -> Any:
        with clock.frozen(NOW):
            for _ in range(20):
                try:
                    return work()
                except Busy:
                    continue
        raise AssertionError("always busy")

    return together(run, works)


def organisation(slug: str) -> Organisation:
    region, _ = Region.objects.get_or_create(code="64", defaults={"name": "Область", "time_zone": "Europe/Saratov"})
    place, _ = Municipality.objects.get_or_create(
        oktmo="63602000", defaults={"region": region, "name": "Озёрный муниципальный район"}
    )
    return Organisation.objects.create(
        municipality=place, slug=slug, full_name=slug, short_name=slug, kind="supplementary"
    )


# --- councils ----------------------------------------------------------------------------------------------------


def meeting() -> Meeting:
    place = organisation(f"o{Council.objects.count()}").municipality
    council = Council.objects.create(
        kind="team", name=f"Совет {Council.objects.count()}", region=place.region, municipality=place, starts_on=DAY
    )
    for name in ("Дубов И.", "Вязов П.", "Лесной О."):
        CouncilMember.objects.create(council=council, side="public", name=name, post="член", starts_on=DAY)
    return Meeting.objects.create(council=council, number=1, date=DAY, agenda="О плане")


def joins(council: Council, name: str) -> Callable[[], Any]:
    data = {"council": council, "side": "public", "role": "member", "name": name, "post": "член", "starts_on": DAY}
    return lambda: kit.save(registers.get("council_members"), SYSTEM, None, {**data, "ends_on": None})


def leaves(member: CouncilMember) -> Callable[[], Any]:
    def work() -> Any:
        data = {
            "council": member.council,
            "starts_on": DAY - dt.timedelta(days=9),
            "ends_on": DAY - dt.timedelta(days=1),
        }
        return kit.save(registers.get("council_members"), SYSTEM, CouncilMember.objects.get(pk=member.pk), data)

    return work


def rosters() -> list[str]:
    return [one.name for one in doctor.run(invariants.CHECKS) if not one.ok]


def test_the_minutes_count_the_members_of_that_moment() -> None:
    """Attendance is closed while a member joins and another leaves: the minutes are right whoever was first."""
    for _ in range(ROUNDS):
        held = meeting()
        people = list(held.council.members.order_by("pk"))
        done = at_once(
            lambda held=held, people=people: services.hold(SYSTEM, meeting=held, present=[one.pk for one in people]),
            joins(held.council, "Новый Н."),
            leaves(people[2]),
        )
        assert not [one for one in done if isinstance(one, Exception) and not isinstance(one, Refused)], done
        assert isinstance(done[0], Meeting)
    assert rosters() == []


def test_without_the_councils_lock_the_minutes_are_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    held = meeting()
    counted, joined = threading.Event(), threading.Event()
    members_on = queries.members_on

    def slow(*args: Any) -> Any:
        rows = list(members_on(*args))
        counted.set()
        joined.wait(timeout=10)
        return rows

    def late() -> None:
        counted.wait(timeout=10)
        try:
            joins(held.council, "Новый Н.")()
        finally:
            joined.set()

    monkeypatch.setattr(queries, "members_on", slow)
    monkeypatch.setattr(services, "_lock_councils", lambda _: None)
    present = [one.pk for one in held.council.members.all()]
    at_once(lambda: services.hold(SYSTEM, meeting=held, present=present), late)
    assert rosters() == ["governance.roster"]


def test_an_edit_does_not_undo_the_attendance() -> None:
    """The secretary mends the place while attendance is closed: the meeting stays held."""
    for _ in range(ROUNDS):
        held = meeting()
        present = [one.pk for one in held.council.members.all()]
        at_once(
            lambda held=held, present=present: services.hold(SYSTEM, meeting=held, present=present),
            lambda held=held: kit.save(
                registers.get("meetings"), SYSTEM, Meeting.objects.get(pk=held.pk), {"place": "Зал"}
            ),
        )
        held.refresh_from_db()
        assert (held.state, held.place) == ("held", "Зал")


# --- sheets ------------------------------------------------------------------------------------------------------


def sheet(count: int) -> InventorySheet:
    mine = organisation("mine")
    for number in range(count):
        InventoryItem.objects.create(kind="equipment", code=f"i{number}", name=f"Позиция {number}")
    campaign = InventoryCampaign.objects.create(
        municipality=mine.municipality, year=2026, name="Ресурсы", starts_on=DAY, due_on=DAY
    )
    inventory.open_campaign(SYSTEM, campaign=campaign)
    return InventorySheet.objects.get(organisation=mine)


def writing(of: InventorySheet, counted: dict[int, int]) -> Callable[[], Any]:
    """A person who saw the sheet empty and typed these figures."""
    seen: dict[int, inventory.Line] = dict.fromkeys(of.lines.values_list("pk", flat=True), (None, None, ""))
    typed: dict[int, inventory.Line] = seen | {pk: (value, value, "") for pk, value in counted.items()}
    return lambda: inventory.fill_sheet(SYSTEM, sheet=of, counted=typed, seen=seen)


def test_two_people_fill_one_sheet() -> None:
    """Lines of different people are all kept; of those who typed into one line all but the first are told."""
    of = sheet(8)
    pks = list(of.lines.order_by("pk").values_list("pk", flat=True))
    done = at_once(*(writing(of, {pk: 10 + number}) for number, pk in enumerate(pks)))
    assert all(isinstance(one, InventorySheet) for one in done), done
    assert list(of.lines.order_by("pk").values_list("present", flat=True)) == list(range(10, 18))
    of.refresh_from_db()
    assert of.filled == 100
    InventoryLine.objects.update(present=None, usable=None)
    done = at_once(*(writing(of, {pks[0]: number}) for number in range(6)))
    assert sum(isinstance(one, Refused) for one in done) == 5, done


def test_without_the_sheets_lock_an_answer_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    of = sheet(2)
    pks = list(of.lines.order_by("pk").values_list("pk", flat=True))
    read = threading.Barrier(2)
    bases = inventory.bases

    def slow(*args: Any) -> Any:
        read.wait(timeout=10)
        return bases(*args)

    monkeypatch.setattr(inventory, "_sheet", lambda actor, sheet, *_: InventorySheet.objects.get(pk=sheet.pk))
    monkeypatch.setattr(inventory, "bases", slow)
    done = at_once(writing(of, {pks[0]: 5}), writing(of, {pks[0]: 7}))
    assert not any(isinstance(one, Refused) for one in done), "both are told that their figure is kept"


def test_a_campaign_ends_and_sheets_change_no_more() -> None:
    of = sheet(2)
    pks = list(of.lines.order_by("pk").values_list("pk", flat=True))
    ended = threading.Event()

    def close() -> None:
        with transaction.atomic():
            inventory.close_campaign(SYSTEM, campaign=of.campaign)
            ended.set()
            threading.Event().wait(0.3)

    def write() -> Any:
        ended.wait(timeout=10)
        return writing(of, {pks[0]: 5})()

    _, told = at_once(close, write)
    assert isinstance(told, Refused), told
    assert not of.lines.filter(present__isnull=False).exists()


# --- shared rooms ------------------------------------------------------------------------------------------------


def asked(count: int) -> list[ResourceRequest]:
    offer = ResourceOffer.objects.create(organisation=organisation("owner"), name="Зал")
    hours = ("вт 16:00–18:00", "вторник и четверг, 17:00–19:00", "", "по будням с 15 до 18")
    return [
        ResourceRequest.objects.create(
            offer=offer, organisation=organisation(f"asker-{number}"), purpose="Занятия", starts_on=DAY,
            ends_on=DAY + dt.timedelta(days=60), hours=hours[number % len(hours)],
        )
        for number in range(count)
    ]  # fmt: skip


def agreeing(rows: list[ResourceRequest]) -> list[Any]:
    return at_once(
        *(lambda row=row: inventory.answer_request(SYSTEM, request=row, agreed=True, answer="") for row in rows)
    )


def test_one_room_is_never_agreed_to_two_at_one_time() -> None:
    done = agreeing(asked(8))
    agreed = ResourceRequest.objects.filter(state="agreed").count()
    assert agreed == 1 and sum(isinstance(one, Refused) for one in done) == 7, done
    assert all(one.ok for one in of_providers.findings())


def test_without_the_offers_lock_two_are_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    read = threading.Barrier(2)
    clash = inventory._refuse_clash

    def slow(wanted: ResourceRequest) -> None:
        clash(wanted)
        read.wait(timeout=10)

    monkeypatch.setattr(inventory, "_refuse_clash", slow)
    monkeypatch.setattr(inventory, "_locked_offer", lambda pk: ResourceOffer.objects.get(pk=pk))
    agreeing(asked(2))
    assert [one.name for one in of_providers.findings() if not one.ok] == ["providers.resource_clash"]
