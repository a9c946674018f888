"""The district of the worked example with signed requisites, a timetable, a journal and a payer."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opora.catalogue.models import Group, Slot
from opora.certificates.models import FundingPeriod, PaymentAgreement
from opora.core import clock
from opora.core.access import Actor, Reach
from opora.enrolment import services as enrolment
from opora.enrolment.models import Contract, Lesson
from opora.people.models import Account
from opora.settlement import services
from opora.settlement.models import AgreementTerms, SettlementDocument
from tests.enrolment.world import Family, World, make_world

_numbers = itertools.count(1)
PAYER = {
    "name": "МКУ «Центр обслуживания образования»",
    "inn": "7707083893",
    "kpp": "770701001",
    "oktmo": "45382000",
    "bank_name": "Отделение Москва банка России//УФК по г. Москве",
    "bik": "004525988",
    "treasury_account": "40102810545370000003",
    "account": "03231643453820007300",
    "personal_account": "03731000010",
    "kbk": "90207030000000000244",
    "kosgu": "226",
    "signatory_name": "Степанова Наталья Борисовна",
    "signatory_post": "Директор",
    "signatory_ground": "Устава",
}
PROVIDER = {
    "name": "МБУ ДО «Дом творчества»",
    "inn": "7830002293",
    "kpp": "783001001",
    "bank_name": PAYER["bank_name"],
    "bik": PAYER["bik"],
    "treasury_account": PAYER["treasury_account"],
    "account": "03234643453820007300",
    "personal_account": "20736Х12345",
    "signatory_name": "Дубов Иван Петрович",
    "signatory_post": "Директор",
    "signatory_ground": "Устава",
}


def at(year: int, month: int, day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


@dataclass
class Town:
    """`payer` and `manager` are actors; `agreement` is of period A."""

    world: World
    payer: Actor
    manager: Actor
    agreement: PaymentAgreement

    def timetable(self, group: Group, *weekdays: int, hours: str = "2") -> None:
        for weekday in weekdays:
            Slot.objects.create(
                group=group,
                weekday=weekday,
                starts_at=dt.time(16),
                ends_at=dt.time(17, 30),
                academic_hours=Decimal(hours),
            )

    def lesson(self, group: Group, day: dt.date, state: str = "held", **fields: Any) -> Lesson:
        values: dict[str, Any] = {"for_month": day.replace(day=1), "starts_at": dt.time(16), "academic_hours": 2}
        return Lesson.objects.create(
            group=group,
            organisation=group.organisation,
            municipality=group.municipality,
            date=day,
            ends_at=dt.time(17, 30),
            state=state,
            **(values | fields),
        )

    def contract(
        self,
        group: Group,
        day: dt.date = dt.date(2026, 10, 12),
        family: Family | None = None,
        prolongation: bool = False,
    ) -> Contract:
        """A contract asked for on `day` and active on the next; `prolongation`: both sides want to go on."""
        if family is None:
            family = self.world.family()
            self.world.certificate(family.child)
        moment = dt.datetime(day.year, day.month, day.day, 9, tzinfo=dt.UTC)
        with clock.frozen(moment):
            applied = enrolment.apply(family.actor, child=family.child, group=group, funding="certificate")
        with clock.frozen(moment + dt.timedelta(days=1)):
            enrolment.confirm(self.manager, application=applied.application_id, prolongation=prolongation)
            contract = Contract.objects.get(pk=applied.contract_id)
            text = enrolment.terms_hash(contract)
            enrolment.accept_contract(family.actor, contract=contract, text_hash=text, prolongation=prolongation)
        return Contract.objects.get(pk=applied.contract_id)

    def turn(self, month: dt.date) -> None:
        """The turn of the month on its first day."""
        with clock.frozen(at(month.year, month.month, 1)):
            enrolment.month_turn(month)

    def draft(self, kind: str, month: dt.date, when: dt.datetime) -> SettlementDocument:
        with clock.frozen(when):
            services.prepare(self.manager, kind=kind, month=month, agreements=[self.agreement.pk])
            found = SettlementDocument.objects.get(
                agreement=self.agreement, kind=kind, month=month, state=SettlementDocument.State.DRAFT
            )
        return found

    def issue(self, document: SettlementDocument, when: dt.datetime) -> SettlementDocument:
        with clock.frozen(when):
            [found] = services.issue(self.manager, documents=[document])
        return found

    def made(self, kind: str, month: dt.date, when: dt.datetime) -> SettlementDocument:
        """Drafted, issued and approved on the same day."""
        document = self.issue(self.draft(kind, month, when), when)
        with clock.frozen(when):
            services.approve(self.payer, documents=[document])
        document.refresh_from_db()
        return document


def sign(payer: Actor, agreement: PaymentAgreement) -> AgreementTerms:
    with clock.frozen(at(2026, 8, 10)):
        services.save_terms(
            payer, agreement=agreement, provider=PROVIDER, kbk="902 0703 0000000000 244", kosgu="226", limit_sum=None
        )
        return services.sign_agreement(payer, agreement=agreement, signed_on=dt.date(2026, 8, 10))


def make_town() -> Town:
    world = make_world()
    account = Account.objects.create(email=f"payer{next(_numbers)}@example.org")
    here = frozenset({world.municipality.pk})
    payer = Actor(account_id=account.pk, reaches=(Reach(role="payer", municipalities=here),))
    services.save_profile(payer, municipality_id=world.municipality.pk, data=PAYER)
    for row in PaymentAgreement.objects.filter(organisation=world.organisation):
        sign(payer, row)
    agreement = PaymentAgreement.objects.get(organisation=world.organisation, period=world.period_a)
    return Town(world, payer, world.manager, agreement)


def tuesdays(month: dt.date) -> list[dt.date]:
    days = (month + dt.timedelta(days=n) for n in range(31))
    return [day for day in days if day.month == month.month and day.isoweekday() == 2]


def period_b(town: Town) -> FundingPeriod:
    return town.world.period_b
