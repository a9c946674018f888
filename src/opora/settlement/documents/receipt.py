"""The receipt of a family: one content for the page and the paper, with the code that a bank reads."""

from __future__ import annotations

from typing import Any

from opora.certificates.rules import to_kopecks, to_roubles
from opora.core import russian
from opora.people.models import Account
from opora.settlement.documents import qr
from opora.settlement.documents.papers import pdf
from opora.settlement.queries_family import Standing
from opora.settlement.rules import family
from opora.settlement.rules.requisites import Requisites

PAYEE = (
    ("Name", "Получатель"), ("PayeeINN", "ИНН"), ("KPP", "КПП"), ("PersonalAcc", "Счёт"), ("BankName", "Банк"),
    ("BIC", "БИК"), ("CorrespAcc", "Корреспондентский или единый казначейский счёт"), ("CBC", "КБК"),
    ("OKTMO", "ОКТМО"), ("Purpose", "Назначение"),
)  # fmt: skip


def fields_of(standing: Standing, side: Requisites, payer: Account | None = None) -> dict[str, str]:
    """What the code says: the whole sum to pay, the account, the payer by name where it is known."""
    account, oldest = standing.account, standing.oldest
    months = [one for one in standing.months if one.left]
    names = {"LastName": payer.last_name, "FirstName": payer.first_name} if payer else {}
    if payer and payer.patronymic:
        names["MiddleName"] = payer.patronymic
    month = oldest.month if oldest and len(months) == 1 else None
    return family.payment_fields(
        side,
        account=account.number,
        amount=to_kopecks(standing.to_pay),
        purpose=family.purpose(account.number, month, russian.quoted(account.group.programme.name)),
        payer=names,
    )


def svg(fields: dict[str, str]) -> str:
    """The code of the fields for a page."""
    return qr.svg(family.payment_code(fields), title="QR-код для оплаты в приложении банка")


def payee_rows(fields: dict[str, str]) -> list[tuple[str, str]]:
    return [(label, fields[key]) for key, label in PAYEE if key in fields]


def paper(standing: Standing, side: Requisites, payer: Account | None) -> bytes:
    """The receipt as PDF."""
    account, fields = standing.account, fields_of(standing, side, payer)
    facts: list[tuple[str, str]] = [
        ("Лицевой счёт", account.number),
        ("Ребёнок", account.child.full_name),
        ("Программа", f"{account.group.programme.name}, группа {account.group.name}"),
        ("Основание", f"Договор № {account.contract.number}" if account.contract else "Обучение на платной основе"),
    ]
    months = [
        (russian.month(one.month), russian.date(one.due_on), *map(_sum, (one.charged, one.left)))
        for one in standing.months
        if one.left
    ]
    data: dict[str, Any] = {
        "title": "Квитанция на оплату обучения",
        "subtitle": f"на {russian.date_long(standing.today)}",
        "facts": facts,
        "months": months,
        "qr": svg(fields),
        "sum": russian.money(standing.to_pay),
        "account": account.number,
        "payee": payee_rows(fields),
        "payer": payer.full_name if payer else "",
        "footer": f"Лицевой счёт {account.number}",
    }
    return pdf("receipt", data)


def _sum(kopecks: int) -> str:
    return russian.money(to_roubles(kopecks))
