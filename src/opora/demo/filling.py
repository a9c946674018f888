"""One district from memory into the sink, in the order in which things happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from opora.demo import funding
from opora.demo.courses import idle_programme
from opora.demo.districts import Organisation
from opora.demo.rows import (
    accounts,
    assignment,
    catalogue,
    enrolment,
    journal,
    money,
    past,
    people,
    providers,
    stories,
    territory,
    waiting,
)
from opora.demo.sink import Sink
from opora.demo.world import World, source


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of everything around the learners a district gets."""

    certificates: float
    """Certificates per enrolled child."""
    funded: float
    """Funded certificates per child of the population."""
    accounts: float
    """Families of learners with an account."""
    requests: tuple[float, float]
    """Groups with new applications: among those with free places, among full ones."""
    idle: tuple[tuple[str, int], ...]
    """Programmes that are not published, by state."""
    stories: bool
    """Demo accounts, orders, lessons with attendance, repeats for the merge queue."""


SHOWCASE = Shares(0.648, 0.1085, 0.62, (0.16, 0.34), (("draft", 4), ("moderation", 6), ("returned", 3)), True)
REGION = Shares(0.6, 0.1, 0.4, (0.03, 0.15), (("draft", 1), ("moderation", 2)), False)


class Common:
    """Rows shared by all districts; ``consents``: ids of the consent texts that migrations wrote, by kind."""

    def __init__(self, sink: Sink, consents: dict[str, int]) -> None:
        self.region = territory.region(sink)
        self.directions = catalogue.directions(sink)
        self.consents = consents


