"""Requisites of the payer, terms of agreements and their signing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from opora.certificates.models import FundingPeriod, PaymentAgreement
from opora.certificates.rules import PeriodParameters
from opora.certificates.rules.months import month_end
from opora.core import clock
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.core.transactions import act
from opora.providers.models import Organisation, Signatory
from opora.settlement import policy
from opora.settlement.models import AgreementTerms, PayerProfile
from opora.settlement.rules import requisites
from opora.settlement.rules.requisites import Requisites

PROFILE_FIELDS = (
    "name", "inn", "kpp", "oktmo", "bank_name", "bik", "treasury_account", "account", "personal_account",
    "signatory_name", "signatory_post", "signatory_ground",
)  # fmt: skip


def parameters_of(municipality_id: int, month: dt.date) -> list[PeriodParameters]:
    """Parameters of the municipality's periods that the month lies in."""
    rows = FundingPeriod.objects.filter(
        municipality_id=municipality_id, starts_on__lte=month_end(month), ends_on__gte=month
    )
    return [PeriodParameters.from_json(row.parameters) for row in rows]


def save_profile(actor: Actor, *, municipality_id: int, data: Mapping[str, str]) -> PayerProfile:
    """Save the payer's requisites; signed agreements keep theirs until they are amended."""
    policy.PROFILE.require(actor, "edit")
    if not actor.system and municipality_id not in actor.municipalities("payer"):
        raise Hidden("municipality")
    side = Requisites.from_json({**data, "kbk": ""})
    found = requisites.reasons(side)
    found += requisites.classification_reasons(data.get("kbk", ""), data.get("kosgu", ""))
    if not side.in_treasury and side.account:
        found.append(Reason("requisite", "Счёт плательщика открыт в казначействе и начинается с 03.", field="account"))
    if found:
        raise Refused(found)
    with act(actor):
        row = PayerProfile.objects.select_for_update().filter(municipality_id=municipality_id).first()
        row = row or PayerProfile(municipality_id=municipality_id)
        for name in PROFILE_FIELDS:
            setattr(row, name, getattr(side, name))
        row.kbk, row.kosgu = requisites.kbk(data["kbk"]), requisites.kosgu(data["kosgu"])
        row.save()
    return row


def payer_side(profile: PayerProfile) -> Requisites:
    return Requisites(**{name: getattr(profile, name) for name in PROFILE_FIELDS})


def provider_side(organisation: Organisation, on: dt.date) -> Requisites:
    """Requisites from the register of organisations with the signatory of that day."""
    signatories = Signatory.objects.filter(organisation=organisation, starts_on__lte=on).exclude(ends_on__lt=on)
    signatory = signatories.order_by("is_deputy", "-starts_on").first()
    return Requisites(
        name=organisation.full_name,
        inn=organisation.inn,
        kpp=organisation.kpp,
        bank_name=organisation.bank_name,
        bik=organisation.bank_bik,
        treasury_account=organisation.treasury_account,
        account=organisation.bank_account,
        address=organisation.address,
        signatory_name=signatory.name if signatory else organisation.head_name,
        signatory_post=signatory.post if signatory else "Руководитель",
        signatory_ground=signatory.ground if signatory else "Устава",
    )


def draft_terms(actor: Actor, *, agreement: PaymentAgreement) -> AgreementTerms:
    """The draft of terms of an agreement, made from the registers when there is none (not saved then)."""
    row = policy.AGREEMENT.get(actor, "terms", pk=agreement.pk)
    last = AgreementTerms.objects.filter(agreement=row).order_by("-version").first()
    if last is not None and last.signed_at is None:
        return last
    profile = PayerProfile.objects.filter(municipality_id=row.municipality_id).first()
    return AgreementTerms(
        agreement=row,
        version=last.version + 1 if last else 1,
        payer=payer_side(profile).to_json() if profile else Requisites("", "").to_json(),
        provider=last.provider if last else provider_side(row.organisation, row.date).to_json(),
        kbk=profile.kbk if profile else "",
        kosgu=profile.kosgu if profile else "",
        limit_sum=last.limit_sum if last else None,
    )


