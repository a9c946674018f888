"""Certificates for the tax office: asked by the guardian, issued, corrected and annulled by the provider.

Lock order: personal_account ascending → tax_certificate → counter (docs/locking.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db.models import Max

from opora.catalogue.models import Programme
from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.numbering import take_number
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.settlement import policy, queries_tax
from opora.settlement.models import PersonalAccount, TaxCertificate, TaxCertificateLine
from opora.settlement.models.tax import ANNULMENT
from opora.settlement.rules import tax
from opora.settlement.rules.tax import Person
from opora.settlement.services.family_letters import tell_managers, tell_one
from opora.settlement.services.family_payments import lock_accounts
from opora.settlement.services.terms import provider_side

State = TaxCertificate.State
SERIES = "tax_certificate"
CABINET = "/cabinet/payments/tax/"
OFFICE = "/office/settlement/family/tax/"


def ask_certificate(
    actor: Actor, *, organisation_id: int, child_id: int, year: int, payer: Person, learner: Person
) -> TaxCertificate:
    """The guardian asks for the paper of a year; names come from the registers, the rest from the persons given.

    Raises Hidden: not the guardian's account. Refused: nothing paid, asked already, the living paper says the same,
    details missing or wrong.
    """
    side = queries_tax.own_side(actor, organisation_id, child_id)
    account = side.child.guardianships.select_related("account").get(account=actor.account_id).account
    today = clock.today(side.municipality.time_zone)
    payer = _named(payer, queries_tax.person_of(account))
    learner = _named(learner, queries_tax.person_of(side.child))
    reasons = _person_reasons(payer, learner, today)
    with act(actor):
        lock_accounts(queries_tax.accounts_of(organisation_id, child_id))
        before = _living(organisation_id, account.pk, child_id, year)
        amount = _sum(
            one.amount
            for one in queries_tax.lines(
                organisation_id, child_id, year, payer=payer, learner=learner,
                instead_of=before.pk if before else None,
            )
            if one.counts
        )  # fmt: skip
        same = {"organisation": organisation_id, "account": account, "child": child_id, "year": year}
        if TaxCertificate.objects.filter(state=State.ASKED, **same).exists():
            reasons.append(Reason("tax_asked", f"Справка за {year} год уже запрошена.", tax.GROUND))
        elif not amount or year < tax.FIRST_YEAR or year > today.year:
            reasons.append(Reason("tax_nothing", f"За {year} год нет ваших платежей этой организации.", tax.GROUND))
        elif before is not None and before.amount == amount:
            reasons.append(Reason("tax_same", f"Справка за {year} год уже выдана на эту сумму.", tax.GROUND))
        if reasons:
            raise Refused(reasons)
        made = _request(actor, side, account.pk, year, payer, learner, today, before)
        tell_managers(
            organisation_id,
            kind="tax_asked",
            subject="Семья просит справку для налоговой",
            body=f"Запрошена справка об оплате за {year} год. Выдайте её до {russian.date_long(made.due_on)}.",
            link=f"{OFFICE}{made.public_id}/",
            once=str(made.pk),
        )
    return made


def issue_certificate(
    actor: Actor, *, certificate: TaxCertificate, payments: Collection[int] | None = None
) -> TaxCertificate:
    """asked → issued: counted anew, numbered without gaps, frozen; an earlier paper of the year is replaced.

    `payments`: keys that count instead of those taken by the payer's name. Raises Refused: nothing to certify, the
    organisation's card lacks ИНН or a signatory, a payment that cannot be counted.
    """
    allowed = policy.TAX_CERTIFICATE.get(actor, "issue", pk=certificate.pk)
    with act(actor):
        row = _locked(allowed, State.ASKED)
        before = _living(row.organisation_id, row.account_id, row.child_id, row.year)
        lines = _chosen(row, before, payments)
        today = clock.today(row.municipality.time_zone)
        side = provider_side(row.organisation, today)
        reasons = [] if lines else [Reason("tax_nothing", "За этот год нечего подтверждать.", tax.GROUND)]
        if not side.inn or not side.signatory_name:
            text = "В карточке организации нет ИНН или руководителя: без них справка недействительна."
            reasons.append(Reason("tax_provider", text, tax.GROUND))
        if reasons:
            raise Refused(reasons)
        _replace(before)
        row.number, row.correction = _number(row, before)
        row.previous = before
        row.amount = _sum(one.amount for one in lines)
        row.full_time = _full_time(lines)
        row.provider = {"name": side.name, "inn": side.inn, "kpp": side.kpp, "signatory": side.signatory_name}
        row.date, row.state = today, State.ISSUED
        row.decided_at, row.decided_by_id = clock.now(), actor.account_id
        row.save()
        TaxCertificateLine.objects.bulk_create(
            TaxCertificateLine(certificate=row, payment=one.payment, amount=one.amount) for one in lines
        )
        text = f"Справка об оплате за {row.year} год готова. Скачайте её в личном кабинете."
        _tell(row, "tax_issued", "Справка для налоговой готова", text)
    return row


def refuse_certificate(actor: Actor, *, certificate: TaxCertificate, reason: str) -> TaxCertificate:
    """asked → refused, with the reason that the family reads."""
    allowed = policy.TAX_CERTIFICATE.get(actor, "issue", pk=certificate.pk)
    _require_reason(reason)
    with act(actor):
        row = _locked(allowed, State.ASKED)
        row.state, row.reason, row.decided_at = State.REFUSED, reason.strip(), clock.now()
        row.decided_by_id = actor.account_id
        row.save(update_fields=["state", "reason", "decided_at", "decided_by"])
        text = f"Справку за {row.year} год выдать нельзя. Причина: {row.reason}"
        _tell(row, "tax_refused", "Справку для налоговой выдать нельзя", text)
    return row


def correct_certificate(actor: Actor, *, certificate: TaxCertificate, reason: str) -> TaxCertificate:
    """A request for a corrected paper, begun by the provider: it is then issued with the next correction number."""
    allowed = policy.TAX_CERTIFICATE.get(actor, "issue", pk=certificate.pk)
    _require_reason(reason)
    with act(actor):
        row = _locked(allowed, State.ISSUED)
        _require_living(row)
        same = {"organisation": row.organisation, "account": row.account_id, "child": row.child_id, "year": row.year}
        if TaxCertificate.objects.filter(state=State.ASKED, **same).exists():
            raise Refused(Reason("tax_asked", "Новая справка за этот год уже запрошена: выдайте её."))
        today = clock.today(row.municipality.time_zone)
        payer, learner = Person.from_json(row.payer), Person.from_json(row.learner)
        made = _request(actor, row, row.account_id, row.year, payer, learner, today, row, reason.strip())
    return made


def annul_certificate(actor: Actor, *, certificate: TaxCertificate, reason: str) -> TaxCertificate:
    """issued → annulled; returns the annulling paper: the same number, correction 999. Its payments are free again."""
    allowed = policy.TAX_CERTIFICATE.get(actor, "issue", pk=certificate.pk)
    _require_reason(reason)
    with act(actor):
        row = _locked(allowed, State.ISSUED)
        _require_living(row)
        _release(row, State.ANNULLED)
        made = TaxCertificate.objects.create(
            organisation=row.organisation, municipality=row.municipality, child_id=row.child_id,
            account_id=row.account_id, year=row.year, state=State.ISSUED, number=row.number, correction=ANNULMENT,
            previous=row, amount=row.amount, full_time=row.full_time, payer=row.payer, learner=row.learner,
            provider=row.provider, date=clock.today(row.municipality.time_zone), due_on=row.due_on,
            reason=reason.strip(), asked_at=clock.now(), asked_by_id=actor.account_id, decided_at=clock.now(),
            decided_by_id=actor.account_id,
        )  # fmt: skip
        text = f"Справка № {row.number} за {row.year} год аннулирована. Причина: {made.reason}"
        _tell(made, "tax_annulled", "Справка для налоговой аннулирована", text)
    return made


def _named(given: Person, own: Person) -> Person:
    """Names, and a child's day of birth, as the registers have them."""
    return Person(
        own.last_name, own.first_name, own.patronymic, own.birth_date or given.birth_date, given.inn.strip(),
        given.document_code, given.document_number.strip(), given.document_date,
    )  # fmt: skip


