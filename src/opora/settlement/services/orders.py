"""Payment orders of approved documents and their file for the bank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from opora.certificates.rules import to_kopecks
from opora.core import clock
from opora.core.access import Actor
from opora.core.numbering import take_numbers
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.core.transactions import act
from opora.settlement import policy
from opora.settlement.models import PayerProfile, PaymentOrder, SettlementDocument
from opora.settlement.rules import bankfile
from opora.settlement.rules.payment import purpose
from opora.settlement.rules.requisites import Requisites
from opora.settlement.rules.states import ORDER
from opora.settlement.services.drafts import lock_agreements
from opora.settlement.services.terms import current_terms

State = PaymentOrder.State


def make_orders(actor: Actor, *, documents: Iterable[SettlementDocument | int]) -> list[PaymentOrder]:
    """One numbered order per approved document with something to pay; all or none."""
    ids = sorted({one if isinstance(one, int) else one.pk for one in documents})
    if not policy.DOCUMENT.allowed(actor, "pay"):
        raise Forbidden("pay")
    with act(actor):
        allowed = policy.DOCUMENT.rows(actor, "pay").filter(pk__in=ids)
        agreements = list(allowed.values_list("pk", "agreement_id"))
        if len(agreements) != len(ids):
            raise Hidden("pay")
        lock_agreements(agreement for _, agreement in agreements)
        rows = SettlementDocument.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids)
        found = list(rows.select_related("agreement", "organisation", "municipality").order_by("pk"))
        terms = current_terms([one.agreement_id for one in found])
        _check(found, set(terms))
        days = {one.pk: clock.today(one.municipality.time_zone) for one in found}
        wanted = Counter((one.municipality_id, days[one.pk].year) for one in found)
        numbers = take_numbers("payer", "payment_order", wanted)
        orders = []
        for one in found:
            own, key = terms[one.agreement_id], (one.municipality_id, days[one.pk].year)
            assert one.number is not None and one.date is not None
            orders.append(
                PaymentOrder(
                    document=one,
                    organisation_id=one.organisation_id,
                    municipality_id=one.municipality_id,
                    number=numbers[key],
                    date=days[one.pk],
                    amount=one.payable,
                    purpose=purpose(
                        kind=one.kind,
                        number=one.number,
                        date=one.date,
                        month=one.month,
                        agreement=f"№ {one.agreement.number} от {one.agreement.date:%d.%m.%Y}",
                        kbk=own.kbk,
                        kosgu=own.kosgu,
                        personal_account=own.provider.get("personal_account", ""),
                    ),
                    payer=own.payer,
                    provider=own.provider,
                    kbk=own.kbk,
                    kosgu=own.kosgu,
                    created_by_id=actor.account_id,
                    created_at=clock.now(),
                )
            )
            numbers[key] += 1
        return PaymentOrder.objects.bulk_create(orders)


def _check(found: Sequence[SettlementDocument], with_terms: set[int]) -> None:
    living = set(
        PaymentOrder.objects.filter(document__in=found)
        .exclude(state=State.CANCELLED)
        .values_list("document_id", flat=True)
    )
    reasons = []
    for one in found:
        if one.state != SettlementDocument.State.APPROVED:
            reasons.append(Reason("not_approved", f"{one.organisation}, {one}: платят по проверенному документу."))
        elif one.payable <= 0:
            reasons.append(Reason("nothing", f"{one.organisation}, {one}: платить нечего."))
        elif one.pk in living:
            reasons.append(Reason("ordered", f"{one.organisation}, {one}: поручение уже составлено."))
        if one.agreement_id not in with_terms:
            reasons.append(Reason("no_terms", f"{one.organisation}: в соглашении нет подписанных реквизитов."))
    if reasons:
        raise Refused(reasons)


def bank_file(actor: Actor, *, orders: Iterable[PaymentOrder | int] | None = None) -> bytes:
    """The file of orders that wait for the bank (or of those named); they become exported. One account in one file.

    Raises Refused when there is nothing to send or the orders belong to several accounts.
    """
    if not policy.ORDER.allowed(actor, "export"):
        raise Forbidden("export")
    with act(actor):
        rows = policy.ORDER.rows(actor, "export").select_related("municipality")
        if orders is None:
            rows = rows.filter(state=State.ISSUED)
        else:
            rows = rows.filter(pk__in=[one if isinstance(one, int) else one.pk for one in orders])
        found = list(rows.select_for_update(no_key=True, of=("self",)).order_by("number", "pk"))
        if not found:
            raise Refused(Reason("nothing", "Нет поручений, которые нужно отправить в банк."))
        for one in found:
            one.state = ORDER.next_state(one.state, "export")
        accounts = {one.payer["account"] for one in found}
        if len(accounts) > 1:
            raise Refused(
                Reason(
                    "several_accounts",
                    "Поручения списываются с разных счетов: одному файлу нужен один счёт.",
                    hint="Отберите поручения одного плательщика.",
                )
            )
        zone = clock.zone(found[0].municipality.time_zone)
        data = bankfile.write(
            [_file_order(one) for one in found], account=accounts.pop(), made_at=clock.now().astimezone(zone)
        )
        PaymentOrder.objects.filter(pk__in=[one.pk for one in found]).update(
            state=State.EXPORTED, exported_at=clock.now()
        )
    return data


def _file_order(one: PaymentOrder) -> bankfile.Order:
    return bankfile.Order(
        one.number,
        one.date,
        to_kopecks(one.amount),
        Requisites.from_json(one.payer),
        Requisites.from_json(one.provider),
        one.purpose,
    )


def cancel_order(actor: Actor, *, order: PaymentOrder, reason: str) -> PaymentOrder:
    """Cancel an order that the bank has not begun to execute; a new one may be made. Its number stays used."""
    allowed = policy.ORDER.get(actor, "cancel", pk=order.pk)
    if len(reason.strip()) < 5:
        raise Refused(Reason("reason", "Напишите причину отмены.", field="reason"))
    with act(actor):
        row: PaymentOrder = PaymentOrder.objects.select_for_update(no_key=True, of=("self",)).get(pk=allowed.pk)
        row.state = ORDER.next_state(row.state, "cancel")
        row.cancel_reason = reason.strip()[:300]
        row.save(update_fields=["state", "cancel_reason"])
    return row


def profile_of(municipality_id: int) -> PayerProfile | None:
    return PayerProfile.objects.filter(municipality_id=municipality_id).first()