class Filling:
    """Writes one world."""

    def __init__(self, sink: Sink, world: World, common: Common, shares: Shares, seed: str) -> None:
        self.sink = sink
        self.world = world
        self.common = common
        self.shares = shares
        self.seed = seed
        self.cast: accounts.Cast | None = None
        self.centre = 0
        self.heads: dict[str, str] = {}
        """Full names of the heads of organisations by their keys."""

    def run(self) -> None:
        """Everything of the district, foreign keys always pointing back."""
        sink, world = self.sink, self.world
        certified = self._certified()
        self.cast = accounts.choose(world) if self.shares.stories else None
        territory.municipality(sink, world.frame, self.common.region, world.district)
        centre = self.centre = self._providers()
        ids = accounts.write(sink, world, self.cast, self._posts(centre)) if self.cast else {}
        self._staff(ids)
        self._programmes()
        self._people(ids)
        certificates = self._certificates(certified)
        fund = money.programme(sink, world.frame, world.district, certificates, self.act)
        money.agreements(sink, world.frame, fund, world.programmes, self.heads)
        self._money(fund, certificates)
        writer = self._applications(fund, certificates)
        money.ledger(sink, fund, certificates)
        money.queue(sink, world.frame, fund, certificates)
        writer.counters()

    def _rng(self, part: str) -> Random:
        return source(self.world.district, part, self.seed)

    def _certified(self) -> set[int]:
        wanted = round(sum(self.world.district.population) * self.shares.funded * 1.06)
        return funding.choose_certified(self._rng("certified"), self.world.programmes, wanted)

    def _providers(self) -> int:
        sink, world, district = self.sink, self.world, self.world.district
        self.act = sink.last_id("territory.LegalAct")
        heads = self.heads
        for organisation in district.organisations:
            rng = self._rng(f"providers/{organisation.key}")
            heads[organisation.key] = providers.organisation(sink, world.frame, district, organisation, rng)
        host = district.organisations[0]
        centre = territory.centre(sink, world.frame, district, host.short, heads[host.key])
        self._host(host, centre)
        if district.second_centre:
            others = [one for one in district.organisations if one.department in ("culture", "sport")]
            second = territory.centre(sink, world.frame, district, others[0].short, heads[others[0].key], "-2")
            self._host(others[0], second)
            for one in others:
                sink.add(
                    "providers.ServedOrganisation", centre_id=second, organisation_id=one.id,
                    act=self._founding(), starts_on=self._founded(),
                )  # fmt: skip
        return centre

    def _host(self, host: Organisation, centre: int) -> None:
        self.sink.add(
            "providers.OrganisationFunction",
            organisation_id=host.id,
            centre_id=centre,
            kind="centre_host",
            topic="Муниципальный опорный центр",
            act=self._founding(),
            starts_on=self._founded(),
        )

    def _founding(self) -> str:
        return f"Постановление администрации от 14.03.{self._founded().year} № 118-п"

    def _founded(self) -> dt.date:
        return dt.date(self.world.frame.year_start.year - 2, 4, 1)

    def _staff(self, ids: dict[str, int]) -> None:
        for organisation in self.world.district.organisations:
            rng = self._rng(f"staff/{organisation.key}")
            teachers = self.world.teachers[organisation.key]
            signed_in = {id(self.cast.teacher): ids["teacher"]} if self.cast else {}
            providers.staff(self.sink, self.world.frame, organisation, teachers, rng, signed_in)

    def _programmes(self) -> None:
        world = self.world
        rng = self._rng("idle")
        for state, count in self.shares.idle:
            for _ in range(count):
                organisation = rng.choice(world.district.organisations)
                world.programmes.append(idle_programme(rng, world.district, organisation, state))
        rng = self._rng("programmes")
        for programme in world.programmes:
            catalogue.programme(self.sink, world.frame, world.district, programme, self.common.directions, rng)

    def _people(self, ids: dict[str, int]) -> None:
        sink, world = self.sink, self.world
        if self.cast:
            self.cast.family.account = ids["guardian"]
        people.families(sink, world, self._rng("people"), self.common.consents, self.shares.accounts)
        if self.cast:
            people.learner(sink, world.frame, self.cast.learner, ids["learner"])
            people.repeats(sink, world, self._rng("repeats"), 6)

    def _posts(self, centre: int) -> dict[str, tuple[str, int | None]]:
        """Where each demo role is held."""
        district = self.world.district
        host = ("organisation", district.organisations[0].id)
        here = ("municipality", district.id)
        at_centre = ("centre", centre)
        region = ("region", self.common.region)
        return {
            "provider_manager": host,
            "teacher": host,
            "expert": host,
            "desk_operator": at_centre,
            "centre_head": at_centre,
            "methodologist": at_centre,
            "organiser": at_centre,
            "coordinator": here,
            "payer": here,
            "regional_operator": region,
            "observer": region,
            "administrator": ("system", None),
        }

    def _certificates(self, learners: set[int]) -> list[funding.Certificate]:
        world, frame = self.world, self.world.frame
        rng = self._rng("certificates")
        enrolled = sum(child.active for child in world.children)
        count = round(sum(world.district.population) * self.shares.funded)
        first = {index for index in self.cast.family.children if index in learners} if self.cast else set()
        issued = funding.issue(rng, world, count, round(enrolled * self.shares.certificates), learners, first)
        for one in issued:
            one.id = self.sink.next_id("certificates.Certificate")
            day = frame.year_start - dt.timedelta(days=rng.randint(45, 640))
            one.applied = frame.moment(day, rng.randint(8, 21), rng.randrange(60))
            one.queued = one.kind == "accounting" and one.child.active and rng.random() < 0.012
        return issued

    def _money(self, fund: money.Funding, certificates: list[funding.Certificate]) -> None:
        """Nominals of the running period, given before anybody can ask for a contract in it."""
        given = self.world.frame.moment(fund.period.starts_on - dt.timedelta(days=20), 12)
        for one in certificates:
            if one.kind == "funded":
                nominal = funding.NOMINALS[one.group][fund.running]
                one.requests = [self.sink.next_id("certificates.FundingQueue") for _ in fund.period_ids]
                funding.give_nominal(one, nominal, given, one.requests[fund.running])

    def _applications(self, fund: money.Funding, certificates: list[funding.Certificate]) -> enrolment.Writer:
        sink, world = self.sink, self.world
        writer = enrolment.Writer(sink, world, fund, {one.child.index: one for one in certificates})
        groups = [group for programme in world.programmes for group in programme.groups]
        if self.cast:
            past.write(writer, self.heads, self.act, self._rng("past"))
        rng = self._rng("applications")
        for group in groups:
            for index in sorted(group.learners):
                writer.learner(group, world.children[index], rng)
        if self.cast:
            stories.left_in_time(writer, self.cast.family, groups)
        requests = waiting.Requests(writer, self._rng("requests"))
        hoping = stories.hoping(requests, self.cast.family, groups) if self.cast else {}
        for position, group in enumerate(groups):
            held, queued = requests.around(group, self.shares.requests)
            queued += hoping.get(group.id, 0)
            catalogue.places(sink, group, len(group.learners) + held, queued)
            if position % 11 == 3:
                requests.refused(group)
        rng = self._rng("certificate dates")
        for one in certificates:
            money.certificate(sink, world.frame, world.district, one, rng, writer.account(one.child))
        if self.cast:
            stories.pending_certificates(sink, world, self._rng("pending"), {one.child.index for one in certificates})
            enrolment.orders(sink, world, writer.journal)
            own = {group.id for group in groups if group.teacher is self.cast.teacher}
            own |= {group.id for group in groups if set(group.learners) & set(self.cast.family.children)}
            paid = {group.id for group in groups if group.programme.certified}
            owners = assignment.with_assignment(world)
            counted = {group.id for group in groups if group.programme.organisation in owners}
            since = fund.period.starts_on
            journal.lessons(sink, world, writer.journal, self._rng("journal"), own, paid, since, counted)
            assignment.write(sink, world, fund, self.centre)
        return writer
