"""Who may see, write, submit and approve plans; keep concepts and the founding checklist (I1, A2)."""

from __future__ import annotations

from opora.core.access import CENTRE_ROLES, Actor, Paths, Policy
from opora.core.measures import Measure
from opora.monitoring import policy as monitoring
from opora.planning.models import (
    Concept,
    ConceptStage,
    ConceptTarget,
    Evidence,
    FoundingStep,
    Plan,
    PlanItem,
    PlanSection,
)

READERS = (*CENTRE_ROLES, "coordinator", "regional_operator", "observer", "administrator")
HEADS = ("centre_head", "methodologist")

plans = Policy(
    Plan,
    Paths(municipality="municipality", centre="centre"),
    {
        "view": READERS,
        "create": HEADS,
        "change": HEADS,
        "write": CENTRE_ROLES,
        "submit": ("centre_head",),
        "approve": ("coordinator",),
    },
)
"""`write`: items and their evidence; `change`: the plan's own title and act."""
sections = Policy(
    PlanSection,
    Paths(municipality="plan__municipality", centre="plan__centre"),
    {"view": READERS, "create": CENTRE_ROLES, "change": CENTRE_ROLES},
)
OF_PLAN = Paths(municipality="plan__municipality", centre="plan__centre")
items = Policy(
    PlanItem, OF_PLAN, {"view": READERS, "create": CENTRE_ROLES, "change": CENTRE_ROLES, "import": CENTRE_ROLES}
)
evidence = Policy(
    Evidence,
    Paths(municipality="item__plan__municipality", centre="item__plan__centre"),
    {"view": READERS, "change": CENTRE_ROLES},
)
target_evidence = Policy(
    Evidence,
    Paths(municipality="target__concept__municipality", centre="target__concept__centre"),
    {"view": READERS, "change": CENTRE_ROLES},
)
concepts = Policy(
    Concept,
    Paths(municipality="municipality", centre="centre"),
    {"view": READERS, "create": (*HEADS, "coordinator"), "change": (*HEADS, "coordinator")},
)
OF_CONCEPT = Paths(municipality="concept__municipality", centre="concept__centre")
KEEPERS = {"view": READERS, "create": (*HEADS, "coordinator"), "change": (*HEADS, "coordinator")}
stages = Policy(ConceptStage, OF_CONCEPT, KEEPERS)
targets = Policy(ConceptTarget, OF_CONCEPT, KEEPERS)
founding = Policy(
    FoundingStep,
    Paths(municipality="municipality", centre="centre"),
    {
        "view": READERS,
        "create": ("centre_head", "coordinator", "regional_operator"),
        "change": ("centre_head", "methodologist", "coordinator", "regional_operator"),
    },
)


def may_open_rows(actor: Actor, measure: Measure, municipalities: frozenset[int]) -> bool:
    """May the actor open the rows behind a measured item? The same rule as of figures: names only at home."""
    if actor.system:
        return True
    roles = monitoring.ROWS if measure.personal else monitoring.PLAIN_ROWS
    reaches = [reach for reach in actor.reaches if reach.role in roles]
    if not measure.personal or any(reach.everything for reach in reaches):
        return bool(reaches)
    return municipalities <= actor.municipalities(*roles)
