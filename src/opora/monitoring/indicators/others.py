"""Indicators about organisations, teachers, programmes, certificates and the answering of applications."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import LessThanOrEqual

from opora.catalogue.models import Group, GroupPlaces, Programme
from opora.certificates.models import Certificate
from opora.core import clock
from opora.core.localtime import LocalDate
from opora.enrolment.models import Application
from opora.monitoring.indicators.base import Indicator, Measure, Scope, narrowed, register
from opora.monitoring.indicators.coverage import POPULATION, born_between
from opora.providers.models import Organisation, Staff

OF_ORGANISATION = {"organisation": "organisation_id"}


def _here(rows: QuerySet[Any], scope: Scope, path: str = "municipality_id") -> QuerySet[Any]:
    return rows if scope.municipalities is None else rows.filter(**{f"{path}__in": scope.municipalities})


def organisations(scope: Scope) -> QuerySet[Any]:
    return _here(Organisation.objects.filter(state="active"), scope)


def private_organisations(scope: Scope) -> QuerySet[Any]:
    return organisations(scope).filter(ownership="private")


def teachers(scope: Scope) -> QuerySet[Any]:
    rows = Staff.objects.filter(kind="teacher", organisation__state="active")
    rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gt=scope.date))
    rows = rows.filter(Q(hired_on__isnull=True) | Q(hired_on__lte=scope.date))
    return narrowed(rows, scope, OF_ORGANISATION, territory="organisation__municipality_id")


def programmes(scope: Scope) -> QuerySet[Any]:
    return narrowed(Programme.objects.filter(state="published"), scope, OF_ORGANISATION | {"focus_area": "focus_area"})


def places(scope: Scope) -> QuerySet[Any]:
    groups = Group.objects.filter(state="open", programme__state="published", ends_on__gte=scope.date)
    paths = OF_ORGANISATION | {"teacher": "teacher_id", "focus_area": "programme__focus_area"}
    own = narrowed(groups, scope, paths)
    return GroupPlaces.objects.filter(group_id__in=own.values("pk"))


def certificates(scope: Scope) -> QuerySet[Any]:
    after, until = born_between(scope.date, 5, 17)
    rows = Certificate.objects.filter(
        state__in=("active", "frozen"), child__birth_date__gt=after, child__birth_date__lte=until
    )
    return _here(_activated_by(rows, scope), scope)


def _activated_by(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Of a past day only what was active by its end; today everything active is (and nothing needs comparing)."""
    if scope.date >= clock.today(clock.EASTERNMOST) - dt.timedelta(days=1):
        return rows
    by_then = LessThanOrEqual(LocalDate(F("activated_at"), F("municipality__time_zone")), scope.date)
    return rows.filter(Q(activated_at__isnull=True) | Q(by_then))


def funded(scope: Scope) -> QuerySet[Any]:
    return certificates(scope).filter(kind="funded")


def answered(scope: Scope) -> QuerySet[Any]:
    rows = Application.objects.filter(deadline__isnull=False).filter(
        LessThanOrEqual(LocalDate(F("submitted_at"), F("municipality__time_zone")), scope.date)
    )
    rows = rows.exclude(state__in=("submitted", "waiting", "place_offered", "withdrawn", "expired"))
    return narrowed(rows.filter(decided_at__isnull=False), scope, OF_ORGANISATION)


def answered_in_time(scope: Scope) -> QuerySet[Any]:
    return answered(scope).filter(decided_at__lte=F("deadline"))


ORGANISATIONS = Measure(organisations)
ORGANISATION_COLUMNS = (("short_name", "Организация"), ("kind", "Вид"), ("municipality__name", "Муниципалитет"))
CERTIFICATE_COLUMNS = (("child", "Ребёнок"), ("number", "Номер"), ("kind", "Вид"), ("activated_at", "Активирован"))

register(
    Indicator(
        "organisations",
        "Организации дополнительного образования",
        "",
        "Действующие организации и предприниматели, которые учат по дополнительным программам",
        "Реестр организаций",
        ORGANISATIONS,
        columns=ORGANISATION_COLUMNS,
    ),
    Indicator(
        "private_share",
        "Доля частных организаций",
        "%",
        "Частные организации и предприниматели к числу всех действующих организаций",
        "Реестр организаций",
        Measure(private_organisations),
        ORGANISATIONS,
        factor=100,
        digits=1,
        columns=ORGANISATION_COLUMNS,
    ),
    Indicator(
        "teachers",
        "Педагоги дополнительного образования",
        "чел.",
        "Работающие на дату педагоги действующих организаций",
        "Реестр работников",
        Measure(teachers),
        columns=(("full_name", "Педагог"), ("post", "Должность"), ("organisation__short_name", "Организация")),
    ),
    Indicator(
        "programmes",
        "Опубликованные программы",
        "",
        "Программы, опубликованные в навигаторе",
        "Каталог программ",
        Measure(programmes),
        columns=(("name", "Программа"), ("organisation__short_name", "Организация"), ("focus_area", "Направленность")),
    ),
    Indicator(
        "free_places",
        "Свободные места",
        "мест",
        "Места открытых групп опубликованных программ, не занятые заявками и зачислениями",
        "Счётчики мест групп",
        Measure(places, "sum", F("capacity") - F("places_taken")),
        columns=(("group", "Группа"), ("capacity", "Мест"), ("places_taken", "Занято")),
    ),
    Indicator(
        "certificates",
        "Дети с сертификатами",
        "чел.",
        "Дети 5–17 лет с действующим сертификатом любого вида",
        "Реестр сертификатов",
        Measure(certificates),
        columns=CERTIFICATE_COLUMNS,
        personal=True,
    ),
    Indicator(
        "certificates_share",
        "Доля детей с сертификатами",
        "%",
        "Дети 5–17 лет с действующим сертификатом к численности детей 5–17 лет",
        "Реестр сертификатов; численность населения",
        Measure(certificates),
        POPULATION,
        factor=100,
        digits=1,
        columns=CERTIFICATE_COLUMNS,
        personal=True,
    ),
    Indicator(
        "funded_share",
        "Доля детей с сертификатами финансирования",
        "%",
        "Дети 5–17 лет с действующим сертификатом финансирования к численности детей 5–17 лет",
        "Реестр сертификатов; численность населения",
        Measure(funded),
        POPULATION,
        factor=100,
        digits=1,
        columns=CERTIFICATE_COLUMNS,
        personal=True,
    ),
    Indicator(
        "answered_in_time",
        "Заявки, рассмотренные в срок",
        "%",
        "Заявки с решением не позже срока ответа к числу всех рассмотренных",
        "Журнал заявок",
        Measure(answered_in_time),
        Measure(answered),
        factor=100,
        digits=1,
        columns=(("pk", "Заявка"), ("organisation__short_name", "Организация"), ("decided_at", "Решено")),
        personal=True,
    ),
)
