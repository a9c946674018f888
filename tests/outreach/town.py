"""A school of the district of the enrolment tests, its staff and its class list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opora.core.access import Actor, Reach
from opora.core.registers import registry
from opora.core.registers.importing.report import Report
from opora.core.registers.importing.run import import_file
from opora.enrolment.models import Application, Enrolment
from opora.outreach.models import ClassList, Pupil
from opora.people.models import Account
from opora.providers.models import Organisation
from tests.enrolment.world import World, make_world

NOW = dt.datetime(2026, 10, 12, 9, tzinfo=dt.UTC)
DAY = NOW.date()
HEAD = "Фамилия;Имя;Отчество;Дата рождения;Класс;СНИЛС;Категория"


@dataclass
class Town:
    """`school` staff brings lists; the `centre` decides and invites; `other` is a school of the same district."""

    world: World
    organisation: Organisation
    school: Actor
    centre: Actor
    neighbour: Actor
    folder: Path

    def load(self, *lines: str, head: str = HEAD, actor: Actor | None = None, **options: Any) -> Report:
        path = self.folder / "класс.csv"
        path.write_text("\n".join((head, *lines)), encoding="utf-8")
        return import_file(actor or self.school, registry.get("pupils"), path, **options)

    def pupil(self, last: str) -> Pupil:
        return Pupil.objects.select_related("class_list").get(last_name=last)

    def enrol(self, child: Any, starts_on: dt.date = dt.date(2026, 9, 15), **more: Any) -> Enrolment:
        return Enrolment.objects.create(
            child=child,
            group=more.pop("group", None) or self.world.group(),
            organisation=self.world.organisation,
            municipality=self.world.municipality,
            funding="budget",
            focus_area="technical",
            starts_on=starts_on,
            **more,
        )

    def apply(self, child: Any, state: str = "waiting", **more: Any) -> Application:
        return Application.objects.create(
            child=child,
            group=self.world.group(),
            organisation=self.world.organisation,
            municipality=self.world.municipality,
            funding="budget",
            state=state,
            starts_on=DAY,
            **more,
        )


def make_town(folder: Path) -> Town:
    world = make_world()
    school = Organisation.objects.create(
        municipality=world.municipality, slug=f"school-{world.municipality.pk}", full_name="Школа № 2",
        short_name="Школа № 2", kind="school", latitude=57.9, longitude=39.5,
    )  # fmt: skip
    return Town(
        world,
        school,
        _actor("provider_manager", organisations=frozenset({school.pk})),
        _actor("centre_head", municipalities=frozenset({world.municipality.pk})),
        _actor("provider_manager", organisations=frozenset({world.organisation.pk})),
        folder,
    )


def _actor(role: str, **reach: Any) -> Actor:
    account = Account.objects.create(email=f"{role}{Account.objects.count()}@example.org")
    return Actor(account_id=account.pk, email=account.email, reaches=(Reach(role=role, **reach),))


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.rejected


def said(report: Report) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in (*report.errors, *report.warnings)]


def the_list() -> ClassList:
    return ClassList.objects.get()
