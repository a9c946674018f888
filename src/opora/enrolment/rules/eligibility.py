"""May this child study in this group, paid this way: every failing reason at once (spec/enrolment.md)."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from opora.core.reasons import Reason
from opora.core.russian import day_and_time
from opora.enrolment.rules.facts import BUDGET, CERTIFICATE, PAID, EligibilityFacts, Stage
from opora.enrolment.rules.funding_rules import budget_reasons, certificate_reasons
from opora.people.rules import age_fits, full_years

ADMISSION = "273-ФЗ, статья 55; порядок приёма организации"
ORDER_629 = "приказ Минпросвещения России от 27.07.2022 № 629"
Facts = EligibilityFacts
NBSP = "\u00a0"


def eligibility(facts: Facts) -> list[Reason]:
    """All reasons that stand in the way, in the order a person would mend them; empty when there are none."""
    reasons = [reason for rule in _COMMON for reason in rule(facts)]
    if facts.funding == CERTIFICATE:
        reasons += certificate_reasons(facts)
    elif facts.funding == BUDGET:
        reasons += budget_reasons(facts)
    return reasons


def _published(facts: Facts) -> list[Reason]:
    reasons = []
    if not facts.group.programme_published:
        reasons.append(
            Reason(
                "programme_not_published",
                "Программа не опубликована в навигаторе.",
                ground=ORDER_629,
                hint="Посмотрите похожие программы в навигаторе.",
            )
        )
    if not facts.provider.active:
        reasons.append(
            Reason(
                "provider_inactive",
                "Организация сейчас не ведёт набор: её запись в реестре не действует.",
                ground="273-ФЗ, статья 91; реестр поставщиков",
            )
        )
    if facts.funding not in facts.group.fundings:
        names = {
            BUDGET: "на бюджетные места",
            CERTIFICATE: "по сертификату",
            PAID: "на платной основе",
        }
        reasons.append(
            Reason(
                "funding_not_offered",
                f"Эта группа не принимает {names[facts.funding]}.",
                ground=ADMISSION,
                hint="Выберите другой способ оплаты или другую группу.",
            )
        )
    return reasons


def _consent(facts: Facts) -> list[Reason]:
    if not facts.child.consent_withdrawn:
        return []
    return [
        Reason(
            "consent_withdrawn",
            "Согласие на обработку персональных данных ребёнка отозвано.",
            ground="152-ФЗ, статьи 6 и 9",
            hint="Дайте согласие заново в карточке ребёнка или в пункте приёма, и заявка пройдёт.",
        )
    ]


def _window(facts: Facts) -> list[Reason]:
    """Only new applications look at the window; offers from the queue outlive it."""
    if facts.stage not in (Stage.APPLY, Stage.WAIT):
        return []
    group = facts.group
    if group.window_from is not None and facts.now < group.window_from:
        return [
            Reason(
                "window_not_open",
                f"Запись откроется {day_and_time(group.window_from.astimezone(ZoneInfo(group.time_zone)), facts.today)}.",
                ground=ADMISSION,
                hint="До этого времени заявок не принимают ни у кого. Подпишитесь на группу, и мы напомним.",
            )
        ]
    if not group.open or (group.window_to is not None and facts.now >= group.window_to):
        return [
            Reason(
                "window_closed",
                "Запись в группу закрыта.",
                ground=ADMISSION,
                hint="Посмотрите другие группы этой программы.",
            )
        ]
    return []


def _place(facts: Facts) -> list[Reason]:
    if facts.stage not in (Stage.APPLY, Stage.OFFER) or facts.group.free_places > 0:
        return []
    return [
        Reason(
            "no_place",
            "Свободных мест в группе нет.",
            ground=ADMISSION,
            hint="Встаньте в лист ожидания: место предложат по очереди.",
        )
    ]


def _age(facts: Facts) -> list[Reason]:
    group, birth = facts.group, facts.child.birth_date
    if age_fits(birth, facts.start, group.age_from, group.age_to):
        return []
    years = full_years(birth, facts.start)
    low, high = group.age_from, group.age_to
    if low is None:
        limits = f"до {high}{NBSP}лет включительно"
    elif high is None:
        limits = f"с {low}{NBSP}лет"
    elif low == high:
        limits = f"{low}{NBSP}лет"
    else:
        limits = f"{low}–{high}{NBSP}лет"
    hint = "Посмотрите программы для возраста ребёнка."
    if low is not None and years < low:
        hint = "Можно выбрать более позднюю дату начала или программу для младших."
    return [
        Reason(
            "age",
            f"Группа для возраста {limits}, а на день начала занятий ребёнку полных лет: {years}.",
            ground=f"{ORDER_629}; возраст указан в программе",
            hint=hint,
            field="starts_on",
        )
    ]


def _sex(facts: Facts) -> list[Reason]:
    if not facts.group.sex or facts.group.sex == facts.child.sex:
        return []
    whom = "девочек" if facts.group.sex == "f" else "мальчиков"
    return [Reason("sex", f"Группа только для {whom}.", ground=ADMISSION)]


def _residence(facts: Facts) -> list[Reason]:
    if not facts.group.residents_only or facts.child.municipality == facts.group.municipality:
        return []
    if facts.child.municipality is None:
        return [
            Reason(
                "residence_unknown",
                "Группа для жителей муниципалитета, а место жительства ребёнка не указано.",
                ground=ADMISSION,
                hint="Укажите населённый пункт в карточке ребёнка.",
            )
        ]
    return [
        Reason(
            "residence",
            "Группа только для детей, которые живут в этом муниципалитете.",
            ground=ADMISSION,
            hint="Если вы переехали, измените место жительства в карточке ребёнка.",
        )
    ]


def _medical(facts: Facts) -> list[Reason]:
    until = facts.child.medical_until
    if not facts.group.needs_medical or (until is not None and until >= facts.start):
        return []
    state = "не указан" if until is None else f"действует только до {until:%d.%m.%Y}"
    return [
        Reason(
            "medical",
            f"Для занятий нужен медицинский допуск, а он {state}.",
            ground="приказ Минздрава России от 23.10.2020 № 1144н",
            hint="Получите справку у врача и внесите срок её действия в карточку ребёнка.",
        )
    ]


def _same_group(facts: Facts) -> list[Reason]:
    if not facts.living_in_group:
        return []
    return [
        Reason(
            "same_group",
            "Ребёнок уже записан в эту группу или ждёт места в ней.",
            ground=ADMISSION,
            hint="Состояние заявки видно в кабинете.",
        )
    ]


def _start(facts: Facts) -> list[Reason]:
    group, start, reasons = facts.group, facts.start, []
    if start < facts.today and facts.stage is not Stage.ACCEPT:
        reasons.append(("start_before_request", "Начать занятия раньше дня подачи заявки нельзя."))
    if start < group.starts_on:
        reasons.append(("start_before_group", f"Занятия группы начинаются {group.starts_on:%d.%m.%Y}."))
    if start > group.ends_on:
        reasons.append(("start_after_group", f"Занятия группы заканчиваются {group.ends_on:%d.%m.%Y}."))
    return [
        Reason(code, text, ground=ADMISSION, hint="Выберите другую дату начала.", field="starts_on")
        for code, text in reasons
    ]


_COMMON: tuple[Callable[[Facts], list[Reason]], ...] = (
    _published,
    _consent,
    _window,
    _place,
    _same_group,
    _age,
    _sex,
    _residence,
    _medical,
    _start,
)


def split_changed(expected_guardian: int, guardian: int) -> list[Reason]:
    """The server refuses when the sum that the person saw differs from the sum it would charge (kopecks)."""
    if expected_guardian == guardian:
        return []
    return [
        Reason(
            "sum_changed",
            "Пока вы заполняли заявку, сумма изменилась.",
            ground="273-ФЗ, статья 54",
            hint="Посмотрите новый расчёт и подтвердите заявку ещё раз.",
            field="expected_guardian_sum",
        )
    ]


def clash_warnings(clashes: list[str]) -> list[Reason]:
    """Lessons at the same time as the child's other lessons warn but never refuse."""
    return [
        Reason(
            "lessons_clash",
            f"Занятия совпадают по времени: {text}.",
            hint="Записаться можно, но ребёнок не успеет на оба занятия.",
        )
        for text in clashes
    ]
