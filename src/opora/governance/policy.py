"""Who may read and change structure, councils and proposals.

Councils are official bodies: all staff read them. A council of a whole region is kept by the region alone.
"""

from __future__ import annotations

from django.db.models import Q

from opora.core.access import CENTRE_ROLES, STAFF_ROLES, Actor, Paths, Policy, Reach
from opora.governance.models import (
    CentreMember,
    CentreUnit,
    Council,
    CouncilMember,
    Decision,
    Meeting,
    Proposal,
)

KEEPERS = ("centre_head", "methodologist", "coordinator", "regional_operator", "administrator")
SECRETARIES = ("centre_head", "methodologist", "coordinator", "regional_operator")
READERS = (*CENTRE_ROLES, "coordinator", "regional_operator", "observer", "administrator")
OF_CENTRE = Paths(municipality="centre__municipality", centre="centre")


class OfCouncil(Policy):
    """Rows of councils: by municipality; those of a whole region by a role held at that region."""

    def __init__(self, model: type, path: str, grants: dict[str, tuple[str, ...]]) -> None:
        self.prefix = f"{path}__" if path else ""
        super().__init__(model, Paths(municipality=f"{self.prefix}municipality"), grants)

    def _reached(self, actor: Actor, reach: Reach) -> Q | None:
        found = super()._reached(actor, reach)
        if reach.everything or reach.place_kind != "region":
            return found
        own = Q(**{f"{self.prefix}region_id": reach.place_id, f"{self.prefix}municipality__isnull": True})
        return own if found is None else found | own


ALL_STAFF: tuple[str, ...] = ("public",)
KEPT: dict[str, tuple[str, ...]] = {"view": ALL_STAFF, "create": KEEPERS, "change": KEEPERS}

units = Policy(CentreUnit, OF_CENTRE, {"view": STAFF_ROLES, "create": KEEPERS, "change": KEEPERS})
members = Policy(CentreMember, OF_CENTRE, {"view": READERS, "create": KEEPERS, "change": KEEPERS})
councils = OfCouncil(Council, "", KEPT)
council_members = OfCouncil(CouncilMember, "council", KEPT)
meetings = OfCouncil(Meeting, "council", KEPT)
decisions = OfCouncil(Decision, "meeting__council", KEPT)
proposals = Policy(
    Proposal, OF_CENTRE, {"view": READERS, "create": SECRETARIES, "change": SECRETARIES, "export": READERS}
)
