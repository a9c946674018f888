"""Who asks, who answers, who only reads. A request belongs to its sender's level; an answer to who gives it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from django.db.models import Q

from opora.core.access import CENTRE_ROLES, NOTHING, Actor, Paths, Policy, Reach
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer

SENDERS = (*CENTRE_ROLES, "coordinator", "regional_operator")
READERS = (*SENDERS, "observer")
FILLERS = (*CENTRE_ROLES, "provider_manager")
BY_LINK = ("view", "fill")
CALENDAR_KEEPERS = ("regional_operator", "administrator")
"""Who loads published production calendars: they are the country's, not one region's."""
Sender = DataRequest.Sender


@dataclass(frozen=True, slots=True)
class AtLink(Actor):
    """A partner that came by the signed link of its letter: no account, no role, this one answer and nothing else.

    `email` is the address that the link was sent to; the row is reached only while it is still the partner's.
    """

    answer_id: int = 0
    partner_id: int = 0


class ReachPolicy(Policy, ABC):
    """A policy whose rows follow from a role's place in another way than by plain paths."""

    @abstractmethod
    def reached(self, reach: Reach, action: str) -> Q:
        """Rows that one held role reaches for the action."""

    def scope(self, actor: Actor, action: str) -> Q:
        if actor.system:
            return Q()
        roles = self.grants.get(action, frozenset())
        found = NOTHING
        for reach in actor.reaches:
            if reach.role in roles and reach.everything:
                return Q()
            if reach.role in roles:
                found = found | self.reached(reach, action)
        return found


def asked_by(reach: Reach, prefix: str = "") -> Q:
    """Requests of the role's own level: its region's, its authority's, its centre's."""

    def q(**values: object) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in values.items()})

    if reach.everything:
        return Q()
    if reach.place_kind == "region":
        return q(sender_kind=Sender.REGION, region_id=reach.place_id)
    if reach.role == "coordinator":
        return q(sender_kind=Sender.AUTHORITY, municipality__in=reach.municipalities)
    return q(sender_kind=Sender.CENTRE, centre__in=reach.centres)


def below(reach: Reach, prefix: str = "") -> Q:
    """Requests made within the municipalities that the role reaches."""
    return Q(**{f"{prefix}municipality__in": reach.municipalities})


class RequestPolicy(ReachPolicy):
    def reached(self, reach: Reach, action: str) -> Q:
        own = asked_by(reach)
        return own | below(reach) if action == "view" and not reach.everything else own


class AnswerPolicy(ReachPolicy):
    def allowed(self, actor: Actor, action: str) -> bool:
        if isinstance(actor, AtLink):
            return action in BY_LINK
        return super().allowed(actor, action)

    def scope(self, actor: Actor, action: str) -> Q:
        if isinstance(actor, AtLink):
            own = Q(pk=actor.answer_id, partner=actor.partner_id, partner__email__iexact=actor.email)
            return own if action in BY_LINK and actor.email else NOTHING
        return super().scope(actor, action)

    def reached(self, reach: Reach, action: str) -> Q:
        if reach.everything:
            return Q()
        given = NOTHING
        if reach.role == "provider_manager":
            given = Q(organisation__in=reach.organisations)
        elif reach.role in CENTRE_ROLES:
            given = Q(centre__in=reach.centres)
        if action == "fill":
            return given
        judged = asked_by(reach, "request__") if reach.role in SENDERS else NOTHING
        if action == "judge":
            return judged
        return given | judged | (below(reach, "request__") if reach.role in SENDERS else NOTHING)


REQUEST = RequestPolicy(
    DataRequest,
    Paths(municipality="municipality", centre="centre"),
    {"view": READERS, "create": SENDERS, "change": SENDERS},
)
ANSWER = AnswerPolicy(
    DataRequestAnswer,
    Paths(municipality="municipality", centre="centre", organisation="organisation"),
    {"view": (*SENDERS, "provider_manager"), "fill": FILLERS, "judge": SENDERS},
)
