"""Children, their guardians with accounts, categories, consents, and a few records for the merge queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from random import Random

from opora.core.names import match_key
from opora.demo.districts import District, Organisation
from opora.demo.families import Child, Family
from opora.demo.frame import Frame
from opora.demo.identifiers import phone, slug, snils
from opora.demo.sink import Sink
from opora.demo.world import World
from opora.people.rules import SENSITIVE_CATEGORIES

CATEGORIES = (
    ("large_family", 0.17), ("low_income", 0.07), ("special_needs", 0.045), ("disabled", 0.014), ("hardship", 0.02),
    ("at_risk", 0.006), ("orphan", 0.008), ("gifted", 0.03), ("migrant", 0.01), ("service_family", 0.03),
)  # fmt: skip


def families(sink: Sink, world: World, rng: Random, texts: dict[str, int], accounts: float) -> None:
    """All children; accounts for a share of the families with a child who learns somewhere."""
    schools = {one.key: one for one in world.district.organisations if one.is_school}
    for family in world.families:
        members = [world.children[index] for index in family.children]
        if any(child.active for child in members) and rng.random() < accounts and not family.account:
            _account(sink, world.frame, family, rng)
        for child in members:
            _child(sink, world.frame, world.district, child, schools, rng)
            if family.account:
                _guardian(sink, world.frame, family, child, texts, rng)
            _categories(sink, world.frame, family, child, texts, rng)


def _account(sink: Sink, frame: Frame, family: Family, rng: Random) -> None:
    family.account = sink.next_id("people.Account")
    person = family.guardian
    login = f"{slug(person.first, 12)}.{slug(person.last, 20)}.{family.account}"
    sink.add(
        "people.Account",
        id=family.account,
        password=f"!demo-{family.account:07d}-no-sign-in-by-password-here",
        email=f"{login}@pochta.example",
        last_name=person.last,
        first_name=person.first,
        patronymic=person.patronymic,
        phone=phone(5000000 + family.account),
        created_at=frame.moment(frame.year_start - dt.timedelta(days=rng.randint(1, 400)), rng.randint(7, 22)),
    )


def _child(
    sink: Sink, frame: Frame, district: District, child: Child, schools: Mapping[str, Organisation], rng: Random
) -> None:
    child.id = sink.next_id("people.Child")
    school = schools.get(child.school)
    sink.add(
        "people.Child",
        id=child.id,
        municipality_id=district.id,
        locality_id=child.locality.id,
        last_name=child.last,
        first_name=child.first,
        patronymic=child.patronymic,
        birth_date=child.birth,
        sex=child.sex,
        snils=snils(child.id) if rng.random() < (0.78 if child.active else 0.5) else "",
        address=child.address,
        latitude=child.lat,
        longitude=child.lon,
        school_name=school.short if school else "",
        school_id=school.id if school else None,
        school_class=child.school_class,
        match_key=match_key(child.last, child.first, child.patronymic),
        created_at=frame.moment(frame.year_start - dt.timedelta(days=rng.randint(1, 500)), rng.randint(8, 18)),
    )


def _guardian(sink: Sink, frame: Frame, family: Family, child: Child, texts: dict[str, int], rng: Random) -> None:
    since = frame.moment(frame.year_start - dt.timedelta(days=rng.randint(1, 300)), rng.randint(8, 20))
    sink.add(
        "people.Guardianship", account_id=family.account, child_id=child.id, relation=family.relation,
        confirmed_at=since if child.active else None, created_at=since,
    )  # fmt: skip
    sink.add(
        "people.Consent", text_id=texts["processing"], account_id=family.account, child_id=child.id,
        giver_name=family.guardian.full, channel="online", given_at=since,
    )  # fmt: skip


def _categories(sink: Sink, frame: Frame, family: Family, child: Child, texts: dict[str, int], rng: Random) -> None:
    """Categories; the sensitive ones with their own consent, given at a desk where the family has no account."""
    if not child.active or rng.random() > 0.36:
        return
    sensitive = False
    for code, probability in CATEGORIES:
        if rng.random() < probability / 0.36:
            sensitive = sensitive or code in SENSITIVE_CATEGORIES
            sink.add(
                "people.ChildCategory", child_id=child.id, code=code, document="Удостоверение или справка",
                starts_on=frame.year_start - dt.timedelta(days=rng.randint(10, 700)),
            )  # fmt: skip
    if sensitive:
        sink.add(
            "people.Consent", text_id=texts["sensitive"], account_id=family.account or None, child_id=child.id,
            giver_name=family.guardian.full, channel="online" if family.account else "desk",
            given_at=frame.moment(frame.year_start - dt.timedelta(days=705), 12),
        )  # fmt: skip


def learner(sink: Sink, frame: Frame, child: Child, account: int) -> None:
    """A learner of 14 and over with an own cabinet."""
    since = frame.moment(frame.year_start, 18)
    sink.add(
        "people.Guardianship", account_id=account, child_id=child.id, relation="self", confirmed_at=since,
        created_at=since,
    )  # fmt: skip


def repeats(sink: Sink, world: World, rng: Random, count: int) -> None:
    """Provisional records that repeat a child: typed by hand in a list, waiting in the merge queue.

    They hold no enrolments, so no figure moves.
    """
    chosen = rng.sample([child for child in world.children if child.active and "ё" in child.full.lower()], count)
    for position, child in enumerate(chosen):
        patronymic = "" if position % 3 == 2 else child.patronymic.replace("ё", "е")
        last, first = child.last.replace("ё", "е"), child.first.replace("ё", "е")
        made = world.frame.moment(world.frame.before(1 + position), 11)
        repeat = sink.add(
            "people.Child",
            municipality_id=world.district.id,
            locality_id=child.locality.id,
            last_name=last,
            first_name=first,
            patronymic=patronymic,
            birth_date=child.birth,
            sex=child.sex,
            match_key=match_key(last, first, patronymic),
            state="provisional",
            matched_to_id=child.id,
            created_at=made,
        )
        sink.add(
            "people.MergeTask",
            left_id=child.id,
            right_id=repeat,
            municipality_id=world.district.id,
            ground="Совпадают имя и дата рождения" if patronymic else "Совпадают имя и дата рождения, отчества нет",
            created_at=made,
        )
