"""Certificates for the tax office (КНД 1151158): what of the payments counts, for whom; details of persons. No database.

Order of the ФНС of 18.10.2023 № ЕД-7-11/824@: one paper per payer, learner and year; ИНН or an identity document of
each; correction «0--» for the first paper, then «1--», «2--»; «999» annuls.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass

from opora.core import identifiers
from opora.core.reasons import Reason

Kopecks = int
GROUND = "НК РФ, ст. 219; приказ ФНС № ЕД-7-11/824@"
FIRST_YEAR = 2024
"""The form is for money paid from 1 January 2024 on."""
DAYS_TO_ISSUE = 30
"""Calendar days from the request in which a paper is issued."""
LAST_CORRECTION = 998
PASSPORT, BIRTH = "21", "03"
DOCUMENTS = {
    PASSPORT: "Паспорт гражданина РФ",
    BIRTH: "Свидетельство о рождении",
    "23": "Свидетельство о рождении, выданное за рубежом",
    "10": "Паспорт иностранного гражданина",
    "12": "Вид на жительство",
    "15": "Разрешение на временное проживание",
    "14": "Временное удостоверение личности",
    "24": "Удостоверение личности военнослужащего",
    "91": "Иной документ",
}
"""Codes of identity documents as the form writes them."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that counts on some account of the child at the provider."""

    key: int
    account: int
    paid_on: dt.date
    amount: Kopecks
    payer_name: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the paper. Dates are ISO texts, empty when not given."""

    last_name: str
    first_name: str
    patronymic: str = ""
    birth_date: str = ""
    inn: str = ""
    document_code: str = ""
    document_number: str = ""
    document_date: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Person:
        return cls(**{name: str(data.get(name, "")) for name in cls.__slots__})

    def to_json(self) -> dict[str, str]:
        return asdict(self)

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)


def kept(payments: Iterable[Payment], refunds: Iterable[tuple[int, dt.date, Kopecks]]) -> dict[int, Kopecks]:
    """What the provider kept of each payment: (account, day, sum) refunds take from its latest payments first.

    Payments of later days than the refund are touched only when the earlier ones do not suffice. The sum of what is
    kept is what came in less what went back; nothing is below zero.
    """
    rows = sorted(payments, key=lambda one: (one.paid_on, one.key))
    left = {one.key: one.amount for one in rows}
    for account, day, amount in sorted(refunds, key=lambda one: one[1]):
        own = [one for one in rows if one.account == account]
        before = [one for one in own if one.paid_on <= day]
        after = [one for one in own if one.paid_on > day]
        for one in [*reversed(before), *after]:
            taken = min(left[one.key], amount)
            left[one.key] -= taken
            amount -= taken
    return left


def _words(text: str) -> list[str]:
    return re.sub(r"[^а-яa-z\- ]+", " ", text.lower().replace("ё", "е")).split()


def names_person(text: str, person: Person) -> bool:
    """Whether a payer's name as banks write it («Лесная А. И.», «ЛЕСНАЯ АННА») is this person's."""
    words = _words(text)
    last, first, patronymic = (_words(one) for one in (person.last_name, person.first_name, person.patronymic))
    if not last or words[: len(last)] != last:
        return False
    rest = words[len(last) :]
    for given, own in zip(rest, [*first[:1], *patronymic[:1]], strict=False):
        if own != given and not (len(given) == 1 and own.startswith(given)):
            return False
    return True


def counts_for(payment: Payment, payer: Person, learner: Person) -> bool:
    """Whether a payment is taken for the payer by itself: named so, or nobody or the child itself is named."""
    if not _words(payment.payer_name):
        return True
    return names_person(payment.payer_name, payer) or names_person(payment.payer_name, learner)


def person_reasons(person: Person, *, today: dt.date, prefix: str = "") -> list[Reason]:
    """What is missing or wrong; `prefix` is put before the names of fields."""
    found: list[Reason] = []

    def wrong(field: str, code: str, text: str, hint: str = "") -> None:
        found.append(Reason(f"tax_{code}", text, GROUND, hint, field=f"{prefix}{field}"))

    born = _day(person.birth_date)
    if born is None:
        wrong("birth_date", "birth_date", "Укажите дату рождения.")
    elif born >= today:
        wrong("birth_date", "birth_date", "Дата рождения ещё не наступила.")
    if person.inn:
        try:
            identifiers.inn(person.inn, kind="person")
        except ValueError as error:
            wrong("inn", "inn", identifiers.at_its_field(error))
    elif not (person.document_code and person.document_number):
        wrong("inn", "no_document", "Укажите ИНН или документ.", "ИНН достаточно: документ нужен только без него.")
    if person.document_number:
        _document(person, today, wrong)
    return found


def _document(person: Person, today: dt.date, say: Callable[[str, str, str], None]) -> None:
    if person.document_code not in DOCUMENTS:
        say("document_code", "document_code", "Выберите вид документа.")
    digits = re.sub(r"[\s№]", "", person.document_number)
    if person.document_code == PASSPORT and not re.fullmatch(r"[0-9]{10}", digits):
        say("document_number", "document_number", "Серия и номер паспорта – 10 цифр.")
    issued = _day(person.document_date)
    if issued is None:
        say("document_date", "document_date", "Укажите, когда выдан документ.")
    elif issued > today:
        say("document_date", "document_date", "Дата выдачи ещё не наступила.")


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def next_correction(last: int) -> int:
    """The correction number after `last`. Raises ValueError past the last one that the form has."""
    if last >= LAST_CORRECTION:
        raise ValueError("Номера корректировок этой справки кончились.")
    return last + 1
