"""What the import and export commands share: the register by its slug, the actor of the command line."""

from __future__ import annotations

from argparse import ArgumentTypeError

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.utils.module_loading import import_string

from opora.core.access import SYSTEM, Actor
from opora.core.registers import registry
from opora.core.registers.declaration import Register


def register_argument(slug: str) -> Register:
    """The register named on the command line; hyphens and underscores mean the same."""
    found = registry.find(slug) or registry.find(slug.replace("-", "_"))
    if found is None:
        known = ", ".join(register.slug for register in registry.every())
        raise ArgumentTypeError(f"реестра «{slug}» нет. Есть: {known}")
    return found


def actor_argument(email: str) -> Actor:
    """The system, or the account with that e-mail and its roles."""
    if not email:
        return SYSTEM
    account = get_user_model()._default_manager.filter(email__iexact=email).first()
    if account is None:
        raise CommandError(f"Учётной записи {email} нет.")
    actor: Actor = import_string(settings.OPORA_ACTOR_OF)(account)
    return actor
