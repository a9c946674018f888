"""Who may open which page of a register: refused by default, asked before anything else is read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import HttpRequest

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden
from opora.core.registers.declaration import Register


class NeedsSession(Forbidden):
    """An administrator needs a timed, reasoned session to see these personal data (spec/trust.md)."""


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def may(register: Register, actor: Actor, action: str) -> bool:
    """May the actor do the action at all? `import` and `export` fall back on create and view when not granted."""
    return register.allows(actor, action)


def require(register: Register, actor: Actor, action: str, *, page: str = "") -> None:
    """Raise Forbidden when no role of the actor allows the action; NeedsSession for an administrator without one.

    `page` names a page that may open masked (`Register.open_masked`). Registers are pages of staff:
    guardians and learners have their cabinet, even where a policy lets everybody read.
    """
    if not actor.is_staff or not may(register, actor, action):
        raise Forbidden(action)
    if needs_session(register, actor) and not (register.masks and page in register.open_masked):
        raise NeedsSession(action)


def needs_session(register: Register, actor: Actor) -> bool:
    """True when only the administrator's role opens this personal register and no session is open.

    A register with masks still opens some of its pages then, with masked values.
    """
    if actor.system or not (register.masks or (register.personal_fields and register.session_for_administrator)):
        return False
    if "administrator" not in actor.roles:
        return False
    granted = register.policy.grants.get("view", frozenset()) & actor.roles
    if granted - {"administrator"}:
        return False
    until = actor.personal_session_until
    return until is None or until <= clock.now()


def masked(register: Register, actor: Actor) -> bool:
    """Does the actor read this register's values masked?"""
    return bool(register.masks) and needs_session(register, actor)


def name_of(register: Register, actor: Actor, obj: Any) -> str:
    """How the row is called on the actor's pages: as it is, or masked."""
    if not masked(register, actor):
        return str(obj)
    column = register.list_columns[0]
    value = obj
    for part in (column.path or column.name).split("__"):
        value = getattr(value, part)
    return register.masks.get(column.name, str)(value)


def row(register: Register, actor: Actor, action: str, key: str) -> Any:
    """The one row by its key, or Hidden (404). Call after `require`."""
    rows = register.policy.rows(actor, register.granted(action))
    if register.base:
        rows = rows.filter(register.base(actor))
    references = [field.name for field in register.model._meta.fields if field.is_relation]
    try:
        return rows.select_related(*references).get(**{register.key_field: key})
    except (ObjectDoesNotExist, ValueError, ValidationError) as error:
        raise Hidden(action) from error
