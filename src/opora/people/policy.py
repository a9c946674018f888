"""Who may do what to people: children, accounts, possible duplicates (spec/trust.md, spec/enrolment.md)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from opora.core import clock
from opora.core.access import CENTRE_ROLES, Actor, Paths, Policy, Reach
from opora.people.models import Account, Child, Guardianship, MergeTask, RoleAssignment

DESK = ("desk_operator", *CENTRE_ROLES)
REACHED_BY_APPLICATION = ("submitted", "confirmed", "waiting", "place_offered", "enrolled")
"""States of an application during which the organisation needs the child's card."""
CLOSING_PAPERS = dt.timedelta(days=30)
"""How long after the last day of study the organisation still opens the card, to close its papers."""


class PersonalPolicy(Policy):
    """A policy over personal data: administrators reach the rows only in a timed, reasoned session."""

    def _reached(self, actor: Actor, reach: Reach) -> Q | None:
        if reach.role == "administrator" and not in_personal_session(actor):
            return None
        return super()._reached(actor, reach)


class ChildPolicy(PersonalPolicy):
    """Guardians see their own; desks and centres their territory; providers and teachers those who learn there.

    A provider's relation must be living: an open application, or a study that goes on or ended within
    `CLOSING_PAPERS`. Its own papers about former learners (applications, contracts, orders) stay with it.

    `via` is the lookup from the model to the child (``""`` when the model is the child itself).
    """

    def __init__(self, *args: Any, via: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.via = via

    def rows(self, actor: Actor, action: str) -> QuerySet[Any]:
        manager = self.model._default_manager
        if actor.has("provider_manager", "teacher"):
            # joins to applications would repeat rows
            return manager.filter(pk__in=manager.filter(self.scope(actor, action)).values("pk"))
        return manager.filter(self.scope(actor, action))

    def _reached(self, actor: Actor, reach: Reach) -> Q | None:
        if reach.role == "provider_manager":
            if not reach.organisations:
                return None
            applied = Q(
                **{
                    f"{self.via}applications__organisation__in": reach.organisations,
                    f"{self.via}applications__state__in": REACHED_BY_APPLICATION,
                }
            )
            return applied | Q(**{f"{self.via}enrolments__organisation__in": reach.organisations}) & self._studies()
        if reach.role == "teacher":
            return Q(**{f"{self.via}enrolments__group__teacher__in": actor.staff_ids}) & self._studies()
        return super()._reached(actor, reach)

    def _studies(self) -> Q:
        # by the westernmost zone of the country: nobody loses the last of the days
        since = clock.today(clock.WESTERNMOST) - CLOSING_PAPERS
        ends_on = f"{self.via}enrolments__ends_on"
        return Q(**{f"{ends_on}__isnull": True}) | Q(**{f"{ends_on}__gte": since})


def in_personal_session(actor: Actor) -> bool:
    """Is the administrator's session with personal data open now?"""
    until = actor.personal_session_until
    return until is not None and until > clock.now()


CHILD = ChildPolicy(
    Child,
    Paths(municipality="municipality", child="pk"),
    {
        "view": ("guardian", "learner", *DESK, "provider_manager", "teacher", "administrator"),
        "view_sensitive": ("guardian", "desk_operator", "centre_head", "administrator"),
        "journal": ("guardian", "desk_operator", "centre_head"),
        "add": ("guardian", *DESK),
        "edit": ("guardian", *DESK),
        "confirm": ("desk_operator", "centre_head"),
        "find": (*DESK, "administrator"),
    },
)
CHILD_REGISTER = ChildPolicy(
    Child,
    Paths(municipality="municipality"),
    {
        "view": (*DESK, "provider_manager", "administrator"),
        "serve": DESK,
        "import": ("desk_operator", "centre_head", "administrator"),
        "export": ("desk_operator", "centre_head", "administrator"),
    },
)
MERGE = PersonalPolicy(
    MergeTask,
    Paths(municipality="municipality"),
    {
        "view": ("desk_operator", "centre_head", "administrator"),
        "decide": ("desk_operator", "centre_head"),
    },
)
GUARDIANSHIP = PersonalPolicy(
    Guardianship,
    Paths(municipality="child__municipality", child="child"),
    {"view": ("guardian", *DESK, "administrator"), "end": ("guardian", *DESK)},
)
ACCOUNT = Policy(Account, Paths(account="pk"), {"view": ("guardian", "learner"), "edit": ("guardian", "learner")})
ACCOUNTS = Policy(
    Account, Paths(), {"view": ("administrator",), "create": ("administrator",), "change": ("administrator",)}
)
ROLE_ASSIGNMENTS = Policy(
    RoleAssignment, Paths(), {"view": ("administrator",), "create": ("administrator",), "change": ("administrator",)}
)
