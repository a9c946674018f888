"""Freezing, closing and moving certificates; what happens to them by the calendar."""

from __future__ import annotations

import datetime as dt

from opora.certificates import dependants, ledger, queries
from opora.certificates.models import Certificate, CertificateBalance, FundingPeriod
from opora.certificates.rules.ledger import close
from opora.certificates.rules.life import (
    CERTIFICATE,
    freeze_reasons,
    identity_deadline,
    is_valid_on,
    unfreeze_reasons,
    vacancy_reasons,
)
from opora.certificates.services import need_reason, save, save_with_number, take, told
from opora.certificates.services_funding import leave_queues, lock_group, serve_queue
from opora.core import clock, history
from opora.core.access import SYSTEM, Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.territory.models import Locality


def freeze(actor: Actor, *, certificate: Certificate, reason: str) -> Certificate:
    """Suspend: refused while a contract is offered or active; requested ones are refused with that reason."""
    text = need_reason(reason, "Напишите, почему приостанавливаете сертификат.")
    with act(actor):
        row = take(actor, certificate, "freeze")
        target = CERTIFICATE.next_state(row.state, "freeze")
        if reasons := freeze_reasons(dependants.contract_states(row.pk)):
            raise Refused(reasons)
        dependants.cascade(actor, row.pk, "freeze")
        leave_queues(row)
        row.state, row.reason = target, text
        save(row)
        told(row, "frozen")
    _serve_groups_of(row)
    return row


def unfreeze(actor: Actor, *, certificate: Certificate) -> Certificate:
    """Resume: not within the period of the freeze, and a funded one only with a vacancy in its group."""
    with act(actor):
        row = take(actor, certificate, "freeze")
        target = CERTIFICATE.next_state(row.state, "unfreeze")
        today = clock.today(row.municipality.time_zone)
        current = queries.current_period(row.municipality_id, today)
        frozen_in = _period_on(row, _frozen_on(row))
        vacancy: list[Reason] = []
        balance = _balance(row, current)
        if balance and balance.certificate_group and balance.nominal:
            group = lock_group(balance.certificate_group_id or 0)
            # its own nominal is in the sum already: only the number of certificates decides
            vacancy = vacancy_reasons(queries.group_load(group), 0, over_commitment=True)
        reasons = unfreeze_reasons(
            frozen_in_period=frozen_in.pk if frozen_in else 0,
            current_period=current.pk if current else -1,
            vacancy=vacancy,
        )
        if reasons:
            raise Refused(reasons)
        row.state, row.reason = target, ""
        if row.kind == Certificate.Kind.FUNDED:
            row.funded_since = clock.now()  # the family gets its days to choose a club again
        save(row)
        told(row, "unfrozen")
    return row


def annul(actor: Actor, *, certificate: Certificate, reason: str) -> Certificate:
    """Close for good with a reason; contracts end with the month, the nominal is lowered by the balance at once and
    by each sum that returns later."""
    text = need_reason(reason, "Напишите, почему аннулируете сертификат.")
    with act(actor):
        row = take(actor, certificate, "annul")
        target = CERTIFICATE.next_state(row.state, "annul")
        _close(actor, row, target, "annul", text)
        told(row, "annulled")
    _serve_groups_of(row)
    return row


def move(actor: Actor, *, certificate: Certificate, locality: Locality) -> Certificate:
    """The family moved: contracts end with the month, this certificate closes, a new accounting one in the new
    municipality points back to it. The child's residence changes with it. Returns the new certificate."""
    with act(actor):
        row = take(actor, certificate, "move")
        target = CERTIFICATE.next_state(row.state, "move")
        if locality.municipality_id == row.municipality_id:
            raise Refused(
                Reason("same_municipality", "Это тот же муниципалитет: сертификат остаётся прежним.", field="locality")
            )
        if not locality.municipality.is_served:
            raise Refused(Reason("not_served", "Этот муниципалитет ещё не работает в системе.", field="locality"))
        _close(actor, row, target, "move", f"Переезд: {locality.municipality}")
        child = row.child
        child.locality, child.municipality = locality, locality.municipality
        child.save(update_fields=["locality", "municipality"])
        fresh = Certificate(
            child=child,
            municipality=locality.municipality,
            state=Certificate.State.ACTIVE,
            previous=row,
            applied_at=clock.now(),
            applied_by_id=actor.account_id,
            issued_at=clock.now(),
            activated_at=clock.now(),
        )
        save_with_number(fresh)
        told(fresh, "moved")
    _serve_groups_of(row)
    return fresh


