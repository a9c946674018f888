"""Money of a contract: what is reserved, spent and returned, always through the ledger."""

from __future__ import annotations

import datetime as dt
from typing import Any

from opora.certificates import ledger
from opora.certificates.models import Certificate
from opora.certificates.rules import Kopecks, MonthPart, Termination, months_due, to_kopecks
from opora.certificates.rules.ledger import cancel, release, spend
from opora.core import clock
from opora.core.outbox import emit
from opora.enrolment.models import Contract, ContractMonth

CLOSED_STATES = frozenset({"annulled", "aged_out", "moved"})


def parts(contract: Contract) -> list[MonthPart]:
    """The schedule as values of the rules."""
    return [
        MonthPart(row.month, to_kopecks(row.certificate_sum), to_kopecks(row.guardian_sum))
        for row in contract.months.order_by("month")
    ]


def spent_months(contract: Contract) -> frozenset[dt.date]:
    return frozenset(contract.months.filter(state=ContractMonth.State.SPENT).values_list("month", flat=True))


def is_closed(certificate: Certificate) -> bool:
    """Whether what returns lowers the nominal at once (annulled, moved, aged out, back to accounting)."""
    return certificate.state in CLOSED_STATES or certificate.kind == Certificate.Kind.ACCOUNTING


def release_all(contract: Contract, act: str, account_id: int | None) -> None:
    """refuse, withdraw, expire, freeze: the whole reserve returns; the caller changes the state."""
    contract.months.update(state=ContractMonth.State.RETURNED, moved_at=clock.now())
    ledger.post(
        release(act, to_kopecks(contract.certificate_sum), closed=is_closed(contract.certificate)),
        **_where(contract),
        account_id=account_id,
    )


def spend_begun(contract: Contract, today: dt.date, account_id: int | None) -> Kopecks:
    """reserve → spent for the months begun by today; return what was spent now."""
    total = 0
    for part in months_due(parts(contract), today, spent_months(contract)):
        ledger.post(spend(part.certificate), **_where(contract), month=part.month, account_id=account_id)
        contract.months.filter(month=part.month).update(state=ContractMonth.State.SPENT, moved_at=clock.now())
        total += part.certificate
    return total


def give_back(contract: Contract, effect: Termination, account_id: int | None) -> None:
    """The months that fall away return: later ones after a notice, all of them when nothing had begun."""
    closed = is_closed(contract.certificate)
    if effect.kind == "cancelled":
        entry = cancel(effect.returned_reserve, effect.returned_spent, closed=closed)
    else:
        entry = release("terminate", effect.returned_reserve, closed=closed)
    months = [part.month for part in effect.returned]
    contract.months.filter(month__in=months).update(state=ContractMonth.State.RETURNED, moved_at=clock.now())
    ledger.post(entry, **_where(contract), account_id=account_id)


def changed(contract: Contract) -> None:
    """Record ``contract.changed``."""
    emit(
        "contract.changed",
        "contract",
        contract.pk,
        municipality_id=contract.municipality_id,
        state=contract.state,
        application=contract.application_id,
        terminates_on=contract.terminates_on.isoformat() if contract.terminates_on else None,
    )


def _where(contract: Contract) -> dict[str, Any]:
    return {
        "certificate_id": contract.certificate_id,
        "period_id": contract.period_id,
        "source_kind": "contract",
        "source_id": contract.pk,
    }
