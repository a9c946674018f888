"""A centre with its plan in a served municipality, people with roles, for the tests of planning."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from opora.core.access import Actor
from opora.people.actors import actor_of
from opora.planning import services
from opora.planning.models import Plan, PlanItem, PlanSection
from opora.territory.models import Centre
from tests.access.world import Access, Side, make_access

NOW = dt.datetime(2026, 10, 14, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()


@dataclass
class Town:
    """The access world with a plan of the own centre."""

    access: Access
    plan: Plan

    @property
    def own(self) -> Side:
        return self.access.own

    @property
    def centre(self) -> Centre:
        centre: Centre = self.own.objects["centre"]
        return centre

    def actor(self, role: str) -> Actor:
        return actor_of(self.access.accounts[role])

    @property
    def head(self) -> Actor:
        return self.actor("centre_head")

    @property
    def coordinator(self) -> Actor:
        return self.actor("coordinator")

    def section(self, number: int) -> PlanSection:
        return PlanSection.objects.get(plan=self.plan, number=number)

    def item(self, number: str = "", *, section: int = 1, **words: str) -> PlanItem:
        data = {"content": "Работа", "due": "октябрь"} | words
        section = int(number.split(".")[0]) if number else section
        return services.save_item(self.head, PlanItem(), data | {"number": number, "section": self.section(section)})

    def approve(self) -> None:
        services.act_on_plan(self.head, plan=self.plan, code="submit")
        services.approve(self.coordinator, plan=self.plan, document="Приказ № 1")
        self.plan.refresh_from_db()


def make_town() -> Town:
    """Roles of `tests.access.world`, a plan for 2026 with the seven sections in the own centre."""
    access = make_access()
    head = actor_of(access.accounts["centre_head"])
    plan = services.create_plan(head, centre=access.own.objects["centre"], year=2026)
    return Town(access, plan)
