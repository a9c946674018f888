"""Groups as enrolment sees them: opening and closing under the lock of places, capacity."""

from __future__ import annotations

from opora.catalogue.models import Group, GroupPlaces
from opora.catalogue.services import groups as catalogue
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment import policy, rules
from opora.enrolment.services import holding, waitlist
from opora.enrolment.services.holding import retried


def ensure_places(group: Group) -> None:
    """Make the counter row of a group that has none (imports); normally it is made with its group."""
    GroupPlaces.objects.get_or_create(group_id=group.pk, defaults={"capacity": group.capacity})


@retried
def open_group(actor: Actor, *, group: Group | int) -> Group:
    """Open enrolment (rules: catalogue.services.groups.mark_open) and serve those who wait."""
    allowed = policy.PLACES.get(actor, "manage", pk=_pk(group))
    with act(actor):
        ensure_places(allowed)
        groups = holding.lock([allowed.pk])
        catalogue.mark_open(actor, group=allowed)
        waitlist.serve(groups)
    return Group.objects.get(pk=allowed.pk)


@retried
def close_group(actor: Actor, *, group: Group | int) -> Group:
    """No new applications; those who hold a place or wait keep it. No application slips in while it closes."""
    allowed = policy.PLACES.get(actor, "manage", pk=_pk(group))
    with act(actor):
        holding.lock([allowed.pk], heads=False)
        catalogue.mark_closed(actor, group=allowed)
    return Group.objects.get(pk=allowed.pk)


@retried
def set_capacity(actor: Actor, *, group: Group | int, capacity: int) -> Group:
    """Never below the places taken; raising it serves the queue in the same transaction."""
    allowed = policy.PLACES.get(actor, "manage", pk=_pk(group))
    if not 1 <= capacity <= 1000:
        raise Refused(Reason("capacity_range", "Мест в группе может быть от 1 до 1000.", field="capacity"))
    with act(actor):
        ensure_places(allowed)
        groups = holding.lock([allowed.pk])
        taken = holding.places([allowed.pk])[allowed.pk].taken
        if reasons := rules.capacity_reasons(capacity, taken):
            raise Refused(reasons)
        GroupPlaces.objects.filter(group_id=allowed.pk).update(capacity=capacity)
        fresh = Group.objects.get(pk=allowed.pk)
        fresh.capacity = capacity
        fresh.save(update_fields=["capacity"])
        emit("group.changed", "group", fresh.pk, municipality_id=fresh.municipality_id, capacity=capacity)
        waitlist.serve(groups)
    return fresh


def _pk(group: Group | int) -> int:
    return group if isinstance(group, int) else group.pk
