"""The access journal: who opened whose card, when and why (K2)."""

from __future__ import annotations

from django.db import models

from opora.core.access import Actor
from opora.core.models import AccessLog


def log_access(actor: Actor, action: str, obj: models.Model, *, reason: str = "") -> None:
    """Write one line of the access journal for a card with personal data. Authorise first, then log."""
    AccessLog.objects.create(
        account_id=actor.account_id,
        role=next(iter(sorted(actor.roles)), ""),
        action=action,
        object_kind=obj._meta.label_lower,
        object_id=obj.pk,
        municipality_id=getattr(obj, "municipality_id", None),
        reason=reason,
        request=actor.request_id,
    )
