"""Entries of a certificate's ledger: one constructor per act (spec/financing.md, "Ledger").

Every entry keeps d_nominal = d_balance + d_reserve + d_spent; Totals refuses to become negative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opora.certificates.rules.money import Kopecks

ACT_LABELS = {
    "nominal": "Номинал установлен",
    "request": "Сумма договора зарезервирована",
    "refuse": "Отказ поставщика: резерв возвращён",
    "withdraw": "Заявка отозвана: резерв возвращён",
    "expire": "Срок истёк: резерв возвращён",
    "month": "Оплата месяца обучения",
    "terminate": "Договор расторгнут: остаток возвращён",
    "cancel": "Договор отменён до начала занятий: сумма возвращена",
    "freeze": "Сертификат приостановлен: резерв возвращён",
    "return": "Неоказанные услуги: сумма возвращена",
    "annul": "Сертификат аннулирован",
    "move": "Переезд: сертификат закрыт",
    "age_out": "Исполнилось 18\u00a0лет: сертификат закрыт",
    "to_accounting": "Сертификат переведён в сертификат учёта",
    "period_end": "Период завершён: остаток не переносится",
}
CLOSING_ACTS = frozenset({"annul", "move", "age_out", "to_accounting", "period_end"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement; the act names its reason in ACT_LABELS. Sums in kopecks, signed."""

    act: str
    d_nominal: Kopecks = 0
    d_balance: Kopecks = 0
    d_reserve: Kopecks = 0
    d_spent: Kopecks = 0

    def __post_init__(self) -> None:
        if self.act not in ACT_LABELS:
            raise ValueError(f"Unknown ledger act {self.act!r}.")
        if self.d_nominal != self.d_balance + self.d_reserve + self.d_spent:
            raise ValueError("Ledger entry does not balance.")


@dataclass(frozen=True, slots=True)
class Totals:
    """State of a certificate in one period: nominal = balance + reserve + spent, no part negative."""

    nominal: Kopecks = 0
    balance: Kopecks = 0
    reserve: Kopecks = 0
    spent: Kopecks = 0

    def __post_init__(self) -> None:
        if self.nominal != self.balance + self.reserve + self.spent:
            raise ValueError("Номинал не равен сумме остатка, резерва и списанного.")
        if min(self.nominal, self.balance, self.reserve, self.spent) < 0:
            raise ValueError("На сертификате не хватает средств.")

    def after(self, entry: Entry) -> Totals:
        """The totals after an entry; ValueError when a part would become negative."""
        return Totals(
            self.nominal + entry.d_nominal,
            self.balance + entry.d_balance,
            self.reserve + entry.d_reserve,
            self.spent + entry.d_spent,
        )

    @property
    def is_unused(self) -> bool:
        """Nothing reserved or spent: group, kind and nominal may still change."""
        return self.balance == self.nominal


def totals_of(entries: Iterable[Entry]) -> Totals:
    """Replay: balances equal the sums of the append-only entries."""
    result = Totals()
    for entry in entries:
        result = result.after(entry)
    return result


def _positive(amount: Kopecks) -> Kopecks:
    if amount < 0:
        raise ValueError("Сумма движения не может быть отрицательной.")
    return amount


def set_nominal(totals: Totals, nominal: Kopecks) -> Entry:
    """Give or change the nominal, only while nothing is used."""
    if not totals.is_unused:
        raise ValueError("Номинал меняется, только пока средства сертификата не использовались.")
    change = _positive(nominal) - totals.nominal
    return Entry("nominal", d_nominal=change, d_balance=change)


def request(certificate_sum: Kopecks) -> Entry:
    """requested: balance → reserve, the whole certificate part of the contract."""
    return Entry("request", d_balance=-_positive(certificate_sum), d_reserve=certificate_sum)


def release(act: str, reserved: Kopecks, *, closed: bool = False) -> Entry:
    """refuse, withdraw, expire, freeze, terminate: reserve → balance.

    closed: the certificate is already closed, so the returned sum lowers the nominal at once.
    """
    if act not in {"refuse", "withdraw", "expire", "freeze", "terminate"}:
        raise ValueError(f"{act!r} does not release a reserve.")
    return _returned(act, reserved=_positive(reserved), spent=0, closed=closed)


def spend(month_sum: Kopecks) -> Entry:
    """One (contract, month): reserve → spent, exactly once."""
    return Entry("month", d_reserve=-_positive(month_sum), d_spent=month_sum)


def cancel(reserved: Kopecks, spent: Kopecks, *, closed: bool = False) -> Entry:
    """A notice before the start date: everything returns, also a month already spent."""
    return _returned("cancel", reserved=_positive(reserved), spent=_positive(spent), closed=closed)


def return_undelivered(amount: Kopecks, *, closed: bool = False) -> Entry:
    """Only where the period's parameter says so: spent → balance."""
    return _returned("return", reserved=0, spent=_positive(amount), closed=closed)


def close(act: str, totals: Totals) -> Entry:
    """annul, move, age_out, to_accounting, period_end: the nominal is lowered by the whole balance."""
    if act not in CLOSING_ACTS:
        raise ValueError(f"{act!r} does not close a certificate.")
    return Entry(act, d_nominal=-totals.balance, d_balance=-totals.balance)


def _returned(act: str, *, reserved: Kopecks, spent: Kopecks, closed: bool) -> Entry:
    amount = reserved + spent
    if closed:
        return Entry(act, d_nominal=-amount, d_reserve=-reserved, d_spent=-spent)
    return Entry(act, d_balance=amount, d_reserve=-reserved, d_spent=-spent)
