"""The life of a certificate from application to activation (spec/financing.md, "Certificate").

Every service locks the certificate first (`ledger.lock`), then reads it again, decides by the rules and writes the
state, the entries, the letters and the outbox in one transaction. A certificate group is locked after certificates.
"""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction

from opora.certificates import dependants, ledger, letters, policy, queries
from opora.certificates.models import Certificate, FundingProgramme
from opora.certificates.rules import own_number
from opora.certificates.rules.life import (
    CERTIFICATE,
    LIVING_STATES,
    activation_reasons,
    application_reasons,
)
from opora.core import clock, russian, workdays
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.people import policy as people_policy
from opora.people.models import Child

RANDOM = secrets.SystemRandom()


def apply_certificate(actor: Actor, *, child: Child, wants_funding: bool = False) -> Certificate:
    """Ask for a certificate for a child; the answer is due in three working days (parameter of the period).

    Refused when the child has a living certificate or is over 18, or its consent was withdrawn.
    """
    policy.CERTIFICATE.require(actor, "apply")
    with act(actor):
        people_policy.CHILD.get(actor, "edit", pk=child.pk)
        row = _locked_child(child.pk)
        _check_consent(row)
        municipality = row.municipality
        if municipality is None:
            raise Refused(
                Reason("no_residence", "Сначала укажите, где живёт ребёнок.", hint="Это делается в карточке.")
            )
        today = clock.today(municipality.time_zone)
        has_living = Certificate.objects.filter(child=row, state__in=LIVING_STATES).exists()
        if reasons := application_reasons(birth_date=row.birth_date, today=today, has_living=has_living):
            raise Refused(reasons)
        period = queries.current_period(municipality.pk, today)
        days = queries.parameters_of(period).certificate_answer_workdays
        due = workdays.add_workdays(today, days, queries.work_calendar(municipality))
        certificate = Certificate.objects.create(
            child=row,
            municipality=municipality,
            wants_funding=wants_funding,
            applied_at=clock.now(),
            applied_by_id=actor.account_id,
            answer_due=due,
            last_act_at=clock.now(),
        )
        told(certificate, "applied", due=russian.date(due))
    return certificate


def issue(actor: Actor, *, certificate: Certificate) -> Certificate:
    """Give the certificate its number. Refused while the child's record is provisional: duplicates come first."""
    with act(actor):
        row = take(actor, certificate, "issue")
        if row.child.state != Child.State.LIVING:
            raise Refused(
                Reason(
                    "record_undecided",
                    "Карточка ребёнка похожа на уже известную, решение ещё не принято.",
                    hint="Сначала решите её в списке возможных двойников.",
                )
            )
        row.state = CERTIFICATE.next_state(row.state, "issue")
        row.issued_at = clock.now()
        save_with_number(row)
        period = queries.current_period(row.municipality_id, clock.today(row.municipality.time_zone))
        days = queries.parameters_of(period).identity_days
        confirmed = row.child.identity == Child.Identity.CONFIRMED
        told(
            row,
            "issued_confirmed" if confirmed else "issued",
            days=russian.plural(days, "день", "дня", "дней"),
        )
    return row


def refuse(actor: Actor, *, certificate: Certificate, reason: str) -> Certificate:
    """Refuse an application with a reason that the guardian reads."""
    text = need_reason(reason, "Напишите причину отказа: её прочитает семья.")
    with act(actor):
        row = take(actor, certificate, "issue")
        row.state = CERTIFICATE.next_state(row.state, "refuse")
        row.reason, row.closed_at = text, clock.now()
        save(row)
        told(row, "refused")
    return row


def withdraw(actor: Actor, *, certificate: Certificate) -> Certificate:
    """Take an application back before the answer."""
    with act(actor):
        row = take(actor, certificate, "withdraw")
        row.state = CERTIFICATE.next_state(row.state, "withdraw")
        row.reason, row.closed_at = "Заявление отозвано.", clock.now()
        save(row)
        told(row, "withdrawn")
    return row


def activate(actor: Actor, *, certificate: Certificate) -> Certificate:
    """Put an issued certificate into force once the identity is proved; asks for money if the family wished so."""
    from opora.certificates.services_funding import request_funding

    with act(actor):
        row = take(actor, certificate, "activate")
        target = CERTIFICATE.next_state(row.state, "activate")
        confirmed = row.child.identity == Child.Identity.CONFIRMED
        if reasons := activation_reasons(identity_confirmed=confirmed):
            raise Refused(reasons)
        row.state = target
        row.activated_at = clock.now()
        save(row)
        told(row, "active")
        if row.wants_funding and queries.current_period(row.municipality_id, clock.today(row.municipality.time_zone)):
            try:
                with transaction.atomic():
                    request_funding(actor, certificate=row)
            except Refused:
                pass  # no group fits this child: the certificate is active all the same, the cabinet says why
    row.refresh_from_db()
    return row


def take(actor: Actor, certificate: Certificate, action: str) -> Certificate:
    """Authorise, lock, read again. Raises Forbidden or Hidden."""
    policy.CERTIFICATE.get(actor, action, pk=certificate.pk)
    dependants.lock(certificate.pk)  # group_places come before the certificate in the lock order
    ledger.lock([certificate.pk])
    return Certificate.objects.select_related("child", "municipality__region").get(pk=certificate.pk)


def save(row: Certificate) -> None:
    """Write a changed certificate: its stamp tells enrolment that what it read is stale."""
    row.version += 1
    row.last_act_at = clock.now()
    row.save()


def save_with_number(row: Certificate) -> None:
    """Write with a new own number: region 2 + payer 2 + random 6; tried again when another act took it."""
    programme = FundingProgramme.objects.filter(municipality_id=row.municipality_id).order_by("-pk").first()
    region = row.municipality.region.code[-2:].zfill(2)
    for _ in range(5):
        row.number = own_number(
            region,
            programme.payer_code if programme else "01",
            RANDOM,
            lambda number: Certificate.objects.filter(number=number).exists(),
        )
        try:
            with transaction.atomic():
                save(row)
        except IntegrityError as error:
            if "number" not in str(error):
                raise
        else:
            return
    raise Refused(Reason("number_taken", "Не удалось выбрать номер, попробуйте ещё раз."))


def need_reason(text: str, message: str) -> str:
    """The reason without blanks around it; Refused when it is empty."""
    if not text.strip():
        raise Refused(Reason("reason_missing", message, field="reason"))
    return text.strip()[:300]


def told(row: Certificate, what: str, **values: object) -> None:
    """Write the letters and the outgoing fact of a change, in the caller's transaction."""
    letters.changed(row, what, **values)
    emit(
        "certificate.changed",
        "certificate",
        row.pk,
        municipality_id=row.municipality_id,
        act=what,
        state=row.state,
        certificate_kind=row.kind,
    )


def _locked_child(pk: int) -> Child:
    found = Child.objects.select_for_update(no_key=True, of=("self",)).select_related("municipality")
    row = found.filter(pk=pk).exclude(state=Child.State.MERGED).first()
    if row is None:
        raise Hidden("child")
    return row


def _check_consent(child: Child) -> None:
    from opora.people.queries import has_consent

    if not has_consent(child.pk, "processing"):
        raise Refused(
            Reason(
                "no_consent",
                "Нет согласия на обработку данных ребёнка.",
                ground="152-ФЗ, статья 6",
                hint="Дайте согласие в карточке ребёнка и повторите.",
            )
        )
