"""The access journal: who opened whose card, when, why and by which role (K2)."""

from __future__ import annotations

from django.db import models

from opora.core.access import Actor, Policy, Row
from opora.core.models import AccessLog


def log_access(
    actor: Actor,
    action: str,
    obj: models.Model,
    *,
    by: Policy | str,
    right: str = "view",
    judged: Row | None = None,
    reason: str = "",
) -> None:
    """Write one line of the access journal for a card with personal data. Authorise first, then log.

    `by` is the policy that let the actor in, by its action `right`, judging `judged` (default `obj`); the role that
    it granted by is what is written. Where no policy is asked, `by` is the role itself.
    """
    role = by if isinstance(by, str) else by.granting_role(actor, right, judged or obj)
    AccessLog.objects.create(
        account_id=actor.account_id,
        role=role,
        action=action,
        object_kind=obj._meta.label_lower,
        object_id=obj.pk,
        municipality_id=getattr(obj, "municipality_id", None),
        reason=reason,
        request=actor.request_id,
    )