def save_terms(
    actor: Actor,
    *,
    agreement: PaymentAgreement,
    provider: Mapping[str, str],
    kbk: str,
    kosgu: str,
    limit_sum: Decimal | None = None,
) -> AgreementTerms:
    """Save the draft terms; the payer's side comes from its requisites. Every wrong field is named at once."""
    with act(actor):
        row = draft_terms(actor, agreement=agreement)
        profile = PayerProfile.objects.filter(municipality_id=agreement.municipality_id).first()
        if profile is None:
            raise Refused(
                Reason(
                    "no_profile", "Реквизиты плательщика не заполнены.", hint="Заполните их на странице «Реквизиты»."
                )
            )
        side = Requisites.from_json(provider)
        found = requisites.reasons(side, "provider_") + requisites.classification_reasons(kbk, kosgu)
        if limit_sum is not None and limit_sum < 0:
            found.append(Reason("negative", "Сумма обязательства не может быть отрицательной.", field="limit_sum"))
        if found:
            raise Refused(found)
        row.payer, row.provider = payer_side(profile).to_json(), side.to_json()
        row.kbk, row.kosgu, row.limit_sum = requisites.kbk(kbk), requisites.kosgu(kosgu), limit_sum
        row.save()
    return row


def sign_agreement(actor: Actor, *, agreement: PaymentAgreement, signed_on: dt.date) -> AgreementTerms:
    """The signing act: draft terms become the terms in force, a draft agreement becomes signed."""
    with act(actor):
        allowed = policy.AGREEMENT.get(actor, "sign", pk=agreement.pk)
        row = PaymentAgreement.objects.select_for_update(of=("self",), no_key=True).get(pk=allowed.pk)
        terms = AgreementTerms.objects.filter(agreement=row, signed_at__isnull=True).order_by("-version").first()
        if terms is None:
            raise Refused(
                Reason("no_terms", "Сначала заполните реквизиты сторон.", hint="Откройте «Реквизиты сторон».")
            )
        found = requisites.reasons(Requisites.from_json(terms.payer)) + requisites.reasons(
            Requisites.from_json(terms.provider), "provider_"
        )
        today = clock.today(row.municipality.time_zone)
        if signed_on > today or signed_on < row.date:
            found.append(
                Reason("signed_on", "День подписания – от даты соглашения до сегодняшнего дня.", field="signed_on")
            )
        if row.state == PaymentAgreement.State.ENDED:
            found.append(Reason("ended", "Соглашение прекращено."))
        if found:
            raise Refused(found)
        terms.signed_on, terms.signed_at = signed_on, clock.now()
        terms.signed_by_id = actor.account_id
        terms.save()
        row.state = PaymentAgreement.State.SIGNED
        row.save(update_fields=["state"])
        emit("payment_agreement.signed", "payment_agreement", row.pk, municipality_id=row.municipality_id)
    return terms


def require_reader(actor: Actor, municipality_id: int) -> None:
    """May the actor see the municipality's cash? Forbidden without such a role, Hidden for another place."""
    if not actor.has(*policy.CASH):
        raise Forbidden("cash")
    everywhere = any(reach.everything and reach.role in policy.CASH for reach in actor.reaches)
    if not actor.system and not everywhere and municipality_id not in actor.municipalities(*policy.CASH):
        raise Hidden("cash")


def current_terms(agreement_ids: list[int]) -> dict[int, AgreementTerms]:
    """The terms in force by agreement: the latest signed version."""
    rows = AgreementTerms.objects.filter(agreement_id__in=agreement_ids, signed_at__isnull=False).order_by("version")
    return {row.agreement_id: row for row in rows}
