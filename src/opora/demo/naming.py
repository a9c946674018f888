"""Russian names of invented people: gender forms of surnames and patronymics by rule."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache
from random import Random

from opora.demo.content.names import FEMALE_NAMES, IRREGULAR_PATRONYMICS, MALE_NAMES, SURNAMES

CHILDREN, PARENTS, ELDERS = 0, 1, 2
CONSONANTS = "бвгджзклмнпрстфхцчшщ"


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is; ``sex`` is ``m`` or ``f``."""

    last: str
    first: str
    patronymic: str
    sex: str

    @property
    def full(self) -> str:
        return f"{self.last} {self.first} {self.patronymic}"

    @property
    def initials(self) -> str:
        return f"{self.last} {self.first[0]}. {self.patronymic[0]}."


@cache
def weighted(sex: str, generation: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Names and cumulative weights of one generation."""
    source = MALE_NAMES if sex == "m" else FEMALE_NAMES
    names, weights = [], []
    for entry in source.replace("\n", "|").split("|"):
        if parts := entry.split():
            names.append(parts[0])
            weights.append(int(parts[1 + generation]))
    return tuple(names), tuple(itertools.accumulate(weights))


@cache
def surnames() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Masculine surnames and cumulative weights falling with their rank, as in any telephone book."""
    names = tuple(SURNAMES.split())
    return names, tuple(itertools.accumulate(1 / (rank + 25) ** 0.8 for rank in range(len(names))))


@cache
def surname_for(surname: str, sex: str) -> str:
    """The form of a masculine surname for a person of this sex."""
    if sex == "m":
        return surname
    if surname.endswith(("ов", "ев", "ёв", "ин", "ын")):
        return surname + "а"
    if surname.endswith(("ий", "ый", "ой")):
        return surname[:-2] + "ая"
    return surname


@cache
def patronymic(father: str, sex: str) -> str:
    """Patronymic by the ending of the father's name; irregular ones are listed."""
    male = sex == "m"
    if father in IRREGULAR_PATRONYMICS:
        return IRREGULAR_PATRONYMICS[father][0 if male else 1]
    if father.endswith("ий"):
        stem = father[:-2] + "ь"  # Юрий → Юрьевич
    elif father.endswith("й"):
        stem = father[:-1]
    elif father.endswith("ь"):
        stem = father[:-1]
    else:
        return father + ("ович" if male else "овна")
    return stem + ("евич" if male else "евна")


def pick_first(rng: Random, sex: str, generation: int) -> str:
    names, weights = weighted(sex, generation)
    return rng.choices(names, cum_weights=weights)[0]


def pick_surname(rng: Random) -> str:
    """A masculine surname."""
    names, weights = surnames()
    return rng.choices(names, cum_weights=weights)[0]


def pick_person(rng: Random, sex: str, generation: int) -> Person:
    """A person whose father is one generation older."""
    father = pick_first(rng, "m", min(generation + 1, ELDERS))
    return Person(
        surname_for(pick_surname(rng), sex),
        pick_first(rng, sex, generation),
        patronymic(father, sex),
        sex,
    )
