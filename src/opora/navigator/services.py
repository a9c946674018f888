"""Writing from the public pages: favourites, and the wish to hear of a freed place. Actor first, one transaction."""

from __future__ import annotations

from django.db.models import F, OuterRef, Subquery

from opora.catalogue import policy
from opora.catalogue.models import Favourite, Group, GroupPlaces, Programme, Subscription
from opora.core import clock
from opora.core.access import SYSTEM, VISITOR, Actor
from opora.core.localtime import local_today
from opora.core.outbox import write_letter
from opora.core.reasons import Forbidden, Hidden
from opora.core.transactions import act
from opora.navigator.cards import lines_of, programme_url, schedule

TOLD_AT_ONCE = 500


def keep_favourite(actor: Actor, *, programme_id: int, kept: bool) -> None:
    """Keep a published programme for later, or forget it. Raises Hidden for an unknown one."""
    if actor.account_id is None:
        raise Forbidden("favourite")
    with act(actor):
        if not kept:
            Favourite.objects.filter(account_id=actor.account_id, programme_id=programme_id).delete()
            return
        if not Programme.objects.filter(policy.programmes.scope(VISITOR, "read"), pk=programme_id).exists():
            raise Hidden("programme")
        Favourite.objects.bulk_create(
            [Favourite(account_id=actor.account_id, programme_id=programme_id)], ignore_conflicts=True
        )


def adopt_favourites(actor: Actor, *, programme_ids: list[int]) -> None:
    """Take over what the browser kept before signing in; unknown programmes are left out."""
    if actor.account_id is None or not programme_ids:
        return
    with act(actor):
        rows = Programme.objects.filter(policy.programmes.scope(VISITOR, "read"), pk__in=programme_ids)
        Favourite.objects.bulk_create(
            [Favourite(account_id=actor.account_id, programme_id=pk) for pk in rows.values_list("pk", flat=True)],
            ignore_conflicts=True,
        )


def subscribe(actor: Actor, *, group_id: int, wanted: bool) -> Group:
    """Wish (or no longer wish) to be told when a place becomes free. Raises Hidden for an unknown group."""
    if actor.account_id is None:
        raise Forbidden("subscribe")
    group = Group.objects.filter(policy.groups.scope(VISITOR, "read"), pk=group_id).select_related("programme").first()
    if group is None:
        raise Hidden("group")
    with act(actor):
        if wanted:
            Subscription.objects.bulk_create(
                [Subscription(account_id=actor.account_id, group=group)],
                update_conflicts=True,
                unique_fields=["account", "group"],
                update_fields=["told_at"],
            )
        else:
            Subscription.objects.filter(account_id=actor.account_id, group=group).delete()
    return group


def tell_of_freed_places() -> int:
    """Write a letter for each subscription whose group takes children and has a place nobody queues for.

    A subscription is told once; a new wish arms it again. Returns the number of letters.
    """
    free = GroupPlaces.objects.filter(group_id=OuterRef("group_id"), waiting=0, capacity__gt=F("places_taken"))
    due = (
        Subscription.objects.filter(told_at=None, group__state="open", group__programme__state="published")
        .filter(group__ends_on__gte=local_today("group__municipality__time_zone"))
        .annotate(free=Subquery(free.values_list(F("capacity") - F("places_taken"), flat=True)))
        .filter(free__gt=0)
        .order_by("pk")
    )
    with act(SYSTEM):
        rows = list(
            due.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related(
                "account", "group__programme", "group__organisation", "group__municipality"
            )[:TOLD_AT_ONCE]
        )
        for row in rows:
            _tell(row)
        Subscription.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=clock.now())
    return len(rows)


def _tell(row: Subscription) -> None:
    group = row.group
    slots = schedule(lines_of(group.slots.all(), clock.today(group.municipality.time_zone)))
    write_letter(
        account_id=row.account_id,
        address=row.account.email,
        kind="place.freed",
        subject=f"Освободилось место: «{group.programme.name}»",
        body=(
            f"В группе «{group.name}» программы «{group.programme.name}» освободилось место.\n"
            f"{group.organisation.short_name}, {slots}.\n\n"
            "Место не закреплено за вами: его получит тот, кто подаст заявку раньше. Откройте страницу кружка и запишите"
            " ребёнка, это две минуты."
        ),
        link=programme_url(group.programme_id, group.programme.slug) + f"#group-{group.pk}",
        answer=f"freed:{group.pk}",
        dedup=f"place.freed:{row.pk}:{clock.now():%Y%m%d%H%M}",
    )
