"""Building the actor of an account: its roles with the places they reach, its children, its staff rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from opora.core import clock
from opora.core.access import Actor, Reach
from opora.people.models import Account, Guardianship, PersonalSession, RoleAssignment
from opora.territory.queries import municipalities_of_centre, municipalities_of_region

OrganisationsOfCentre = Callable[[int, dt.date], Iterable[int]]
StaffOfAccount = Callable[[int], Iterable[tuple[int, int]]]

_organisations_of_centre: list[OrganisationsOfCentre] = []
_staff_of_account: list[StaffOfAccount] = []


def extend(
    *,
    organisations_of_centre: OrganisationsOfCentre | None = None,
    staff_of_account: StaffOfAccount | None = None,
) -> None:
    """Higher rooms add what this room cannot know: single organisations of a centre, staff rows of an account."""
    if organisations_of_centre:
        _organisations_of_centre.append(organisations_of_centre)
    if staff_of_account:
        _staff_of_account.append(staff_of_account)


def actor_of(account: Account, *, request_id: str = "", scopes: frozenset[str] | None = None) -> Actor:
    """Return the actor of a signed-in account as of today. Inactive accounts get no roles."""
    if not account.is_active:
        return Actor(account_id=account.pk, email=account.email)
    today = clock.today()
    assignments = RoleAssignment.objects.filter(account=account, starts_on__lte=today).exclude(ends_on__lt=today)
    reaches = [_reach(row, today) for row in assignments]
    children = frozenset(
        Guardianship.objects.filter(account=account, ended_at__isnull=True).values_list("child_id", flat=True)
    )
    if not any(reach.role in ("guardian", "learner") for reach in reaches):
        # everybody may be a parent: the cabinet is open to each account
        reaches.append(Reach(role="guardian"))
    # only a teacher's reach asks for staff rows: everybody else is spared the query
    taught = any(reach.role == "teacher" for reach in reaches)
    staff = (
        frozenset(staff_id for source in _staff_of_account for staff_id, _ in source(account.pk))
        if taught
        else frozenset()
    )
    return Actor(
        account_id=account.pk,
        email=account.email,
        name=account.full_name,
        reaches=tuple(reaches),
        request_id=request_id,
        children=children,
        staff_ids=staff,
        personal_session_until=_personal_session(account, reaches),
    )


def _reach(row: RoleAssignment, today: dt.date) -> Reach:
    kind, place = row.place_kind, row.place_id or 0
    municipalities: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    centres: frozenset[int] = frozenset()
    if kind == RoleAssignment.PlaceKind.REGION:
        municipalities = municipalities_of_region(place)
    elif kind == RoleAssignment.PlaceKind.MUNICIPALITY:
        municipalities = frozenset({place})
    elif kind == RoleAssignment.PlaceKind.CENTRE:
        centres = frozenset({place})
        municipalities = municipalities_of_centre(place, today)
        organisations = frozenset(pk for source in _organisations_of_centre for pk in source(place, today))
    elif kind == RoleAssignment.PlaceKind.ORGANISATION:
        organisations = frozenset({place})
    return Reach(
        role=row.role,
        everything=kind == RoleAssignment.PlaceKind.SYSTEM,
        municipalities=municipalities,
        organisations=organisations,
        centres=centres,
        department=row.department,
        place_kind=kind,
        place_id=row.place_id,
    )


def _personal_session(account: Account, reaches: list[Reach]) -> dt.datetime | None:
    if not any(reach.role == "administrator" for reach in reaches):
        return None
    session = (
        PersonalSession.objects.filter(account=account, closed_at__isnull=True, ends_at__gt=clock.now())
        .order_by("-ends_at")
        .first()
    )
    return session.ends_at if session else None
