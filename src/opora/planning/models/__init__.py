"""Tables of planning; import them from here."""

from opora.planning.models.concepts import Concept, ConceptStage, ConceptTarget
from opora.planning.models.founding import FoundingStep
from opora.planning.models.plans import Evidence, Plan, PlanItem, PlanRemark, PlanSection, PlanVersion

__all__ = [
    "Concept",
    "ConceptStage",
    "ConceptTarget",
    "Evidence",
    "FoundingStep",
    "Plan",
    "PlanItem",
    "PlanRemark",
    "PlanSection",
    "PlanVersion",
]
