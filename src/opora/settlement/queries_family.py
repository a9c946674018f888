"""Reads of the families' own money: accounts with their months, debts, what waits for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from opora.certificates.rules import to_kopecks, to_roubles
from opora.core import clock
from opora.core.access import Actor
from opora.people.models import Account
from opora.people.queries import as_guardian
from opora.providers.models import Organisation
from opora.settlement import policy
from opora.settlement.models import AgreementTerms, Charge, FamilyPayment, PaymentRegister, PersonalAccount
from opora.settlement.rules import family, requisites
from opora.settlement.rules.family import MonthDue
from opora.settlement.rules.requisites import Requisites
from opora.settlement.services.terms import provider_side

WITH = ("child", "group__programme", "organisation", "municipality", "contract", "application")


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as its family or its provider sees it on a day; sums in roubles."""

    account: PersonalAccount
    months: list[MonthDue]
    today: dt.date

    @property
    def to_pay(self) -> Decimal:
        return max(self.account.owed, Decimal(0))

    @property
    def ahead(self) -> Decimal:
        return max(-self.account.owed, Decimal(0))

    @property
    def late(self) -> Decimal:
        return to_roubles(family.overdue(self.months, self.today))

    @property
    def oldest(self) -> MonthDue | None:
        """The oldest month that is not paid in full."""
        return next((one for one in self.months if one.left), None)

    @property
    def days_late(self) -> int:
        return max((one.days_late(self.today) for one in self.months), default=0)

    @property
    def due_on(self) -> dt.date | None:
        return self.oldest.due_on if self.oldest else None


def standings(rows: Iterable[PersonalAccount]) -> list[Standing]:
    """Accounts with their months, in two queries whatever their number."""
    accounts = list(rows)
    found: dict[int, list[tuple[dt.date, int, dt.date]]] = {}
    charges = Charge.objects.filter(account__in=[one.pk for one in accounts]).order_by()
    for pk, month, amount, due_on in charges.values_list("account", "month").annotate(Sum("amount"), Max("due_on")):
        found.setdefault(pk, []).append((month, to_kopecks(amount), due_on))
    return [
        Standing(
            one,
            family.open_months(found.get(one.pk, []), to_kopecks(one.paid)),
            clock.today(one.municipality.time_zone),
        )
        for one in accounts
    ]


def months_of(account: PersonalAccount) -> list[MonthDue]:
    """The months of one account with what is open."""
    return standings([account])[0].months


def own_accounts(actor: Actor) -> list[Standing]:
    """All accounts of the family, what is late first."""
    rows = policy.PERSONAL_ACCOUNT.rows(as_guardian(actor), "view").select_related(*WITH).order_by("-owed", "number")
    return sorted(standings(rows), key=lambda one: (-one.days_late, -one.to_pay))


def own_account(actor: Actor, public_id: Any) -> Standing:
    """One account of the family, or Hidden."""
    row = policy.PERSONAL_ACCOUNT.get(as_guardian(actor), "view", public_id=public_id)
    return standings([PersonalAccount.objects.select_related(*WITH).get(pk=row.pk)])[0]


def owing(actor: Actor) -> int:
    """How many accounts of the family wait for money."""
    rows = policy.PERSONAL_ACCOUNT.rows(as_guardian(actor), "view")
    return int(rows.filter(owed__gt=0).count())


def owing_of(children: list[int]) -> list[Standing]:
    """Accounts of these children that wait for money."""
    return standings(PersonalAccount.objects.filter(child__in=children, owed__gt=0).select_related(*WITH))


def payments_of(account: PersonalAccount) -> QuerySet[FamilyPayment]:
    return account.payments.filter(state=FamilyPayment.State.MATCHED).order_by("-paid_on", "-pk")


def charges_of(account: PersonalAccount) -> QuerySet[Charge]:
    return account.charges.order_by("-month", "-pk")


def payee(account: PersonalAccount) -> Requisites | None:
    """Where the family pays: the newest signed requisites of the provider, else those of its card; None when wrong."""
    today = clock.today(account.municipality.time_zone)
    signed = AgreementTerms.objects.filter(
        agreement__organisation=account.organisation_id, agreement__municipality=account.municipality_id
    ).filter(signed_on__isnull=False, signed_on__lte=today)
    newest = signed.order_by("-signed_on", "-version", "-pk").first()
    side = Requisites.from_json(newest.provider) if newest else provider_side(account.organisation, today)
    return None if requisites.reasons(side) else side


def payer(actor: Actor) -> Account | None:
    """Who pays: named in the code and on paper."""
    return Account.objects.filter(pk=actor.account_id or 0).first()


def own_organisations(actor: Actor) -> list[Organisation]:
    """Organisations whose money the actor keeps."""
    return list(Organisation.objects.filter(pk__in=actor.organisations("provider_manager")).order_by("sort_name"))


def debtors(actor: Actor) -> list[Standing]:
    """Accounts of the provider with something late, the oldest debt first."""
    rows = policy.PERSONAL_ACCOUNT.rows(actor, "view").filter(owed__gt=0).select_related(*WITH)
    return sorted((one for one in standings(rows) if one.late), key=lambda one: (-one.days_late, -one.late))


def unknown(actor: Actor) -> QuerySet[FamilyPayment]:
    """Payments that found nobody."""
    rows = policy.FAMILY_PAYMENT.rows(actor, "match").filter(state=FamilyPayment.State.UNKNOWN)
    return rows.select_related("organisation", "register").order_by("paid_on", "pk")


def read_registers(actor: Actor) -> QuerySet[PaymentRegister]:
    rows = policy.PAYMENT_REGISTER.rows(actor, "view").select_related("organisation")
    return rows.annotate(many=Count("payments"))


def totals(actor: Actor) -> dict[str, Decimal]:
    """Charged, paid and owed of all accounts in reach."""
    rows = policy.PERSONAL_ACCOUNT.rows(actor, "view")
    found = rows.aggregate(charged=Sum("charged"), paid=Sum("paid"))
    owed = rows.filter(owed__gt=0).aggregate(sum=Sum("owed"))["sum"]
    ahead = rows.filter(owed__lt=0).aggregate(sum=Sum("owed"))["sum"]
    zero = Decimal(0)
    return {
        "charged": found["charged"] or zero, "paid": found["paid"] or zero, "owed": owed or zero,
        "ahead": -(ahead or zero),
    }  # fmt: skip
