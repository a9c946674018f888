"""Who may see, write, submit and approve plans; keep concepts and the founding checklist (I1, A2)."""

from __future__ import annotations

from dataclasses import fields, replace

from django.db.models import Q

from opora.core.access import CENTRE_ROLES, Actor, Paths, Policy, Reach
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
    PlanPublication,
    PlanSection,
)
from opora.territory.models import Centre


class OwnCentre(Policy):
    """What a centre writes no other centre changes, though both serve one municipality; reading goes by territory."""

    def scope(self, actor: Actor, action: str) -> Q:
        return super().scope(actor if actor.system or action == "view" else at_own_centres(actor), action)


def at_own_centres(actor: Actor) -> Actor:
    """The same actor whose roles at a centre reach that centre alone; the request's actor is a lazy object."""
    values = {item.name: getattr(actor, item.name) for item in fields(Actor)}
    return Actor(**{**values, "reaches": tuple(map(_alone, actor.reaches))})


def _alone(reach: Reach) -> Reach:
    if reach.role not in CENTRE_ROLES or not reach.centres:
        return reach
    return replace(reach, municipalities=frozenset(), organisations=frozenset())


READERS = (*CENTRE_ROLES, "coordinator", "regional_operator", "observer", "administrator")
HEADS = ("centre_head", "methodologist")
PUBLISHERS = (*CENTRE_ROLES, "coordinator")

plans = OwnCentre(
    Plan,
    Paths(municipality="municipality", centre="centre"),
    {
        "view": READERS,
        "create": HEADS,
        "change": HEADS,
        "write": CENTRE_ROLES,
        "submit": ("centre_head",),
        "approve": ("coordinator",),
        "publish": PUBLISHERS,
    },
)
"""`write`: items and their evidence; `change`: the plan's own title and act."""
sections = OwnCentre(
    PlanSection,
    Paths(municipality="plan__municipality", centre="plan__centre"),
    {"view": READERS, "create": CENTRE_ROLES, "change": CENTRE_ROLES},
)
OF_PLAN = Paths(municipality="plan__municipality", centre="plan__centre")
items = OwnCentre(
    PlanItem, OF_PLAN, {"view": READERS, "create": CENTRE_ROLES, "change": CENTRE_ROLES, "import": CENTRE_ROLES}
)
publications = OwnCentre(PlanPublication, OF_PLAN, {"view": READERS, "create": PUBLISHERS, "change": PUBLISHERS})
evidence = OwnCentre(
    Evidence,
    Paths(municipality="item__plan__municipality", centre="item__plan__centre"),
    {"view": READERS, "change": CENTRE_ROLES},
)
target_evidence = OwnCentre(
    Evidence,
    Paths(municipality="target__concept__municipality", centre="target__concept__centre"),
    {"view": READERS, "change": CENTRE_ROLES},
)
concepts = OwnCentre(
    Concept,
    Paths(municipality="municipality", centre="centre"),
    {"view": READERS, "create": (*HEADS, "coordinator"), "change": (*HEADS, "coordinator")},
)
OF_CONCEPT = Paths(municipality="concept__municipality", centre="concept__centre")
KEEPERS = {"view": READERS, "create": (*HEADS, "coordinator"), "change": (*HEADS, "coordinator")}
stages = OwnCentre(ConceptStage, OF_CONCEPT, KEEPERS)
targets = OwnCentre(ConceptTarget, OF_CONCEPT, {**KEEPERS, "prove": CENTRE_ROLES})
FOUNDERS = ("centre_head", "coordinator", "regional_operator")
founding = OwnCentre(
    FoundingStep,
    Paths(municipality="municipality", centre="centre"),
    {
        "view": READERS,
        "create": FOUNDERS,
        "change": ("centre_head", "methodologist", "coordinator", "regional_operator"),
    },
)

centres = OwnCentre(
    Centre,
    Paths(municipality="municipality", centre="pk"),
    {"plan": HEADS, "concept": (*HEADS, "coordinator"), "found": FOUNDERS},
)
"""For which centres the actor begins a plan, a concept, the checklist of founding."""


def may_open_rows(actor: Actor, measure: Measure, municipalities: frozenset[int]) -> bool:
    """May the actor open the rows behind a measured item? The same rule as of figures: names only at home."""
    if actor.system:
        return True
    roles = monitoring.ROWS if measure.personal else monitoring.PLAIN_ROWS
    reaches = [reach for reach in actor.reaches if reach.role in roles]
    if not measure.personal or any(reach.everything for reach in reaches):
        return bool(reaches)
    return municipalities <= actor.municipalities(*roles)
