"""Accounts and roles as the administrator keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opora.core import names
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.people import rules
from opora.people.models import Account, RoleAssignment

EVERYWHERE = ("administrator", "observer", "guardian", "learner")
"""Roles that may be held over the whole system; all others are held at a place."""


def save_account(actor: Actor, account: Account, data: Mapping[str, Any]) -> Account:
    """Names, address and state of an account; a new one has no password until its holder sets it by e-mail."""
    if account.pk == actor.account_id and data.get("is_active") is False:
        raise Refused(Reason("own_account", "Свою учётную запись отключить нельзя.", field="is_active"))
    for name, value in data.items():
        setattr(account, name, value)
    account.email = account.email.strip().lower()
    account.last_name, account.first_name = names.tidy_part(account.last_name), names.tidy_part(account.first_name)
    account.patronymic = names.tidy_patronymic(account.patronymic)
    spelt = rules.name_reasons(
        last_name=account.last_name, first_name=account.first_name, patronymic=account.patronymic
    )
    if spelt:
        raise Refused(spelt)
    if account.pk is None:
        account.set_unusable_password()
    account.save()
    return account


def save_role(actor: Actor, role: RoleAssignment, data: Mapping[str, Any]) -> RoleAssignment:
    """A role at a place. The last working administrator stays."""
    was_administrator = role.pk is not None and role.role == "administrator"
    for name, value in data.items():
        setattr(role, name, value)
    if role.place_kind == RoleAssignment.PlaceKind.SYSTEM and role.role not in EVERYWHERE:
        raise Refused(
            Reason("place", "Эта роль даётся в регионе, муниципалитете, центре или организации.", field="place_kind")
        )
    role.save()
    ended = role.role != "administrator" or role.ends_on is not None
    others = RoleAssignment.objects.filter(role="administrator", ends_on__isnull=True, account__is_active=True)
    if was_administrator and ended and not others.exists():
        raise Refused(Reason("last_administrator", "Это последний администратор: сначала назначьте другого."))
    return role
