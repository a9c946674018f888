"""Who may do what with applications, contracts, enrolments, orders and the places of groups."""

from __future__ import annotations

from django.db.models import Q

from opora.catalogue.models import Group
from opora.certificates.models import Certificate
from opora.core.access import CENTRE_ROLES, Actor, Paths, Policy, Reach
from opora.core.reasons import Forbidden, Hidden
from opora.enrolment.models import (
    Application,
    Contract,
    Enrolment,
    Lesson,
    Order,
    Rollover,
    RolloverGroup,
    RolloverLearner,
    SafetyCard,
)
from opora.people.models import Child

_FAMILY = ("guardian", "desk_operator")
_PROVIDER = ("provider_manager", "desk_operator", *CENTRE_ROLES)
_OFFICE = (*_PROVIDER, "teacher", "coordinator", "payer", "regional_operator")
_PATHS = Paths(municipality="municipality", organisation="organisation", child="child", staff="group__teacher")
ENTERING = ("desk_operator", "provider_manager", *CENTRE_ROLES)
"""Staff roles that enter applications for families (desk, bulk list)."""

APPLICATION = Policy(
    Application,
    _PATHS,
    {
        "view": (*_OFFICE, "guardian", "learner"),
        "confirm": _PROVIDER,
        "refuse": ("provider_manager",),
        "enrol": _PROVIDER,
        "withdraw": _FAMILY,
        "answer": _FAMILY,
        "leave": (*_FAMILY, "provider_manager"),
        "transfer": ("provider_manager", *CENTRE_ROLES),
        "prioritise": ("provider_manager", *CENTRE_ROLES),
    },
)
CONTRACT = Policy(
    Contract,
    _PATHS,
    {
        "view": (*_OFFICE, "guardian", "learner"),
        "offer": _PROVIDER,
        "refuse": ("provider_manager",),
        "accept": _FAMILY,
        "withdraw": _FAMILY,
        "terminate": (*_FAMILY, "provider_manager"),
        "prolong": ("provider_manager",),
    },
)
ENROLMENT = Policy(
    Enrolment, _PATHS, {"view": (*_OFFICE, "guardian", "learner"), "safety": ("provider_manager", "teacher")}
)
ORDER = Policy(
    Order,
    Paths(municipality="municipality", organisation="organisation"),
    {
        "view": ("provider_manager", *CENTRE_ROLES, "coordinator", "regional_operator"),
        "edit": ("provider_manager",),
    },
)
_YEAR = {
    "view": ("provider_manager", *CENTRE_ROLES, "coordinator", "regional_operator"),
    "edit": ("provider_manager",),
}
ROLLOVER = Policy(
    Rollover,
    Paths(municipality="municipality", organisation="organisation"),
    {**_YEAR, "start": ("provider_manager",)},
)
ROLLOVER_GROUP = Policy(
    RolloverGroup,
    Paths(municipality="rollover__municipality", organisation="rollover__organisation"),
    _YEAR,
)
ROLLOVER_LEARNER = Policy(
    RolloverLearner,
    Paths(municipality="rollover__municipality", organisation="rollover__organisation", child="child"),
    {**_YEAR, "answer": ("guardian",)},
)
STATEMENT = Policy(
    Certificate,
    Paths(municipality="municipality", child="child"),
    {"view": ("guardian", "learner", "desk_operator", *CENTRE_ROLES, "payer", "regional_operator")},
)
CHILD = Policy(
    Child,
    Paths(municipality="municipality", child="id"),
    {"timetable": ("guardian", "learner", "desk_operator", *CENTRE_ROLES)},
)
PLACES = Policy(
    Group,
    Paths(municipality="municipality", organisation="organisation", staff="teacher"),
    {
        "manage": ("provider_manager", *CENTRE_ROLES),
        "queue": (*_PROVIDER, "teacher", "coordinator", "regional_operator"),
    },
)


class LessonPolicy(Policy):
    """A teacher reaches the lessons of own groups and those that it takes as a substitute."""

    def _reached(self, actor: Actor, reach: Reach) -> Q | None:
        if reach.role == "teacher":
            return Q(group__teacher__in=actor.staff_ids) | Q(teacher__in=actor.staff_ids)
        return super()._reached(actor, reach)


_JOURNAL = ("provider_manager", "teacher", *CENTRE_ROLES)
LESSON = LessonPolicy(
    Lesson,
    Paths(municipality="municipality", organisation="organisation", staff="group__teacher"),
    {"view": _JOURNAL, "mark": ("provider_manager", "teacher")},
)
JOURNAL = Policy(
    Group,
    Paths(municipality="municipality", organisation="organisation", staff="teacher"),
    {"view": _JOURNAL, "papers": (*_JOURNAL, "desk_operator")},
)
MESSAGES = Policy(
    Group,
    Paths(organisation="organisation", staff="teacher"),
    {"write": ("provider_manager", "teacher")},
)
SAFETY = Policy(
    SafetyCard,
    Paths(organisation="child__enrolments__organisation", staff="child__enrolments__group__teacher"),
    {"view": ("provider_manager", "teacher")},
)


def require_apply(actor: Actor, *, child_id: int, organisation_id: int, municipality_id: int) -> None:
    """May the actor apply for this child in this organisation? Hidden for a stranger's, Forbidden without a role."""
    if actor.system or (actor.has("guardian") and child_id in actor.children):
        return
    if organisation_id in actor.organisations(*ENTERING) or municipality_id in actor.municipalities(*ENTERING):
        return
    if any(reach.everything and reach.role in ENTERING for reach in actor.reaches):
        return
    if actor.has("guardian", *ENTERING):
        raise Hidden("apply")
    raise Forbidden("apply")