def _person_reasons(payer: Person, learner: Person, today: dt.date) -> list[Reason]:
    reasons = tax.person_reasons(payer, today=today) + tax.person_reasons(learner, today=today, prefix="child_")
    if not (payer.last_name and payer.first_name):
        hint = "Укажите фамилию и имя в профиле, как в паспорте."
        reasons.append(Reason("tax_name", "В вашем профиле нет фамилии или имени.", tax.GROUND, hint))
    return reasons


def _request(
    actor: Actor, side: PersonalAccount | TaxCertificate, account_id: int, year: int, payer: Person, learner: Person,
    today: dt.date, before: TaxCertificate | None, reason: str = "",
) -> TaxCertificate:  # fmt: skip
    return TaxCertificate.objects.create(
        organisation_id=side.organisation_id, municipality_id=side.municipality_id, child_id=side.child_id,
        account_id=account_id, year=year, previous=before, payer=payer.to_json(), learner=learner.to_json(),
        due_on=today + dt.timedelta(days=tax.DAYS_TO_ISSUE), reason=reason, asked_at=clock.now(),
        asked_by_id=actor.account_id,
    )  # fmt: skip


def _living(organisation_id: int, account_id: int, child_id: int, year: int) -> TaxCertificate | None:
    """The paper of the year that is in force."""
    rows = TaxCertificate.objects.filter(
        organisation=organisation_id, account=account_id, child=child_id, year=year, state=State.ISSUED
    )
    return rows.exclude(correction=ANNULMENT).first()


