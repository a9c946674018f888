"""Which months of a contract are spent, kept or returned (spec/financing.md, "Contract")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from opora.certificates.rules.arithmetic import MonthPart
from opora.certificates.rules.money import Kopecks
from opora.certificates.rules.months import month_end, month_start
from opora.certificates.rules.settlement import may_activate_in
from opora.core.reasons import Reason

PROVIDER_GROUNDS = {
    "guardian_debt": "Просрочена оплата родительской части",
    "no_consent_to_amend": "Родитель не согласен с изменением условий договора",
    "licence_lost": "Прекращена лицензия поставщика",
    "provider_excluded": "Поставщик исключён из реестра",
    "programme_withdrawn": "Программа исключена из реестра",
    "liquidation": "Ликвидация или реорганизация поставщика",
    "behaviour": "Отчисление за неоднократное нарушение устава, ребёнку исполнилось 15\u00a0лет",
    "certificate_closed": "Действие сертификата прекращено",
}


def months_due(months: Iterable[MonthPart], today: date, spent: frozenset[date] = frozenset()) -> list[MonthPart]:
    """Months of an active contract to move reserve → spent: begun and not spent yet.

    At activation this gives every month begun so far, afterwards one month on each 1st.
    """
    return [part for part in months if part.month <= today and part.month not in spent]


@dataclass(frozen=True, slots=True)
class Termination:
    """Effect of a notice.

    kind: "cancelled" (before the start, everything returns) or "ended"; end: last day of study (the notice
    day for a cancelled one); place_free_from: the day from which another child may start;
    returned_reserve / returned_spent: certificate kopecks; returned_guardian: the guardian's kopecks.
    """

    kind: Literal["cancelled", "ended"]
    end: date
    place_free_from: date
    kept: tuple[MonthPart, ...]
    returned: tuple[MonthPart, ...]
    returned_reserve: Kopecks
    returned_spent: Kopecks
    returned_guardian: Kopecks


def terminate(
    *,
    notice: date,
    start: date,
    end: date,
    months: Sequence[MonthPart],
    spent: frozenset[date] = frozenset(),
) -> Termination:
    """A notice takes effect on the last day of its month, and cancels when given before the start."""
    if notice > end:
        raise ValueError("Договор уже завершён, расторгать нечего.")
    cancelled = notice < start
    last = notice if cancelled else min(month_end(notice), end)
    kept = () if cancelled else tuple(part for part in months if part.month <= last)
    returned = tuple(part for part in months if cancelled or part.month > last)
    if not cancelled and any(part.month in spent for part in returned):
        raise ValueError("Месяц после окончания договора уже оплачен, обратитесь к администратору.")
    return Termination(
        kind="cancelled" if cancelled else "ended",
        end=last,
        place_free_from=notice if cancelled else last + timedelta(days=1),
        kept=kept,
        returned=returned,
        returned_reserve=sum(part.certificate for part in returned if part.month not in spent),
        returned_spent=sum(part.certificate for part in returned if part.month in spent),
        returned_guardian=sum(part.guardian for part in returned),
    )


def termination_reasons(
    *, by: str, notice: date, end: date, ground: str = "", notice_attached: bool = False
) -> list[Reason]:
    """Guardian freely; provider on listed grounds; desk operator with the guardian's notice."""
    reasons = []
    if notice > end:
        reasons.append(Reason("contract_over", "Договор уже завершён."))
    if by == "provider_manager" and ground not in PROVIDER_GROUNDS:
        reasons.append(
            Reason(
                "ground_required",
                "Поставщик расторгает договор только по одному из перечисленных оснований.",
                ground="273-ФЗ, статья 54 часть 7; статья 61",
                hint="Выберите основание из списка.",
            )
        )
    if by == "desk_operator" and not notice_attached:
        reasons.append(
            Reason(
                "notice_required",
                "К расторжению на приёме прикладывается уведомление законного представителя.",
                hint="Приложите подписанное уведомление и повторите.",
            )
        )
    return reasons


def contract_activation_reasons(*, start: date, end: date, today: date, late_months: int = 1) -> list[Reason]:
    """No activation after the contract's end or later than the month after its start."""
    if today <= end and may_activate_in(start, today, late_months):
        return []
    return [
        Reason(
            "too_late_to_activate",
            "Срок, в который договор мог начать действовать, прошёл.",
            ground="параметры периода персонифицированного финансирования",
            hint="Подайте новую заявку с другой датой начала.",
        )
    ]


def ends_with_ageing(last_valid_day: date, end: date) -> date:
    """Living contracts end with the month of the 18th birthday."""
    return min(end, month_end(last_valid_day))


def prolongation_start(group_start: date, group_end: date, previous_end: date, next_period_start: date) -> date | None:
    """Start of the second contract of a class over New Year, or None when the group ends with the period."""
    if group_end <= previous_end or month_start(next_period_start) > group_end:
        return None
    start = max(previous_end + timedelta(days=1), next_period_start, group_start)
    return start if start <= group_end else None
