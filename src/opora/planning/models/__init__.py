"""Tables of planning; import them from here."""

from opora.planning.models.concepts import Concept, ConceptStage, ConceptTarget
from opora.planning.models.forecasts import ForecastNeed
from opora.planning.models.founding import FoundingStep
from opora.planning.models.plans import Evidence, Plan, PlanItem, PlanRemark, PlanSection, PlanVersion
from opora.planning.models.publications import PlanPublication

__all__ = [
    "Concept",
    "ConceptStage",
    "ConceptTarget",
    "Evidence",
    "ForecastNeed",
    "FoundingStep",
    "Plan",
    "PlanItem",
    "PlanPublication",
    "PlanRemark",
    "PlanSection",
    "PlanVersion",
]
