"""A funding period: its days and the switch "contracting open" (spec/financing.md, "Funding period")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from opora.certificates.rules.months import add_months, month_start
from opora.core.reasons import Reason


def period_reasons(first: date, last: date, others: Sequence[tuple[date, date]] = ()) -> list[Reason]:
    """A period lies in one calendar year and does not overlap another period of its programme."""
    reasons = []
    if first > last:
        reasons.append(Reason("period_dates", "Период заканчивается раньше, чем начинается."))
    if first.year != last.year:
        reasons.append(
            Reason(
                "period_crosses_year",
                "Период не может переходить через 31\u00a0декабря.",
                ground="бюджет исполняется по календарным годам",
                hint="Разделите его на два: до конца года и с 1\u00a0января.",
            )
        )
    if any(first <= other_last and other_first <= last for other_first, other_last in others):
        reasons.append(Reason("period_overlaps", "Период пересекается с другим периодом этой программы."))
    return reasons


def earliest_closing(period_end: date, last_months: int) -> date:
    """The first day on which the payer may order the closing: the last N months of the period."""
    return add_months(month_start(period_end), 1 - last_months)


def closing_reasons(*, today: date, period_end: date, last_months: int, already_closed: bool) -> list[Reason]:
    """Contracting may be closed once, only in the last months of the period; it is never reopened."""
    reasons = []
    if already_closed:
        reasons.append(Reason("already_closed", "Заключение договоров в этом периоде уже закрыто."))
    if last_months == 0 or today < earliest_closing(period_end, last_months) or today > period_end:
        reasons.append(
            Reason(
                "too_early_to_close",
                "Закрыть заключение договоров можно только в последние месяцы периода.",
                ground="параметры периода персонифицированного финансирования",
            )
        )
    return reasons


def closing_takes_effect(ordered_on: date, notice_days: int) -> date:
    """The first day without new contracts."""
    return ordered_on + timedelta(days=notice_days)


def is_contracting_open(today: date, first_closed_day: date | None) -> bool:
    """New requests are taken until the closing takes effect."""
    return first_closed_day is None or today < first_closed_day
