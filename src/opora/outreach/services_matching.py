"""Comparing class lists with the children that Opora knows, and a person's decision where that is not sure.

Pairs are found in three ways, each by an index: the same СНИЛС, the same normalised name, the same birth date within
the municipality. What two records are to each other :mod:`opora.people.rules` says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.outreach import policy, rules
from opora.outreach.models import ClassList, Pupil, PupilMatch
from opora.people.models import Child
from opora.people.rules import ChildIdentity

_KNOWN = "c.id, coalesce(c.matched_to_id, c.id), c.last_name, c.first_name, c.patronymic, c.birth_date, c.snils, c.sex"
_PAIRS = f"""
WITH asked AS MATERIALIZED (
    SELECT p.id, p.snils, p.match_key, p.birth_date, l.municipality_id
      FROM pupil p JOIN class_list l ON l.id = p.class_list_id
     WHERE p.class_list_id = ANY(%(lists)s) AND p.state = 'studying' AND p.match = ANY(%(matches)s)
)
SELECT a.id, {_KNOWN} FROM asked a JOIN child c ON c.snils = a.snils
 WHERE a.snils <> '' AND c.snils <> '' AND c.state <> 'merged'
UNION
SELECT a.id, {_KNOWN} FROM asked a JOIN child c ON c.match_key = a.match_key WHERE c.state <> 'merged'
UNION
SELECT a.id, {_KNOWN} FROM asked a
  JOIN child c ON c.birth_date = a.birth_date AND c.municipality_id = a.municipality_id
 WHERE c.state <> 'merged'
"""
_SET = """
UPDATE pupil p SET child_id = u.child, match = u.match
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS u(id, child, match)
 WHERE p.id = u.id AND (p.child_id, p.match) IS DISTINCT FROM (u.child, u.match)
"""
_UNSURE = (Pupil.Match.UNKNOWN, Pupil.Match.UNDECIDED)
_BY_ITSELF = (*_UNSURE, Pupil.Match.MATCHED)


def compare(actor: Actor, *, lists: Iterable[int], again: bool = False) -> int:
    """Look for the pupils of class lists among known children; returns how many rows wait for a person now.

    `again` also looks at those found by themselves before (after their names have changed); what a person decided
    stays. The caller is authorised. A repeat changes nothing.
    """
    ids = sorted(lists)
    with act(actor):
        held = list(ClassList.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
        matches = list(_BY_ITSELF if again else _UNSURE)
        pupils = Pupil.objects.filter(class_list__in=held, state=Pupil.State.STUDYING, match__in=matches)
        rows = list(pupils.order_by("pk").only("pk", *IDENTITY))
        found = _found(rows, [one.pk for one in held], matches)
        _offer(rows, found)
        _set(found)
        ClassList.objects.filter(pk__in=ids).update(compared_at=clock.now())
        return sum(1 for one in found.values() if one.candidates)


IDENTITY = ("last_name", "first_name", "patronymic", "birth_date", "snils")


def identity_of(row: Any) -> ChildIdentity:
    """What decides whom a pupil is."""
    return ChildIdentity(row.last_name, row.first_name, row.birth_date, row.patronymic, row.snils)


def _found(rows: list[Pupil], lists: list[int], matches: Sequence[str]) -> dict[int, rules.Found]:
    known: dict[int, list[rules.Known]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"lists": lists, "matches": [str(one) for one in matches]})
        for pupil, _, root, last, first, father, born, snils, sex in cursor.fetchall():
            known[pupil].append(rules.Known(root, ChildIdentity(last, first, born, father, snils, sex)))
    refused: dict[int, set[int]] = defaultdict(set)
    for pupil, child in PupilMatch.objects.filter(
        pupil__class_list__in=lists, state=PupilMatch.State.DIFFERENT
    ).values_list("pupil_id", "child_id"):
        refused[pupil].add(child)
    return {
        row.pk: rules.compare(identity_of(row), known.get(row.pk, ()), frozenset(refused.get(row.pk, ())))
        for row in rows
    }


def _offer(rows: list[Pupil], found: dict[int, rules.Found]) -> None:
    """The open candidates become those found now; those no longer offered go away."""
    stored = PupilMatch.objects.filter(pupil__in=[row.pk for row in rows], state=PupilMatch.State.OPEN)
    now = {(pupil, child): ground for pupil, one in found.items() for child, ground in one.candidates}
    before = {(pupil, child): pk for pk, pupil, child in stored.values_list("pk", "pupil_id", "child_id")}
    PupilMatch.objects.filter(pk__in=[pk for pair, pk in before.items() if pair not in now]).delete()
    PupilMatch.objects.bulk_create(
        [
            PupilMatch(pupil_id=pupil, child_id=child, ground=ground)
            for (pupil, child), ground in now.items()
            if (pupil, child) not in before
        ],
        ignore_conflicts=True,
    )


def _set(found: dict[int, rules.Found]) -> None:
    if not found:
        return
    states = [
        Pupil.Match.MATCHED if one.child else Pupil.Match.UNDECIDED if one.candidates else Pupil.Match.UNKNOWN
        for one in found.values()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SET, [list(found), [one.child for one in found.values()], [str(state) for state in states]])


def decide(actor: Actor, *, pupil: Pupil, child: int | None) -> Pupil:
    """Say which of the offered children the pupil is, or (None) that it is none of them.

    Raises Hidden or Forbidden for a stranger's row, Refused when it was decided meanwhile or the child is not offered.
    """
    policy.matches.get(actor, "decide", pk=pupil.pk)
    with act(actor):
        locked = Pupil.objects.select_for_update(no_key=True).get(pk=pupil.pk)
        offered = PupilMatch.objects.filter(pupil=locked, state=PupilMatch.State.OPEN)
        if locked.match != Pupil.Match.UNDECIDED:
            raise Refused(Reason("decided", "По этому ученику уже решено.", hint="Обновите список."))
        if child is not None and not offered.filter(child_id=child).exists():
            raise Refused(Reason("not_offered", "Такой карточки среди похожих нет.", field="child"))
        decided = {"decided_by_id": actor.account_id, "decided_at": clock.now()}
        offered.exclude(child_id=child or 0).update(state=PupilMatch.State.DIFFERENT, **decided)
        if child is not None:
            offered.filter(child_id=child).update(state=PupilMatch.State.SAME, **decided)
            root = Child.objects.values_list("matched_to_id", flat=True).get(pk=child)
            locked.child_id, locked.match = root or child, Pupil.Match.CONFIRMED
        else:
            locked.child_id, locked.match = None, Pupil.Match.UNKNOWN
        locked.save(update_fields=["child", "match"])
    return locked
