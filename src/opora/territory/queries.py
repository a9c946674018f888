"""Reading the territory tree."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from opora.territory.models import CentreService, Municipality


def municipalities_of_region(region_id: int) -> frozenset[int]:
    """Ids of all municipalities of a region."""
    return frozenset(Municipality.objects.filter(region_id=region_id).values_list("pk", flat=True))


def municipalities_of_centre(centre_id: int, on: dt.date) -> frozenset[int]:
    """Ids of the whole municipalities that a centre serves on a date."""
    rows = CentreService.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), centre_id=centre_id, starts_on__lte=on
    )
    return frozenset(rows.values_list("municipality_id", flat=True))


def municipality_id_of(oktmo: str) -> int | None:
    """Id of the municipality with that ОКТМО code, or None."""
    return Municipality.objects.filter(oktmo=oktmo).values_list("pk", flat=True).first()


def served_zone() -> str:
    """Time zone of the first served municipality; empty when none is served yet."""
    return Municipality.objects.filter(is_served=True).order_by("pk").values_list("time_zone", flat=True).first() or ""
