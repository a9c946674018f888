"""Decisions on an application: confirm, enrol, refuse, withdraw (E2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.enrolment import policy, rules
from opora.enrolment.models import Application, Contract, Enrolment, Funding, RolloverLearner
from opora.enrolment.services import letters, waitlist
from opora.enrolment.services.ending import contract_of, end, held
from opora.enrolment.services.holding import changed, retried
from opora.enrolment.services.offering import offer


def _pk(application: Application | int) -> int:
    return application if isinstance(application, int) else application.pk


@retried
def confirm(actor: Actor, *, application: Application | int, prolongation: bool = False) -> Application:
    """submitted → confirmed: the documents are in order. With a certificate the contract is offered at once.

    `prolongation`: the provider agrees to go on after New Year. Raises Refused, Hidden, Forbidden, Busy.
    """
    allowed = policy.APPLICATION.get(actor, "confirm", pk=_pk(application))
    with held(actor, allowed.pk, frees=False) as (fresh, _):
        _confirm(actor, fresh, prolongation)
    return fresh


def _confirm(actor: Actor, fresh: Application, prolongation: bool = False) -> None:
    """The caller holds the locks."""
    fresh.state = rules.APPLICATION.next_state(fresh.state, "confirm")
    fresh.deadline = None
    fresh.save(update_fields=["state", "deadline"])
    changed(fresh)
    contract = contract_of(fresh)
    if contract is not None:
        offer(actor, fresh, contract, prolongation=prolongation)
    elif fresh.source != Application.Source.ROLLOVER:  # its family hears of the enrolment at once
        letters.tell_guardians(fresh, letters.confirmed(fresh))


@retried
def confirm_and_enrol(actor: Actor, *, application: Application | int) -> Application:
    """Both decisions under one lock, where a whole group is decided at once: a budget or paid place is enrolled, one
    with a certificate gets its contract offered. Raises Refused, Hidden, Forbidden, Busy."""
    allowed = policy.APPLICATION.get(actor, "confirm", pk=_pk(application))
    with held(actor, allowed.pk, frees=False) as (fresh, _):
        _confirm(actor, fresh)
        if fresh.funding != Funding.CERTIFICATE:
            enrolled(fresh, fresh.starts_on)
    return fresh


def offer_contract(actor: Actor, *, contract: Contract | int, prolongation: bool = False) -> Contract:
    """requested → offered; the application is confirmed with it (submitted = requested, confirmed = offered)."""
    pk = contract if isinstance(contract, int) else contract.pk
    allowed = policy.CONTRACT.get(actor, "offer", pk=pk)
    confirm(actor, application=allowed.application_id, prolongation=prolongation)
    return Contract.objects.get(pk=pk)


@retried
def enrol(actor: Actor, *, application: Application | int, starts_on: dt.date | None = None) -> Enrolment:
    """confirmed → enrolled for a budget or paid place; a certificate place is enrolled by accepting the contract."""
    allowed = policy.APPLICATION.get(actor, "enrol", pk=_pk(application))
    with held(actor, allowed.pk, frees=False) as (fresh, _):
        if fresh.funding == Funding.CERTIFICATE:
            raise Refused(
                Reason(
                    "contract_decides",
                    "По сертификату ребёнок зачисляется, когда семья принимает договор.",
                    hint="Дождитесь согласия семьи или примите договор на бумаге в пункте приёма.",
                )
            )
        if starts_on is not None and not fresh.group.starts_on <= starts_on <= fresh.group.ends_on:
            raise Refused(Reason("start_outside_group", "Дата зачисления вне срока занятий группы.", field="starts_on"))
        return enrolled(fresh, starts_on or fresh.starts_on)


def enrolled(application: Application, starts_on: dt.date) -> Enrolment:
    """Make the application enrolled with its row of coverage. The caller holds the locks."""
    application.state = rules.APPLICATION.next_state(application.state, "enrol")
    application.starts_on = starts_on
    application.save(update_fields=["state", "starts_on"])
    changed(application)
    if application.source == Application.Source.ROLLOVER:  # a contract accepted, a place from the queue
        RolloverLearner.objects.filter(application=application).exclude(outcome="").update(
            outcome="enrolled", outcome_reason=""
        )
    letters.tell_guardians(application, letters.enrolled(application))
    return Enrolment.objects.create(
        child_id=application.child_id,
        group_id=application.group_id,
        organisation_id=application.organisation_id,
        municipality_id=application.municipality_id,
        application=application,
        funding=application.funding,
        focus_area=application.group.programme.focus_area,
        starts_on=starts_on,
    )


@retried
def refuse(actor: Actor, *, application: Application | int, reasons: Iterable[Reason]) -> Application:
    """The provider refuses with reasons; money returns, the place goes to the next in the queue."""
    listed = list(reasons)
    if not listed or not all(reason.message.strip() for reason in listed):
        raise Refused(Reason("reason_required", "Укажите причину отказа.", field="reason"))
    allowed = policy.APPLICATION.get(actor, "refuse", pk=_pk(application))
    with held(actor, allowed.pk, frees=True) as (fresh, groups):
        text = " ".join(reason.message for reason in listed)
        end(actor, fresh, "refuse", reason_code=listed[0].code, reason=text)
        letters.tell_guardians(fresh, letters.refused(fresh, listed))
        waitlist.serve(groups)
    return fresh


@retried
def withdraw(actor: Actor, *, application: Application | int, reason: str = "") -> Application:
    """The guardian takes the application back (before enrolment); the place goes to the next in the queue."""
    allowed = policy.APPLICATION.get(actor, "withdraw", pk=_pk(application))
    with held(actor, allowed.pk, frees=True) as (fresh, groups):
        step = "decline_place" if fresh.state == "place_offered" else "withdraw"
        end(actor, fresh, step, reason_code="guardian", reason=reason)
        told = letters.place_declined if step == "decline_place" else letters.withdrawn
        letters.tell_guardians(fresh, told(fresh))
        waitlist.serve(groups)
    return fresh
