"""A small world for any register: rows made from the model's own fields, with what a model needs specially below."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import NOT_PROVIDED

from opora.core import clock
from opora.core.names import match_key
from opora.people.actors import actor_of
from opora.people.models import Account, PersonalSession, RoleAssignment
from opora.providers.models import Organisation
from opora.territory.models import Centre, CentreService, Municipality, Region
from opora.territory.rules import act_key

DAY = dt.date(2025, 9, 1)
_numbers = itertools.count(1)
WORDS = ("Альфа", "Бета", "Вега", "Гамма", "Дельта", "Ёлка", "Жемчуг", "Заря")


@dataclass
class World:
    """Two municipalities of one region, a centre that serves the first, an organisation in each, people with roles."""

    region: Region
    here: Municipality
    there: Municipality
    centre: Centre
    mine: Organisation
    foreign: Organisation
    people: dict[str, Account] = field(default_factory=dict)


def make_world() -> World:
    region = Region.objects.create(code="64", name="Саратовская область", oktmo="63000000", time_zone="Europe/Saratov")
    here = Municipality.objects.create(region=region, oktmo="63602000", name="Озёрный муниципальный район")
    there = Municipality.objects.create(region=region, oktmo="63603000", name="Степной муниципальный район")
    centre = Centre.objects.create(slug="moc", name="Опорный центр", municipality=here)
    CentreService.objects.create(centre=centre, municipality=here, starts_on=DAY)
    mine = Organisation.objects.create(
        municipality=here, slug="dom", full_name="Дом творчества", short_name="Дом творчества", kind="supplementary"
    )
    foreign = Organisation.objects.create(
        municipality=there, slug="sud", full_name="Станция", short_name="Станция", kind="supplementary"
    )
    world = World(region, here, there, centre, mine, foreign)
    for role, kind, place in (
        ("administrator", "system", None),
        ("centre_head", "centre", centre.pk),
        ("methodologist", "centre", centre.pk),
        ("desk_operator", "centre", centre.pk),
        ("coordinator", "municipality", here.pk),
        ("payer", "municipality", here.pk),
        ("provider_manager", "organisation", mine.pk),
        ("regional_operator", "region", region.pk),
        ("guardian", "system", None),
    ):
        world.people[role] = person(role, kind, place)
    world.people["stranger"] = person("coordinator", "municipality", there.pk, "stranger")
    PersonalSession.objects.create(
        account=world.people["administrator"],
        reason="Проверка реестров в испытаниях",
        started_at=clock.now(),
        ends_at=clock.now() + dt.timedelta(minutes=30),
    )
    return world


def person(role: str, kind: str, place: int | None, name: str = "") -> Account:
    account = Account.objects.create_user(
        f"{name or role}@example.org", "secret-word-1", last_name="Ильин", first_name="Пётр"
    )
    RoleAssignment.objects.create(account=account, role=role, place_kind=kind, place_id=place, starts_on=DAY)
    return account


def actor(world: World, name: str) -> Any:
    return actor_of(world.people[name])


# what the automatic maker cannot know: model label → values
SPECIAL: dict[str, Callable[[World, int], dict[str, Any]]] = {
    "territory.region": lambda world, n: {"code": f"{n % 900 + 100}", "oktmo": f"99{n:06}"},
    "territory.municipality": lambda world, n: {"oktmo": f"63{610 + n % 290:03}000", "region": world.region},
    "territory.locality": lambda world, n: {"oktmo": ""},
    "territory.population": lambda world, n: {"year": 2000 + n % 25, "age": n % 18},
    "territory.legalact": lambda world, n: {
        "number": f"{n}-п",
        "issuer": "Дума",
        "match_key": act_key(f"{n}-п", "Дума"),
    },
    "governance.meeting": lambda world, n: {"state": "held", "members_then": 5, "present_then": 4},
    "providers.inventorycampaign": lambda world, n: {"state": "open", "year": 2001 + n % 90},
    "governance.decision": lambda world, n: {"due_on": DAY + dt.timedelta(days=n)},
    "people.account": lambda world, n: {"email": f"person{n}@example.org", "password": ""},
    "people.child": lambda world, n: {
        "municipality": world.here,
        "last_name": WORDS[n % len(WORDS)],
        "first_name": WORDS[n // len(WORDS) % len(WORDS)],
        "birth_date": dt.date(2015, 1, 1) + dt.timedelta(days=n % 3000),
        "snils": "",
        "match_key": match_key(WORDS[n % len(WORDS)], WORDS[n // len(WORDS) % len(WORDS)]),
    },
    "outreach.classlist": lambda world, n: {"year": 2001 + n % 90, "key": f"dom-{n}"},
    "outreach.pupil": lambda world, n: {
        "last_name": WORDS[n % len(WORDS)],
        "first_name": WORDS[n // len(WORDS) % len(WORDS)],
        "patronymic": "",
        "birth_date": clock.today() - dt.timedelta(days=4400 + n),
        "school_class": "5А",
        "grade": 5,
        "letter": "А",
        "snils": "",
        "match_key": match_key(WORDS[n % len(WORDS)], WORDS[n // len(WORDS) % len(WORDS)]),
    },
    "outreach.invitation": lambda world, n: {"batch": uuid.uuid4(), "answer": "", "answer_note": ""},
    "people.roleassignment": lambda world, n: {
        "account": person("observer", "system", None, f"observer{n}"),
        "role": "coordinator",
        "place_kind": "municipality",
        "place_id": world.here.pk,
    },
    "planning.plan": lambda world, n: {"year": 2001 + n % 90, "slug": f"plan-{n}"},
    "planning.plansection": lambda world, n: {"number": 1 + n % 90},
    "planning.planpublication": lambda world, n: {"version": 1, "date": DAY + dt.timedelta(days=n)},
    "planning.planitem": lambda world, n: section_of(world, n),
    "planning.concept": lambda world, n: dict.fromkeys(("starts_on", "ends_on"), DAY),
    "planning.conceptstage": lambda world, n: dict.fromkeys(("starts_on", "ends_on"), DAY),
    "planning.concepttarget": lambda world, n: {"amount": 25, "unit": "%", "measure": "coverage"},
    "catalogue.enrolmentopening": lambda world, n: {"opens_at": dt.datetime(2099, 1, 12, 7, tzinfo=dt.UTC)},
    "catalogue.group": lambda world, n: module_of(world),
    "enrolment.rollover": lambda world, n: {"from_year": n, "to_year": n + 1},
    "enrolment.contract": lambda world, n: {"total_sum": 300, "certificate_sum": 200, "guardian_sum": 100},
    "settlement.personalaccount": lambda world, n: {"number": f"{n:010d}"},
    "settlement.familypayment": lambda world, n: {"state": "unknown", "reference": f"{n:06d}"},
    "settlement.taxcertificate": lambda world, n: {"state": "asked", "payer": {}, "learner": {}, "provider": {}},
    "surveys.formtemplate": lambda world, n: {"municipality": world.here},
    "monitoring.indicatortarget": lambda world, n: {
        "municipality": world.here,
        "code": "coverage",
        "due": DAY + dt.timedelta(days=n),
        "value": 50,
        "source": "Приказ № 7",
    },
    "monitoring.datarequest": lambda world, n: {
        "sender_kind": "centre",
        "region": world.region,
        "municipality": world.here,
        "centre": world.centre,
        "audience": "organisations",
    },
    "monitoring.datarequestanswer": lambda world, n: {"organisation": world.mine},
    "reporting.statisticsform": lambda world, n: {"year": 2015 + n % 80},
    "providers.organisation": lambda world, n: {"inn": "", "kpp": "", "ogrn": "", "bank_bik": "", "declared": {}},
    "providers.venue": lambda world, n: {"accessibility": ["ramp", "lift"]},
    "providers.staff": lambda world, n: {
        "account": None,
        "last_name": WORDS[n % len(WORDS)],
        "first_name": WORDS[n // len(WORDS) % len(WORDS)],
    },
}


def section_of(world: World, n: int) -> dict[str, Any]:
    """An item stands in a section of its own plan, with its number; its term lies in the plan's years."""
    section = make(apps.get_model("planning", "PlanSection"), world)
    return {"section": section, "plan": section.plan, "number": f"{section.number}.{n % 99 + 1}", "position": n}


