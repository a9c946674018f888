"""Measures of what the forecast asks for: new groups and their places by place and focus area (A5, I1)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from opora.catalogue.models import Group
from opora.catalogue.vocabulary import FocusArea
from opora.core import measures
from opora.core.measures import Narrowing, Span
from opora.enrolment.models import RolloverGroup
from opora.territory.models import Locality, Municipality

GROUPS_OPENED, PLACES_OPENED = "groups_opened", "places_opened"
AREA, LOCALITY, MUNICIPALITY = "focus_area", "locality", "municipality"


def opened(span: Span) -> QuerySet[Any]:
    """Groups whose lessons began in the span, but for those that carry on a group of the year before.

    `spot` is the locality where they learn, as the forecast sees it: the venue's, else the organisation's.
    """
    continued = RolloverGroup.objects.filter(to_group_id=OuterRef("pk"))
    rows = Group.objects.filter(
        ~Exists(continued),
        municipality_id__in=span.municipalities,
        starts_on__range=(span.starts_on, span.ends_on),
        programme__state="published",
    ).exclude(state=Group.State.DRAFT)
    return rows.annotate(
        spot=Coalesce("venue__locality_id", "organisation__locality_id"), area=F("programme__focus_area")
    )


def localities(municipalities: frozenset[int]) -> list[tuple[int, str]]:
    rows = Locality.objects.filter(municipality_id__in=municipalities).order_by("sort_name", "pk")
    return [(one.pk, str(one)) for one in rows]


def places(municipalities: frozenset[int]) -> list[tuple[int, str]]:
    rows = Municipality.objects.filter(pk__in=municipalities).order_by("sort_name", "pk")
    return [(one.pk, str(one)) for one in rows]


NARROWINGS = (
    Narrowing(AREA, "Направленность", FocusArea.choices, "area"),
    Narrowing(LOCALITY, "Населённый пункт", lookup="spot", places=localities),
    Narrowing(MUNICIPALITY, "Муниципалитет", lookup="municipality_id", places=places),
)
COLUMNS = (
    ("name", "Группа"),
    ("programme__name", "Программа"),
    ("organisation__short_name", "Организация"),
    ("venue__address", "Адрес"),
    ("starts_on", "Начало занятий"),
    ("capacity", "Мест"),
)
NEW = "занятия которых начались за период, кроме тех, что продолжают прошлогоднюю группу при переходе на новый год"

measures.declare(
    GROUPS_OPENED,
    "Открыто новых групп",
    opened,
    unit="групп",
    columns=COLUMNS,
    narrowings=NARROWINGS,
    register="groups",
    group="Программы",
    definition=f"Группы опубликованных программ, {NEW}",
)
measures.declare(
    PLACES_OPENED,
    "Открыто новых мест",
    opened,
    unit="мест",
    take="sum",
    of="capacity",
    columns=COLUMNS,
    narrowings=NARROWINGS,
    register="groups",
    group="Программы",
    definition=f"Места в группах опубликованных программ, {NEW}",
)
