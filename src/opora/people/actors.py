"""Building the actor of an account: its roles with the places they reach, its children, its staff rows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from opora.core import clock
from opora.core.access import Actor, Reach
from opora.people.models import Account, PersonalSession, RoleAssignment
from opora.territory.queries import municipalities_of_centre, municipalities_of_region

OrganisationsOfCentre = Callable[[int, dt.date], Iterable[int]]
StaffOfAccount = Callable[[int], Iterable[tuple[int, int]]]

_organisations_of_centre: list[OrganisationsOfCentre] = []
_staff_of_account: list[StaffOfAccount] = []
GUARDIAN = Reach(role="guardian")


class Facts(NamedTuple):
    """One row of the database function actor_facts(), in its order. Token columns are empty without a token."""

    account_id: int
    email: str
    last_name: str
    first_name: str
    patronymic: str
    is_active: bool
    token_id: int | None
    scopes_text: str | None
    last_used_at: dt.datetime | None
    roles_text: str | None
    child_ids: list[int] | None
    child_keys: list[UUID] | None

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(json.loads(self.scopes_text or "[]"))


class Role(NamedTuple):
    """A role held today, as actor_facts() gives it."""

    role: str
    place_kind: str
    place_id: int | None
    department: str


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


def actor_of(account: Account, *, request_id: str = "") -> Actor:
    """Return the actor of a signed-in account as of today. Inactive accounts get no roles."""
    known = read(account_id=account.pk) if account.is_active else None
    if known is None:
        return Actor(account_id=account.pk, email=account.email)
    return actor_from(known, request_id=request_id)


def read(*, account_id: int | None = None, token_hash: str | None = None) -> Facts | None:
    """Read what an actor is made of in one statement; None for an unknown, revoked or expired token.

    A role may be held in any zone of the country: it loses neither its first hours nor its last.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM actor_facts(%s, %s, %s, %s)",
            [token_hash, account_id, clock.now(), clock.today(clock.WESTERNMOST)],
        )
        row = cursor.fetchone()
    return Facts._make(row) if row else None


def actor_from(known: Facts, *, request_id: str = "") -> Actor:
    """Build the actor; only staff cost further queries (the territory of a region, a centre's organisations)."""
    today = clock.today(clock.WESTERNMOST)
    reaches = [_reach(Role(*values), today) for values in json.loads(known.roles_text or "[]")]
    if not any(reach.role in ("guardian", "learner") for reach in reaches):
        # everybody may be a parent: the cabinet is open to each account
        reaches.append(GUARDIAN)
    # only a teacher's reach asks for staff rows: everybody else is spared the query
    taught = any(reach.role == "teacher" for reach in reaches)
    staff = (
        frozenset(staff_id for source in _staff_of_account for staff_id, _ in source(known.account_id))
        if taught
        else frozenset()
    )
    return Actor(
        account_id=known.account_id,
        email=known.email,
        name=" ".join(part for part in (known.last_name, known.first_name, known.patronymic) if part),
        reaches=tuple(reaches),
        request_id=request_id,
        children=frozenset(known.child_ids or ()),
        child_keys=dict(zip(known.child_keys or (), known.child_ids or (), strict=True)),
        staff_ids=staff,
        personal_session_until=_personal_session(known.account_id, reaches),
    )


def _reach(row: Role, today: dt.date) -> Reach:
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


def _personal_session(account_id: int, reaches: list[Reach]) -> dt.datetime | None:
    if not any(reach.role == "administrator" for reach in reaches):
        return None
    session = (
        PersonalSession.objects.filter(account_id=account_id, closed_at__isnull=True, ends_at__gt=clock.now())
        .order_by("-ends_at")
        .first()
    )
    return session.ends_at if session else None
