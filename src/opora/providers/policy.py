"""Who may read and change providers, their venues, staff, functions and signatories."""

from __future__ import annotations

from opora.core.access import CENTRE_ROLES, STAFF_ROLES, Paths, Policy
from opora.providers.models import Organisation, OrganisationFunction, ServedOrganisation, Signatory, Staff, Venue

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
staff = Policy(Staff, OF_ORGANISATION, {"view": PERSONNEL, "create": KEEPERS, "change": KEEPERS})
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
