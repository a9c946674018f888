"""Indicators of the Target model about staff and partners: who is trained, agreements in force (G3, G4)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from opora.governance import queries as governance
from opora.methodics import queries as methodics
from opora.methodics.models import Agreement
from opora.methodics.rules import TRAINED_YEARS
from opora.monitoring.indicators.base import Indicator, Measure, Scope, narrowed, register
from opora.providers.models import Staff

OF_ORGANISATION = {"organisation": "organisation_id"}
HERE = "organisation__municipality_id"


def centre_staff(scope: Scope) -> QuerySet[Any]:
    """Workers of the centres of the territory, each once."""
    members = governance.centre_staff(None, scope.date)
    members = narrowed(members, scope, {"organisation": "staff__organisation_id"}, "centre__municipality_id")
    return Staff.objects.filter(pk__in=members.order_by().values("staff_id"))


def trained_centre_staff(scope: Scope) -> QuerySet[Any]:
    return centre_staff(scope).filter(methodics.trained(scope.date))


def heads(scope: Scope) -> QuerySet[Any]:
    return narrowed(methodics.working(scope.date).filter(kind=Staff.Kind.HEAD), scope, OF_ORGANISATION, HERE)


def trained_heads(scope: Scope) -> QuerySet[Any]:
    return heads(scope).filter(methodics.trained(scope.date))


def with_deficit(scope: Scope) -> QuerySet[Any]:
    return narrowed(methodics.with_deficit(scope.date), scope, OF_ORGANISATION, HERE)


def deficit_closed(scope: Scope) -> QuerySet[Any]:
    return narrowed(methodics.deficit_closed(scope.date), scope, OF_ORGANISATION, HERE)


def agreements(scope: Scope) -> QuerySet[Any]:
    rows = Agreement.objects.filter(methodics.in_force(scope.date))
    return narrowed(rows, scope, {}, "centre__municipality_id")


SOURCE = "Реестр обучения работников"
COLUMNS = (("full_name", "Работник"), ("post", "Должность"), ("organisation__short_name", "Организация"))
TRAINED = f"Завершили обучение за последние {TRAINED_YEARS} года"

register(
    Indicator(
        "trained_centre_staff",
        "Доля обученных сотрудников опорного центра",
        "%",
        f"{TRAINED}, к числу всех сотрудников опорных центров на дату, без участников временных групп",
        SOURCE,
        Measure(trained_centre_staff),
        Measure(centre_staff),
        factor=100,
        digits=1,
        columns=COLUMNS,
        basis="273-ФЗ, ст. 47, ч. 5, п. 2",
    ),
    Indicator(
        "trained_heads",
        "Доля обученных руководителей организаций",
        "%",
        f"{TRAINED}, к числу всех руководителей действующих организаций на дату",
        SOURCE,
        Measure(trained_heads),
        Measure(heads),
        factor=100,
        digits=1,
        columns=COLUMNS,
        basis="273-ФЗ, ст. 47, ч. 5, п. 2",
    ),
    Indicator(
        "trained_deficit_teachers",
        "Доля обученных педагогов среди тех, у кого выявлен дефицит",
        "%",
        "Педагоги, которые после последнего исследования дефицитов завершили обучение по недостающей компетенции"
        " (курс, модуль переподготовки или стажировка), к числу всех работающих педагогов с выявленным дефицитом",
        "Исследования дефицитов и реестр обучения работников",
        Measure(deficit_closed),
        Measure(with_deficit),
        factor=100,
        digits=1,
        columns=COLUMNS,
        personal=True,
    ),
    Indicator(
        "partner_agreements",
        "Действующие соглашения с партнёрами",
        "",
        "Подписанные соглашения опорных центров с партнёрами, срок которых включает дату",
        "Реестр соглашений с партнёрами",
        Measure(agreements),
        columns=(
            ("number", "Номер"),
            ("signed_on", "Подписано"),
            ("partner__name", "Партнёр"),
            ("topic", "Тема"),
            ("ends_on", "Действует по"),
        ),
    ),
)
