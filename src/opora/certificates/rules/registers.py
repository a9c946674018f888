"""Registers of programmes: what is looked at before a programme is included (D3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from opora.certificates.rules.parameters import PROGRAMME_REGISTERS

BUDGET = frozenset({"significant", "preprofessional", "other"})
ABOUT: Mapping[str, str] = {
    "significant": "Важны для развития района. Бюджетные места, по сертификату учёта.",
    "preprofessional": "Предпрофессиональные программы искусств и спорта. Бюджетные места, по сертификату учёта.",
    "other": "Остальные программы за счёт бюджета. По сертификату учёта.",
    "certified": "Их оплачивает сертификат с деньгами: договор заключают только по ним.",
    "paid": "Платные программы: платит семья.",
}


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """What is known of a programme on the day of the decision. `registers` are those it is in that day."""

    published: bool
    kind: str
    focus_paid: bool
    provider_active: bool
    provider_listed: bool
    licensed: bool
    agreement: bool
    costs_known: bool
    prices_known: bool
    budget_places: bool
    registers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing looked at; `met` is None where people decide, not figures."""

    text: str
    met: bool | None
    hint: str = ""


Check = Callable[[ProgrammeFacts, str], bool]
_PUBLISHED: tuple[str, Check, str] = (
    "программа опубликована в навигаторе",
    lambda facts, _: facts.published,
    "Отправьте её на модерацию.",
)
_BUDGET: tuple[str, Check, str] = (
    "есть группы с бюджетными местами",
    lambda facts, _: facts.budget_places,
    "Откройте группу за счёт бюджета.",
)
_ALONE: tuple[str, Check, str] = (
    "не состоит в другом реестре, который решает, кто платит",
    lambda facts, register: not (facts.registers & (BUDGET | {"certified"}) - {register}),
    "Сначала исключите её из того реестра.",
)
_LICENSED: tuple[str, Check, str] = (
    "у организации указана лицензия",
    lambda facts, _: facts.licensed,
    "Впишите её в карточку организации.",
)
_CHECKS: Mapping[str, tuple[tuple[str, Check, str], ...]] = {
    "significant": (_PUBLISHED, _BUDGET, _ALONE),
    "preprofessional": (
        (
            "вид программы – предпрофессиональная или спортивная подготовка",
            lambda facts, _: facts.kind in ("preprofessional", "sport_training"),
            "Исправьте вид в описании программы.",
        ),
        _PUBLISHED,
        _LICENSED,
        _ALONE,
    ),
    "other": (_PUBLISHED, _BUDGET, _ALONE),
    "certified": (
        _PUBLISHED,
        (
            "организация работает и включена в реестр поставщиков",
            lambda facts, _: facts.provider_active and facts.provider_listed,
            "Укажите день включения в карточке организации.",
        ),
        _LICENSED,
        (
            "направленность оплачивается в нынешнем периоде",
            lambda facts, _: facts.focus_paid,
            "Её разрешает период финансирования.",
        ),
        (
            "у всех модулей есть нормативная стоимость",
            lambda facts, _: facts.costs_known,
            "Посчитайте её по формуле или впишите с документом.",
        ),
        (
            "подписано соглашение об оплате на нынешний период",
            lambda facts, _: facts.agreement,
            "Соглашение подписывают плательщик и организация.",
        ),
        _ALONE,
    ),
    "paid": (
        _PUBLISHED,
        ("у всех модулей указана цена", lambda facts, _: facts.prices_known, "Впишите цены модулей."),
    ),
}
_BY_PEOPLE: Mapping[str, tuple[str, ...]] = {
    "significant": ("рабочая группа признала её важной для района",),
    "preprofessional": (),
    "other": (),
    "certified": ("эксперты подтвердили содержание программы",),
    "paid": (),
}


def criteria(register: str, facts: ProgrammeFacts) -> list[Criterion]:
    """Everything looked at for a register, in the order of the page."""
    found = []
    for text, check, hint in _CHECKS[register]:
        met = check(facts, register)
        found.append(Criterion(text, met, "" if met else hint))
    return found + [Criterion(text, None) for text in _BY_PEOPLE[register]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a programme stands in a register on a day; `state` is in, planned, out or never."""

    register: str
    state: str
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None

    @property
    def title(self) -> str:
        return PROGRAMME_REGISTERS[self.register]


def standing(register: str, starts_on: dt.date | None, ends_on: dt.date | None, today: dt.date) -> Standing:
    """The state of one register's entry; None as the start = there is no entry."""
    if starts_on is None:
        return Standing(register, "never")
    if ends_on is not None and ends_on < today:
        return Standing(register, "out", starts_on, ends_on)
    return Standing(register, "planned" if starts_on > today else "in", starts_on, ends_on)
