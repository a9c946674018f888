"""What happens to applications and contracts when a certificate is frozen or closed.

Certificates live in a lower room and know nothing of applications; a freeze, annulment or move is therefore an
act of this room that takes the locks in their order, ends what has to end, and makes the change of the certificate
in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from opora.certificates.models import Certificate
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Reason
from opora.core.transactions import act
from opora.enrolment.models import Application, Contract
from opora.enrolment.services import holding, letters, terminate, waitlist
from opora.enrolment.services.ending import contract_of, end
from opora.enrolment.services.holding import retried

T = TypeVar("T")
CLOSED = "certificate_closed"


@retried
def refuse_requests(actor: Actor, *, certificate: Certificate, reason: Reason, change: Callable[[], T]) -> T:
    """Freeze: requested contracts and queue entries are refused with the reason, then `change` is made.

    `change` refuses by itself while a contract is offered or active (certificates.rules.life.freeze_reasons).
    """
    with act(actor):
        touched = _living(certificate)
        groups = holding.lock((one.group_id for one in touched), [certificate.pk])
        for one in _living(certificate):
            if one.state != "enrolled":
                end(actor, one, "refuse", reason_code=reason.code, reason=reason.message, entry="freeze")
                letters.tell_guardians(one, letters.refused(one, [reason.message]))
        result = change()
        waitlist.serve(groups)
    return result


@retried
def end_contracts(actor: Actor, *, certificate: Certificate, reason: Reason, change: Callable[[], T]) -> T:
    """Annulment, move, ageing out: requests are refused, active contracts end with this month, then `change`.

    `change` closes the certificate; what returns later lowers its nominal at once (services.contract_money).
    """
    with act(actor):
        touched = _living(certificate)
        groups = holding.lock((one.group_id for one in touched), [certificate.pk])
        for one in _living(certificate):
            contract = contract_of(one)
            if one.state == "enrolled" and contract is not None:
                if contract.terminates_on is None:
                    terminate.by_system(actor, one, contract, ground=CLOSED)
            elif one.state != "enrolled":
                end(actor, one, "refuse", reason_code=reason.code, reason=reason.message)
                letters.tell_guardians(one, letters.refused(one, [reason.message]))
        result = change()
        waitlist.serve(groups)
    return result


def _living(certificate: Certificate) -> list[Application]:
    """Applications paid from the certificate that hold a place or wait."""
    rows = Application.objects.select_related("group", "child", "municipality").filter(
        child_id=certificate.child_id,
        funding="certificate",
        state__in=(*Application.HOLDING, "waiting"),
    )
    return list(rows.order_by("pk"))


def has_living_contracts(certificate: Certificate) -> list[str]:
    """States of the certificate's contracts that live now, for certificates.rules.life.freeze_reasons."""
    rows = Contract.objects.filter(certificate=certificate, state__in=Contract.LIVING)
    return [
        "terminating" if terminates and terminates >= clock.today() else state
        for state, terminates in rows.values_list("state", "terminates_on")
    ]
