"""Secret addresses of calendars: made on demand, renewed when one has leaked (E5)."""

from __future__ import annotations

import uuid

from opora.catalogue.models import Group
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden
from opora.core.transactions import act
from opora.enrolment import policy
from opora.enrolment.models import CalendarFeed, Enrolment
from opora.people.models import Child

CHILD, TEACHER, GROUP = CalendarFeed.Kind.CHILD, CalendarFeed.Kind.TEACHER, CalendarFeed.Kind.GROUP


def feed_for(actor: Actor, *, kind: str, object_id: int) -> CalendarFeed:
    """The calendar of a child, of a teacher (own) or of a group; made with its key when there is none."""
    _authorise(actor, kind, object_id)
    with act(actor):
        feed, _ = CalendarFeed.objects.get_or_create(kind=kind, object_id=object_id)
    return feed


def renew_feed(actor: Actor, *, kind: str, object_id: int) -> CalendarFeed:
    """Give the calendar a new key: the old address stops working at once."""
    feed = feed_for(actor, kind=kind, object_id=object_id)
    with act(actor):
        feed.key, feed.created_at = uuid.uuid4(), clock.now()
        feed.save(update_fields=["key", "created_at"])
    return feed


def _authorise(actor: Actor, kind: str, object_id: int) -> None:
    if kind == CHILD:
        child: Child | None = Child.objects.filter(pk=object_id).first()
        if child is None or not policy.CHILD.can(actor, "timetable", child):
            raise Hidden("calendar")
    elif kind == TEACHER:
        if not actor.system and object_id not in actor.staff_ids:
            raise Hidden("calendar")
    elif kind == GROUP:
        learns = Enrolment.objects.filter(group_id=object_id, child_id__in=actor.children, ends_on__isnull=True)
        if not learns.exists() and not policy.PLACES.rows(actor, "queue").filter(pk=object_id).exists():
            raise Hidden("calendar")
    else:
        raise Forbidden("calendar")


def find_feed(key: uuid.UUID) -> CalendarFeed | None:
    """The calendar of a secret key."""
    return CalendarFeed.objects.filter(key=key).first()


def groups_of_teacher(staff_id: int) -> list[int]:
    """Groups that a teacher leads, also by single lines of the timetable."""
    rows = Group.objects.filter(teacher_id=staff_id) | Group.objects.filter(slots__teacher_id=staff_id)
    return sorted(set(rows.exclude(state="draft").values_list("pk", flat=True)))
