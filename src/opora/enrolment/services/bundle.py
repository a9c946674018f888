"""Brothers and sisters: all together or each alone, as the guardian chose (E3)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment.services import holding, waitlist
from opora.enrolment.services.apply import NO_PLACE, Applied, Wish, submit
from opora.enrolment.services.holding import retried
from opora.people.models import Child


@retried
def apply_together(
    actor: Actor,
    *,
    wishes: Sequence[Wish],
    all_or_nothing: bool,
    idempotency_key: str | None = None,
) -> list[Applied]:
    """Apply for several children at once, in the order of `wishes`.

    All or nothing: every child gets a place or all of them wait as one bundle, which is served only when all its
    members fit; a refusal of one refuses all, with every reason. Otherwise each application stands alone and only
    those that can be taken are (a Refused names the rest when nothing could be).
    """
    if not wishes:
        raise Refused(Reason("nothing_asked", "Выберите хотя бы одного ребёнка."))
    if not all_or_nothing:
        return _collect(actor, wishes, idempotency_key, partly=True)
    with act(actor):
        groups = holding.lock((wish.group_id for wish in wishes), heads=False)
        waitlist.serve(groups)
        if not _room(wishes):
            if not all(wish.join_waitlist for wish in wishes):
                raise Refused(NO_PLACE)
            bundle = str(uuid.uuid4())
            wishes = [replace(wish, wait=True, bundle=bundle) for wish in wishes]
        return _collect(actor, wishes, idempotency_key, partly=False)


def _room(wishes: Sequence[Wish]) -> bool:
    asked = Counter(wish.group_id for wish in wishes)
    places = holding.places(asked)
    return all(group in places and places[group].free >= count for group, count in asked.items())


def _collect(actor: Actor, wishes: Sequence[Wish], key: str | None, *, partly: bool) -> list[Applied]:
    """Submit one after the other by ascending child (certificates in one order); reasons name their child."""
    names = dict(Child.objects.filter(pk__in=[wish.child_id for wish in wishes]).values_list("pk", "first_name"))
    done: dict[int, Applied] = {}
    reasons: list[Reason] = []
    for index in sorted(range(len(wishes)), key=lambda number: (wishes[number].child_id, wishes[number].group_id)):
        wish = wishes[index]
        own_key = f"{key}:{wish.child_id}:{wish.group_id}" if key else None
        try:
            done[index] = submit(actor, wish, own_key)
        except Refused as refusal:
            name = names.get(wish.child_id, "")
            reasons += [replace(reason, message=f"{name}: {reason.message}") for reason in refusal.reasons]
    if reasons and not (partly and done):
        raise Refused(reasons)
    return [done[index] for index in sorted(done)]
