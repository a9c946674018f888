"""The payer's answer: approved, or returned with remarks and a new draft in its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from opora.certificates import ledger
from opora.certificates.models import Certificate
from opora.certificates.queries import parameters_of
from opora.certificates.rules import to_kopecks
from opora.certificates.rules.ledger import return_undelivered
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.core.transactions import act
from opora.settlement import policy
from opora.settlement.models import SettlementDocument, SettlementRow
from opora.settlement.rules.states import DOCUMENT
from opora.settlement.services import letters
from opora.settlement.services.drafts import fill, lock_agreements
from opora.settlement.services.issue import told

State = SettlementDocument.State
LEAST_REMARK = 10


def approve(actor: Actor, *, documents: Iterable[SettlementDocument | int]) -> list[SettlementDocument]:
    """issued → approved for all the documents or none. Where the period says so, what was not delivered returns."""
    found = _decided(actor, documents)
    with act(actor):
        rows = _locked(found)
        for one in rows:
            DOCUMENT.next_state(one.state, "approve")
        SettlementDocument.objects.filter(pk__in=[one.pk for one in rows]).update(
            state=State.APPROVED, decided_at=clock.now(), decided_by_id=actor.account_id
        )
        for one in rows:
            one.state = State.APPROVED
            if one.kind in ("invoice", "correction") and parameters_of(one.period).return_undelivered:
                _give_back(actor, one)
        told(rows, "approved")
        letters.decided(rows)
    return rows


def send_back(actor: Actor, *, document: SettlementDocument, remarks: str) -> SettlementDocument:
    """issued → returned; a new draft of the same month stands in its place. Returns the new draft."""
    text = remarks.strip()
    if len(text) < LEAST_REMARK:
        raise Refused(Reason("remarks", "Напишите, что исправить: хотя бы одно предложение.", field="remarks"))
    found = _decided(actor, [document])
    with act(actor):
        [row] = _locked(found)
        row.state = DOCUMENT.next_state(row.state, "return")
        row.remarks, row.decided_at, row.decided_by_id = text[:1000], clock.now(), actor.account_id
        row.save(update_fields=["state", "remarks", "decided_at", "decided_by"])
        draft = SettlementDocument.objects.create(
            agreement_id=row.agreement_id,
            period_id=row.period_id,
            organisation_id=row.organisation_id,
            municipality_id=row.municipality_id,
            kind=row.kind,
            month=row.month,
            refers_to_id=row.refers_to_id if row.kind in ("correction", "refund") else row.pk,
            reason=row.reason,
        )
        fill([draft.pk])
        told([row], "returned")
        letters.decided([row])
    draft.refresh_from_db()
    return draft


def _decided(actor: Actor, documents: Iterable[SettlementDocument | int]) -> list[tuple[int, int]]:
    ids = {one if isinstance(one, int) else one.pk for one in documents}
    if not policy.DOCUMENT.allowed(actor, "decide"):
        raise Forbidden("decide")
    found = list(policy.DOCUMENT.rows(actor, "decide").filter(pk__in=ids).values_list("pk", "agreement_id"))
    if len(found) != len(ids):
        raise Hidden("decide")
    return found


def _locked(found: Sequence[tuple[int, int]]) -> list[SettlementDocument]:
    lock_agreements(agreement for _, agreement in found)
    rows = SettlementDocument.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=[pk for pk, _ in found]
    )
    return list(rows.select_related("period", "organisation", "municipality").order_by("pk"))


def _give_back(actor: Actor, document: SettlementDocument) -> None:
    """spent → balance of what was not delivered, once per row; a closed certificate lowers its nominal instead."""
    rows = SettlementRow.objects.filter(document=document, plan__gt=0).select_related("contract")
    due = [(row, _undelivered(document, row)) for row in rows]
    due = [(row, amount) for row, amount in due if amount > 0]
    ledger.lock(row.contract.certificate_id for row, _ in due)
    states = dict(
        Certificate.objects.filter(pk__in={row.contract.certificate_id for row, _ in due}).values_list("pk", "state")
    )
    for row, amount in sorted(due, key=lambda pair: (pair[0].contract.certificate_id, pair[0].pk)):
        certificate = row.contract.certificate_id
        ledger.post(
            return_undelivered(amount, closed=states[certificate] not in ("active", "frozen", "issued")),
            certificate_id=certificate,
            period_id=document.period_id,
            source_kind="settlement_row",
            source_id=row.pk,
            month=row.month,
            account_id=actor.account_id,
        )


def _undelivered(document: SettlementDocument, row: SettlementRow) -> int:
    if document.kind == "invoice":
        return to_kopecks(row.plan) - to_kopecks(row.accrual)
    return max(0, -to_kopecks(row.accrual))