def _locked(allowed: TaxCertificate, state: str) -> TaxCertificate:
    """The paper after the accounts that it counts are locked."""
    lock_accounts(queries_tax.accounts_of(allowed.organisation_id, allowed.child_id))
    rows = TaxCertificate.objects.select_for_update(no_key=True, of=("self",)).select_related(*queries_tax.WITH)
    row = rows.get(pk=allowed.pk)
    if row.state != state:
        raise Refused(Reason("tax_state", f"Справка уже в состоянии «{row.get_state_display()}»."))
    return row


def _chosen(
    row: TaxCertificate, before: TaxCertificate | None, payments: Collection[int] | None
) -> list[queries_tax.Line]:
    found = queries_tax.lines(
        row.organisation_id, row.child_id, row.year,
        payer=Person.from_json(row.payer), learner=Person.from_json(row.learner),
        instead_of=before.pk if before else None,
    )  # fmt: skip
    if payments is None:
        return [one for one in found if one.counts]
    if set(payments) - {one.payment.pk for one in found}:
        raise Refused(Reason("tax_payment", "Платёж уже учтён в другой справке или снят со счёта.", tax.GROUND))
    return [one for one in found if one.payment.pk in payments]


def _number(row: TaxCertificate, before: TaxCertificate | None) -> tuple[int, int]:
    """A new number of the year, or the number of the paper in force with its next correction."""
    if before is None or before.number is None:
        return take_number("organisation", row.organisation_id, SERIES, row.year), 0
    same = TaxCertificate.objects.filter(organisation=row.organisation_id, year=row.year, number=before.number)
    last = same.exclude(correction=ANNULMENT).aggregate(last=Max("correction"))["last"] or 0
    return before.number, tax.next_correction(last)


def _replace(before: TaxCertificate | None) -> None:
    if before is not None:
        _release(before, State.REPLACED)


def _release(row: TaxCertificate, state: str) -> None:
    """The paper leaves force and its payments can be counted by another."""
    TaxCertificate.objects.filter(pk=row.pk).update(state=state)
    TaxCertificateLine.objects.filter(certificate=row, living=True).update(living=False)
    row.state = state


def _full_time(lines: Collection[queries_tax.Line]) -> bool:
    programmes = {one.payment.account.group.programme_id for one in lines if one.payment.account is not None}
    forms = Programme.objects.filter(pk__in=programmes).values_list("study_form", flat=True)
    return all(form == Programme.StudyForm.FULL_TIME for form in forms)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason("tax_reason", "Напишите причину: её прочитает семья.", field="reason"))


def _require_living(row: TaxCertificate) -> None:
    if row.is_annulment:
        raise Refused(Reason("tax_state", "Это аннулирующая справка: её не исправляют."))


def _tell(row: TaxCertificate, kind: str, subject: str, body: str) -> None:
    tell_one(row.account_id, row.account.email, kind=kind, subject=subject, body=body, link=CABINET, once=str(row.pk))
