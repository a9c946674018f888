"""Reading people: families, cards, consents, access journal, possible duplicates. The actor comes first."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.functions import Lower

from opora.core import clock, names
from opora.core.access import ROLES, Actor, Reach
from opora.core.models import AccessLog, Job, Letter
from opora.people import policy, rules
from opora.people.models import (
    Account,
    Child,
    ChildCategory,
    Consent,
    ConsentText,
    Guardianship,
    MergeTask,
    PersonalSession,
    RoleAssignment,
)
from opora.territory.models import Locality, Municipality
from opora.territory.queries import served_zone


def my_children(actor: Actor) -> QuerySet[Child]:
    """The children of a guardian's cabinet, merged records shown as the one they became."""
    return (
        Child.objects.filter(pk__in=actor.children)
        .exclude(state=Child.State.MERGED)
        .select_related("locality", "municipality")
        .order_by("birth_date", "pk")
    )


def my_child(actor: Actor, public_id: Any, action: str = "view") -> Child:
    """One own child; Hidden when it is a stranger's. The guardian's relation is asked, not other roles."""
    child: Child = policy.CHILD.get(as_guardian(actor), action, public_id=public_id)
    return child


def as_guardian(actor: Actor) -> Actor:
    """The same account seen only as family: in the cabinet a member of staff has no more than a parent.

    A learner stays a learner, who sees but does not act for itself.
    """
    held = tuple(reach for reach in actor.reaches if reach.role in ("guardian", "learner"))
    return _seen(actor, reaches=held or (Reach(role="guardian"),))


def as_staff(actor: Actor) -> Actor:
    """The same account without its family: at work an operator's own children are like all others."""
    reaches = tuple(reach for reach in actor.reaches if reach.role not in ("guardian", "learner"))
    return _seen(actor, reaches=reaches, children=frozenset())


def _seen(actor: Actor, **changes: Any) -> Actor:
    # the request's actor is a lazy object, which dataclasses.replace does not take
    values = {field.name: getattr(actor, field.name) for field in dataclasses.fields(Actor)}
    return Actor(**{**values, **changes})


def card(actor: Actor, public_id: Any, action: str = "view") -> Child:
    """One child for staff, by the roles of the actor as a member of staff."""
    child: Child = policy.CHILD.get(as_staff(actor), action, public_id=public_id)
    return child


def find_children(actor: Actor, *, text: str = "", birth_date: dt.date | None = None) -> list[Child]:
    """Children of the desk's territory by name (any part, any spelling of ё) and birth date; at most 50."""
    policy.CHILD.require(actor, "find")
    rows = policy.CHILD.rows(actor, "find").exclude(state=Child.State.MERGED)
    for word in text.split():
        rows = rows.filter(sort_name__contains=names.sort_key(word))
    if birth_date:
        rows = rows.filter(birth_date=birth_date)
    return list(rows.select_related("locality", "municipality").order_by("sort_name", "pk")[:50])


def guardians_of(child: Child) -> list[Guardianship]:
    """Living guardianships of a child, with accounts."""
    rows = child.guardianships.filter(ended_at__isnull=True).select_related("account")
    return list(rows.order_by("created_at", "pk"))


def categories_of(actor: Actor, child: Child) -> list[ChildCategory]:
    """Living categories; sensitive ones only for those who may see them."""
    today = clock.today(child.municipality.time_zone) if child.municipality else clock.today(served_zone())
    rows = ChildCategory.objects.filter(child=child).exclude(ends_on__lt=today).order_by("starts_on", "pk")
    if not policy.CHILD.can(actor, "view_sensitive", child):
        rows = rows.exclude(code__in=rules.SENSITIVE_CATEGORIES)
    return list(rows)


def consents_of(child: Child) -> list[Consent]:
    """All consents of a child, newest first, withdrawn ones too."""
    rows = Consent.objects.filter(child=child).select_related("text", "account")
    return list(rows.order_by("-given_at", "-pk"))


def has_consent(child_id: int, kind: str) -> bool:
    """Is a consent of that kind given and not withdrawn?"""
    return Consent.objects.filter(child_id=child_id, text__kind=kind, withdrawn_at__isnull=True).exists()


def consent_texts() -> dict[str, ConsentText]:
    """Texts in force by kind."""
    found: dict[str, ConsentText] = {}
    for text in ConsentText.objects.filter(in_force_from__lte=clock.today(served_zone())).order_by("version"):
        found[text.kind] = text
    return found


@dataclass(frozen=True, slots=True)
class Viewing:
    """One line of «Кто смотрел»: moment, role in Russian, name of the member of staff, reason."""

    at: dt.datetime
    role: str
    who: str
    what: str
    reason: str


VIEWS = {
    "child.open": "открыли карточку",
    "child.find": "нашли в списке",
    "certificate.open": "открыли сертификат",
    "child.compare": "сравнили с похожей карточкой",
}


def viewings_of(actor: Actor, child: Child, limit: int = 200) -> list[Viewing]:
    """Who opened the child's card or certificates, newest first; own views are left out."""
    policy.CHILD.get(actor, "journal", pk=child.pk)
    rows = (
        AccessLog.objects.filter(object_kind="people.child", object_id=child.pk)
        .exclude(account_id=actor.account_id or 0)
        .order_by("-at", "-pk")[:limit]
    )
    found = list(rows)
    accounts = Account.objects.in_bulk([row.account_id for row in found if row.account_id])
    return [
        Viewing(
            at=row.at,
            role=ROLES.get(row.role, "Система" if row.account_id is None else ""),
            who=str(accounts.get(row.account_id or 0, "")),
            what=VIEWS.get(row.action, "работали с данными"),
            reason=row.reason,
        )
        for row in found
    ]


