"""Who reads, writes, agrees and signs reports; a report of a region belongs to those whose place is the region.

Self-assessment is the organisation's own: it writes, signs and publishes; centre and authorities read what is signed.
"""

from __future__ import annotations

from django.db.models import Q

from opora.core.access import CENTRE_ROLES, Actor, Paths, Policy, Reach
from opora.providers.models import Organisation
from opora.reporting.models import Report, ReportRun

READERS = (*CENTRE_ROLES, "coordinator", "regional_operator", "observer", "administrator")
WRITERS = (*CENTRE_ROLES, "regional_operator")
ASSESSORS = ("provider_manager",)
LOOKERS = (*CENTRE_ROLES, "coordinator", "regional_operator", "observer")
"""Who sees which organisations published their self-assessment."""


class OfRegion(Policy):
    """Rows of a centre by the paths; rows of a whole region by a place in that region. Not those of organisations."""

    def scope(self, actor: Actor, action: str) -> Q:
        return super().scope(actor, action) & Q(organisation__isnull=True)

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


class OfOrganisation(Policy):
    """Self-assessments alone."""

    def scope(self, actor: Actor, action: str) -> Q:
        return super().scope(actor, action) & Q(organisation__isnull=False)


assessments = OfOrganisation(
    Report,
    Paths(municipality="municipality", organisation="organisation", department="organisation__department"),
    {
        "view": (*ASSESSORS, *LOOKERS),
        **dict.fromkeys(("create", "change", "sign", "return", "publish", "withdraw"), ASSESSORS),
    },
    extra=dict.fromkeys(LOOKERS, Q(state="signed")),
)


subjects = Policy(
    Organisation,
    Paths(municipality="municipality", organisation="pk", department="department"),
    {"view": (*ASSESSORS, *LOOKERS), "assess": ASSESSORS},
)
"""Organisations whose self-assessment the actor makes (assess) or looks for (view)."""


def of(kind: str) -> Policy:
    """The policy of reports of this kind."""
    return assessments if kind == Report.Kind.SELF else reports


class RunsOfRegion(Policy):
    """Runs are of a region as a whole."""

    def _reached(self, actor: Actor, reach: Reach) -> Q | None:
        if reach.everything:
            return Q()
        return Q(region_id=reach.place_id) if reach.place_kind == "region" else None


runs = RunsOfRegion(ReportRun, Paths(), {"view": ("regional_operator", "observer"), "create": ("regional_operator",)})
