"""The purpose of a payment (at most 210 signs) and what a bank's movement means for an order."""

from __future__ import annotations

import datetime as dt

from opora.certificates.rules.money import Kopecks
from opora.core.russian import month as month_name
from opora.settlement.rules.bankfile import PURPOSE_LIMIT, plain

TITLES = {
    "advance_request": "Аванс по заявке",
    "invoice": "Оплата по счёту",
    "correction": "Доплата по корректировке",
}


def purpose(
    *,
    kind: str,
    number: int,
    date: dt.date,
    month: dt.date,
    agreement: str,
    kbk: str,
    kosgu: str,
    personal_account: str = "",
) -> str:
    """«Оплата по счёту № 3 от 05.11.2026 за октябрь 2026, соглашение … КБК … КОСГУ … НДС не облагается.»

    КБК and КОСГУ always stay; what else does not fit is left out from the least important part on.
    """
    what = f"{TITLES[kind]} № {number} от {date:%d.%m.%Y} за {plain(month_name(month))}"
    code = f"КБК {kbk}, КОСГУ {kosgu}."
    account = f" л/с {personal_account}" if personal_account else ""
    variants = (
        f"{what}, дополнительное образование детей по сертификатам, соглашение {agreement}.{account} {code} НДС не облагается.",
        f"{what}, соглашение {agreement}.{account} {code} НДС не облагается.",
        f"{what}, соглашение {agreement}. {code} НДС не облагается.",
        f"{what}, соглашение {agreement}. {code}",
        f"{what}. {code} НДС не облагается.",
    )
    texts = [plain(text) for text in variants]
    return next((text for text in texts if len(text) <= PURPOSE_LIMIT), texts[-1][:PURPOSE_LIMIT])


def verdict(*, amount: Kopecks, executed: Kopecks, moved: Kopecks, seen_before: bool, written_off: bool) -> str:
    """What a movement of the bank means for the order it names (codes of StatementLine.Verdict).

    The same movement in an overlapping statement changes nothing; more than the rest is shown, not applied.
    """
    if not written_off:
        return "not_executed"
    if seen_before:
        return "repeated"
    rest = amount - executed
    if rest == 0:
        return "repeated" if moved == amount else "excess"
    if moved > rest:
        return "excess"
    return "executed" if moved == rest else "partial"
