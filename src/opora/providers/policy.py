"""Who may read and change providers, their venues, staff, functions and signatories."""

from __future__ import annotations

from django.db.models import Q

from opora.core.access import CENTRE_ROLES, STAFF_ROLES, Actor, Paths, Policy, Reach
from opora.providers.models import Organisation, OrganisationFunction, ServedOrganisation, Signatory, Staff, Venue
from opora.providers.models_inventory import (
    InventoryCampaign,
    InventoryItem,
    InventoryLine,
    InventorySheet,
    Museum,
    ResourceOffer,
    ResourceRequest,
)

KEEPERS = ("provider_manager", "centre_head", "methodologist", "coordinator", "regional_operator", "administrator")
FOUNDERS = ("centre_head", "coordinator", "regional_operator", "administrator")
PERSONNEL = (
    "provider_manager",
    "teacher",
    "desk_operator",
    *CENTRE_ROLES,
    "coordinator",
    "regional_operator",
    "administrator",
)
OF_ORGANISATION = Paths(
    municipality="organisation__municipality",
    organisation="organisation",
    department="organisation__department",
)

organisations = Policy(
    Organisation,
    Paths(municipality="municipality", organisation="pk", department="department"),
    {"view": STAFF_ROLES, "create": FOUNDERS, "change": KEEPERS, "import": FOUNDERS},
)
venues = Policy(Venue, OF_ORGANISATION, {"view": STAFF_ROLES, "create": KEEPERS, "change": KEEPERS})
staff = Policy(Staff, OF_ORGANISATION, {"view": PERSONNEL, "create": KEEPERS, "change": KEEPERS, "export": KEEPERS})
signatories = Policy(Signatory, OF_ORGANISATION, {"view": (*PERSONNEL, "payer"), "create": KEEPERS, "change": KEEPERS})
functions = Policy(OrganisationFunction, OF_ORGANISATION, {"view": STAFF_ROLES, "create": FOUNDERS, "change": FOUNDERS})
served_organisations = Policy(
    ServedOrganisation,
    Paths(municipality="organisation__municipality", organisation="organisation", centre="centre"),
    {
        "view": STAFF_ROLES,
        "create": ("regional_operator", "administrator"),
        "change": ("regional_operator", "administrator"),
    },
)

STOCKTAKERS = ("centre_head", "methodologist", "coordinator", "regional_operator", "administrator")
WATCHING = (*CENTRE_ROLES, "coordinator", "regional_operator", "observer", "administrator")
COUNTING = ("provider_manager", *WATCHING)
TALLYING = ("provider_manager", *STOCKTAKERS)
"""Who may load counted resources from a file: organisations their own, the centre what it was handed on paper."""
LENDERS = ("provider_manager", "centre_head", "methodologist")


class Common(Policy):
    """Rows of the whole installation, which belong to no place: the role alone decides."""

    def _reached(self, actor: Actor, reach: Reach) -> Q | None:
        return Q()


inventory_items = Common(InventoryItem, Paths(), {"view": STAFF_ROLES, "create": STOCKTAKERS, "change": STOCKTAKERS})
campaigns = Policy(
    InventoryCampaign,
    Paths(municipality="municipality"),
    {"view": WATCHING, "create": STOCKTAKERS, "change": STOCKTAKERS},
)
sheets = Policy(
    InventorySheet,
    OF_ORGANISATION,
    {"view": COUNTING, "fill": ("provider_manager",), "decide": STOCKTAKERS, "load": TALLYING},
)
lines = Policy(
    InventoryLine,
    Paths(
        municipality="sheet__organisation__municipality",
        organisation="sheet__organisation",
        department="sheet__organisation__department",
    ),
    {"view": COUNTING, "import": TALLYING},
)
offers = Policy(ResourceOffer, OF_ORGANISATION, {"view": ("public",), "create": LENDERS, "change": LENDERS})
museums = Policy(Museum, OF_ORGANISATION, {"view": STAFF_ROLES, "create": KEEPERS, "change": KEEPERS})


class OfBothSides(Policy):
    """A request is changed by who asks, and seen also by whose resource it is."""

    def scope(self, actor: Actor, action: str) -> Q:
        found = super().scope(actor, action)
        lent = actor.organisations("provider_manager")
        return found | Q(offer__organisation__in=lent) if action == "view" and lent else found


requests = OfBothSides(ResourceRequest, OF_ORGANISATION, {"view": COUNTING, "create": LENDERS, "change": LENDERS})
