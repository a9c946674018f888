"""Who may read and change programmes, modules, groups and timetables."""

from __future__ import annotations

from django.db.models import Q

from opora.catalogue.models import (
    EnrolmentOpening,
    FocusAreaMapping,
    Group,
    LessonException,
    Module,
    Programme,
    ProgrammeRevision,
    Slot,
)
from opora.core.access import CENTRE_ROLES, Actor, Paths, Policy, Reach

READERS = (
    "provider_manager",
    "teacher",
    "desk_operator",
    *CENTRE_ROLES,
    "coordinator",
    "payer",
    "regional_operator",
    "administrator",
)
MODERATORS = ("centre_head", "methodologist")
GRANTS = {
    "view": READERS,
    "edit": ("provider_manager", *MODERATORS),
    "create": ("provider_manager",),
    "submit": ("provider_manager",),
    "moderate": MODERATORS,
    "archive": ("provider_manager", *MODERATORS),
}

programmes = Policy(
    Programme,
    Paths(municipality="municipality", organisation="organisation", department="organisation__department"),
    {**GRANTS, "read": ("public",)},
    public_filter=Q(state=Programme.State.PUBLISHED),
)
revisions = Policy(
    ProgrammeRevision,
    Paths(municipality="programme__municipality", organisation="programme__organisation"),
    GRANTS,
)
modules = Policy(Module, Paths(municipality="programme__municipality", organisation="programme__organisation"), GRANTS)
groups = Policy(
    Group,
    Paths(municipality="municipality", organisation="organisation", department="organisation__department"),
    {**GRANTS, "read": ("public",), "timetable": ("provider_manager", *MODERATORS)},
    public_filter=Q(programme__state=Programme.State.PUBLISHED) & ~Q(state=Group.State.DRAFT),
)
slots = Policy(Slot, Paths(municipality="group__municipality", organisation="group__organisation"), GRANTS)
lesson_exceptions = Policy(
    LessonException, Paths(municipality="group__municipality", organisation="group__organisation"), GRANTS
)


class DictionaryPolicy(Policy):
    """A dictionary belongs to no place: whoever holds the role reaches every row."""

    def _reached(self, actor: Actor, reach: Reach) -> Q | None:
        return Q()


focus_mappings = DictionaryPolicy(
    FocusAreaMapping,
    Paths(),
    {
        "view": (*MODERATORS, "regional_operator", "administrator"),
        "edit": ("regional_operator", "administrator", *MODERATORS),
    },
)

OPENERS = ("coordinator", "centre_head")
openings = Policy(
    EnrolmentOpening,
    Paths(municipality="municipality"),
    {
        "view": ("coordinator", *CENTRE_ROLES, "desk_operator", "regional_operator", "administrator"),
        "create": OPENERS,
        "edit": OPENERS,
        "read": ("public",),
    },
    public_filter=~Q(state=EnrolmentOpening.State.DRAFT),
)
