"""Payments of families in a bank's statement of the provider's account (1CClientBankExchange). No database.

A family's payment is told by the personal account in its purpose, else by the payer's account: of a person or of
a bank that passes a person's money on. All else is an organisation's money and is counted, not kept.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

from opora.core.reasons import Reason, Refused
from opora.settlement.rules import bankfile
from opora.settlement.rules.bankfile import Movement
from opora.settlement.rules.family import is_account_number
from opora.settlement.rules.payregister import PaymentFile, Row

LAYOUT = "Выписка банка (1CClientBankExchange)"
OF_PEOPLE = ("40817", "40820", "423", "426")
"""Accounts of natural persons."""
PASSED_ON = ("30232", "30233", "40911", "47422")
"""Accounts on which banks hold money of people on its way."""
_ELEVEN = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}[\s-]?\d{3}[\s-]?\d{2}(?!\d)")


def account_in(purpose: str) -> str:
    """The personal account named in a purpose, told by its check digits; empty when there is none."""
    for found in _ELEVEN.findall(purpose):
        digits = re.sub(r"\D", "", found)
        if is_account_number(digits):
            return digits
    return ""


def read(data: bytes, *, accounts: Collection[str], today: dt.date) -> PaymentFile:
    """Incoming payments of families to one of the provider's `accounts`; `skipped` counts the rest.

    Raises Refused: another format, encoding or account; nothing of families in it; a day that has not come.
    """
    statement = bankfile.parse(data)
    if not set(statement.accounts) & set(accounts):
        raise Refused(
            Reason(
                "bank_other_account",
                f"Выписка по другому счёту: {', '.join(statement.accounts)}.",
                hint=f"Счёт организации – {', '.join(sorted(accounts)) or 'не указан в её карточке'}.",
                field="file",
            )
        )
    rows: list[Row] = []
    skipped = 0
    for place, one in enumerate(statement.movements, start=1):
        row = _row(place, one, accounts)
        if row is None:
            skipped += 1
        elif row.paid_on > today:
            text = f"Документ № {one.number}: день поступления {row.paid_on:%d.%m.%Y} ещё не наступил."
            raise Refused(Reason("register_date", text, field="file"))
        else:
            rows.append(row)
    if not rows:
        hint = f"Других поступлений и списаний: {skipped}." if skipped else ""
        raise Refused(Reason("register_empty", "В выписке нет ни одного платежа семей.", hint=hint, field="file"))
    return PaymentFile(LAYOUT, tuple(rows), skipped)


def _row(place: int, one: Movement, accounts: Collection[str]) -> Row | None:
    """A family's payment, or None: money that goes out, has not come yet, or is an organisation's."""
    if one.payee_account not in accounts or one.received is None:
        return None
    account = account_in(one.purpose)
    if not account and not one.payer_account.startswith((*OF_PEOPLE, *PASSED_ON)):
        return None
    # number, day and payer's account name a document of a bank for good; the sum tells parts of it from one another
    reference = f"{one.number}/{one.date:%y%m%d}/{one.payer_account[:20]}/{one.amount}"
    return Row(place, account, one.received, one.amount, reference[:60], _payer(one.payer_name))


def _payer(name: str) -> str:
    """«ПАО Сбербанк//Лесная Анна Ивановна//адрес» → the person's name."""
    parts = [part.strip() for part in name.split("//") if part.strip()]
    return (parts[1] if len(parts) > 1 else parts[0] if parts else "")[:200]
