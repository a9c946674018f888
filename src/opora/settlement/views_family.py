"""The family's «Оплата»: what is to be paid, by when, why this sum; the receipt with the payment code; history."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from opora.certificates.rules import to_roubles
from opora.core import files
from opora.core.reasons import Hidden
from opora.people.requests import ActorRequest
from opora.settlement import queries_family as queries
from opora.settlement.documents import receipt
from opora.settlement.queries_family import Standing

REFUND_STATES = {"asked": "info", "approved": "positive", "paid": "positive", "refused": "warning"}


@login_required
@require_safe
def payments(request: ActorRequest) -> HttpResponse:
    """Every account of the family."""
    rows = queries.own_accounts(request.actor)
    total = sum((one.to_pay for one in rows), Decimal(0))
    return render(request, "settlement/family/list.html", {"rows": rows, "total": total})


@login_required
@require_safe
def account(request: ActorRequest, public_id: Any) -> HttpResponse:
    """One account with its code, months and history."""
    standing = queries.own_account(request.actor, public_id)
    side = queries.payee(standing.account)
    refunds = list(queries.refunds_of(standing.account))
    newest = refunds[0] if refunds and refunds[0].state != "withdrawn" else None
    context: dict[str, Any] = {
        "refund": newest,
        "refund_state": REFUND_STATES[newest.state] if newest else "",
        "refund_open": bool(newest and newest.state in ("asked", "approved")),
        "back": [one for one in refunds if one.state == "paid"],
        "over": queries.is_over(standing.account),
        "standing": standing,
        "account": standing.account,
        "months": [(one, to_roubles(one.charged), to_roubles(one.left)) for one in standing.months],
        "payments": list(queries.payments_of(standing.account)),
        "corrections": [one for one in queries.charges_of(standing.account) if one.kind == "correction"],
        "why": _why(standing),
        "payee": [],
    }
    if standing.to_pay and side is not None:
        fields = receipt.fields_of(standing, side, queries.payer(request.actor))
        # our own figures only: the path of the modules and a fixed title
        context |= {"payee": receipt.payee_rows(fields), "qr": mark_safe(receipt.svg(fields))}
    return render(request, "settlement/family/account.html", context)


@login_required
@require_safe
def receipt_pdf(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The receipt for paper; there is none when nothing is to be paid or the payee is not known."""
    standing = queries.own_account(request.actor, public_id)
    side = queries.payee(standing.account)
    if side is None or not standing.to_pay:
        raise Hidden("receipt")
    data = receipt.paper(standing, side, queries.payer(request.actor))
    name = f"Квитанция {standing.account.number}.pdf"
    return files.download(data, name=name, content_type=files.PDF, inline=True)


def _why(standing: Standing) -> list[tuple[str, Decimal]]:
    """Why this sum, step by step: label and roubles."""
    account = standing.account
    contract = account.contract
    steps: list[tuple[str, Decimal]] = []
    if contract is not None:
        steps += [
            ("Стоимость обучения по договору", contract.total_sum),
            ("Из неё платит сертификат", -contract.certificate_sum),
            ("Ваша часть за весь договор", contract.guardian_sum),
        ]
    else:
        steps.append(("Стоимость обучения до конца занятий", account.application.guardian_sum))
    return [
        *steps,
        ("Начислено за месяцы, которые уже начались", account.charged),
        ("Вы оплатили", -account.paid),
        *([("Вам вернули", account.refunded)] if account.refunded else []),
        ("Осталось оплатить" if account.owed >= 0 else "Оплачено вперёд", abs(account.owed)),
    ]
