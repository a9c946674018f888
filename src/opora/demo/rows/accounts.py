"""Demo accounts ``<role>@opora.demo``: one for each role, each with something waiting for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import get_hasher

from opora.core.access import ROLES
from opora.demo.courses import Group, Teacher
from opora.demo.families import Child, Family
from opora.demo.frame import Frame
from opora.demo.identifiers import phone
from opora.demo.naming import Person
from opora.demo.sink import Sink
from opora.demo.world import World

DOMAIN = "opora.demo"
PASSWORD = "opora-demo"
SALT = "oporaDemoSalt001"
"""Fixed, so that the same seed gives the same rows; the password is public anyway."""
PEOPLE = {
    "provider_manager": Person("Соловьёва", "Ирина", "Викторовна", "f"),
    "desk_operator": Person("Журавлёва", "Оксана", "Игоревна", "f"),
    "centre_head": Person("Белозёрова", "Марина", "Сергеевна", "f"),
    "methodologist": Person("Тихомирова", "Анна", "Павловна", "f"),
    "organiser": Person("Ключников", "Антон", "Дмитриевич", "m"),
    "coordinator": Person("Рождественский", "Олег", "Юрьевич", "m"),
    "payer": Person("Степанова", "Наталья", "Борисовна", "f"),
    "expert": Person("Верещагина", "Людмила", "Аркадьевна", "f"),
    "regional_operator": Person("Громов", "Пётр", "Алексеевич", "m"),
    "observer": Person("Воронцова", "Елена", "Константиновна", "f"),
    "administrator": Person("Кораблёв", "Денис", "Николаевич", "m"),
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom the demo's guardian, learner and teacher are."""

    family: Family
    learner: Child
    teacher: Teacher


def choose(world: World) -> Cast:
    """A family with two children at several groups, one of them paid from certificates; a learner; a busy teacher."""
    groups_of: dict[int, list[Group]] = {}
    for programme in world.programmes:
        for group in programme.groups:
            for index in group.learners:
                groups_of.setdefault(index, []).append(group)
    return Cast(_family(world, groups_of), _learner(world, groups_of), _teacher(world))


def _family(world: World, groups_of: dict[int, list[Group]]) -> Family:
    def score(family: Family) -> tuple[int, ...]:
        members = [world.children[index] for index in family.children]
        lists = [groups_of.get(child.index, []) for child in members]
        certified = sum(group.programme.certified for groups in lists for group in groups)
        right_ages = sum(7 <= child.age <= 14 for child in members)
        return (
            len(members) == 2,
            right_ages,
            min(len(groups) for groups in lists) >= 2,
            certified == 1,  # one contract leaves money for the story of another that was left in time
            -abs(sum(len(groups) for groups in lists) - 5),
            -family.index,
        )

    return max((family for family in world.families if family.relation == "mother"), key=score)


def _learner(world: World, groups_of: dict[int, list[Group]]) -> Child:
    grown = [child for child in world.children if 15 <= child.age <= 16 and len(groups_of.get(child.index, ())) >= 2]
    return max(grown, key=lambda child: (len(groups_of[child.index]) == 3, -child.index))


def _teacher(world: World) -> Teacher:
    """The teacher of the first organisation with lessons on the most days, today's weekday among them."""
    organisation = world.district.organisations[0]
    today = world.frame.date.isoweekday()
    days: dict[int, set[int]] = {}
    for programme in world.programmes:
        for group in programme.groups:
            if programme.organisation is organisation and group.teacher:
                days.setdefault(id(group.teacher), set()).update(slot[0] for slot in group.slots)
    staff = world.teachers[organisation.key]
    return max(staff, key=lambda one: (today in days[id(one)], len(days[id(one)]), -staff.index(one)))


def password() -> str:
    return str(get_hasher().encode(PASSWORD, SALT))


def write(sink: Sink, world: World, cast: Cast, places: dict[str, tuple[str, int | None]]) -> dict[str, int]:
    """Accounts and roles; ``places`` maps a role to (kind of place, id). Returns account ids by role."""
    frame, ids, secret = world.frame, {}, password()
    teacher = cast.teacher.person
    learner = cast.learner
    people = PEOPLE | {
        "guardian": cast.family.guardian,
        "learner": Person(learner.last, learner.first, learner.patronymic, learner.sex),
        "teacher": teacher,
    }
    for number, role in enumerate(ROLES):
        account = ids[role] = _account(sink, frame, f"{role}@{DOMAIN}", people[role], secret, number)
        if role in places:
            kind, place = places[role]
            sink.add(
                "people.RoleAssignment",
                account_id=account,
                role=role,
                place_kind=kind,
                place_id=place,
                starts_on=frame.year_start - dt.timedelta(days=365),
            )
    return ids


def _account(sink: Sink, frame: Frame, email: str, person: Person, secret: str, number: int) -> int:
    account = sink.add(
        "people.Account",
        password=secret,
        email=email,
        last_name=person.last,
        first_name=person.first,
        patronymic=person.patronymic,
        phone=phone(1000000 + number),
        created_at=frame.moment(frame.year_start - dt.timedelta(days=360)),
    )
    sink.add("account.EmailAddress", user_id=account, email=email, verified=True, primary=True)
    return account
