"""Reading governance: members on a day, decisions and proposals that wait, the structure of a centre."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from opora.core.access import Actor
from opora.core.localtime import local_today
from opora.core.office.work import end_of
from opora.governance import policy
from opora.governance.models import CentreMember, CentreUnit, CouncilMember, Decision, Meeting, Proposal
from opora.people.models import Account
from opora.territory.models import LegalAct
from opora.territory.policy import legal_acts


def on(day: dt.date) -> Q:
    """Rows with a term that covers the day."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def members_on(council_id: int, day: dt.date) -> QuerySet[CouncilMember]:
    """Members of a council in force on a day: the chair first, then by side and name."""
    return CouncilMember.objects.filter(on(day), council_id=council_id).order_by("role", "side", "name")


Sitting = tuple[int, dt.date, dt.date | None]
"""Council id, first day, last day (None – without end)."""


def rosters_changed(before: Collection[Sitting], after: Collection[Sitting]) -> list[Meeting]:
    """Meetings that are over and on whose day the member sat in the council before or after, but not both."""
    councils = {council for council, _, _ in (*before, *after)}
    over = Meeting.objects.filter(council_id__in=councils).exclude(state=Meeting.State.PLANNED)

    def sat(meeting: Meeting, sittings: Collection[Sitting]) -> bool:
        return any(
            council == meeting.council_id and start <= meeting.date and (end is None or end >= meeting.date)
            for council, start, end in sittings
        )

    return [one for one in over.order_by("-date") if sat(one, before) != sat(one, after)]


def present_at(meeting: Meeting) -> set[int]:
    """Ids of the members who came."""
    return set(meeting.presences.values_list("member_id", flat=True))


def may_close(actor: Actor, decision: Decision) -> bool:
    """Those who keep the council, and the one who answers for the decision."""
    if actor.account_id is not None and decision.account_id == actor.account_id:
        return True
    return policy.decisions.can(actor, "change", decision)


def decision(actor: Actor, pk: int) -> Decision:
    """A decision that the actor may close, or Hidden."""
    found: Decision = policy.decisions.get(actor, "view", pk=pk)
    return found


def open_decisions(actor: Actor) -> QuerySet[Decision]:
    """Decisions under control that the actor keeps or answers for."""
    mine = Q(account_id=actor.account_id) if actor.account_id is not None else Q(pk__in=[])
    kept = policy.decisions.scope(actor, "change") if policy.decisions.allowed(actor, "change") else Q(pk__in=[])
    return Decision.objects.filter(kept | mine, state=Decision.State.OPEN)


def overdue(today: dt.date) -> Q:
    """Open decisions whose term is over."""
    return Q(state=Decision.State.OPEN, due_on__lt=today)


def account_of(email: str) -> Account | None:
    """A working account by its e-mail; None when nobody at work has it."""
    found = Account.objects.filter(email__iexact=email, is_active=True, roles__isnull=False)
    return found.distinct().first()


def email_of(account_id: int) -> str:
    """The e-mail of an account."""
    return Account.objects.filter(pk=account_id).values_list("email", flat=True).first() or ""


def ended_without_result(actor: Actor) -> QuerySet[CentreUnit]:
    """Groups, laboratories and offices whose term is over and whose result nobody wrote down."""
    rows: QuerySet[CentreUnit] = policy.units.rows(actor, "change")
    return rows.exclude(kind=CentreUnit.Kind.DEPARTMENT).filter(
        result="", ends_on__lt=local_today("centre__municipality__time_zone")
    )


def unanswered(actor: Actor) -> QuerySet[Proposal]:
    """Proposals that wait for the authority's answer."""
    rows: QuerySet[Proposal] = policy.proposals.rows(actor, "change")
    return rows.filter(state__in=("sent", "considered"))


def acts_of(actor: Actor, proposal: Proposal) -> QuerySet[LegalAct]:
    """Acts by which the proposal may have been accepted: of its municipality, not older than the proposal itself."""
    rows: QuerySet[LegalAct] = legal_acts.rows(actor, "view")
    rows = rows.filter(municipality_id=proposal.centre.municipality_id)
    return rows.filter(date__gte=proposal.sent_on) if proposal.sent_on else rows.none()


def to_carry_out(actor: Actor) -> QuerySet[Proposal]:
    """Accepted proposals whose execution is awaited."""
    rows: QuerySet[Proposal] = policy.proposals.rows(actor, "change")
    return rows.filter(state="accepted")


def nearest(rows: QuerySet[Any], name: str, zone: str) -> dt.datetime | None:
    """The end of the nearest day among the rows; `zone` is the lookup of the time zone where the day counts."""
    found = rows.filter(**{f"{name}__isnull": False}).order_by(name).values_list(name, zone).first()
    return end_of(*found) if found else None


def centre_staff(centre_ids: frozenset[int] | None, day: dt.date) -> QuerySet[CentreMember]:
    """Workers of centres on a day, without members of temporary groups."""
    rows = CentreMember.objects.filter(on(day)).exclude(role=CentreMember.Role.MEMBER)
    return rows if centre_ids is None else rows.filter(centre_id__in=centre_ids)
