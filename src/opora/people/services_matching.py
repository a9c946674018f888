"""Finding records that are or may be the same child, and putting the pairs into the merge queue."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db import connection
from django.db.models import Q

from opora.core import names
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.people import rules
from opora.people.models import Account, Child, Guardianship, MergeTask


@dataclasses.dataclass(frozen=True, slots=True)
class ChildData:
    """What a form, a list or the API gives of a child; names as typed, snils "" or any spelling."""

    last_name: str
    first_name: str
    birth_date: dt.date
    sex: str
    locality_id: int
    patronymic: str = ""
    snils: str = ""
    address: str = ""
    school_name: str = ""
    school_class: str = ""


def identity_of(child: Child | ChildData) -> rules.ChildIdentity:
    """The values that decide whether two records are one child."""
    return rules.ChildIdentity(
        surname=child.last_name,
        name=child.first_name,
        birth_date=child.birth_date,
        patronymic=child.patronymic,
        snils=child.snils,
        sex=child.sex,
    )


def lock_identity(data: ChildData) -> None:
    """Let no other entry of the same child pass until the end of this transaction: look, then write.

    Records that may be one child share the birth date or the СНИЛС.
    """
    with connection.cursor() as cursor:
        for key in (f"born:{data.birth_date.isoformat()}", f"snils:{data.snils}" if data.snils else ""):
            if key:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"child:{key}"])


def mark_match(child: Child, same: Child | None) -> None:
    if same is None:
        child.state, child.matched_to = Child.State.LIVING, None
    else:
        child.state = Child.State.PROVISIONAL
        child.matched_to_id = same.matched_to_id or same.pk


def find_matches(data: ChildData, except_id: int = 0) -> list[tuple[Child, rules.Match]]:
    """Known records that are or may be this child, surest first."""
    key = names.match_key(data.last_name, data.first_name, data.patronymic)
    near = Q(birth_date=data.birth_date) | Q(match_key=key)
    if data.snils:
        near |= Q(snils=data.snils)
    mine = identity_of(data)
    found: list[tuple[Child, rules.Match]] = []
    for other in Child.objects.filter(near).exclude(state=Child.State.MERGED).exclude(pk=except_id)[:2000]:
        kind = rules.match(mine, identity_of(other))
        if kind != rules.Match.DIFFERENT:
            found.append((other, kind))
    order = list(rules.Match)
    found.sort(key=lambda pair: (order.index(pair[1]), pair[0].state != Child.State.LIVING, pair[0].pk))
    return found


def queue_matches(child: Child, matches: list[tuple[Child, rules.Match]]) -> None:
    for other, kind in matches:
        if other.state == Child.State.PROVISIONAL and other.matched_to_id == child.matched_to_id:
            continue  # both repeat one known record: each has its task with that one
        left, right = sorted((other, child), key=lambda one: (one.state != Child.State.LIVING, one.pk))
        if MergeTask.objects.filter(Q(left=left, right=right) | Q(left=right, right=left)).exists():
            continue
        MergeTask.objects.create(
            left=left,
            right=right,
            municipality_id=left.municipality_id,
            ground=rules.MATCH_LABELS[kind],
        )


def refuse_own_repeat(actor: Actor | None, guardian: Account | None, matches: list[tuple[Child, rules.Match]]) -> None:
    """The same child twice in one family is told plainly: it reveals nothing that the family does not know."""
    holder = guardian.pk if guardian else actor.account_id if actor else None
    # read now: the actor was made before the same button was pressed a moment ago
    rows = Guardianship.objects.filter(account_id=holder or 0, ended_at__isnull=True)
    own = set(rows.values_list("child_id", flat=True))
    if any(kind == rules.Match.SAME and other.pk in own for other, kind in matches):
        raise Refused(Reason("own_repeat", "Этот ребёнок уже есть в вашем списке.", field="last_name"))
