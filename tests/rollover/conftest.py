"""A school with two groups of the ending year: one goes on with the next module, one ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from opora.catalogue.models import Group, Module, Slot
from opora.core import clock
from opora.enrolment import services
from opora.enrolment.models import Application, Rollover, RolloverLearner
from opora.enrolment.services import rollover_ask, rollover_draft, rollover_run
from opora.providers.models import Signatory
from tests.enrolment.world import Family, World, make_world

ENROL_DAY = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)
DRAFT_DAY = dt.datetime(2027, 4, 12, 9, 0, tzinfo=dt.UTC)
LAST_DAY = dt.date(2027, 4, 30)
RUN_DAY = dt.datetime(2027, 5, 3, 9, 0, tzinfo=dt.UTC)


@dataclass
class School:
    """The world with its groups, modules and signatory; helpers walk the road of a batch."""

    world: World
    first: Group
    last: Group
    following: Module
    signatory: Signatory

    def learner(self, group: Group | None = None, funding: str = "budget", **child: object) -> Family:
        """A child enrolled since October."""
        family = self.world.family(**child)
        if funding == "certificate":
            self.world.certificate(family.child)
        with clock.frozen(ENROL_DAY):
            made = services.apply(family.actor, child=family.child, group=group or self.first, funding=funding)
            services.confirm(self.world.manager, application=made.application_id)
            if funding == "certificate":
                contract = Application.objects.get(pk=made.application_id).contract
                text = services.terms_hash(contract)
                services.accept_contract(family.actor, contract=contract, text_hash=text, prolongation=True)
            else:
                services.enrol(self.world.manager, application=made.application_id)
        return family

    def draft(self) -> Rollover:
        with clock.frozen(DRAFT_DAY):
            return rollover_draft.prepare(self.world.manager, organisation=self.world.organisation, from_year=2026)

    def asked(self) -> Rollover:
        batch = self.draft()
        with clock.frozen(DRAFT_DAY):
            return rollover_ask.ask(self.world.manager, rollover=batch, last_day=LAST_DAY)

    def row(self, batch: Rollover, family: Family) -> RolloverLearner:
        return RolloverLearner.objects.get(rollover=batch, child=family.child)

    def answer(self, batch: Rollover, family: Family, agrees: bool) -> None:
        with clock.frozen(DRAFT_DAY + dt.timedelta(days=1)):
            rollover_ask.answer(family.actor, learner=self.row(batch, family), agrees=agrees)

    def start(self, batch: Rollover) -> None:
        with clock.frozen(RUN_DAY):
            rollover_run.start(self.world.manager, rollover=batch, signatory=self.signatory)

    def carry_out(self, batch: Rollover) -> Rollover:
        self.start(batch)
        with clock.frozen(RUN_DAY):
            while not rollover_run.run(batch.pk):
                pass
        batch.refresh_from_db()
        return batch


def make_school() -> School:
    world = make_world()
    world.module.normative_cost = Decimal("16200.00")
    world.module.save()
    following = Module.objects.create(
        programme=world.programme,
        number=2,
        name="Второй год",
        hours=72,
        price=Decimal("18000.00"),
        normative_cost=Decimal("16200.00"),
    )
    first = world.group(name="Роботы 2026/2027", capacity=10)
    last = world.group(name="Роботы, второй год 2026/2027", capacity=10)
    last.module = following
    last.save()
    for number, group in enumerate((first, last), start=1):
        Slot.objects.create(
            group=group,
            weekday=number,
            starts_at=dt.time(15),
            ends_at=dt.time(16, 30),
            academic_hours=Decimal(2),
            room="7",
        )
    signatory = Signatory.objects.create(
        organisation=world.organisation, name="Орлова Мария Ивановна", post="Директор", starts_on=dt.date(2020, 1, 1)
    )
    return School(world, first, last, following, signatory)


@pytest.fixture
def school(db: None, settings, tmp_path) -> Iterator[School]:
    settings.MEDIA_ROOT = tmp_path / "files"
    with clock.frozen(ENROL_DAY):
        yield make_school()
