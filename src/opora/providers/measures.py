"""What plans count of inventories (I1)."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from opora.core import measures
from opora.core.localtime import LocalDate
from opora.core.measures import Span
from opora.providers.models_inventory import InventorySheet, ResourceRequest


def accepted(span: Span) -> QuerySet[Any]:
    """Sheets taken in the span, by the calendar of their municipality."""
    day = LocalDate(F("accepted_at"), F("campaign__municipality__time_zone"))
    return InventorySheet.objects.filter(
        GreaterThanOrEqual(day, span.starts_on),
        LessThanOrEqual(day, span.ends_on),
        campaign__municipality__in=span.municipalities,
        state=InventorySheet.State.ACCEPTED,
    )


def shared(span: Span) -> QuerySet[Any]:
    """Agreed uses of shared resources that touch the span."""
    return ResourceRequest.objects.filter(
        offer__organisation__municipality__in=span.municipalities,
        state=ResourceRequest.State.AGREED,
        starts_on__lte=span.ends_on,
        ends_on__gte=span.starts_on,
    )


measures.declare(
    "inventories_accepted",
    "Проведена инвентаризация в организациях",
    accepted,
    unit="организаций",
    take="distinct",
    of="organisation_id",
    columns=(("organisation__short_name", "Организация"), ("campaign__name", "Инвентаризация"), ("accepted_at", "Принят")),
    register="inventory_sheets",
    group="Инвентаризация",
    definition="Организации, листы инвентаризации которых приняты за период, каждая один раз",
)  # fmt: skip
measures.declare(
    "resources_shared",
    "Совместно используется ресурсов",
    shared,
    unit="ресурсов",
    take="distinct",
    of="offer_id",
    columns=(("offer__name", "Ресурс"), ("organisation__short_name", "Кто пользуется"), ("starts_on", "С"), ("ends_on", "По")),
    register="resource_requests",
    group="Инвентаризация",
    definition="Помещения и оборудование, использование которых согласовано на дни периода",
)  # fmt: skip
