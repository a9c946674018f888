"""How many children learn where: told to rooms below that count norms by learners."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from opora.core.localtime import local_today
from opora.enrolment.models import Enrolment


def by_organisation(organisations: frozenset[int]) -> Mapping[int, int]:
    """Unique children enrolled today, by organisation id; organisations without learners are left out."""
    today = local_today("municipality__time_zone")
    rows = Enrolment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today)
    rows = rows.filter(organisation_id__in=organisations).order_by()
    child = Coalesce("child__matched_to_id", "child_id")
    return dict(rows.values_list("organisation_id").annotate(n=Count(child, distinct=True)))
