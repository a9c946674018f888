"""The life of a certificate: states, acts, what stands in their way (spec/financing.md, "Certificate")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from opora.certificates.rules.ledger import Totals
from opora.core.reasons import Reason
from opora.core.transitions import Machine, transition
from opora.people.rules import certificate_last_day

ACCOUNTING, FUNDED = "accounting", "funded"
KINDS = {ACCOUNTING: "Сертификат учёта", FUNDED: "Сертификат персонифицированного финансирования"}
LIVING_STATES = frozenset({"applied", "issued", "active", "frozen"})
VACANCY_STATES = frozenset({"issued", "active"})
_DESK = "desk_operator centre_head methodologist organiser"

CERTIFICATE = Machine(
    "Сертификат",
    {
        "applied": "Подано заявление",
        "issued": "Выдан, личность не подтверждена",
        "active": "Действует",
        "frozen": "Приостановлен",
        "refused": "Отказано",
        "expired": "Истёк срок подтверждения",
        "annulled": "Аннулирован",
        "aged_out": "Завершён по возрасту",
        "moved": "Закрыт в связи с переездом",
    },
    (
        transition("issue", "Выдать", "applied", "issued", _DESK),
        transition("refuse", "Отказать", "applied", "refused", _DESK),
        transition("withdraw", "Отозвать заявление", "applied", "annulled", "guardian desk_operator"),
        transition("expire", "Закрыть: личность не подтверждена", "issued", "expired", "system"),
        transition("activate", "Активировать", "issued", "active", f"guardian {_DESK}"),
        transition("freeze", "Приостановить", "active", "frozen", f"guardian {_DESK}"),
        transition("unfreeze", "Возобновить", "frozen", "active", f"guardian {_DESK}"),
        transition("annul", "Аннулировать", "issued active frozen", "annulled", f"guardian {_DESK}"),
        transition("age_out", "Завершить по возрасту", "issued active frozen", "aged_out", "system"),
        transition("move", "Закрыть: переезд", "active frozen", "moved", f"guardian {_DESK} system"),
    ),
)
_RULES = "правила персонифицированного финансирования"


def is_valid_on(birth_date: date, day: date) -> bool:
    """A certificate may be used up to and including the 18th birthday."""
    return day <= certificate_last_day(birth_date)


def application_reasons(*, birth_date: date, today: date, has_living: bool) -> list[Reason]:
    """May a certificate be asked for: one living certificate per child, not past the 18th birthday."""
    reasons = []
    if has_living:
        reasons.append(
            Reason(
                "certificate_exists",
                "У ребёнка уже есть сертификат или заявление на него.",
                ground=f"{_RULES}: у ребёнка один действующий сертификат",
                hint="Номер сертификата – в кабинете или в пункте приёма.",
            )
        )
    if not is_valid_on(birth_date, today):
        reasons.append(
            Reason("certificate_age", "Сертификат действует до 18-летия ребёнка.", ground="273-ФЗ, статья 75")
        )
    return reasons


def identity_deadline(issued_on: date, identity_days: int) -> date:
    """The last day to prove identity; the certificate expires the day after."""
    return issued_on + timedelta(days=identity_days)


def activation_reasons(*, identity_confirmed: bool) -> list[Reason]:
    """Identity is proved once, at a desk, by an operator who records which documents were shown."""
    if identity_confirmed:
        return []
    return [
        Reason(
            "identity_not_confirmed",
            "Личность ребёнка ещё не подтверждена.",
            ground=_RULES,
            hint="Один раз придите в пункт приёма со свидетельством о рождении или паспортом ребёнка.",
        )
    ]


def freeze_reasons(contract_states: Iterable[str]) -> list[Reason]:
    """Refused while a contract is offered or active; requested ones and queue entries are refused with it."""
    states = set(contract_states)
    if not states & {"offered", "active", "terminating"}:
        return []
    return [
        Reason(
            "living_contract",
            "По сертификату есть действующий или предложенный договор.",
            ground=_RULES,
            hint="Сначала расторгните договор или откажитесь от предложения.",
        )
    ]


def unfreeze_reasons(*, frozen_in_period: int, current_period: int, vacancy: list[Reason]) -> list[Reason]:
    """Not within the period of the freeze, and only with a vacancy (pass the result of vacancy_reasons)."""
    reasons = list(vacancy)
    if frozen_in_period == current_period:
        reasons.insert(
            0,
            Reason(
                "same_period",
                "Возобновить сертификат можно только в следующем периоде.",
                ground=_RULES,
            ),
        )
    return reasons


@dataclass(frozen=True, slots=True)
class GroupLoad:
    """A certificate group now: funded certificates, Σ nominals in kopecks, limits (None = no limit)."""

    certificates: int
    nominals: int
    certificates_limit: int | None
    money_limit: int | None


def vacancy_reasons(load: GroupLoad, nominal: int, *, over_commitment: bool = False) -> list[Reason]:
    """A nominal may be given while the group has a free certificate and Σ nominals stays within the money.

    With over-commitment the money is checked when a contract is requested instead (commitment_reasons).
    """
    reasons = []
    if load.certificates_limit is not None and load.certificates >= load.certificates_limit:
        reasons.append(
            Reason(
                "no_vacancy",
                f"Все сертификаты этой группы выданы: {load.certificates_limit}.",
                ground="параметры периода: предел числа сертификатов",
                hint="Ребёнок встанет в очередь, место в ней видно в кабинете.",
            )
        )
    if not over_commitment and load.money_limit is not None and load.nominals + nominal > load.money_limit:
        reasons.append(
            Reason(
                "no_money",
                "Средств группы сертификатов на ещё один номинал не хватает.",
                ground="параметры периода: предел средств",
                hint="Ребёнок встанет в очередь, место в ней видно в кабинете.",
            )
        )
    return reasons


def commitment_reasons(used: int, amount: int, money_limit: int | None) -> list[Reason]:
    """With over-commitment: Σ (reserve + spent) + this sum ≤ the group's money, checked at the request."""
    if money_limit is None or used + amount <= money_limit:
        return []
    return [
        Reason(
            "group_money_exhausted",
            "Средства группы сертификатов на этот период закончились.",
            ground="параметры периода: предел средств",
            hint="Можно записаться на бюджетное или платное место.",
        )
    ]


