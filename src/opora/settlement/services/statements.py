"""Reading a bank statement back: orders executed in full or in part, refunds received; what does not fit is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from opora.certificates.rules import to_kopecks, to_roubles
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.settlement import policy
from opora.settlement.models import BankStatement, PaymentOrder, SettlementDocument, StatementLine
from opora.settlement.rules import bankfile
from opora.settlement.rules.bankfile import Movement, Statement
from opora.settlement.rules.payment import verdict
from opora.settlement.services import letters
from opora.settlement.services.issue import told
from opora.settlement.services.orders import profile_of

MOST_BYTES = 20 * 1024 * 1024
Verdict = StatementLine.Verdict


def read_statement(actor: Actor, *, municipality_id: int, name: str, data: bytes) -> BankStatement:
    """Read a statement of the payer's account; all of it or nothing.

    Raises Refused: the same file again, another format, encoding or account, a line that cannot be read.
    """
    policy.STATEMENT.require(actor, "upload")
    if not actor.system and municipality_id not in actor.municipalities("payer"):
        raise Hidden("municipality")
    profile = profile_of(municipality_id)
    if profile is None:
        raise Refused(Reason("no_profile", "Реквизиты плательщика не заполнены, сверять не с чем.", field="file"))
    if len(data) > MOST_BYTES:
        raise Refused(Reason("too_big", "Файл больше 20 МБ.", field="file"))
    statement = bankfile.read(data, account=profile.account)
    digest = hashlib.sha256(data).hexdigest()
    with act(actor):
        # the profile's row is the lock: two statements of one account are read one after another
        type(profile).objects.select_for_update(no_key=True).get(pk=profile.pk)
        if BankStatement.objects.filter(municipality_id=municipality_id, sha256=digest).exists():
            raise Refused(Reason("same_file", "Этот файл уже загружен.", field="file"))
        row = BankStatement.objects.create(
            municipality_id=municipality_id,
            file_name=name[:255],
            sha256=digest,
            account=profile.account,
            date_from=statement.date_from,
            date_to=statement.date_to,
            uploaded_at=clock.now(),
            uploaded_by_id=actor.account_id,
        )
        lines = _judged(row, statement, profile.account)
        StatementLine.objects.bulk_create(lines)
    return row


def _judged(row: BankStatement, statement: Statement, account: str) -> list[StatementLine]:
    outgoing = [one for one in statement.movements if one.payer_account == account]
    orders = _orders(row.municipality_id, outgoing)
    seen = _seen(row.municipality_id, statement.movements)
    paid: list[SettlementDocument] = []
    lines = []
    for position, one in enumerate(statement.movements, start=1):
        line = _line(row, position, one, account)
        key = _key(one)
        if one.payer_account == account:
            order = _order_of(one, orders)
            line.order = order
            line.verdict = Verdict.UNKNOWN if order is None else _apply(order, one, key in seen, paid)
        else:
            line.verdict, line.document = _incoming(row.municipality_id, one, key in seen)
            if line.document is not None and line.verdict == Verdict.REFUND:
                paid.append(line.document)
        seen.add(key)
        lines.append(line)
    if paid:
        told(paid, "paid")
        letters.decided([one for one in paid if one.kind != "refund"])
    return lines


def _orders(municipality_id: int, movements: Sequence[Movement]) -> dict[int, list[PaymentOrder]]:
    """Orders by number, locked."""
    numbers = {int(one.number) for one in movements if one.number.isdigit()}
    rows = PaymentOrder.objects.select_for_update(no_key=True, of=("self",)).filter(
        municipality_id=municipality_id, number__in=numbers
    )
    found: dict[int, list[PaymentOrder]] = {}
    for order in rows.select_related("document__organisation", "document__municipality").order_by("pk"):
        found.setdefault(order.number, []).append(order)
    return found


def _order_of(one: Movement, orders: dict[int, list[PaymentOrder]]) -> PaymentOrder | None:
    """The order of the movement: number, date of the order and the payee's account agree."""
    same = orders.get(int(one.number), []) if one.number.isdigit() else []
    for order in same:
        if order.date == one.date and order.provider["account"] == one.payee_account and order.state != "cancelled":
            return order
    return None


Key = tuple[str, object, object, int, str, str]


def _key(one: Movement) -> Key:
    return one.number, one.date, one.written_off or one.received, one.amount, one.payer_account, one.payee_account


def _seen(municipality_id: int, movements: Sequence[Movement]) -> set[Key]:
    """Movements that earlier statements brought already."""
    rows = StatementLine.objects.filter(
        statement__municipality_id=municipality_id, number__in={one.number for one in movements}
    ).exclude(verdict__in=(Verdict.NOT_EXECUTED,))
    fields = ("number", "date", "executed_on", "amount", "payer_account", "payee_account")
    return {
        (number, date, executed, to_kopecks(amount), payer, payee)
        for number, date, executed, amount, payer, payee in rows.values_list(*fields)
    }


def _apply(order: PaymentOrder, one: Movement, seen: bool, paid: list[SettlementDocument]) -> str:
    found = verdict(
        amount=to_kopecks(order.amount),
        executed=to_kopecks(order.executed),
        moved=one.amount,
        seen_before=seen,
        written_off=one.written_off is not None,
    )
    if found in (Verdict.EXECUTED, Verdict.PARTIAL):
        order.executed += to_roubles(one.amount)
        order.state = PaymentOrder.State.EXECUTED if found == Verdict.EXECUTED else PaymentOrder.State.PARTIAL
        order.executed_on = one.written_off
        order.save(update_fields=["executed", "state", "executed_on"])
    if found == Verdict.EXECUTED:
        document = order.document
        document.state, document.paid_on = SettlementDocument.State.PAID, one.written_off
        document.save(update_fields=["state", "paid_on"])
        paid.append(document)
    return found


def _incoming(municipality_id: int, one: Movement, seen: bool) -> tuple[str, SettlementDocument | None]:
    """Money that came in: the refund of an organisation with that ИНН and sum, or anything else."""
    if seen:
        return Verdict.REPEATED, None
    rows = SettlementDocument.objects.select_for_update(no_key=True, of=("self",)).filter(
        municipality_id=municipality_id,
        kind="refund",
        state=SettlementDocument.State.APPROVED,
        refund=to_roubles(one.amount),
        organisation__inn=one.payer_inn,
    )
    document = rows.select_related("organisation", "municipality").order_by("pk").first() if one.payer_inn else None
    if document is None or one.received is None:
        return Verdict.INCOMING, None
    document.state, document.paid_on = SettlementDocument.State.PAID, one.received
    document.save(update_fields=["state", "paid_on"])
    return Verdict.REFUND, document


def _line(row: BankStatement, position: int, one: Movement, account: str) -> StatementLine:
    out = one.payer_account == account
    return StatementLine(
        statement=row,
        position=position,
        kind=one.kind,
        number=one.number,
        date=one.date,
        executed_on=one.written_off if out else one.received,
        amount=to_roubles(one.amount),
        payer_account=one.payer_account[:20],
        payee_account=one.payee_account[:20],
        other_inn=(one.payee_inn if out else one.payer_inn)[:12],
        other_name=(one.payee_name if out else one.payer_name)[:300],
        purpose=one.purpose,
    )
