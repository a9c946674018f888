"""Who sees figures and who opens the rows behind them (aggregates are open to all staff, names are not)."""

from __future__ import annotations

from opora.core.access import CENTRE_ROLES, Actor, Paths, Policy
from opora.core.reasons import Forbidden
from opora.monitoring.indicators import Indicator, Scope
from opora.monitoring.models import IndicatorTarget

ROWS = (*CENTRE_ROLES, "coordinator", "regional_operator")
"""Roles that may open rows with names, within the municipalities they reach."""
PLAIN_ROWS = (*ROWS, "payer", "observer", "administrator", "provider_manager", "desk_operator")
"""Roles that may open rows without names (organisations, programmes, population)."""
OWN_ROWS = ("provider_manager", "desk_operator", *CENTRE_ROLES)
"""Roles at an organisation that may open rows with the names of those who learn there."""


def require_figures(actor: Actor) -> None:
    """Figures of the office: staff only."""
    if not actor.is_staff:
        raise Forbidden("figures")


COMPARERS = (*CENTRE_ROLES, "coordinator", "payer", "regional_operator", "observer", "administrator")
"""Roles that look at snapshots of whole territories."""


def require_comparing(actor: Actor) -> None:
    """Raise Forbidden for those who look at their own organisations only."""
    if not actor.has(*COMPARERS):
        raise Forbidden("snapshots")


FREEZERS = (*CENTRE_ROLES, "coordinator", "regional_operator", "administrator")
"""Roles that freeze a snapshot of what they reach."""


TARGET_KEEPERS = ("centre_head", "methodologist", "coordinator", "regional_operator")
targets = Policy(
    IndicatorTarget,
    Paths(municipality="municipality", organisation="organisation"),
    {"view": (*COMPARERS, "provider_manager"), "create": TARGET_KEEPERS, "change": TARGET_KEEPERS},
)
"""An organisation sees what is set for itself; a municipality's are seen by all who look at its figures."""


def may_freeze(actor: Actor, municipality: int | None, centre: int | None = None) -> bool:
    """May the actor freeze figures of this centre or municipality (both None: of a whole region)?"""
    if actor.system:
        return True
    held = [reach for reach in actor.reaches if reach.role in FREEZERS]
    if any(reach.everything or (centre is not None and centre in reach.centres) for reach in held):
        return True
    if municipality is None:
        return actor.has("regional_operator")
    return municipality in actor.municipalities(*FREEZERS)


def require_freezing(actor: Actor, municipality: int | None, centre: int | None = None) -> None:
    """Raise Forbidden where `may_freeze` says no."""
    if not may_freeze(actor, municipality, centre):
        raise Forbidden("freeze")


def may_open(actor: Actor, indicator: Indicator, municipalities: frozenset[int] | None) -> bool:
    """May the actor open the rows behind this figure of these municipalities?"""
    if actor.system:
        return True
    roles = ROWS if indicator.personal else PLAIN_ROWS
    if not actor.has(*roles):
        return False
    if any(reach.everything for reach in actor.reaches if reach.role in roles):
        return True
    if not indicator.personal:
        return True
    return municipalities is not None and municipalities <= actor.municipalities(*roles)


def may_open_own(actor: Actor, indicator: Indicator, own: Scope) -> bool:
    """May the actor open the rows behind a figure of its own organisations or groups (`queries.own_scope`)?"""
    organisations = own.get("organisation")
    if organisations is None:
        return True  # a teacher's own groups
    return not indicator.personal or organisations <= actor.organisations(*OWN_ROWS)