def expire_unproved(today: dt.date | None = None) -> int:
    """Close issued certificates whose child's identity was not proved in time. Idempotent; returns how many."""
    done = 0
    for found in Certificate.objects.filter(state="issued", issued_at__isnull=False).select_related("municipality"):
        zone = clock.zone(found.municipality.time_zone)
        day = today or clock.today(zone)
        period = queries.current_period(found.municipality_id, day)
        assert found.issued_at is not None
        issued_on = found.issued_at.astimezone(zone).date()
        if day <= identity_deadline(issued_on, queries.parameters_of(period).identity_days):
            continue
        with act(SYSTEM):
            row = take(SYSTEM, found, "annul")
            if row.state != Certificate.State.ISSUED or row.child.identity == "confirmed":
                continue
            row.state = CERTIFICATE.next_state(row.state, "expire")
            row.reason, row.closed_at = "Личность не подтверждена в срок.", clock.now()
            save(row)
            told(row, "expired")
            done += 1
    return done


def age_out(today: dt.date | None = None) -> int:
    """Close certificates after the 18th birthday; contracts end with that month. Idempotent; returns how many."""
    day = today or clock.today(clock.EASTERNMOST)
    done = 0
    rows = Certificate.objects.filter(
        state__in=("issued", "active", "frozen"),
        child__birth_date__lte=day.replace(day=1, year=day.year - 18) + dt.timedelta(days=31),
    ).select_related("child", "municipality")
    for found in rows:
        local = today or clock.today(found.municipality.time_zone)
        if is_valid_on(found.child.birth_date, local):
            continue
        with act(SYSTEM):
            row = take(SYSTEM, found, "annul")
            if CERTIFICATE.find(row.state, "age_out") is None:
                continue
            _close(SYSTEM, row, "aged_out", "age_out", "Исполнилось 18\u00a0лет.")
            told(row, "aged_out")
            done += 1
        _serve_groups_of(found)
    return done


def _close(actor: Actor, row: Certificate, state: str, ledger_act: str, reason: str) -> None:
    """End what stands on the certificate, take the balance of every period off the nominal, write the state."""
    dependants.cascade(actor, row.pk, ledger_act)
    leave_queues(row)
    for balance in CertificateBalance.objects.filter(certificate=row, balance__gt=0).select_related("period"):
        ledger.post(
            close(ledger_act, ledger.totals(row.pk, balance.period_id)),
            certificate_id=row.pk,
            period_id=balance.period_id,
            source_kind="certificate",
            source_id=row.pk,
            month=balance.period.starts_on,  # one entry per period: the current and the future one are both closed
            account_id=actor.account_id,
        )
    row.state, row.reason, row.closed_at = state, reason, clock.now()
    save(row)


def _serve_groups_of(row: Certificate) -> None:
    """Give the freed place to the head of the queue, in a transaction of its own: no lock is held over another's."""
    groups = CertificateBalance.objects.filter(certificate_id=row.pk).values_list("certificate_group_id", flat=True)
    for group_id in sorted({pk for pk in groups if pk}):
        serve_queue(group_id)


def _balance(row: Certificate, period: FundingPeriod | None) -> CertificateBalance | None:
    if period is None:
        return None
    found = CertificateBalance.objects.filter(certificate=row, period=period)
    return found.select_related("certificate_group").first()


def _frozen_on(row: Certificate) -> dt.date:
    """The day of the latest freeze, from the history of changes."""
    for change in history.of(row):
        if change.after.get("state") == "frozen":
            return change.at.astimezone(clock.zone(row.municipality.time_zone)).date()
    moment = row.last_act_at or row.applied_at
    return moment.astimezone(clock.zone(row.municipality.time_zone)).date()


def _period_on(row: Certificate, day: dt.date) -> FundingPeriod | None:
    return FundingPeriod.objects.filter(
        municipality_id=row.municipality_id, starts_on__lte=day, ends_on__gte=day, state="approved"
    ).first()
