"""Normative cost step by step: rate × hours × product of coefficients (spec/financing.md, "Funding period").

A period gives a rate per focus area and programme kind, and coefficients by condition. At most one coefficient of
each kind works; the product is rounded half up to the kopeck once, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opora.certificates.rules.arithmetic import normative_cost
from opora.certificates.rules.money import Kopecks
from opora.core import russian

GROUP_SIZE = "group_size"
CONDITIONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "study_form": (
        "Форма обучения",
        {
            "full_time": "очная",
            "part_time": "очно-заочная",
            "correspondence": "заочная",
            "distance": "дистанционная",
        },
    ),
    "territory": ("Территория", {"rural": "сельская местность", "urban": "город"}),
    "special_needs": ("Особые потребности", {"yes": "для детей с ОВЗ и инвалидностью"}),
    "level": ("Уровень программы", {"starter": "стартовый", "basic": "базовый", "advanced": "продвинутый"}),
    "delivery": ("Организация занятий", {"mobile": "выездная программа", "network": "сетевая форма"}),
    GROUP_SIZE: ("Размер группы", {}),
}
"""Kind of a coefficient → its name and the codes of its conditions. The code of a group size is its upper bound."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A factor with the condition under which it works."""

    kind: str
    code: str
    value: Decimal

    @property
    def title(self) -> str:
        """«сельская местность», «группа до 8 человек»."""
        if self.kind == GROUP_SIZE:
            return f"группа до{russian.NBSP}{self.code} человек"
        return CONDITIONS[self.kind][1][self.code]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a module is like; values are codes of CONDITIONS. group_size None = no group is planned yet."""

    focus_area: str
    programme_kind: str
    hours: int
    study_form: str = "full_time"
    level: str = ""
    territory: str = ""
    special_needs: bool = False
    mobile: bool = False
    network: bool = False
    group_size: int | None = None

    def has(self, kind: str) -> str:
        """The code of the condition that this module meets for a kind; empty when none."""
        if kind == "special_needs":
            return "yes" if self.special_needs else ""
        if kind == "delivery":
            return "mobile" if self.mobile else "network" if self.network else ""
        return str(getattr(self, kind))


@dataclass(frozen=True, slots=True)
class Calculation:
    """A normative cost with everything it was made of."""

    rate: Kopecks
    hours: int
    factors: tuple[Coefficient, ...]
    cost: Kopecks
    exact: str
    """The product before rounding, roubles with all its digits: «14 076,00072»."""

    @property
    def line(self) -> str:
        """«Ставка 85,00 ₽ × 144 ч × 1,15 (сельская местность) = 14 076,00 ₽»."""
        parts = [f"Ставка {russian.money_kopecks(self.rate)}", f"{russian.number(self.hours)}{russian.NBSP}ч"]
        parts += [f"{russian.number(one.value)} ({one.title})" for one in self.factors]
        return f"{' × '.join(parts)} = {russian.money_kopecks(self.cost)}"

    def steps(self) -> list[tuple[str, str, str]]:
        """(what, factor, product so far) row by row; the last one says how it was rounded."""
        product = Decimal(self.rate) / 100
        rows = [("Ставка за человеко-час", russian.money_kopecks(self.rate), _plain(product))]
        product *= self.hours
        rows.append(("Академических часов", russian.number(self.hours), _plain(product)))
        for one in self.factors:
            product *= one.value
            title = f"{CONDITIONS[one.kind][0]}: {one.title}"
            rows.append((title, russian.number(one.value), _plain(product)))
        rows.append(("Округление до копейки, половина – вверх", "", russian.money_kopecks(self.cost)))
        return rows

    def to_json(self) -> dict[str, Any]:
        """Kopecks and texts, as kept with the module's cost."""
        return {
            "rate": self.rate,
            "hours": self.hours,
            "factors": [[one.kind, one.code, str(one.value)] for one in self.factors],
            "cost": self.cost,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Calculation:
        factors = tuple(Coefficient(kind, code, Decimal(value)) for kind, code, value in data["factors"])
        return _calculation(data["rate"], data["hours"], factors)


def choose(coefficients: Sequence[Coefficient], traits: Traits) -> tuple[Coefficient, ...]:
    """The coefficients that work for a module, one of a kind, in the order of CONDITIONS.

    For the size of a group the smallest bound that holds it; without a group none works.
    """
    found = []
    for kind in CONDITIONS:
        of_kind = [one for one in coefficients if one.kind == kind]
        if kind == GROUP_SIZE:
            size = traits.group_size
            fits = [one for one in of_kind if size is not None and size <= int(one.code)]
            found += sorted(fits, key=lambda one: int(one.code))[:1]
        else:
            found += [one for one in of_kind if one.code == traits.has(kind)]
    return tuple(found)


def calculate(
    rates: Mapping[tuple[str, str], Kopecks], coefficients: Sequence[Coefficient], traits: Traits
) -> Calculation | None:
    """The normative cost of a module; None when the period has no rate for its focus area and programme kind."""
    rate = rates.get((traits.focus_area, traits.programme_kind))
    if rate is None:
        return None
    return _calculation(rate, traits.hours, choose(coefficients, traits))


def _calculation(rate: Kopecks, hours: int, factors: tuple[Coefficient, ...]) -> Calculation:
    product = Decimal(rate * hours)
    for one in factors:
        product *= one.value
    cost = normative_cost(rate, hours, [one.value for one in factors])
    return Calculation(rate, hours, factors, cost, _plain(product / 100))


def _plain(roubles: Decimal) -> str:
    """At least two digits after the comma, more where there are more."""
    digits = max(2, -int(roubles.normalize().as_tuple().exponent))
    return f"{russian.number(roubles, digits)}{russian.NBSP}₽"
