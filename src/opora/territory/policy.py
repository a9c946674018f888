"""Who may read and change the territory: directories are open to all staff, changed by those who answer for them."""

from __future__ import annotations

from opora.core.access import CENTRE_ROLES, STAFF_ROLES, Paths, Policy
from opora.territory.models import (
    ActPublication,
    Centre,
    CentreService,
    LegalAct,
    Locality,
    Municipality,
    Population,
    Region,
)

KEEPERS = ("centre_head", "coordinator", "regional_operator", "administrator")
WRITERS = (*CENTRE_ROLES, "coordinator", "regional_operator", "administrator")

regions = Policy(Region, Paths(), {"view": ("public",), "create": ("administrator",), "change": ("administrator",)})
municipalities = Policy(
    Municipality,
    Paths(municipality="pk"),
    {
        "view": ("public",),
        "create": ("administrator",),
        "change": ("coordinator", "regional_operator", "administrator"),
    },
)
localities = Policy(
    Locality, Paths(municipality="municipality"), {"view": ("public",), "create": KEEPERS, "change": KEEPERS}
)
centres = Policy(
    Centre,
    Paths(municipality="municipality", centre="pk"),
    {"view": ("public",), "create": ("regional_operator", "administrator"), "change": KEEPERS},
)
centre_services = Policy(
    CentreService,
    Paths(municipality="municipality", centre="centre"),
    {
        "view": STAFF_ROLES,
        "create": ("regional_operator", "administrator"),
        "change": ("regional_operator", "administrator"),
    },
)
population = Policy(
    Population, Paths(municipality="municipality"), {"view": ("public",), "create": WRITERS, "change": WRITERS}
)
legal_acts = Policy(
    LegalAct,
    Paths(municipality="municipality"),
    {"view": ("public",), "create": (*WRITERS, "payer"), "change": (*WRITERS, "payer")},
)
act_publications = Policy(
    ActPublication,
    Paths(municipality="act__municipality"),
    {"view": ("public",), "create": (*WRITERS, "payer"), "change": (*WRITERS, "payer")},
)
