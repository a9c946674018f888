"""Reads of certificates for the tax office: what can be certified for whom, what is asked, what no longer fits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, QuerySet, When

from opora.certificates.rules import to_kopecks, to_roubles
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden
from opora.core.workdays import end_of_day
from opora.people.models import Account, Child
from opora.people.queries import as_guardian
from opora.providers.models import Organisation
from opora.settlement import policy
from opora.settlement.models import FamilyPayment, FamilyRefund, PersonalAccount, TaxCertificate, TaxCertificateLine
from opora.settlement.models.tax import ANNULMENT
from opora.settlement.rules import tax
from opora.settlement.rules.tax import Payment, Person

State = TaxCertificate.State
WITH = ("organisation", "child", "account", "municipality")


@dataclass(frozen=True, slots=True)
class Line:
    """A payment with what the provider kept of it, roubles; `counts`: taken for the payer by itself."""

    payment: FamilyPayment
    amount: Decimal
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Chance:
    """What a family can ask for: a child, a provider, a year, the sum, the newest paper of it (or None)."""

    organisation: Organisation
    child: Child
    year: int
    amount: Decimal
    newest: TaxCertificate | None
    known: bool = False
    """The guardian told the details of this child before: one click is enough."""

    @property
    def can_ask(self) -> bool:
        """Something is paid, nothing is asked, and the living paper shows another sum."""
        if not self.amount or (self.newest and self.newest.state == State.ASKED):
            return False
        return self.newest is None or self.newest.state != State.ISSUED or self.newest.amount != self.amount


def kept_of(accounts: Iterable[int]) -> dict[int, int]:
    """Payment → kopecks that the provider kept of it, for all counted payments of the accounts. Two queries."""
    keys = list(accounts)
    rows = FamilyPayment.objects.filter(account__in=keys, state=FamilyPayment.State.MATCHED).order_by()
    payments = [
        Payment(pk, account, day, to_kopecks(amount))
        for pk, account, day, amount in rows.values_list("pk", "account_id", "paid_on", "amount")
        if account is not None
    ]
    refunds = FamilyRefund.objects.filter(account__in=keys, state=FamilyRefund.State.PAID).order_by("paid_on", "pk")
    back = [
        (account, day, to_kopecks(amount))
        for account, day, amount in refunds.values_list("account_id", "paid_on", "amount")
        if day is not None
    ]
    return tax.kept(payments, back)


def lines(
    organisation_id: int, child_id: int, year: int, *, payer: Person, learner: Person, instead_of: int | None = None
) -> list[Line]:
    """Payments of the year that no living certificate counts (but the one to be replaced), with what was kept."""
    accounts = accounts_of(organisation_id, child_id)
    kept = kept_of(accounts)
    rows = FamilyPayment.objects.filter(
        account__in=accounts, state=FamilyPayment.State.MATCHED, paid_on__year=year
    ).order_by("paid_on", "pk")
    taken = TaxCertificateLine.objects.filter(payment__account__in=accounts, living=True).exclude(
        certificate=instead_of
    )
    busy = set(taken.values_list("payment_id", flat=True))
    return [
        Line(one, to_roubles(kept[one.pk]), tax.counts_for(_value(one), payer, learner))
        for one in rows.select_related("account__group__programme")
        if kept.get(one.pk) and one.pk not in busy
    ]


def _value(one: FamilyPayment) -> Payment:
    return Payment(one.pk, one.account_id or 0, one.paid_on, to_kopecks(one.amount), one.payer_name)


def accounts_of(organisation_id: int, child_id: int) -> list[int]:
    """Personal accounts of a child at a provider, ascending."""
    rows = PersonalAccount.objects.filter(organisation=organisation_id, child=child_id).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def person_of(owner: Account | Child) -> Person:
    """The names as the register has them; for a child the day of birth too."""
    born = owner.birth_date.isoformat() if isinstance(owner, Child) else ""
    return Person(owner.last_name, owner.first_name, owner.patronymic, born)


def chances(actor: Actor) -> list[Chance]:
    """Everything that the guardian can ask for, the newest year first; a few queries whatever the family."""
    own = policy.PERSONAL_ACCOUNT.rows(as_guardian(actor), "certificate").select_related("organisation", "child")
    accounts = {one.pk: one for one in own}
    kept = kept_of(accounts)
    account = Account.objects.filter(pk=actor.account_id or 0).first()
    if account is None:
        return []
    papers = _newest(account, accounts.values())
    strange = _strange(account, accounts)
    sums: dict[tuple[int, int, int], int] = {}
    sides: dict[tuple[int, int, int], PersonalAccount] = {}
    payer = person_of(account)
    for one in FamilyPayment.objects.filter(pk__in=kept, paid_on__year__gte=tax.FIRST_YEAR):
        place = accounts[one.account_id or 0]
        key = (place.organisation_id, place.child_id, one.paid_on.year)
        if one.pk not in strange and tax.counts_for(_value(one), payer, person_of(place.child)):
            sums[key] = sums.get(key, 0) + kept[one.pk]
            sides[key] = place
    for key in papers:  # a paper stays to be seen when its money went elsewhere
        place = next((one for one in accounts.values() if (one.organisation_id, one.child_id) == key[:2]), None)
        if place is not None:
            sides.setdefault(key, place)
    told = {one.child_id for one in papers.values()}
    found = [
        Chance(
            place.organisation,
            place.child,
            key[2],
            to_roubles(sums.get(key, 0)),
            papers.get(key),
            place.child_id in told,
        )
        for key, place in sides.items()
    ]
    return sorted(found, key=lambda one: (-one.year, one.child.sort_name, one.organisation.sort_name))


def _newest(account: Account, accounts: Iterable[PersonalAccount]) -> dict[tuple[int, int, int], TaxCertificate]:
    """The newest paper of each (provider, child, year) that this account asked for; a paper that annuls is none."""
    children = {one.child_id for one in accounts}
    rows = TaxCertificate.objects.filter(account=account, child__in=children).exclude(correction=ANNULMENT)
    return {(one.organisation_id, one.child_id, one.year): one for one in rows.order_by("pk")}


def _strange(account: Account, accounts: Iterable[int]) -> set[int]:
    """Payments that a living certificate of somebody else counts."""
    rows = TaxCertificateLine.objects.filter(payment__account__in=list(accounts), living=True)
    return set(rows.exclude(certificate__account=account).values_list("payment_id", flat=True))


def own_side(actor: Actor, organisation_id: int, child_id: int) -> PersonalAccount:
    """An account by which the guardian deals with the provider for the child, or Hidden."""
    rows = policy.PERSONAL_ACCOUNT.rows(as_guardian(actor), "certificate")
    found = rows.filter(organisation=organisation_id, child=child_id).select_related("organisation", "child")
    row: PersonalAccount | None = found.order_by("pk").first()
    if row is None:
        raise Hidden("tax_certificate")
    return row


def last_details(account_id: int | None, child_id: int) -> tuple[Person, Person] | None:
    """Payer and learner of the newest request of this guardian for this child: the next one needs one click."""
    row = TaxCertificate.objects.filter(account=account_id, child=child_id).order_by("-pk").first()
    return (Person.from_json(row.payer), Person.from_json(row.learner)) if row else None


def own_papers(actor: Actor) -> QuerySet[TaxCertificate]:
    """Papers that this guardian asked for and can open."""
    rows = policy.TAX_CERTIFICATE.rows(as_guardian(actor), "paper")
    own: QuerySet[TaxCertificate] = rows.filter(account=actor.account_id, number__isnull=False)
    return own.select_related(*WITH).order_by("-year", "-pk")


def own_paper(actor: Actor, public_id: Any) -> TaxCertificate:
    """One issued paper of this guardian, or Hidden."""
    row = own_papers(actor).filter(public_id=public_id).first()
    if row is None:
        raise Hidden("tax_certificate")
    return row


def certificates(actor: Actor) -> QuerySet[TaxCertificate]:
    """Papers in the provider's reach: what waits first, the nearest deadline before the rest."""
    rows = policy.TAX_CERTIFICATE.rows(actor, "view").select_related(*WITH)
    return rows.order_by(Case(When(state=State.ASKED, then=0), default=1), "-asked_at", "-pk")


