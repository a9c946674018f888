"""What a group costs this family: the price, and with a chosen child what its certificate pays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from opora.catalogue.models import Group
from opora.core import russian
from opora.core.access import Actor
from opora.people.models import Child


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
            return f"сертификат платит {russian.money(self.certificate)} из{russian.NBSP}{russian.money(self.price)}"
        if self.by_certificate:
            return "за весь курс, можно оплатить сертификатом"
        return "за весь курс"


def cost(group: Group) -> Cost:
    """The cost without a certificate."""
    if group.for_budget:
        return Cost(Decimal(0), free_of_charge=True, by_certificate=group.for_certificate)
    return Cost(group.price, by_certificate=group.for_certificate)


def costs(actor: Actor, groups: Iterable[Group], child: Child | None = None) -> dict[int, Cost]:
    """The cost of each group by id for the chosen child of the actor."""
    return {group.pk: cost(group) for group in groups}
