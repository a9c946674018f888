"""The catalogue: programme → module → group → timetable, moderation, free-place counters (C1, C5)."""

from opora.catalogue.models.groups import Favourite, Group, GroupPlaces, LessonException, Slot, Subscription
from opora.catalogue.models.openings import EnrolmentOpening
from opora.catalogue.models.programmes import (
    ActivityDirection,
    FocusAreaMapping,
    ModerationRemark,
    Module,
    Programme,
    ProgrammeRevision,
)

__all__ = [
    "ActivityDirection",
    "EnrolmentOpening",
    "Favourite",
    "FocusAreaMapping",
    "Group",
    "GroupPlaces",
    "LessonException",
    "ModerationRemark",
    "Module",
    "Programme",
    "ProgrammeRevision",
    "Slot",
    "Subscription",
]