def change_reasons(totals: Totals) -> list[Reason]:
    """Group, kind or nominal may change only while nothing is used."""
    if totals.is_unused:
        return []
    return [
        Reason(
            "certificate_used",
            "Группа, вид и номинал меняются, только пока средства не использованы.",
            ground=_RULES,
        )
    ]


@dataclass(frozen=True, slots=True)
class FundingUse:
    """What the clock of «funded → accounting» looks at.

    funded_on: day the certificate became funded; last_release_on: latest refusal or withdrawal since;
    living: an application, queue entry or contract lives now.
    """

    funded_on: date
    totals: Totals
    last_release_on: date | None = None
    living: bool = False


def return_to_accounting_on(use: FundingUse, days_after_issue: int, days_after_refusal: int) -> date | None:
    """The day on which the certificate returns to accounting by itself; None while the clock stands still."""
    if use.living or not use.totals.is_unused:
        return None
    if use.last_release_on is not None and use.last_release_on >= use.funded_on:
        last_day = use.last_release_on + timedelta(days=days_after_refusal)
    else:
        last_day = use.funded_on + timedelta(days=days_after_issue)
    return last_day + timedelta(days=1)


def must_return_to_accounting(use: FundingUse, today: date, *, days_after_issue: int, days_after_refusal: int) -> bool:
    """True once the whole waiting time passed without an application."""
    due = return_to_accounting_on(use, days_after_issue, days_after_refusal)
    return due is not None and today >= due
