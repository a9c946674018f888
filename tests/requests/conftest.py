"""A region with two centres, organisations, and somebody in each role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest

from opora.core.access import Actor
from opora.people.actors import actor_of
from opora.people.models import Account, RoleAssignment
from opora.providers.models import Organisation
from opora.surveys import services as forms
from opora.surveys.models import FormVersion
from opora.surveys.rules.definition import NUMBER, TABLE, TEXT, Check, Column, Definition, Field, Row, Section
from opora.territory.models import Centre, CentreService, Municipality, Region

DAY = dt.date(2025, 9, 1)
FORM = Definition(
    (
        Section(
            "1",
            "Дети",
            "",
            (
                Field("1", NUMBER, "Педагогов", required=True, indicator="teachers"),
                Field(
                    "2",
                    TABLE,
                    "По месту",
                    columns=(Column("3", "Всего", required=True), Column("4", "из них девочки")),
                    rows=(Row("01", "город"), Row("02", "село")),
                ),
            ),
        ),
        Section("2", "Слова", "", (Field("3", TEXT, "Выводы"),)),
    ),
    (Check("1", "1", "Гр. 3 >= Гр. 4"), Check("2", "1", "Поле 1 <= 50", soft=True)),
)
ANSWER = {"v-1": "12", "v-2-01-3": "30", "v-2-01-4": "14", "v-2-02-3": "5"}


@dataclass
class Land:
    """The region, its centres with their organisations, actors by role; `version`: the region's published form."""

    region: Region
    centres: list[Centre]
    organisations: list[Organisation]
    actors: dict[str, Actor] = field(default_factory=dict)
    version: FormVersion | None = None

    def again(self, role: str) -> Actor:
        return actor_of(Account.objects.get(email=f"{role}@example.org"))


def make_land(centres: int = 2) -> Land:
    region = Region.objects.create(
        code="64", name="Верхневолжская область", oktmo="63000000", time_zone="Europe/Saratov"
    )
    made, organisations = [], []
    for number in range(centres):
        place = Municipality.objects.create(
            region=region,
            oktmo=f"636{number:02}000",
            name=f"Район {number}",
            time_zone="Europe/Saratov",
            is_served=True,
        )
        centre = Centre.objects.create(
            slug=f"moc-{number}", name=f"Центр {number:02}", municipality=place, head_name="Белова Анна Петровна"
        )
        CentreService.objects.create(centre=centre, municipality=place, starts_on=DAY)
        made.append(centre)
        organisations += [
            Organisation.objects.create(
                municipality=place, slug=f"org-{number}-{n}", full_name=f"Дом творчества {number}-{n}",
                short_name=f"Дом {number}-{n}", kind="supplementary",
            )
            for n in range(2)
        ]  # fmt: skip
    land = Land(region, made, organisations)
    for role, kind, place_id, name in (
        ("regional_operator", "region", region.pk, ""),
        ("centre_head", "centre", made[0].pk, ""),
        ("coordinator", "municipality", made[0].municipality_id, ""),
        ("provider_manager", "organisation", organisations[0].pk, ""),
        ("provider_manager", "organisation", organisations[1].pk, "second"),
        ("observer", "region", region.pk, ""),
    ):
        account = Account.objects.create_user(
            f"{name or role}@example.org", "secret-word-1", last_name="Ильин", first_name="Пётр"
        )
        RoleAssignment.objects.create(account=account, role=role, place_kind=kind, place_id=place_id, starts_on=DAY)
        land.actors[name or role] = actor_of(account)
    template = forms.create_template(land.actors["regional_operator"], title="Сведения о центре")
    forms.change_draft(land.actors["regional_operator"], template=template, revision=1, change=lambda _: FORM)
    land.version = forms.publish(land.actors["regional_operator"], template=template)
    return land


@pytest.fixture
def land(db: None) -> Land:
    return make_land()
