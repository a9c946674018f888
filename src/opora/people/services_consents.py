"""Consents with versioned texts, and the categories that need them (spec/trust.md, 152-ФЗ)."""

from __future__ import annotations

import datetime as dt
import hashlib

from opora.core import clock
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.people import letters, policy, rules
from opora.people.models import Account, Child, ChildCategory, Consent, ConsentText
from opora.territory.queries import served_zone


def current_text(kind: str, on: dt.date | None = None) -> ConsentText:
    """The text in force; LookupError when an installation has none of that kind."""
    day = on or clock.today(served_zone())
    text = ConsentText.objects.filter(kind=kind, in_force_from__lte=day).order_by("-version").first()
    if text is None:
        raise LookupError(f"no consent text of kind {kind}")
    return text


def record_consent(
    actor: Actor,
    *,
    kind: str,
    account_id: int | None,
    child_id: int | None,
    giver_name: str,
    channel: str = "online",
) -> Consent:
    """Write a consent with the version of the text in force, inside the caller's transaction.

    A consent to that very text that is still given is returned as it is.
    """
    text = current_text(kind)
    same = {"account": account_id, "child": child_id}
    given = Consent.objects.filter(text=text, withdrawn_at__isnull=True, **same).first()
    return given or Consent.objects.create(
        text=text,
        account_id=account_id,
        child_id=child_id,
        giver_name=giver_name[:300],
        channel=channel,
        given_at=clock.now(),
        recorded_by_id=actor.account_id if channel == "desk" else None,
    )


def give_consent(actor: Actor, *, child: Child, kind: str, channel: str = "online", giver_name: str = "") -> Consent:
    """Give a consent for a child: the guardian in the cabinet, or the desk by a signed paper."""
    if kind not in ConsentText.Kind.values:
        raise Refused(Reason("consent_kind", "Такого согласия нет.", field="kind"))
    with act(actor):
        policy.CHILD.get(actor, "edit", pk=child.pk)
        own = child.pk in actor.children
        if channel == "desk" and not giver_name.strip():
            raise Refused(Reason("giver_missing", "Напишите, кто подписал согласие.", field="giver_name"))
        consent = record_consent(
            actor,
            kind=kind,
            account_id=actor.account_id if own else None,
            child_id=child.pk,
            giver_name=giver_name or actor.name or actor.email,
            channel=channel,
        )
        emit("consent.changed", "child", child.pk, municipality_id=child.municipality_id, act="given", consent=kind)
    return consent


def withdraw_consent(actor: Actor, *, consent: Consent) -> None:
    """Withdraw a consent; sensitive categories recorded under it end with it."""
    with act(actor):
        locked = Consent.objects.select_for_update(no_key=True).select_related("text").get(pk=consent.pk)
        own = locked.account_id == actor.account_id and locked.child_id is None
        if not own:
            if locked.child_id is None:
                raise Hidden("consent")
            policy.CHILD.get(actor, "edit", pk=locked.child_id)
        if locked.withdrawn_at:
            raise Refused(Reason("already_withdrawn", "Это согласие уже отозвано."))
        locked.withdrawn_at = clock.now()
        locked.save(update_fields=["withdrawn_at"])
        kind, child = locked.text.kind, locked.child
        if child and kind == ConsentText.Kind.SENSITIVE and not _consented(child.pk, kind):
            ChildCategory.objects.filter(child=child, code__in=rules.SENSITIVE_CATEGORIES).delete()
        if child:
            emit(
                "consent.changed",
                "child",
                child.pk,
                municipality_id=child.municipality_id,
                act="withdrawn",
                consent=kind,
            )
            letters.consent_withdrawn(child, locked.text.get_kind_display())


def add_category(
    actor: Actor,
    *,
    child: Child,
    code: str,
    document: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> ChildCategory:
    """Record a category of a child; a sensitive one only under the separate consent. Raises Refused."""
    if code not in ChildCategory.Code.values:
        raise Refused(Reason("category", "Выберите категорию из списка.", field="code"))
    start = starts_on or clock.today(child.municipality.time_zone if child.municipality else served_zone())
    if ends_on and ends_on < start:
        raise Refused(Reason("category_dates", "Срок заканчивается раньше, чем начинается.", field="ends_on"))
    with act(actor):
        policy.CHILD.get(actor, "edit", pk=child.pk)
        if code in rules.SENSITIVE_CATEGORIES:
            policy.CHILD.require(actor, "view_sensitive")
            given = {code} if _consented(child.pk, ConsentText.Kind.SENSITIVE) else set()
            if reasons := rules.unconsented_categories({code}, given):
                raise Refused(reasons)
        row, _ = ChildCategory.objects.update_or_create(
            child=child,
            code=code,
            defaults={"document": document.strip(), "starts_on": start, "ends_on": ends_on},
        )
        emit("child.changed", "child", child.pk, municipality_id=child.municipality_id, act="category")
    return row


def remove_category(actor: Actor, *, child: Child, code: str) -> None:
    """Delete a category; nothing else depends on it but its own history."""
    with act(actor):
        policy.CHILD.get(actor, "edit", pk=child.pk)
        if code in rules.SENSITIVE_CATEGORIES:
            policy.CHILD.require(actor, "view_sensitive")
        ChildCategory.objects.filter(child=child, code=code).delete()


def publish_text(actor: Actor, *, kind: str, text: str, in_force_from: dt.date) -> ConsentText:
    """Add the next version of a consent text; earlier versions never change."""
    if not actor.has("administrator"):
        raise Hidden("consent_text")
    with act(actor):
        last = ConsentText.objects.filter(kind=kind).order_by("-version").first()
        return ConsentText.objects.create(
            kind=kind,
            version=last.version + 1 if last else 1,
            text=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            in_force_from=in_force_from,
        )


def consent_of_registration(account: Account) -> None:
    """The consent given by the tick of the registration form (the account's own data)."""
    record_consent(
        Actor(account_id=account.pk, email=account.email, name=account.full_name),
        kind="processing",
        account_id=account.pk,
        child_id=None,
        giver_name=account.full_name or account.email,
    )


def _consented(child_id: int, kind: str) -> bool:
    return Consent.objects.filter(child_id=child_id, text__kind=kind, withdrawn_at__isnull=True).exists()