def card(actor: Actor, public_id: Any) -> TaxCertificate:
    """One paper at the provider with what its page shows, or Hidden."""
    found = policy.TAX_CERTIFICATE.get(actor, "view", public_id=public_id)
    return TaxCertificate.objects.select_related(*WITH, "previous").get(pk=found.pk)


def is_late(one: TaxCertificate) -> bool:
    """The day by which a request had to be answered is over."""
    return one.due_on < clock.today(one.municipality.time_zone)


def asked(actor: Actor) -> QuerySet[TaxCertificate]:
    """Requests that wait for the provider, the nearest deadline first."""
    rows = policy.TAX_CERTIFICATE.rows(actor, "issue").filter(state=State.ASKED)
    return rows.select_related(*WITH).order_by("due_on", "pk")


def outdated(actor: Actor) -> list[TaxCertificate]:
    """Living papers whose payments were refunded or taken off since: they want a correction."""
    rows = policy.TAX_CERTIFICATE.rows(actor, "issue").filter(state=State.ISSUED).exclude(correction=ANNULMENT)
    living = {one.pk: one for one in rows.select_related(*WITH).order_by("pk")}
    found = list(
        TaxCertificateLine.objects.filter(certificate__in=living).values_list(
            "certificate_id", "payment_id", "amount", "payment__account_id"
        )
    )
    kept = kept_of({account for *_, account in found if account})
    odd = {pk for pk, payment, amount, _ in found if to_roubles(kept.get(payment, 0)) != amount}
    return [one for pk, one in living.items() if pk in odd]


def nearest(rows: QuerySet[TaxCertificate]) -> dt.datetime | None:
    """The nearest deadline of these requests as an aware moment."""
    first = rows.order_by("due_on", "pk").first()
    if first is None:
        return None
    return end_of_day(first.due_on, clock.zone(first.municipality.time_zone)) - dt.timedelta(minutes=1)
