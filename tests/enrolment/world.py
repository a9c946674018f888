"""A small invented district for the tests of enrolment: the group, periods and sums of the worked example."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from opora.catalogue.models import Group, GroupPlaces, Module, Programme
from opora.certificates import ledger
from opora.certificates.models import (
    Certificate,
    CertificateGroup,
    FundingPeriod,
    FundingProgramme,
    PaymentAgreement,
    ProgrammeRegisterEntry,
)
from opora.certificates.rules import to_kopecks
from opora.certificates.rules.ledger import Totals, set_nominal
from opora.core.access import SYSTEM, Actor, Reach
from opora.core.transactions import act
from opora.people.models import Account, Child, Consent, ConsentText, Guardianship
from opora.providers.models import Organisation
from opora.territory.models import Municipality, Region

_numbers = itertools.count(1)
REQUEST_DAY = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)


@dataclass
class World:
    """Municipality, provider, programme, two periods; helpers make groups, families and certificates."""

    municipality: Municipality
    organisation: Organisation
    programme: Programme
    module: Module
    period_a: FundingPeriod
    period_b: FundingPeriod
    certificate_groups: dict[int, CertificateGroup]
    manager: Actor
    children: list[Child] = field(default_factory=list)

    def group(self, *, capacity: int = 20, **fields: Any) -> Group:
        values: dict[str, Any] = {
            "name": f"Группа {next(_numbers)}",
            "starts_on": dt.date(2026, 9, 15),
            "ends_on": dt.date(2027, 5, 31),
            "age_from": 5,
            "age_to": 17,
            "for_budget": True,
            "for_certificate": True,
            "for_paid": True,
            "price": Decimal("18000.00"),
            "normative_cost": Decimal("16200.00"),
            "state": "open",
        }
        values.update(fields)
        group = Group.objects.create(
            module=self.module,
            programme=self.programme,
            organisation=self.organisation,
            municipality=self.municipality,
            capacity=capacity,
            **values,
        )
        GroupPlaces.objects.create(group_id=group.pk, capacity=capacity)
        return group

    def family(self, *, children: int = 1, **fields: Any) -> Family:
        number = next(_numbers)
        account = Account.objects.create(email=f"parent{number}@example.org", first_name="Анна", last_name="Лесная")
        made = [self.child(account, **fields) for _ in range(children)]
        return Family(account, made)

    def child(self, account: Account, **fields: Any) -> Child:
        number = next(_numbers)
        values: dict[str, Any] = {
            "municipality": self.municipality,
            "last_name": "Лесной",
            "first_name": f"Миша{number}",
            "birth_date": dt.date(2016, 4, 2),
            "sex": "m",
            "match_key": f"лесной миша{number}",
        }
        values.update(fields)
        child = Child.objects.create(**values)
        Guardianship.objects.create(account=account, child=child, relation="mother")
        Consent.objects.create(
            text=ConsentText.objects.get(kind="processing"), account=account, child=child, channel="online"
        )
        self.children.append(child)
        return child

    def certificate(
        self, child: Child, *, nominals: dict[int, str] | None = None, kind: str = "funded", state: str = "active"
    ) -> Certificate:
        certificate = Certificate.objects.create(
            child=child, municipality=self.municipality, number=f"2601{next(_numbers):06d}", kind=kind, state=state
        )
        sums = {self.period_a.pk: "6000.00", self.period_b.pk: "12000.00"} if nominals is None else nominals
        with act(SYSTEM):
            for period_id, nominal in sums.items():
                ledger.post(
                    set_nominal(Totals(), to_kopecks(nominal)),
                    certificate_id=certificate.pk,
                    period_id=period_id,
                    source_kind="certificate",
                    source_id=certificate.pk,
                    certificate_group_id=self.certificate_groups[period_id].pk,
                    month=FundingPeriod.objects.get(pk=period_id).starts_on,
                )
        return certificate


@dataclass
class Family:
    """An account with its children and its actor."""

    account: Account
    children: list[Child]

    @property
    def child(self) -> Child:
        return self.children[0]

    @property
    def actor(self) -> Actor:
        return Actor(
            account_id=self.account.pk,
            email=self.account.email,
            reaches=(Reach(role="guardian"),),
            children=frozenset(child.pk for child in self.children),
        )


def make_world() -> World:
    """Make the district; certificate funding is possible at once (registers, agreements, approved periods)."""
    number = next(_numbers)
    region = Region.objects.create(code=f"{number % 1000:03d}", name=f"Край {number}", oktmo=f"{number:08d}")
    municipality = Municipality.objects.create(region=region, oktmo=f"{number:08d}", name=f"Район {number}")
    organisation = Organisation.objects.create(
        municipality=municipality, slug=f"house-{number}", full_name="Дом творчества", short_name="Дом", kind="other"
    )
    programme = Programme.objects.create(
        organisation=organisation,
        municipality=municipality,
        slug="robots",
        name="Робототехника",
        focus_area="technical",
        state="published",
    )
    module = Module.objects.create(programme=programme, number=1, name="Первый год", hours=72)
    funding = FundingProgramme.objects.create(municipality=municipality, name="ПФ", payer_name="Плательщик")
    periods = [
        FundingPeriod.objects.create(
            programme=funding, municipality=municipality, name=name, starts_on=first, ends_on=last, state="approved"
        )
        for name, first, last in (
            ("А", dt.date(2026, 9, 1), dt.date(2026, 12, 31)),
            ("Б", dt.date(2027, 1, 1), dt.date(2027, 8, 31)),
        )
    ]
    groups = {}
    for period in periods:
        groups[period.pk] = CertificateGroup.objects.create(
            period=period,
            code="main",
            name="Все дети",
            nominal=6000,
            limit_certificates=100_000,
            limit_money=Decimal("900000000.00"),
        )
        PaymentAgreement.objects.create(
            period=period,
            municipality=municipality,
            organisation=organisation,
            number="1",
            date=dt.date(2026, 8, 1),
            state="signed",
        )
    ProgrammeRegisterEntry.objects.create(
        programme=programme,
        municipality=municipality,
        register="certified",
        decision="Решение 1",
        starts_on=dt.date(2026, 1, 1),
    )
    account = Account.objects.create(email=f"manager{number}@example.org")
    manager = Actor(
        account_id=account.pk,
        reaches=(Reach(role="provider_manager", organisations=frozenset({organisation.pk})),),
    )
    return World(municipality, organisation, programme, module, *periods, groups, manager)
