"""The rest of the Target-model set, as far as its registers exist; `AWAITED` names what cannot be counted yet and why.

Categories of children are counted by the same filter as coverage (residence, age, enrolment in force), so that a
share of covered children is a share of the same people.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from opora.catalogue.models import Programme
from opora.catalogue.vocabulary import FocusArea
from opora.certificates.models import FundingPeriod
from opora.enrolment.models import Enrolment
from opora.monitoring.indicators.base import Indicator, Measure, Scope, register
from opora.monitoring.indicators.coverage import (
    AGE_FROM,
    AGE_TO,
    COLUMNS,
    PERSON,
    POPULATION,
    SOURCE,
    UNIQUE,
    born_between,
    covered,
)
from opora.monitoring.indicators.others import ORGANISATION_COLUMNS, ORGANISATIONS, organisations, programmes
from opora.people.models import ChildCategory
from opora.settlement.models import SettlementDocument
from opora.territory.models import Municipality

TARGET_MODEL = "Целевая модель развития региональных систем дополнительного образования детей"
WITH_CATEGORIES = SOURCE + "; категории детей, подтверждённые документом"
PROGRAMME_COLUMNS = (
    ("name", "Программа"),
    ("organisation__short_name", "Организация"),
    ("focus_area", "Направленность"),
    ("level", "Уровень"),
    ("study_form", "Форма обучения"),
)


@dataclass(frozen=True, slots=True)
class Awaited:
    """An indicator of the set that has no register to be counted from yet."""

    name: str
    register: str


AWAITED = (
    Awaited("Средний балл независимой оценки качества", "кампании независимой оценки"),
    Awaited("Мероприятия, их участники и победители", "реестр мероприятий"),
)


def with_category(*codes: str) -> Measure:
    """Covered children who have one of the categories on the date; each child once."""

    def rows(scope: Scope) -> QuerySet[Any]:
        held = ChildCategory.objects.filter(child_id=OuterRef("child_id"), code__in=codes, starts_on__lte=scope.date)
        held = held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=scope.date))
        return covered(scope).filter(Exists(held))

    return Measure(rows, "distinct", PERSON)


def rural(scope: Scope) -> QuerySet[Any]:
    """Covered children who live in a village."""
    return covered(scope).filter(child__locality__is_urban=False)


def covered_in_year(scope: Scope) -> QuerySet[Any]:
    """Enrolments in force on any day of the year up to the date, of children aged 5–17 on the date."""
    after, until = born_between(scope.date, AGE_FROM, AGE_TO)
    rows = Enrolment.objects.filter(child__birth_date__gt=after, child__birth_date__lte=until)
    rows = rows.filter(starts_on__lte=scope.date).exclude(child__state="merged")
    rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=dt.date(scope.date.year, 1, 1)))
    if scope.municipalities is None:
        return rows.filter(child__municipality_id__isnull=False)
    return rows.filter(child__municipality_id__in=scope.municipalities)


def municipalities(scope: Scope) -> QuerySet[Any]:
    rows = Municipality.objects.filter(is_served=True)
    return rows if scope.municipalities is None else rows.filter(pk__in=scope.municipalities)


def personalised(scope: Scope) -> QuerySet[Any]:
    """Municipalities with an approved funding period that the date falls into."""
    running = FundingPeriod.objects.filter(
        municipality_id=OuterRef("pk"),
        state__in=("approved", "closed"),
        starts_on__lte=scope.date,
        ends_on__gte=scope.date,
    )
    return municipalities(scope).filter(Exists(running))


def in_navigator(scope: Scope) -> QuerySet[Any]:
    """Organisations with at least one published programme."""
    return organisations(scope).filter(
        Exists(Programme.objects.filter(organisation_id=OuterRef("pk"), state="published"))
    )


def paid_documents(scope: Scope) -> QuerySet[Any]:
    """Settlement documents paid in the year of the date; refunds stand in registers of their own."""
    rows = SettlementDocument.objects.filter(state="paid", month__year=scope.date.year, month__lte=scope.date)
    rows = rows.exclude(kind="refund")
    return rows if scope.municipalities is None else rows.filter(municipality_id__in=scope.municipalities)


def paid_to_private(scope: Scope) -> QuerySet[Any]:
    return paid_documents(scope).filter(organisation__ownership="private")


def _programmes_with(**fields: str) -> Measure:
    return Measure(lambda scope: programmes(scope).filter(**fields))


def _category(code: str, name: str, definition: str, measure: Measure) -> tuple[Indicator, Indicator]:
    """The number of covered children of a category and its share among all covered."""
    return (
        Indicator(
            code, name, "чел.", definition, WITH_CATEGORIES, measure, basis=TARGET_MODEL, columns=COLUMNS, personal=True
        ),
        Indicator(
            f"{code}_share",
            f"{name}: доля среди охваченных",
            "%",
            f"{definition}, к числу всех охваченных детей без повторов",
            WITH_CATEGORIES,
            measure,
            UNIQUE,
            factor=100,
            digits=1,
            basis=TARGET_MODEL,
            columns=COLUMNS,
            personal=True,
        ),
    )


SPECIAL = with_category("special_needs", "disabled")
HARDSHIP = with_category("hardship", "at_risk", "orphan")
RURAL = Measure(rural, "distinct", PERSON)
DOCUMENT_COLUMNS = (
    ("organisation__short_name", "Организация"),
    ("kind", "Документ"),
    ("month", "Месяц"),
    ("payable", "К оплате, ₽"),
)

register(
    Indicator(
        "coverage_year",
        "Охват за год",
        "%",
        "Дети 5–17 лет без повторов, живущие на территории и зачисленные хотя бы в один день с начала года, "
        "к численности детей 5–17 лет",
        SOURCE + "; численность населения по возрастам",
        Measure(covered_in_year, "distinct", PERSON),
        POPULATION,
        factor=100,
        digits=1,
        basis=TARGET_MODEL,
        columns=COLUMNS,
        personal=True,
    ),
    *_category(
        "special_needs",
        "Охваченные дети с ОВЗ и инвалидностью",
        "Дети 5–17 лет с ограниченными возможностями здоровья или инвалидностью, зачисленные хотя бы на одну программу",
        SPECIAL,
    ),
    *_category(
        "hardship",
        "Охваченные дети в трудной жизненной ситуации",
        "Дети 5–17 лет в трудной жизненной ситуации, социально опасном положении или без попечения родителей, "
        "зачисленные хотя бы на одну программу",
        HARDSHIP,
    ),
    *_category(
        "rural",
        "Охваченные сельские дети",
        "Дети 5–17 лет, которые живут в сельских населённых пунктах и зачислены хотя бы на одну программу",
        RURAL,
    ),
    Indicator(
        "personalised_municipalities",
        "Муниципалитеты с персонифицированным финансированием",
        "%",
        "Муниципалитеты, где на дату действует утверждённый период персонифицированного финансирования, "
        "к числу муниципалитетов, которые работают в системе",
        "Утверждённые периоды программ персонифицированного финансирования",
        Measure(personalised),
        Measure(municipalities),
        factor=100,
        digits=1,
        basis=TARGET_MODEL,
        columns=(("name", "Муниципалитет"), ("oktmo", "ОКТМО")),
    ),
    Indicator(
        "navigator_organisations",
        "Организации в навигаторе",
        "%",
        "Действующие организации, у которых опубликована хотя бы одна программа, к числу всех действующих",
        "Реестр организаций; каталог программ",
        Measure(in_navigator),
        ORGANISATIONS,
        factor=100,
        digits=1,
        basis=TARGET_MODEL,
        columns=ORGANISATION_COLUMNS,
    ),
    Indicator(
        "private_money_share",
        "Доля средств сертификатов, выплаченных частным организациям",
        "%",
        "Оплаченные в году документы частных организаций и предпринимателей к сумме всех оплаченных документов",
        "Реестр расчётов с организациями",
        Measure(paid_to_private, "sum", "payable"),
        Measure(paid_documents, "sum", "payable"),
        factor=100,
        digits=1,
        basis=TARGET_MODEL,
        columns=DOCUMENT_COLUMNS,
    ),
    Indicator(
        "money_paid",
        "Выплачено организациям за год",
        "₽",
        "Сумма оплаченных в году авансов, счетов и корректировок",
        "Реестр расчётов с организациями",
        Measure(paid_documents, "sum", "payable"),
        digits=2,
        columns=DOCUMENT_COLUMNS,
    ),
)

for _title, _field, _choices in (
    ("направленность", "focus_area", FocusArea.choices),
    ("уровень", "level", Programme.Level.choices),
    ("форма обучения", "study_form", Programme.StudyForm.choices),
):
    for _value, _label in _choices:
        register(
            Indicator(
                f"programmes.{_value}",
                f"Программы: {_label.lower()} {_title}"
                if _field == "focus_area"
                else f"Программы: {_title} – {_label.lower()}",
                "",
                f"Опубликованные программы, {_title}: {_label.lower()}",
                "Каталог программ",
                _programmes_with(**{_field: _value}),
                basis=TARGET_MODEL,
                columns=PROGRAMME_COLUMNS,
            )
        )
