"""A few rows for tests that need a catalogue: the smallest town, provider, programmes and groups, by services."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opora.catalogue import services
from opora.catalogue.models import Group, GroupPlaces, Programme
from opora.core import clock
from opora.core.access import SYSTEM
from opora.enrolment import services as enrolment
from opora.people.models import Account
from opora.providers.models import Organisation, Staff, Venue
from opora.territory.models import Locality, Municipality, Region

_numbers = itertools.count(1)
OUTLINE = {"type": "Polygon", "coordinates": [[[39.0, 58.0], [39.5, 58.0], [39.5, 58.3], [39.0, 58.0]]]}


@dataclass
class Town:
    """One served municipality with a town, an organisation, a venue and a teacher."""

    municipality: Municipality
    locality: Locality
    organisation: Organisation
    venue: Venue
    teacher: Staff

    def programme(self, name: str, *, groups: int = 1, published: bool = True, **fields: Any) -> Programme:
        """A programme with groups; published through moderation unless told otherwise."""
        group_fields = fields.pop("group", {})
        price = fields.pop("price", Decimal(0))
        values: dict[str, Any] = {
            "name": name,
            "annotation": f"{name}: занимаемся два раза в неделю, пробуем, ошибаемся и снова пробуем вместе.",
            "audience": "Для всех желающих.",
            "results": "Научится работать в команде.",
            "focus_area": "technical",
            "age_from": 7,
            "age_to": 12,
        }
        programme = services.create_programme(SYSTEM, organisation=self.organisation, **(values | fields))
        module = services.save_module(
            SYSTEM, programme=programme, name="Весь курс", hours=72, price=price, normative_cost=price
        )
        for _ in range(groups):
            self.group(programme, module, **group_fields)
        if published:
            services.submit_programme(SYSTEM, programme=programme)
            services.publish_programme(SYSTEM, programme=programme)
        return programme

    def group(self, programme: Programme, module: Any = None, *, capacity: int = 15, **fields: Any) -> Group:
        """An open group that meets on Tuesday and Thursday; `taken` places are taken."""
        taken, waiting = fields.pop("taken", 0), fields.pop("waiting", 0)
        weekdays = fields.pop("weekdays", (2, 4))
        today = clock.today()
        values: dict[str, Any] = {
            "name": f"Группа {next(_numbers)}",
            "starts_on": today - dt.timedelta(days=30),
            "ends_on": today + dt.timedelta(days=200),
            "age_from": programme.age_from,
            "age_to": programme.age_to,
            "venue": self.venue,
            "teacher": self.teacher,
            "for_budget": not (fields.get("for_paid") or fields.get("for_certificate")),
        }
        group = services.create_group(
            SYSTEM, module=module or programme.modules.first(), capacity=capacity, **(values | fields)
        )
        hours = {"starts_at": dt.time(16, 30), "ends_at": dt.time(18, 0), "academic_hours": Decimal(2)}
        services.set_timetable(SYSTEM, group=group, slots=[{"weekday": day, **hours} for day in weekdays])
        enrolment.open_group(SYSTEM, group=group)
        GroupPlaces.objects.filter(group_id=group.pk).update(places_taken=taken, waiting=waiting)
        return group


def town() -> Town:
    """A fresh town; call once per test."""
    number = next(_numbers)
    region = Region.objects.create(code="88", name="Верхневолжская область", oktmo=f"88{number % 1000:03}000")
    municipality = Municipality.objects.create(
        region=region,
        oktmo=f"8860{number:04}",
        name="Зареченский муниципальный район",
        short_name="Зареченский район",
        latitude=58.1,
        longitude=39.2,
        outline=OUTLINE,
        is_served=True,
    )
    locality = Locality.objects.create(
        municipality=municipality, name="Заречинск", kind="city", is_urban=True, latitude=58.04, longitude=38.98
    )
    organisation = Organisation.objects.create(
        municipality=municipality,
        locality=locality,
        slug=f"dom-tvorchestva-{number}",
        full_name="Муниципальное учреждение «Дом творчества»",
        short_name="Дом творчества",
        kind="supplementary",
        address="880300, г. Заречинск, ул. Соборная, д. 18",
        website="dom.example",
    )
    venue = Venue.objects.create(
        organisation=organisation,
        locality=locality,
        name="Главный корпус",
        address="880300, г. Заречинск, ул. Соборная, д. 18",
        latitude=58.042,
        longitude=38.978,
        accessibility=["ramp"],
    )
    teacher = Staff.objects.create(
        organisation=organisation, last_name="Ковалёв", first_name="Илья", patronymic="Сергеевич", post="педагог"
    )
    return Town(municipality, locality, organisation, venue, teacher)


def account(email: str = "") -> Account:
    """A sign-in account without roles."""
    return Account.objects.create(email=email or f"parent{next(_numbers)}@example.org", first_name="Анна")
