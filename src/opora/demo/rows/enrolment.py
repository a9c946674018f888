"""Applications, contracts with their months, enrolments and enrolment orders of those who learn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from opora.certificates.rules.money import to_roubles
from opora.demo.courses import Group
from opora.demo.families import Child
from opora.demo.frame import Frame, full_years
from opora.demo.funding import Certificate, Deal, activate, agree, reserve
from opora.demo.rows.catalogue import module_price, starts_on
from opora.demo.rows.money import Funding
from opora.demo.sink import Sink
from opora.demo.world import World

NO_MONEY = Decimal(0)
HOURS = (9, 9, 8, 6, 6, 5, 5, 5, 5, 6, 8, 9, 9, 7, 4)
"""When families apply, by hour from 8 to 22: in the morning and in the evening."""


@dataclass(slots=True)
class Journal:
    """What later steps need to know about those who learn."""

    enrolments: dict[tuple[int, int], int] = field(default_factory=dict)
    """(group id, child index) → enrolment id."""
    starts: dict[tuple[int, int], dt.date] = field(default_factory=dict)
    applications: dict[tuple[int, int], int] = field(default_factory=dict)
    """(group id, index of the child) → id of the application that the enrolment came from."""
    numbers: dict[tuple[int, int], int] = field(default_factory=dict)
    """(organisation id, year) → the last number of its contracts."""


class Writer:
    """Writes applications of one district; shared by learners, those who wait and special stories."""

    def __init__(self, sink: Sink, world: World, funding: Funding, certificates: dict[int, Certificate]) -> None:
        self.sink = sink
        self.world = world
        self.frame: Frame = world.frame
        self.funding = funding
        self.certificates = certificates
        self.journal = Journal()

    def learner(self, group: Group, child: Child, rng: Random) -> None:
        """One who learns: application enrolled, enrolment in force, contract active where a certificate pays."""
        start = self.start(group, child, rng)
        asked = self.asked_at(start, rng)
        application = self.sink.next_id("enrolment.Application")
        deal = self.deal(group, child, start, asked)
        funding = "certificate" if deal else ("paid" if group.programme.certified else "budget")
        split = deal.split if deal else None
        price = self.price(group, start) if funding == "paid" else NO_MONEY
        account = self.account(child)
        source = rng.choices(("guardian", "desk"), weights=(80, 20))[0] if account else rng.choice(("desk", "list"))
        decided = self.later(asked, rng, start)
        self.sink.add(
            "enrolment.Application",
            id=application,
            child_id=child.id,
            group_id=group.id,
            organisation_id=group.programme.organisation.id,
            municipality_id=self.world.district.id,
            applicant_id=account or None,
            source=source,
            funding=funding,
            state="enrolled",
            starts_on=start,
            total_sum=to_roubles(split.total) if split else price,
            certificate_sum=to_roubles(split.certificate) if split else NO_MONEY,
            guardian_sum=to_roubles(split.guardian) if split else price,
            submitted_at=asked,
            deadline=self.deadline(asked, group),
            decided_at=decided,
        )
        if deal:
            self.contract(deal, application, "active", decided)
        key = (group.id, child.index)
        self.journal.starts[key] = start
        self.journal.applications[key] = application
        self.journal.enrolments[key] = self.sink.add(
            "enrolment.Enrolment",
            child_id=child.id,
            group_id=group.id,
            organisation_id=group.programme.organisation.id,
            municipality_id=self.world.district.id,
            application_id=application,
            funding=funding,
            focus_area=group.programme.template.focus_area,
            starts_on=start,
        )

    def start(self, group: Group, child: Child, rng: Random) -> dt.date:
        """The child's own first day: the group's, for one in nine a later one while the age still fits.

        Contracts of the running period cannot begin before it.
        """
        start = starts_on(self.frame, group)
        earliest = max(start, self.funding.period.starts_on)
        if group.programme.certified and full_years(child.birth, earliest) <= group.age_to:
            start = earliest
        days = (self.frame.date - start).days
        if days > 12 and rng.random() < 0.11:
            later = start + dt.timedelta(days=rng.randint(7, days))
            if full_years(child.birth, later) <= group.age_to:
                return later
        return start

    def asked_at(self, start: dt.date, rng: Random) -> dt.datetime:
        """A moment before the first day: most ask in the first days of the campaign, in the evening."""
        if start > self.frame.late_start:
            day = start - dt.timedelta(days=rng.randint(5, 9))
        else:
            opening = self.frame.year_start - dt.timedelta(days=17)
            day = opening + dt.timedelta(days=min(int(rng.expovariate(1 / 4)), 12))
        hour = rng.choices(range(8, 23), weights=HOURS)[0]
        return self.frame.moment(day, hour, rng.randrange(60))

    def later(self, asked: dt.datetime, rng: Random, limit: dt.date) -> dt.datetime:
        """When the provider decided: as a rule within three working days, and before the lessons begin."""
        day = self.frame.working_days_after(asked.date(), rng.choices((1, 2, 3, 5), weights=(50, 38, 20, 3))[0])
        day = min(day, max(limit, asked.date() + dt.timedelta(days=1)))
        decided = self.frame.moment(day, rng.randint(9, 17), rng.randrange(60))
        # nothing lies in the future, whatever the hour at which the demo is loaded on D
        return decided if decided < self.frame.moment(self.frame.date, 0) else asked + dt.timedelta(minutes=25)

    def deadline(self, asked: dt.datetime, group: Group) -> dt.datetime:
        """The end of the third working day; of the forty-fifth where there are entrance tests."""
        tests = group.programme.template.register == "preprofessional" and group.programme.organisation.kind == "arts"
        day = self.frame.working_days_after(asked.date(), 45 if tests else 3)
        return self.frame.moment(day + dt.timedelta(days=1), 0)

    def account(self, child: Child) -> int:
        return self.world.families[child.family].account

    def price(self, group: Group, start: dt.date) -> Decimal:
        """What a family pays that has no certificate: the share of the days that are left."""
        price, _ = module_price(group.programme, group.module)
        whole = (self.frame.year_end - starts_on(self.frame, group)).days + 1
        left = (self.frame.year_end - start).days + 1
        return (price * 100 * left // whole) / 100

    def deal(self, group: Group, child: Child, start: dt.date, asked: dt.datetime) -> Deal | None:
        certificate = self.certificates.get(child.index)
        if not group.programme.certified or certificate is None or certificate.kind != "funded":
            return None
        if start < self.funding.period.starts_on:
            return None
        return agree(self.frame, certificate, group, self.funding.period, start, asked)

    def number(self, group: Group) -> str:
        """The next gapless number of a contract of this organisation, as the offering service gives them."""
        return self.number_of(group.programme.organisation.id, self.frame.date.year)

    def number_of(self, organisation: int, year: int) -> str:
        """The next number of an organisation in a year."""
        key = organisation, year
        self.journal.numbers[key] = self.journal.numbers.get(key, 0) + 1
        return f"{year}/{self.journal.numbers[key]}"

    def counters(self) -> None:
        """Where the numbers of contracts go on."""
        for (organisation, year), last in self.journal.numbers.items():
            self.sink.add(
                "core.Counter", issuer_kind="organisation", issuer_id=organisation, series="contract", year=year,
                last=last,
            )  # fmt: skip

    def contract(self, deal: Deal, application: int, state: str, decided: dt.datetime | None) -> int:
        """A contract with its schedule; the ledger moves in memory."""
        sink, group, split = self.sink, deal.group, deal.split
        contract = sink.next_id("enrolment.Contract")
        reserve(deal, contract)
        spent: list[dt.date] = []
        if state == "active" and decided:
            spent = activate(self.frame, deal, contract, decided)
        account = self.account(deal.certificate.child)
        sink.add(
            "enrolment.Contract",
            id=contract,
            number=self.number(group) if decided else "",
            application_id=application,
            certificate_id=deal.certificate.id,
            period_id=self.funding.period_id,
            child_id=deal.certificate.child.id,
            group_id=group.id,
            programme_id=group.programme.id,
            organisation_id=group.programme.organisation.id,
            municipality_id=self.world.district.id,
            focus_area=group.programme.template.focus_area,
            state=state,
            starts_on=split.start,
            ends_on=split.end,
            price=deal.price,
            normative_cost=deal.normative_cost,
            total_sum=to_roubles(split.total),
            certificate_sum=to_roubles(split.certificate),
            guardian_sum=to_roubles(split.guardian),
            requested_at=deal.requested_at,
            offered_at=decided,
            accept_until=decided and self.frame.moment(self.frame.working_days_after(decided.date(), 6), 0),
            accepted_at=decided if state == "active" else None,
            accepted_by_id=(account or None) if state == "active" else None,
            acceptance={"channel": "online" if account else "desk"} if state == "active" else {},
        )
        for part in split.months:
            done = part.month in spent
            sink.add(
                "enrolment.ContractMonth",
                contract_id=contract,
                month=part.month,
                certificate_sum=to_roubles(part.certificate),
                guardian_sum=to_roubles(part.guardian),
                state="spent" if done else "reserved",
                moved_at=max(decided, self.frame.moment(part.month, 0, 5)) if done and decided else None,
            )
        return contract


def orders(sink: Sink, world: World, journal: Journal) -> None:
    """Issued enrolment orders: one for each group and first day, numbered per organisation by date."""
    by_organisation: dict[int, dict[tuple[dt.date, int], list[int]]] = {}
    for programme in world.programmes:
        wanted = by_organisation.setdefault(programme.organisation.id, {})
        for group in programme.groups:
            for index in group.learners:
                wanted.setdefault((journal.starts[group.id, index], group.id), []).append(index)
    for organisation, wanted in by_organisation.items():
        numbers: dict[int, int] = {}  # by year, as the issuing service counts
        for (day, group_id), learners in sorted(wanted.items()):
            numbers[day.year] = number = numbers.get(day.year, 0) + 1
            order = sink.add(
                "enrolment.Order",
                organisation_id=organisation,
                municipality_id=world.district.id,
                kind="enrolment",
                number=f"{number}-з",
                date=day,
                state="issued",
                created_at=world.frame.moment(day, 10),
            )
            for index in learners:
                sink.add(
                    "enrolment.OrderLine",
                    order_id=order,
                    application_id=journal.applications[group_id, index],
                    child_id=world.children[index].id,
                    to_group_id=group_id,
                    effective_on=day,
                    ground="Заявление законного представителя",
                )
        for year, last in numbers.items():
            sink.add(
                "core.Counter", issuer_kind="organisation", issuer_id=organisation, series="order-enrolment",
                year=year, last=last,
            )  # fmt: skip
