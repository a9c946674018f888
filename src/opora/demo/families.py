"""Children of a district in families: exact counts by single year of age, names, homes, schools."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from opora.demo.content import places
from opora.demo.districts import District, Locality, Organisation, children_by_locality, scatter
from opora.demo.frame import Frame, full_years
from opora.demo.naming import (
    CHILDREN,
    PARENTS,
    Person,
    patronymic,
    pick_first,
    pick_person,
    pick_surname,
    surname_for,
)

FIRST_AGE = 5
FAMILY_SIZES = ((1, 2, 3, 4), (56, 33, 9, 2))


@dataclass(slots=True)
class Child:
    index: int
    family: int
    last: str
    first: str
    patronymic: str
    sex: str
    birth: dt.date
    age: int
    """Full years on D."""
    start_age: int
    """Full years on the first day of the school year: what age limits are held against."""
    late_age: int
    """The same for groups that begin later in September."""
    locality: Locality
    address: str
    lat: float
    lon: float
    school: str
    """Key of the school organisation; empty for those not yet at school."""
    school_class: str
    active: bool = False
    wanted: int = 0
    """In how many groups the child would like to be."""
    groups: int = 0
    busy: int = 0
    id: int = 0

    @property
    def full(self) -> str:
        return f"{self.last} {self.first} {self.patronymic}"


@dataclass(slots=True)
class Family:
    index: int
    guardian: Person
    relation: str
    address: str
    children: list[int]
    account: int = 0


def populate(rng: Random, frame: Frame, district: District) -> tuple[list[Family], list[Child]]:
    """Everyone aged 5–17 of the district; the counts by age equal the population table."""
    ages = [FIRST_AGE + index for index, count in enumerate(district.population) for _ in range(count)]
    rng.shuffle(ages)
    homes = [
        locality
        for locality, count in zip(district.localities, children_by_locality(district, len(ages)), strict=True)
        for _ in range(count)
    ]
    schools = _schools(district)
    families: list[Family] = []
    children: list[Child] = []
    position = 0
    while position < len(ages):
        locality = homes[position]
        size = rng.choices(*FAMILY_SIZES)[0]
        members = [ages[position]]
        while len(members) < size and position + len(members) < len(ages):
            other = position + len(members)
            if homes[other] is not locality or any(abs(ages[other] - age) < 1 for age in members):
                break
            members.append(ages[other])
        families.append(_family(rng, frame, locality, members, len(families), children, schools))
        position += len(members)
    return families, children


def _schools(district: District) -> list[Organisation]:
    """Schools of the town; villages name theirs."""
    return [one for one in district.organisations if one.is_school and one.venues[0].locality is district.town]


def _family(
    rng: Random,
    frame: Frame,
    locality: Locality,
    ages: list[int],
    index: int,
    children: list[Child],
    schools: list[Organisation],
) -> Family:
    surname = pick_surname(rng)
    father = pick_first(rng, "m", PARENTS)
    address = home(rng, locality)
    lat, lon = scatter(rng, locality)
    school = locality.school or (rng.choices(schools, weights=range(len(schools) + 3, 3, -1))[0].key if schools else "")
    members = []
    taken: set[str] = set()
    for age in ages:
        sex = "m" if rng.random() < 0.513 else "f"
        first = pick_first(rng, sex, CHILDREN)
        while first in taken:
            first = pick_first(rng, sex, CHILDREN)
        taken.add(first)
        birth = frame.birth_date(age, rng.randrange(363))
        grade = _grade(frame, birth)
        members.append(len(children))
        children.append(
            Child(
                index=len(children),
                family=index,
                last=surname_for(surname, sex),
                first=first,
                patronymic=patronymic(father, sex),
                sex=sex,
                birth=birth,
                age=age,
                start_age=full_years(birth, frame.year_start),
                late_age=full_years(birth, frame.late_start),
                locality=locality,
                address=address,
                lat=lat,
                lon=lon,
                school=school if grade else "",
                school_class=f"{grade}{rng.choice('АБВГ' if locality.urban else 'А')}" if grade else "",
            )
        )
    relation = rng.choices(("mother", "father", "guardian"), weights=(84, 13, 3))[0]
    if relation == "father":
        grandfather = pick_first(rng, "m", 2)
        guardian = Person(surname_for(surname, "m"), father, patronymic(grandfather, "m"), "m")
    else:
        guardian = pick_person(rng, "f", PARENTS)
        if relation == "mother" and rng.random() < 0.88:
            guardian = Person(surname_for(surname, "f"), guardian.first, guardian.patronymic, "f")
    return Family(index, guardian, relation, address, members)


def home(rng: Random, locality: Locality) -> str:
    """A postal address in a locality."""
    streets = places()["streets"]
    if locality.urban:
        street, flat = rng.choice(streets["town"]), f", кв. {rng.randint(1, 96)}"
    else:
        street, flat = rng.choice(streets["village"]), ""
    title = street if street.startswith("проспект") or street.endswith("проезд") else f"ул. {street}"
    return f"{locality.postcode}, {locality.title}, {title}, д. {rng.randint(1, 92)}{flat}"


def _grade(frame: Frame, birth: dt.date) -> int:
    """School year: children begin in the September after they turn six and a half; 0 before that."""
    age = full_years(birth + dt.timedelta(days=183), frame.year_start)
    return min(age - 6, 11) if age >= 7 else 0
