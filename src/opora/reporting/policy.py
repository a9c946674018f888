"""Who reads, writes, agrees and signs reports; a report of a region belongs to those whose place is the region."""

from __future__ import annotations

from django.db.models import Q

from opora.core.access import CENTRE_ROLES, Actor, Paths, Policy, Reach
from opora.reporting.models import Report, ReportRun

READERS = (*CENTRE_ROLES, "coordinator", "regional_operator", "observer", "administrator")
WRITERS = (*CENTRE_ROLES, "regional_operator")


class OfRegion(Policy):
    """Rows of a centre by the paths; rows of a whole region by a place in that region."""

    def _reached(self, actor: Actor, reach: Reach) -> Q | None:
        found = super()._reached(actor, reach)
        if reach.place_kind != "region":
            return found
        own = Q(municipality__isnull=True, region_id=reach.place_id)
        return own if found is None else found | own


reports = OfRegion(
    Report,
    Paths(municipality="municipality", centre="centre"),
    {
        "view": READERS,
        "create": WRITERS,
        "change": WRITERS,
        "agree": ("coordinator", "regional_operator"),
        "sign": ("centre_head", "regional_operator"),
        "return": ("coordinator", "centre_head", "regional_operator"),
    },
    extra={"observer": Q(state__in=("agreed", "signed"))},
)


class RunsOfRegion(Policy):
    """Runs are of a region as a whole."""

    def _reached(self, actor: Actor, reach: Reach) -> Q | None:
        if reach.everything:
            return Q()
        return Q(region_id=reach.place_id) if reach.place_kind == "region" else None


runs = RunsOfRegion(ReportRun, Paths(), {"view": ("regional_operator", "observer"), "create": ("regional_operator",)})
