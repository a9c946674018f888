"""What a group costs this family: the price, and with a chosen child what its certificate pays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from opora.core import russian
from opora.core.access import Actor
from opora.enrolment.rules import CERTIFICATE
from opora.enrolment.services import Quote, quotes
from opora.people.models import Child

NOT_MONEY = frozenset(
    [
        "window_not_open",
        "window_closed",
        "no_place",
        "age",
        "sex",
        "residence",
        "residence_unknown",
        "medical",
        "same_group",
        "programme_not_published",
        "provider_inactive",
    ]
)
"""Reasons that refuse an application but say nothing about the certificate."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Roubles for the whole course. `guardian` and `certificate` are None while no child is chosen."""

    price: Decimal
    free_of_charge: bool = False
    by_certificate: bool = False
    certificate: Decimal | None = None
    guardian: Decimal | None = None
    why: str = ""
    """Why the certificate pays nothing, in words."""
    until: dt.date | None = None
    """Last day that the sums of a chosen child cover: the contract ends with the funding period."""

    @property
    def text(self) -> str:
        """The one figure: what the family pays."""
        payable = self.price if self.guardian is None else self.guardian
        return "Бесплатно" if self.free_of_charge or payable == 0 else russian.money(payable)

    @property
    def note(self) -> str:
        """How the figure comes about."""
        if self.free_of_charge:
            return "за счёт бюджета"
        if self.certificate:
            paid = f"сертификат платит {russian.money(self.certificate)} из{russian.NBSP}{russian.money(self.price)}"
            return (
                f"{paid} за{russian.NBSP}занятия до{russian.NBSP}{russian.date_full(self.until)}"
                if self.until
                else paid
            )
        if self.why:
            return "за весь курс"
        if self.by_certificate:
            return "за весь курс, можно оплатить сертификатом"
        return "за весь курс"


class Priced(Protocol):
    """What the price is taken from: a group's row of any kind."""

    @property
    def pk(self) -> int: ...
    @property
    def price(self) -> Decimal: ...
    @property
    def for_budget(self) -> bool: ...
    @property
    def for_certificate(self) -> bool: ...


def cost(group: Priced) -> Cost:
    """The cost without a certificate."""
    if group.for_budget:
        return Cost(Decimal(0), free_of_charge=True, by_certificate=group.for_certificate)
    return Cost(group.price, by_certificate=group.for_certificate)


def costs(actor: Actor, groups: Iterable[Priced], child: Child | None = None) -> dict[int, Cost]:
    """The cost of each group by id for the chosen child of the actor: one query more with a child."""
    rows = list(groups)
    found = {group.pk: cost(group) for group in rows}
    payable = [group for group in rows if group.for_certificate and not group.for_budget]
    if child is None or not payable:
        return found
    answers = quotes(actor, child=child, groups=[group.pk for group in payable], funding=CERTIFICATE)
    return found | {group.pk: _with_certificate(found[group.pk], answers.get(group.pk)) for group in payable}


def _with_certificate(plain: Cost, answer: Quote | None) -> Cost:
    if answer is None:
        return plain
    against = next((reason for reason in answer.reasons if reason.code not in NOT_MONEY), None)
    if against is not None or not answer.certificate:
        why = against.message if against else "На сертификате не осталось денег."
        return replace(plain, guardian=plain.price, certificate=Decimal(0), why=why)
    return replace(
        plain,
        price=answer.total,
        certificate=answer.certificate,
        guardian=answer.guardian,
        until=answer.ends_on,
    )
