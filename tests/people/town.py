"""A small invented municipality with its desk, coordinator, payer and families."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from opora.certificates.models import CertificateGroup, FundingPeriod, FundingProgramme
from opora.core import clock
from opora.core.access import Actor
from opora.people import services
from opora.people.actors import actor_of
from opora.people.models import Account, Child, RoleAssignment
from opora.people.services import ChildData
from opora.territory.models import Locality, Municipality, Region

_numbers = itertools.count(1)
DAY = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 10, 12)


class Town:
    """Two served municipalities of one region; `desk`, `coordinator`, `payer` work in the first."""

    def __init__(self) -> None:
        self.region = Region.objects.create(code="64", name="Приозёрная область", oktmo="64000000")
        self.municipality = self._municipality("64601000", "Ольховский район")
        self.other = self._municipality("64602000", "Сосновский район")
        self.locality = Locality.objects.create(municipality=self.municipality, name="Ольховка", is_urban=True)
        self.other_locality = Locality.objects.create(municipality=self.other, name="Сосновка")
        self.desk = self.staff("desk_operator")
        self.head = self.staff("centre_head")
        self.coordinator = self.staff("coordinator")
        self.payer = self.staff("payer")
        self.other_desk = self.staff("desk_operator", self.other)

    def _municipality(self, oktmo: str, name: str) -> Municipality:
        return Municipality.objects.create(region=self.region, oktmo=oktmo, name=name, is_served=True)

    def account(self, **fields: Any) -> Account:
        number = next(_numbers)
        values = {"email": f"person{number}@example.org", "first_name": "Анна", "last_name": "Лесная", **fields}
        return Account.objects.create_user(password="ромашка-и-кот", **values)

    def staff(self, role: str, place: Municipality | None = None) -> Actor:
        account = self.account(first_name="Ольга", last_name="Дубова")
        RoleAssignment.objects.create(
            account=account,
            role=role,
            place_kind="municipality",
            place_id=(place or self.municipality).pk,
            starts_on=dt.date(2020, 1, 1),
        )
        return actor_of(account)

    def guardian(self) -> Actor:
        return actor_of(self.account())

    def again(self, actor: Actor) -> Actor:
        """The same account with its present children."""
        return actor_of(Account.objects.get(pk=actor.account_id))

    def data(self, **fields: Any) -> ChildData:
        values: dict[str, Any] = {
            "last_name": "Рябинина",
            "first_name": f"Маша-{next(_letters)}",
            "patronymic": "Игоревна",
            "birth_date": dt.date(2017, 3, 8),
            "sex": "f",
            "locality_id": self.locality.pk,
        }
        values.update(fields)
        return ChildData(**values)

    def child(self, actor: Actor, **fields: Any) -> Child:
        return services.add_child(actor, data=self.data(**fields), relation="mother")

    def period(
        self,
        *,
        certificates: int = 2,
        money: str = "20000.00",
        nominal: str = "6000.00",
        starts_on: dt.date = dt.date(2026, 9, 1),
        ends_on: dt.date = dt.date(2026, 12, 31),
    ) -> FundingPeriod:
        """An approved period, of the present autumn by default, with one common certificate group."""
        programme = FundingProgramme.objects.create(
            municipality=self.municipality, name="Программа ПФ", payer_name="Центр", payer_code="07"
        )
        period = FundingPeriod.objects.create(
            programme=programme,
            municipality=self.municipality,
            name="Осень 2026",
            starts_on=starts_on,
            ends_on=ends_on,
            state="approved",
        )
        CertificateGroup.objects.create(
            period=period,
            code="common",
            name="Все дети",
            nominal=Decimal(nominal),
            limit_certificates=certificates,
            limit_money=Decimal(money),
        )
        return period


def _words() -> Any:
    letters = "абвгдежзиклмнопрст"
    for first in letters:
        for second in letters:
            yield f"{first}{second}{first}"


_letters = _words()


def snils(number: int) -> str:
    """A СНИЛС with right check digits."""
    digits = f"{number:09d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 0, -1), strict=True))
    return f"{digits}{total % 101 % 100:02d}"


def at_noon() -> Any:
    """Hold the clock at noon of the day of the examples."""
    return clock.frozen(DAY)
