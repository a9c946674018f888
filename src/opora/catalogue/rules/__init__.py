"""Pure rules of the catalogue: content quality, moderation, timetable; no database."""

from opora.catalogue.rules.completeness import (
    Completeness,
    Fault,
    GroupContent,
    ProgrammeContent,
    completeness,
)
from opora.catalogue.rules.moderation import MODERATED_FIELDS, PROGRAMME, REVISION, changes_for_moderation
from opora.catalogue.rules.schedule import (
    Change,
    Interval,
    PlannedLesson,
    WeeklySlot,
    clashes,
    lessons,
    planned_hours,
    shared_clashes,
    weekly_clashes,
)

__all__ = [
    "MODERATED_FIELDS",
    "PROGRAMME",
    "REVISION",
    "Change",
    "Completeness",
    "Fault",
    "GroupContent",
    "Interval",
    "PlannedLesson",
    "ProgrammeContent",
    "WeeklySlot",
    "changes_for_moderation",
    "clashes",
    "completeness",
    "lessons",
    "planned_hours",
    "shared_clashes",
    "weekly_clashes",
]
