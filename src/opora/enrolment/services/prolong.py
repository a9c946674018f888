"""A class over New Year: the second contract in the next period, offered where both sides agreed to prolongation."""

from __future__ import annotations

import datetime as dt
import json

from django.db import connection
from django.db.models import F

from opora.certificates.rules import Split, to_roubles
from opora.certificates.rules.termination import prolongation_start
from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.reasons import Reason, Refused
from opora.enrolment import policy, rules
from opora.enrolment.models import Application, Contract, Enrolment
from opora.enrolment.rules import Stage
from opora.enrolment.services import contract_money, letters
from opora.enrolment.services import facts as reading
from opora.enrolment.services.ending import contract_of, held
from opora.enrolment.services.facts import Facts
from opora.enrolment.services.holding import changed, retried
from opora.enrolment.services.money_holds import money_holds, request_of
from opora.enrolment.services.offering import offer
from opora.enrolment.services.rows import contract_rows


def due(now: dt.datetime, limit: int) -> list[int]:
    """Applications whose contract ended with its period while the group goes on and both sides want to go on."""
    rows = Contract.objects.filter(
        state=Contract.State.ACTIVE,
        terminates_on__isnull=True,
        ends_on__lt=(now + dt.timedelta(hours=14)).date(),
        ends_on__lte=F("period__ends_on"),
        group__ends_on__gt=F("ends_on"),
        acceptance__provider_prolongs=True,
        acceptance__guardian_prolongs=True,
    )
    return list(rows.order_by("pk").values_list("application_id", flat=True)[:limit])


@retried
def prolong(application_id: int) -> bool:
    """Close the old contract and offer the new one in one transaction; the child keeps the place.

    False when it is not time, no next period is approved yet or the rules say no: then the study ends as usual.
    """
    with held(SYSTEM, application_id, frees=False) as (old, _):
        contract = contract_of(old)
        if contract is None or contract.state != "active" or contract.terminates_on is not None:
            return False
        known = _next(old, contract)
        if known is None:
            return False
        split = reading.split_of(known, rules.CERTIFICATE)
        if split is None or reading.reasons_of(known, rules.CERTIFICATE, Stage.OFFER, split):
            return False
        # limits of the next period are taken one after another, also when many contracts are prolonged at once
        request = request_of(known, rules.CERTIFICATE, split, application_id=old.pk, group_id=old.group_id)
        if not money_holds(request):
            return False
        _close(old, contract)
        _offer(old, contract, known, split)
    return True


def _next(old: Application, contract: Contract) -> Facts | None:
    today = clock.today(old.municipality.time_zone)
    if contract.ends_on >= today:
        return None
    known = reading.read(
        child_id=old.child_id,
        group_id=old.group_id,
        funding=rules.CERTIFICATE,
        starts_on=max(today, contract.ends_on + dt.timedelta(days=1)),
        application_id=old.pk,
    )
    if known is None or known.period_starts is None or known.period_id == contract.period_id:
        return None
    start = prolongation_start(known.group_starts, known.group_ends, contract.ends_on, known.period_starts)
    if start is None or start > today:
        return None
    # the place is the child's own: it does not stand in the way
    return known._replace(start=start, taken=known.taken - 1, today=min(today, start))


def _close(old: Application, contract: Contract) -> None:
    contract.state = rules.CONTRACT.next_state(contract.state, "close")
    contract.closed_at = clock.now()
    contract.save(update_fields=["state", "closed_at"])
    contract_money.changed(contract)
    old.state = rules.APPLICATION.next_state(old.state, "finish")
    old.decided_at, old.reason_code = clock.now(), "prolonged"
    old.reason = "Договор продлён на следующий период."
    old.save(update_fields=["state", "decided_at", "reason_code", "reason"])
    changed(old)
    Enrolment.objects.filter(application=old).update(ends_on=contract.ends_on, end_reason="Следующий период")


def _offer(old: Application, contract: Contract, known: Facts, split: Split) -> None:
    fresh = Application.objects.create(
        child_id=old.child_id,
        group_id=old.group_id,
        organisation_id=old.organisation_id,
        municipality_id=old.municipality_id,
        applicant_id=old.applicant_id,
        source=old.source,
        funding=old.funding,
        state="confirmed",
        priority_class=old.priority_class,
        starts_on=split.start,
        total_sum=to_roubles(split.total),
        certificate_sum=to_roubles(split.certificate),
        guardian_sum=to_roubles(split.guardian),
        submitted_at=clock.now(),
    )
    rows = contract_rows(known, split)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contract_request(%s::jsonb, %s, %s::jsonb, %s, NULL)",
            [json.dumps(rows["contract"]), fresh.pk, json.dumps(rows["months"]), clock.now()],
        )
    changed(fresh)
    made = contract_of(fresh)
    assert made is not None
    offer(SYSTEM, fresh, made, prolongation=True)
    letters.tell_guardians(fresh, letters.prolonged(fresh, split.guardian))


NOT_PROLONGED = Reason(
    "cannot_prolong",
    "Этот договор не продлевается: он закончен, расторгается или группа заканчивает вместе с ним.",
)


@retried
def agree(actor: Actor, *, contract: Contract | int, agrees: bool) -> Contract:
    """One side says, or takes back, that the class goes on after New Year; with both the next contract is offered.

    The family speaks for itself, the provider for itself; nobody is bound before the next contract is accepted.
    Raises Hidden, Forbidden; Refused when there is nothing to prolong.
    """
    pk = contract if isinstance(contract, int) else contract.pk
    found = Contract.objects.only("child_id", "application_id").get(pk=pk)
    family = found.child_id in actor.children
    allowed = policy.CONTRACT.get(actor, "accept" if family else "prolong", pk=pk)
    with held(actor, allowed.application_id, frees=False) as (application, _):
        current = contract_of(application)
        assert current is not None
        if not may_go_on(current) or (family and current.state != Contract.State.ACTIVE):
            raise Refused(NOT_PROLONGED)
        side = "guardian_prolongs" if family else "provider_prolongs"
        current.acceptance = {**current.acceptance, side: agrees}
        current.save(update_fields=["acceptance"])
        contract_money.changed(current)
        if not family and agrees and current.state == Contract.State.ACTIVE and answer_of(current) is None:
            letters.tell_guardians(application, letters.prolong_asked(application, current))
    return current


def answer_of(contract: Contract) -> bool | None:
    """What the family said about going on; None while it has said nothing."""
    said: bool | None = contract.acceptance.get("guardian_prolongs")
    return said


def may_go_on(contract: Contract) -> bool:
    """A living contract that ends before its group does."""
    living = contract.state in rules.LIVING_CONTRACT_STATES and contract.terminates_on is None
    return living and contract.ends_on < contract.group.ends_on
