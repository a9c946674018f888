"""How an application ends, whoever ends it: the contract's money returns, the place goes to the queue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Busy
from opora.core.transactions import act
from opora.enrolment import rules
from opora.enrolment.models import Application, Contract
from opora.enrolment.services import contract_money, holding

_RELEASE = {"decline_place": "withdraw"}


@contextmanager
def held(actor: Actor, application_id: int, *, frees: bool) -> Iterator[tuple[Application, list[int]]]:
    """Transaction with the group(s) and the certificate locked; gives the application as it is now.

    `frees`: the act may free a place, so the queue's first certificates are locked with it.
    """
    known = Application.objects.only("group_id").get(pk=application_id)
    with act(actor):
        certificates = Contract.objects.filter(application_id=application_id).values_list("certificate_id", flat=True)
        groups = holding.lock([known.group_id], certificates, heads=frees)
        rows = Application.objects.select_related("group__programme", "child", "municipality", "applicant")
        fresh = rows.get(pk=application_id)
        if fresh.group_id != known.group_id:  # transferred while we waited: the wrong group is locked
            raise Busy(1)
        yield fresh, groups


def contract_of(application: Application) -> Contract | None:
    """The contract of the application with its certificate, if it has one."""
    return Contract.objects.select_related("certificate").filter(application=application).first()


def end(
    actor: Actor, application: Application, step: str, *, reason_code: str = "", reason: str = "", entry: str = ""
) -> None:
    """refuse, withdraw, expire, decline_place: state, contract, money, place. The caller holds the locks.

    `entry` names the ledger's act when it differs (freeze). Raises Refused when the state does not allow it.
    """
    target = rules.APPLICATION.next_state(application.state, step)
    holds, waits = application.state in rules.HOLDING_STATES, application.state == "waiting"
    contract = contract_of(application)
    if contract is not None and contract.state in ("requested", "offered"):
        contract_step = _RELEASE.get(step, step)
        contract.state = rules.CONTRACT.next_state(contract.state, contract_step)
        contract.closed_at = clock.now()
        contract.save(update_fields=["state", "closed_at"])
        contract_money.release_all(contract, entry or contract_step, actor.account_id)
        contract_money.changed(contract)
    application.state = target
    application.decided_at = clock.now()
    application.reason_code, application.reason = reason_code[:40], reason[:500]
    application.save(update_fields=["state", "decided_at", "reason_code", "reason"])
    holding.changed(application)
    if holds:
        holding.free_place(application)
    elif waits:
        holding.count(application.group_id, waiting=-1)