def localities() -> list[tuple[str, list[tuple[int, str]]]]:
    """Choices for the place of residence: localities of the served municipalities, grouped."""
    rows = Locality.objects.filter(municipality__is_served=True).select_related("municipality")
    grouped: dict[str, list[tuple[int, str]]] = {}
    for row in rows.order_by("municipality__sort_name", "-is_urban", "sort_name", "pk"):
        grouped.setdefault(str(row.municipality), []).append((row.pk, row.name))
    return list(grouped.items())


def locality(pk: int) -> Locality:
    """A locality of the choices, with its municipality."""
    return Locality.objects.select_related("municipality").get(pk=pk)


def merge_tasks(actor: Actor, *, state: str = "open") -> QuerySet[MergeTask]:
    """Possible duplicates of the actor's territory, oldest first."""
    policy.MERGE.require(actor, "view")
    rows = policy.MERGE.rows(actor, "view").filter(state=state)
    return rows.select_related("left__locality", "right__locality").order_by(
        "created_at" if state == "open" else "-decided_at", "pk"
    )


def merge_task(actor: Actor, pk: int) -> MergeTask:
    """One pair of records to compare."""
    policy.MERGE.get(actor, "view", pk=pk)
    children = Child.objects.select_related("locality", "municipality").prefetch_related(
        Prefetch(
            "guardianships",
            Guardianship.objects.filter(ended_at__isnull=True).select_related("account"),
            to_attr="living_guardianships",
        )
    )
    return MergeTask.objects.prefetch_related(Prefetch("left", children), Prefetch("right", children)).get(pk=pk)


def open_merge_count(actor: Actor) -> int:
    """How many pairs wait for a decision of this actor."""
    if not policy.MERGE.allowed(actor, "decide"):
        return 0
    return policy.MERGE.rows(actor, "decide").filter(state="open").count()


def letters_of(actor: Actor, limit: int = 100) -> list[Letter]:
    """Messages of the cabinet, newest first."""
    return list(Letter.objects.filter(account_id=actor.account_id or 0).order_by("-created_at", "-pk")[:limit])


def unread_letters(actor: Actor) -> list[QuerySet[Any]]:
    return [Letter.objects.filter(account_id=actor.account_id or 0, read_at__isnull=True)]


def demo_letters(address: str = "", limit: int = 100) -> list[Letter]:
    """The last letters of the demo installation, optionally of one address."""
    rows = Letter.objects.order_by("-created_at", "-pk")
    return list((rows.filter(address__iexact=address) if address else rows)[:limit])


def demo_letter(pk: int) -> Letter | None:
    return Letter.objects.filter(pk=pk).first()


def account_of(actor: Actor) -> Account:
    """The actor's own account."""
    account: Account = policy.ACCOUNT.get(as_guardian(actor), "view", pk=actor.account_id)
    return account


def personal_sessions(actor: Actor) -> list[PersonalSession]:
    """An administrator's own sessions with personal data, newest first."""
    return list(PersonalSession.objects.filter(account_id=actor.account_id or 0).order_by("-started_at")[:50])


def served_municipalities() -> list[Municipality]:
    return list(Municipality.objects.filter(is_served=True).order_by("sort_name", "pk"))


def families_summary(actor: Actor) -> dict[str, int]:
    """Counts of a desk's territory: children, not confirmed, provisional."""
    policy.CHILD.require(actor, "find")
    rows: QuerySet[Child] = policy.CHILD.rows(actor, "find")
    found: dict[str, int] = rows.aggregate(
        children=Count("pk", filter=Q(state="living")),
        unconfirmed=Count("pk", filter=Q(state="living", identity="unconfirmed")),
        provisional=Count("pk", filter=Q(state="provisional")),
    )
    return found


def address_is_taken(email: str, *, besides: int | None = None) -> bool:
    """Does another account than `besides` have this e-mail address (whatever the case of its letters)?"""
    return accounts_by_address(email).exclude(pk=besides or 0).exists()


def accounts_by_address(email: str) -> QuerySet[Account]:
    """The account with this e-mail address, whatever the case of its letters, by the unique index over lower()."""
    return Account.objects.alias(address=Lower("email")).filter(address=email.strip().lower())


@dataclass(frozen=True, slots=True)
class InstallationState:
    """What the administrator's home tells; counts only, no persons."""

    failed_jobs: int
    late_letters: int
    ending_roles: int
    today: dt.date
    soon: dt.date


def installation_state() -> InstallationState:
    """Failed jobs of a day, letters unsent for an hour, roles that end within thirty days."""
    now, today = clock.now(), clock.today(served_zone())
    soon = today + dt.timedelta(days=30)
    return InstallationState(
        Job.objects.filter(state=Job.State.FAILED, finished_at__gte=now - dt.timedelta(days=1)).count(),
        Letter.objects.filter(sent_at=None, created_at__lt=now - dt.timedelta(hours=1)).exclude(address="").count(),
        RoleAssignment.objects.filter(ends_on__gte=today, ends_on__lte=soon).count(),
        today,
        soon,
    )
