"""What a family reads in its cabinet: its applications, contracts, choices of payment, lessons to come.

Each read sees the account as a guardian only: in the cabinet a member of staff has no more than a parent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from opora.catalogue import policy as groups_policy
from opora.catalogue.kept_pages import public_group
from opora.catalogue.models import Group, Slot
from opora.certificates.rules import Termination, month_end
from opora.certificates.rules import terminate as effect_of
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden
from opora.enrolment import policy, rules, services
from opora.enrolment.models import Application, Contract, ContractMonth, Enrolment, SafetyCard
from opora.enrolment.services import contract_money
from opora.enrolment.services.quote import Quote
from opora.people.models import Child
from opora.people.queries import as_guardian
from opora.people.rules import age_fits

_WITH = (
    "child",
    "group__programme",
    "group__venue",
    "group__teacher",
    "organisation",
    "municipality",
    "contract",
)
OPEN_STATES = ("place_offered", "confirmed", "submitted", "waiting", "enrolled")
LATE_HOUR = 20
MOST_BESIDE = 200
"""Groups of a house that a family may choose among for a brother or a sister."""


def applications(actor: Actor) -> list[Application]:
    """All applications of the family: those that live first, newest first within."""
    rows = policy.APPLICATION.rows(as_guardian(actor), "view").select_related(*_WITH)
    return sorted(rows, key=lambda row: row.state not in OPEN_STATES)


def application(actor: Actor, public_id: Any, action: str = "view") -> Application:
    """One application of an own child with what its page shows, or Hidden."""
    found: Application = policy.APPLICATION.get(as_guardian(actor), action, public_id=public_id)
    return Application.objects.select_related(*_WITH).get(pk=found.pk)


def contract_of(application: Application) -> Contract | None:
    """The contract of an application, read with it."""
    found: Contract | None = getattr(application, "contract", None)
    return found


def contract(actor: Actor, public_id: Any, action: str = "view") -> Contract:
    """One contract of an own child with its parties, or Hidden."""
    found: Contract = policy.CONTRACT.get(as_guardian(actor), action, public_id=public_id)
    related = ("child", "group", "programme", "organisation", "municipality", "certificate", "period", "application")
    return Contract.objects.select_related(*related, "accepted_by").get(pk=found.pk)


def months_of(contract: Contract) -> list[ContractMonth]:
    """The schedule of payments in order."""
    return list(contract.months.order_by("month"))


def group(group_id: int) -> Group:
    """The group that a family applies for, as its page in the navigator shows it; Hidden when it is not public."""
    found = public_group(group_id)
    if found is None:
        raise Hidden("group")
    return found


def groups_beside(group: Group, chosen: Iterable[Group] = ()) -> list[Group]:
    """Groups of the same house that still take learners, this one first, then by programme; with their timetable."""
    today = clock.today(group.municipality.time_zone)
    rows = Group.objects.filter(
        groups_policy.groups.scope(Actor(), "read"),
        organisation_id=group.organisation_id,
        state=Group.State.OPEN,
        ends_on__gte=today,
    )
    kept = {one.pk for one in (group, *chosen)}
    listed = list(
        rows.exclude(pk__in=kept)
        .select_related("programme")
        .prefetch_related("slots")
        .order_by("programme__sort_name", "name", "pk")[:MOST_BESIDE]
    )
    return [group, *{one.pk: one for one in chosen if one.pk != group.pk}.values(), *listed]


def takes(group: Group, child: Child) -> bool:
    """Does the child's age fit on the day it may begin? The other conditions are judged when the group is chosen."""
    day = max(clock.today(group.municipality.time_zone), group.starts_on)
    return age_fits(child.birth_date, day, group.age_from, group.age_to)


def fundings_of(group: Group) -> list[str]:
    """Ways of paying that the group accepts, the cheapest for a family first."""
    flags = {rules.BUDGET: group.for_budget, rules.CERTIFICATE: group.for_certificate, rules.PAID: group.for_paid}
    return [code for code, accepted in flags.items() if accepted]


def options(actor: Actor, child: Child, group: Group, starts_on: dt.date | None = None) -> list[Quote]:
    """What each way of paying would mean for this child: possible ones first."""
    quotes = [
        services.quote(as_guardian(actor), child=child, group=group, funding=code, starts_on=starts_on)
        for code in fundings_of(group)
    ]
    return sorted(quotes, key=lambda one: not one.possible)


def enrolment_of(application: Application) -> Enrolment | None:
    """The study that came of an application."""
    return Enrolment.objects.filter(application=application).first()


def termination_effect(contract: Contract) -> Termination:
    """What a notice given today would do: last day, months that stay and that return. Writes nothing."""
    return effect_of(
        notice=clock.today(contract.municipality.time_zone),
        start=contract.starts_on,
        end=contract.ends_on,
        months=contract_money.parts(contract),
        spent=contract_money.spent_months(contract),
    )


def last_day_of_month(day: dt.date) -> dt.date:
    """The last day of the month of `day`."""
    return month_end(day)


def living(child_ids: Iterable[int]) -> QuerySet[Application]:
    """Applications of these children that still want something or lead to lessons."""
    rows = Application.objects.filter(child_id__in=list(child_ids), state__in=OPEN_STATES)
    return rows.select_related("group__programme", "municipality", "contract").order_by("submitted_at", "pk")


def offers(actor: Actor) -> list[QuerySet[Any]]:
    """What waits for the family's answer: places and contracts offered."""
    family = as_guardian(actor)
    return [
        policy.APPLICATION.rows(family, "answer").filter(state=Application.State.PLACE_OFFERED),
        policy.CONTRACT.rows(family, "accept").filter(state=Contract.State.OFFERED),
    ]


def safety_card(child: Child) -> SafetyCard | None:
    """Who may collect the child and whom to call; None until the family wrote it."""
    return SafetyCard.objects.filter(child=child).first()


def slots_of(group: Group) -> list[Slot]:
    """The weekly timetable in order."""
    return sorted(group.slots.all(), key=lambda slot: (slot.weekday, slot.starts_at))


@dataclass(frozen=True, slots=True)
class Study:
    """One group where a child learns, with the days of its own study there."""

    group: Group
    first: dt.date
    last: dt.date


def studies(child_ids: Iterable[int], first: dt.date, last: dt.date) -> dict[int, list[Study]]:
    """Groups of the children within first…last by child id, from their enrolments."""
    rows = Enrolment.objects.filter(child_id__in=list(child_ids), starts_on__lte=last).exclude(ends_on__lt=first)
    found: dict[int, list[Study]] = {}
    related = ("group__programme", "group__venue", "group__teacher", "group__organisation", "group__municipality")
    for row in rows.select_related(*related).order_by("pk"):
        end = min(day for day in (last, row.ends_on, row.group.ends_on) if day is not None)
        begin = max(first, row.starts_on, row.group.starts_on)
        if begin <= end:
            found.setdefault(row.child_id, []).append(Study(row.group, begin, end))
    return found