def module_of(world: World) -> dict[str, Any]:
    """A group belongs to a module of its own programme."""
    module = make(apps.get_model("catalogue", "Module"), world)
    return {"module": module, "programme": module.programme, "organisation": module.programme.organisation}


def make(model: type[models.Model], world: World, **given: Any) -> Any:
    """A saved row of the model: values by field types, references to the world or made in turn."""
    number = next(_numbers)
    values = SPECIAL.get(model._meta.label_lower, lambda *_: {})(world, number) | given
    for one in model._meta.concrete_fields:
        if one.name in values or one.primary_key or one.generated or one.db_default is not NOT_PROVIDED:
            continue
        if one.is_relation:
            if not one.null:
                values[one.name] = reference(one.related_model, world, unique=one.unique)
        elif not one.has_default() and not one.null and (not one.blank or isinstance(one, models.IntegerField)):
            values[one.name] = value_of(one, number)
    return model._default_manager.create(**values)


def reference(model: type[models.Model], world: World, unique: bool = False) -> Any:
    known = {Region: world.region, Municipality: world.here, Organisation: world.mine, Centre: world.centre}
    known[Account] = world.people["guardian"]
    if model in known and not unique:
        return known[model]
    return make(model, world)


def value_of(one: models.Field[Any, Any], number: int) -> Any:
    if one.choices:
        return one.flatchoices[0][0]  # type: ignore[attr-defined]
    if isinstance(one, models.DateTimeField):
        return clock.now()
    if isinstance(one, models.DateField):
        return DAY - dt.timedelta(days=number % 3000)
    if isinstance(one, models.TimeField):
        return dt.time(16, 30)
    if isinstance(one, models.BooleanField):
        return False
    if isinstance(one, models.DecimalField):
        return Decimal(number)
    if one.name == "year":
        return 2001 + number % 90
    if isinstance(one, models.IntegerField | models.FloatField):
        return number
    if isinstance(one, models.JSONField):
        return {}
    if isinstance(one, models.SlugField):
        return f"sample-{number}"
    word = WORDS[number % len(WORDS)]
    return f"{word} {number}"[: one.max_length or 100]
