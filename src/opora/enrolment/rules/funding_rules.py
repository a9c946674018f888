"""Eligibility by the way of paying: certificate money and budget places (spec/financing.md, "Contract")."""

from __future__ import annotations

from opora.core.reasons import Reason
from opora.enrolment.rules.facts import CertificateFacts, EligibilityFacts, PeriodFacts, Stage
from opora.people.rules import certificate_last_day

RULES = "правила персонифицированного финансирования"
Facts = EligibilityFacts


def _ground(period: PeriodFacts | None) -> str:
    return f"{RULES}; {period.act}" if period is not None and period.act else f"{RULES}; параметры периода"


def certificate_reasons(facts: Facts) -> list[Reason]:
    """Programme certified, certificate active and funded, money left, limits, agreement, period."""
    ground = _ground(facts.period)
    reasons = []
    if "certified" not in facts.group.registers:
        reasons.append(
            Reason(
                "not_certified",
                "Программа не входит в реестр сертифицированных, оплатить её сертификатом нельзя.",
                ground=ground,
                hint="Выберите бюджетное место или программу с отметкой «по сертификату».",
            )
        )
    reasons += _certificate(facts, ground)
    if facts.period is None or not facts.period.approved:
        reasons.append(
            Reason(
                "no_period",
                "На дату начала занятий нет утверждённого периода финансирования.",
                ground=ground,
                hint="Выберите более раннюю дату начала или другой способ оплаты.",
                field="starts_on",
            )
        )
        return reasons
    return reasons + _period(facts, facts.period, ground) + _limits(facts.period, ground)


def _certificate(facts: Facts, ground: str) -> list[Reason]:
    certificate = facts.certificate
    if certificate is None:
        return [
            Reason(
                "no_certificate",
                "У ребёнка нет сертификата.",
                ground=ground,
                hint="Подайте заявление на сертификат в кабинете, это займёт пару минут.",
            )
        ]
    reasons = []
    if certificate.state != "active":
        reasons.append(_inactive(certificate, ground))
    if certificate.kind != "funded":
        reasons.append(
            Reason(
                "certificate_not_funded",
                "На сертификате нет денег: это сертификат учёта.",
                ground=ground,
                hint="Попросите перевести его в сертификат финансирования или выберите бюджетное место.",
            )
        )
    elif certificate.balance <= 0 and facts.stage is not Stage.ACCEPT:
        reasons.append(
            Reason(
                "no_balance",
                "Деньги сертификата на этот период закончились.",
                ground=ground,
                hint="Можно заниматься на бюджетном месте или платно.",
            )
        )
    last_day = certificate_last_day(facts.child.birth_date)
    if max(facts.start, facts.today) > last_day:
        reasons.append(
            Reason(
                "certificate_ends",
                f"Сертификат действует до 18-летия, по {last_day:%d.%m.%Y}.",
                ground=ground,
                field="starts_on",
            )
        )
    return reasons


def _inactive(certificate: CertificateFacts, ground: str) -> Reason:
    texts = {
        "applied": (
            "Заявление на сертификат ещё рассматривается.",
            "Ответ придёт в течение трёх рабочих дней.",
        ),
        "issued": (
            "Сертификат выдан, но ещё не активирован.",
            "Подтвердите личность ребёнка в пункте приёма и активируйте сертификат.",
        ),
        "frozen": ("Сертификат приостановлен.", "Возобновить его можно в следующем периоде."),
    }
    message, hint = texts.get(
        certificate.state, ("Сертификат больше не действует.", "Подайте заявление на новый сертификат.")
    )
    return Reason("certificate_not_active", message, ground=ground, hint=hint)


def _period(facts: Facts, period: PeriodFacts, ground: str) -> list[Reason]:
    reasons = []
    if not period.contracting_open and facts.stage in (Stage.APPLY, Stage.WAIT):
        reasons.append(
            Reason(
                "contracting_closed",
                "Плательщик закрыл заключение договоров до конца периода.",
                ground=ground,
                hint="Подайте заявку на следующий период.",
            )
        )
    if not period.agreement_signed:
        reasons.append(
            Reason(
                "no_payment_agreement",
                "У организации нет соглашения об оплате с плательщиком на этот период.",
                ground=ground,
                hint="Уточните в организации, когда соглашение будет подписано.",
            )
        )
    if facts.start < period.starts_on or facts.start > period.ends_on:
        early = facts.start < period.starts_on
        text = "начинается" if early else "заканчивается"
        day = period.starts_on if early else period.ends_on
        reasons.append(
            Reason(
                "start_before_period" if early else "start_after_period",
                f"Период финансирования {text} {day:%d.%m.%Y}.",
                ground=ground,
                hint="Выберите другую дату начала.",
                field="starts_on",
            )
        )
    return reasons


def _limits(period: PeriodFacts, ground: str) -> list[Reason]:
    reasons = []
    if not period.focus_area_allowed:
        reasons.append(
            Reason(
                "focus_area_not_allowed",
                "Эта направленность в текущем периоде сертификатом не оплачивается.",
                ground=ground,
            )
        )
    checks = (
        ("limit_contracts", "одновременных договоров", period.contracts, period.contracts_limit),
        (
            "limit_focus_area",
            "договоров по этой направленности",
            period.focus_area_contracts,
            period.focus_area_limit,
        ),
        ("limit_programme", "договоров на эту программу", period.programme_contracts, period.programme_limit),
    )
    for code, what, used, limit in checks:
        if limit is not None and used >= limit:
            whose = "Для программы" if code == "limit_programme" else "На сертификат"
            reasons.append(
                Reason(
                    code,
                    f"{whose} достигнут предел {what}: {limit}.",
                    ground=ground,
                    hint="Можно выбрать бюджетное или платное место.",
                )
            )
    if period.commitment_left is not None and period.certificate_sum > period.commitment_left:
        reasons.append(
            Reason(
                "group_money_exhausted",
                "Средства группы сертификатов на этот период закончились.",
                ground=ground,
                hint="Можно записаться на бюджетное или платное место.",
            )
        )
    return reasons


def budget_reasons(facts: Facts) -> list[Reason]:
    """Only at state and municipal providers, within the quota per certificate and programme register."""
    reasons = []
    if not facts.provider.is_public:
        reasons.append(
            Reason(
                "budget_private",
                "Бюджетные места есть только в государственных и муниципальных организациях.",
                ground="Бюджетный кодекс, статья 69.2; муниципальное задание",
                hint="Здесь можно заниматься по сертификату или платно.",
            )
        )
    if facts.budget_limit is not None and facts.budget_places >= facts.budget_limit:
        reasons.append(
            Reason(
                "budget_quota",
                f"Ребёнок уже занимает бюджетных мест по этому реестру программ: {facts.budget_places}, "
                f"предел – {facts.budget_limit}.",
                ground=_ground(facts.period),
                hint="Можно заниматься по сертификату или платно.",
            )
        )
    return reasons
