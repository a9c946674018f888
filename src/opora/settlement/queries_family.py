"""Reads of the families' own money: accounts with their months, debts, what waits for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Max, Q, QuerySet, Sum, When

from opora.certificates.rules import to_kopecks, to_roubles
from opora.core import clock
from opora.core.access import Actor
from opora.people.models import Account
from opora.people.queries import as_guardian
from opora.providers.models import Organisation
from opora.settlement import policy
from opora.settlement.models import (
    AgreementTerms,
    Charge,
    FamilyPayment,
    FamilyRefund,
    PaymentRegister,
    PersonalAccount,
)
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
    def ages(self) -> list[Decimal]:
        """What is late by age, as `rules.family.AGES` names it."""
        return [to_roubles(one) for one in family.ages(self.months, self.today)]

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
            family.open_months(found.get(one.pk, []), to_kopecks(one.paid - one.refunded)),
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


def owing(actor: Actor) -> list[QuerySet[Any]]:
    """The accounts of the family that wait for money."""
    return [policy.PERSONAL_ACCOUNT.rows(as_guardian(actor), "view").filter(owed__gt=0)]


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


def own_bank_accounts(organisation: Organisation) -> set[str]:
    """Accounts on which the organisation is paid: of its card and of its signed agreements."""
    signed = AgreementTerms.objects.filter(agreement__organisation=organisation, signed_on__isnull=False)
    found = {str(side.get("account", "")) for side in signed.values_list("provider", flat=True)}
    return (found | {organisation.bank_account}) - {""}


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


def ages(standings: Iterable[Standing]) -> list[tuple[str, Decimal]]:
    """What is late in sum by the age of the debt: (its name, roubles)."""
    sums = [Decimal(0)] * len(family.AGES)
    for one in standings:
        sums = [before + more for before, more in zip(sums, one.ages, strict=True)]
    return list(zip(family.AGES, sums, strict=True))


def refunds_of(account: PersonalAccount) -> QuerySet[FamilyRefund]:
    """Refunds of the account, the newest first."""
    return account.refunds.order_by("-asked_at", "-pk")


def is_over(account: PersonalAccount) -> bool:
    """Whether the study that the account pays for is over or ends by a notice."""
    if account.contract is not None:
        return account.contract.state == "closed" or account.contract.terminates_on is not None
    return account.application.state == "finished"


def refunds(actor: Actor) -> QuerySet[FamilyRefund]:
    """Refunds in the provider's reach, what waits first."""
    rows = policy.FAMILY_REFUND.rows(actor, "view").select_related("account__child", "account__group__programme")
    waits = Case(When(state="asked", then=0), When(state="approved", then=1), default=2)
    return rows.order_by(waits, "-asked_at", "-pk")


def refund_card(actor: Actor, public_id: Any) -> FamilyRefund:
    """One refund with its account, or Hidden."""
    found = policy.FAMILY_REFUND.get(actor, "view", public_id=public_id)
    with_account = [f"account__{name}" for name in WITH]
    return FamilyRefund.objects.select_related("asked_by", "decided_by", *with_account).get(pk=found.pk)


def refunds_waiting(actor: Actor) -> dict[str, int]:
    """State → how many open refunds wait for the provider."""
    rows = policy.FAMILY_REFUND.rows(actor, "decide").filter(state__in=("asked", "approved")).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


def overpaid(actor: Actor) -> QuerySet[PersonalAccount]:
    """Accounts with more money than is charged and without an open refund, where the study is over."""
    rows = (
        policy.PERSONAL_ACCOUNT.rows(actor, "begin_refund")
        .filter(owed__lt=0)
        .exclude(refunds__state__in=("asked", "approved"))
    )
    over = Q(contract__state="closed") | Q(application__state="finished") | Q(contract__terminates_on__isnull=False)
    return rows.filter(over).select_related(*WITH).order_by("owed", "pk")


def totals(actor: Actor) -> dict[str, Decimal]:
    """Charged, paid, refunded and owed of all accounts in reach."""
    rows = policy.PERSONAL_ACCOUNT.rows(actor, "view")
    found = rows.aggregate(charged=Sum("charged"), paid=Sum("paid"), refunded=Sum("refunded"))
    owed = rows.filter(owed__gt=0).aggregate(sum=Sum("owed"))["sum"]
    ahead = rows.filter(owed__lt=0).aggregate(sum=Sum("owed"))["sum"]
    zero = Decimal(0)
    return {
        "charged": found["charged"] or zero, "paid": found["paid"] or zero, "refunded": found["refunded"] or zero,
        "owed": owed or zero, "ahead": -(ahead or zero),
    }  # fmt: skip
