"""Termination and leaving: to the end of the month of the notice, or at once before the start (D4, E5)."""

from __future__ import annotations

import datetime as dt

from opora.certificates.rules import Termination
from opora.certificates.rules import terminate as effect_of
from opora.certificates.rules.termination import PROVIDER_GROUNDS, termination_reasons
from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.models import StoredFile
from opora.core.reasons import Reason, Refused
from opora.enrolment import policy, rules
from opora.enrolment.models import Application, Contract, Enrolment
from opora.enrolment.services import contract_money, letters, waitlist
from opora.enrolment.services.ending import contract_of, held
from opora.enrolment.services.holding import changed, free_place, retried


@retried
def terminate(
    actor: Actor, *, contract: Contract | int, ground: str = "", notice: StoredFile | None = None
) -> Contract:
    """Give notice today. It takes effect on the last day of this month; before the start date it cancels.

    The side follows from the actor: the family freely, a desk operator with the family's notice attached, the
    provider on a ground of PROVIDER_GROUNDS. Later months return to the certificate.
    """
    pk = contract if isinstance(contract, int) else contract.pk
    allowed = policy.CONTRACT.get(actor, "terminate", pk=pk)
    role = _role(actor, allowed)
    with held(actor, allowed.application_id, frees=True) as (application, groups):
        current = contract_of(application)
        assert current is not None
        rules.CONTRACT.next_state(current.state, "give_notice")
        today = clock.today(application.municipality.time_zone)
        reasons = termination_reasons(
            by=role, notice=today, end=current.ends_on, ground=ground, notice_attached=notice is not None
        )
        if current.terminates_on is not None:
            reasons.append(Reason("already_terminating", "Договор уже расторгается."))
        if reasons:
            raise Refused(reasons)
        current.terminated_by = "provider" if role == "provider_manager" else "guardian"
        current.termination_ground = PROVIDER_GROUNDS.get(ground, ground)[:300]
        effect = _give_notice(actor, application, current, today)
        if effect.kind == "cancelled":
            waitlist.serve(groups)
    return current


def by_system(actor: Actor, application: Application, contract: Contract, *, ground: str) -> None:
    """The certificate is closed: the contract ends with this month. The caller holds the locks, serves the queue."""
    contract.termination_ground = PROVIDER_GROUNDS.get(ground, ground)[:300]
    today = clock.today(application.municipality.time_zone)
    if today <= contract.ends_on:
        _give_notice(actor, application, contract, today)


def _give_notice(actor: Actor, application: Application, contract: Contract, today: dt.date) -> Termination:
    effect = effect_of(
        notice=today,
        start=contract.starts_on,
        end=contract.ends_on,
        months=contract_money.parts(contract),
        spent=contract_money.spent_months(contract),
    )
    contract.notice_at = clock.now()
    contract_money.give_back(contract, effect, actor.account_id)
    contract.terminates_on = effect.end
    if effect.kind == "cancelled":
        contract.state = rules.CONTRACT.next_state(contract.state, "cancel")
        contract.closed_at = clock.now()
        Enrolment.objects.filter(application=application).delete()  # it never began; history keeps the row
        release(application, "leave", "Договор отменён до начала занятий.")
    else:
        Enrolment.objects.filter(application=application).update(
            ends_on=effect.end, end_reason=contract.termination_ground or "Договор расторгнут"
        )
    contract.save()
    contract_money.changed(contract)
    returned = effect.returned_reserve + effect.returned_spent
    text = letters.terminated(application, effect.end, returned, cancelled=effect.kind == "cancelled")
    letters.tell_guardians(application, text)
    return effect


def _role(actor: Actor, contract: Contract) -> str:
    """In which capacity the actor gives notice."""
    if contract.child_id in actor.children:
        return "guardian"
    if contract.organisation_id in actor.organisations("provider_manager") or actor.system:
        return "provider_manager"
    return "desk_operator"


@retried
def leave(actor: Actor, *, application: Application | int, on: dt.date | None = None, reason: str = "") -> Enrolment:
    """End a budget or paid enrolment with the day `on` (default today, the last day of study)."""
    pk = application if isinstance(application, int) else application.pk
    allowed = policy.APPLICATION.get(actor, "leave", pk=pk)
    with held(actor, allowed.pk, frees=False) as (fresh, _):
        rules.APPLICATION.next_state(fresh.state, "leave")
        if contract_of(fresh) is not None:
            raise Refused(Reason("contract_decides", "По сертификату обучение прекращают расторжением договора."))
        enrolment = Enrolment.objects.get(application=fresh)
        today = clock.today(fresh.municipality.time_zone)
        last = on or max(today, enrolment.starts_on)
        if not max(today, enrolment.starts_on) <= last <= fresh.group.ends_on:
            raise Refused(Reason("leave_date", "День отчисления – от сегодняшнего до конца занятий.", field="on"))
        enrolment.ends_on, enrolment.end_reason = last, reason[:300]
        enrolment.save(update_fields=["ends_on", "end_reason"])
        letters.tell_guardians(fresh, letters.terminated(fresh, last, 0))
    return enrolment


def release(application: Application, step: str, reason: str) -> None:
    """enrolled → withdrawn | finished: the place is free. The caller holds the locks and serves the queue."""
    application.state = rules.APPLICATION.next_state(application.state, step)
    application.decided_at = clock.now()
    application.reason = reason[:500]
    application.save(update_fields=["state", "decided_at", "reason"])
    changed(application)
    free_place(application)


@retried
def close_ended(application_id: int) -> bool:
    """The day after the last day of study: contract closed, application withdrawn or finished, place passed on."""
    with held(SYSTEM, application_id, frees=True) as (fresh, groups):
        if fresh.state != "enrolled":
            return False
        today = clock.today(fresh.municipality.time_zone)
        contract = contract_of(fresh)
        enrolment = Enrolment.objects.filter(application=fresh).first()
        # a day set by a change of school year is the group's own last day: nobody left early
        by_notice = enrolment is not None and enrolment.ends_on not in (None, fresh.group.ends_on)
        last = enrolment.ends_on if enrolment and enrolment.ends_on else fresh.group.ends_on
        if contract is not None:
            last = contract.terminates_on or contract.ends_on
            by_notice = contract.terminates_on is not None
        if last >= today:
            return False
        if contract is not None:
            contract.state = rules.CONTRACT.next_state(contract.state, "close")
            contract.closed_at = clock.now()
            contract.save(update_fields=["state", "closed_at"])
            contract_money.changed(contract)
        if enrolment is not None and enrolment.ends_on is None:
            enrolment.ends_on, enrolment.end_reason = last, "Обучение окончено"
            enrolment.save(update_fields=["ends_on", "end_reason"])
        release(fresh, "leave" if by_notice else "finish", enrolment.end_reason if enrolment else "")
        if not by_notice:
            letters.tell_guardians(fresh, letters.finished(fresh, last))
        waitlist.serve(groups)
    return True
