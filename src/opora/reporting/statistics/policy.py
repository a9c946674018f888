"""Who fills in statistics: the organisation its own; the centre, the authority and the region look on."""

from __future__ import annotations

from opora.core.access import CENTRE_ROLES, Paths, Policy
from opora.reporting.statistics.models import StatisticsForm

FILL = ("provider_manager",)
READ = (*FILL, *CENTRE_ROLES, "coordinator", "regional_operator", "observer")
ROWS = (*FILL, *CENTRE_ROLES, "coordinator", "regional_operator")
"""Roles that open the rows with names behind a cell; an observer sees figures only."""

FORM = Policy(
    StatisticsForm,
    Paths(municipality="municipality", organisation="organisation", department="organisation__department"),
    {"view": READ, "create": FILL, "fill": FILL, "rows": ROWS},
)
