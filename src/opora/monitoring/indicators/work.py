"""Indicators of daily work: who learns in an organisation or with a teacher, lessons, attendance, contracts, money.

They count by the organisation that teaches, whatever the child's age and residence, so that an organisation finds
its own lists here; coverage counts by residence and age (see `coverage`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from opora.certificates.models import CertificateBalance
from opora.enrolment.models import Attendance, Contract, Enrolment, Lesson
from opora.monitoring.indicators.base import Indicator, Measure, Scope, narrowed, register
from opora.monitoring.indicators.coverage import COLUMNS, PERSON, SOURCE, in_force

WINDOW = 30
"""Days over which lessons and attendance are looked at."""
BY_GROUP = {"organisation": "organisation_id", "teacher": "group__teacher_id"}
BY_LEARNER = BY_GROUP | {"focus_area": "focus_area", "funding": "funding", "programme": "group__programme_id"}


def studying(scope: Scope) -> QuerySet[Any]:
    """Enrolments in force in organisations of the territory, of one organisation or in a teacher's groups."""
    return narrowed(Enrolment.objects.filter(in_force(scope.date)), scope, BY_LEARNER)


def held(scope: Scope) -> QuerySet[Any]:
    """Lessons held in the last thirty days, the date included."""
    after = scope.date - dt.timedelta(days=WINDOW)
    return narrowed(Lesson.objects.filter(state="held", date__gt=after, date__lte=scope.date), scope, BY_GROUP)


def marked(scope: Scope) -> QuerySet[Any]:
    return Attendance.objects.filter(lesson__in=held(scope).order_by().values("pk"))


def present(scope: Scope) -> QuerySet[Any]:
    return marked(scope).filter(mark="present")


def contracts(scope: Scope) -> QuerySet[Any]:
    """Contracts that are paid from certificates now."""
    return narrowed(Contract.objects.filter(state="active"), scope, BY_GROUP)


def balances(scope: Scope) -> QuerySet[Any]:
    """Totals of certificates in the approved periods that the date falls into."""
    rows = CertificateBalance.objects.filter(
        period__state="approved", period__starts_on__lte=scope.date, period__ends_on__gte=scope.date
    )
    return narrowed(rows, scope, {}, territory="period__municipality_id")


MONEY_SOURCE = "Движения по сертификатам утверждённых периодов"
MONEY_COLUMNS = (
    ("certificate__number", "Сертификат"),
    ("period", "Период"),
    ("nominal", "Номинал, ₽"),
    ("reserve", "Резерв, ₽"),
    ("spent", "Списано, ₽"),
)

register(
    Indicator(
        "learners",
        "Обучающиеся",
        "чел.",
        "Дети, зачисленные в группы на дату; каждый считается один раз, где бы ни жил",
        SOURCE,
        Measure(studying, "distinct", PERSON),
        columns=COLUMNS,
        personal=True,
    ),
    Indicator(
        "lessons_held",
        "Занятия за 30 дней",
        "",
        "Занятия, которые за последние 30 дней отмечены проведёнными",
        "Журнал посещаемости",
        Measure(held),
        columns=(("date", "Дата"), ("group__programme__name", "Программа"), ("group__name", "Группа")),
        personal=True,
    ),
    Indicator(
        "attendance",
        "Посещаемость за 30 дней",
        "%",
        "Отметки «присутствует» к числу всех отметок на занятиях за последние 30 дней",
        "Журнал посещаемости",
        Measure(present),
        Measure(marked),
        factor=100,
        digits=1,
        columns=(
            ("lesson__date", "Дата"),
            ("lesson__group__programme__name", "Программа"),
            ("enrolment__child", "Ребёнок"),
        ),
        personal=True,
    ),
    Indicator(
        "contracts",
        "Действующие договоры",
        "",
        "Договоры об обучении по сертификатам, которые действуют сейчас",
        "Реестр договоров",
        Measure(contracts),
        columns=(
            ("number", "Договор"),
            ("organisation__short_name", "Организация"),
            ("programme__name", "Программа"),
            ("certificate_sum", "Оплатит сертификат, ₽"),
        ),
    ),
    Indicator(
        "money_nominal",
        "Номиналы сертификатов",
        "₽",
        "Сумма номиналов сертификатов в действующих периодах",
        MONEY_SOURCE,
        Measure(balances, "sum", "nominal"),
        digits=2,
        columns=MONEY_COLUMNS,
        personal=True,
    ),
    Indicator(
        "money_reserved",
        "В резерве по договорам",
        "₽",
        "Деньги сертификатов, отложенные на следующие месяцы заключённых договоров",
        MONEY_SOURCE,
        Measure(balances, "sum", "reserve"),
        digits=2,
        columns=MONEY_COLUMNS,
        personal=True,
    ),
    Indicator(
        "money_spent",
        "Списано с сертификатов",
        "₽",
        "Деньги сертификатов, списанные за прошедшие и текущий месяцы обучения",
        MONEY_SOURCE,
        Measure(balances, "sum", "spent"),
        digits=2,
        columns=MONEY_COLUMNS,
        personal=True,
    ),
)
