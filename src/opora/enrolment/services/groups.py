"""Groups and their places: opening, closing, capacity. The counter row is made with the group's opening."""

from __future__ import annotations

from opora.catalogue.models import Group, GroupPlaces
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment import policy, rules
from opora.enrolment.services import holding, waitlist
from opora.enrolment.services.holding import retried


def ensure_places(group: Group) -> None:
    """Make the counter row of a group that has none (also called for drafts and imports)."""
    GroupPlaces.objects.get_or_create(group_id=group.pk, defaults={"capacity": group.capacity})


@retried
def open_group(actor: Actor, *, group: Group | int) -> Group:
    """draft | closed → open; a draft takes price and normative cost from its module. Serves the queue."""
    allowed = policy.PLACES.get(actor, "manage", pk=group if isinstance(group, int) else group.pk)
    with act(actor):
        ensure_places(allowed)
        groups = holding.lock([allowed.pk])
        fresh = Group.objects.select_related("module", "programme").get(pk=allowed.pk)
        if fresh.state == "finished":
            raise Refused(Reason("group_finished", "Обучение в группе окончено, открыть её нельзя."))
        if fresh.programme.state != "published":
            raise Refused(Reason("programme_not_published", "Сначала опубликуйте программу."))
        if fresh.state == "draft":
            fresh.price, fresh.normative_cost = fresh.module.price, fresh.module.normative_cost
        fresh.state = "open"
        fresh.save(update_fields=["state", "price", "normative_cost"])
        _changed(fresh)
        waitlist.serve(groups)
    return fresh


@retried
def close_group(actor: Actor, *, group: Group | int) -> Group:
    """open → closed: no new applications; those who hold a place or wait keep it."""
    allowed = policy.PLACES.get(actor, "manage", pk=group if isinstance(group, int) else group.pk)
    with act(actor):
        holding.lock([allowed.pk], heads=False)
        fresh = Group.objects.get(pk=allowed.pk)
        if fresh.state != "open":
            raise Refused(Reason("group_not_open", "Набор в группу уже закрыт."))
        fresh.state = "closed"
        fresh.save(update_fields=["state"])
        _changed(fresh)
    return fresh


@retried
def set_capacity(actor: Actor, *, group: Group | int, capacity: int) -> Group:
    """Never below the places taken; raising it serves the queue in the same transaction."""
    allowed = policy.PLACES.get(actor, "manage", pk=group if isinstance(group, int) else group.pk)
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
        _changed(fresh)
        waitlist.serve(groups)
    return fresh


def _changed(group: Group) -> None:
    emit("group.changed", "group", group.pk, municipality_id=group.municipality_id, state=group.state)
