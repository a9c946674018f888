"""Writing one row of a register: one transaction, the actor named for history, the result inside the actor's reach."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError

from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.core.registers.declaration import Register
from opora.core.transactions import act


def save(register: Register, actor: Actor, instance: Any, data: dict[str, Any]) -> Any:
    """Create (`instance` None) or change a row and return it.

    Raises Forbidden or Hidden when the actor may not; Refused when the row as saved would lie outside the actor's
    reach or break a constraint of the table. Nothing is written then.
    """
    action = register.granted("create" if instance is None else "change")
    if not register.policy.allowed(actor, action):
        raise Forbidden(action)
    try:
        with act(actor):
            if instance is not None and not register.policy.can(actor, action, instance):
                raise Hidden(action)
            writer = register.save or plain_save
            row = writer(actor, instance if instance is not None else register.model(), data)
            if not register.policy.can(actor, action, row):
                raise Refused(Reason("outside", "Так запись окажется вне вашей территории или организации."))
    except IntegrityError as error:
        raise Refused(constraint_reason(register, error)) from error
    return row


def locked(row: Any) -> Any:
    """The stored row under its lock (the row itself when it is new): what others changed meanwhile is not undone.

    For `save` hooks of registers whose rows have states that other acts lead on.
    """
    if row.pk is None:
        return row
    return type(row)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)


def plain_save(actor: Actor, instance: Any, data: dict[str, Any]) -> Any:
    """Set the values and save; the service of registers that need nothing more."""
    many: dict[str, Any] = {}
    for name, value in data.items():
        if instance._meta.get_field(name).many_to_many:
            many[name] = value
        else:
            setattr(instance, name, value)
    instance.save()
    for name, value in many.items():
        getattr(instance, name).set(value)
    return instance


def constraint_reason(register: Register, error: IntegrityError) -> Reason:
    """A Russian reason for a broken constraint of the register's table."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", "") or ""
    state = getattr(diagnosis, "sqlstate", "") or ""
    for constraint in register.model._meta.constraints:
        if constraint.name == name:
            fields = [str(register.field(field).verbose_name) for field in getattr(constraint, "fields", ())]  # type: ignore[union-attr]
            if fields:
                return Reason("duplicate", f"Такая запись уже есть (совпадают: {', '.join(fields)}).")
            return Reason("constraint", "Значения противоречат правилам этого реестра.")
    if state == "23505":
        return Reason("duplicate", "Такая запись уже есть: код или номер должен быть единственным.")
    if state == "23503":
        return Reason("reference", "На запись ссылаются другие записи, или указанной записи уже нет.")
    if state == "23P01":
        return Reason("overlap", "Запись пересекается по времени с другой записью.")
    return Reason("constraint", "Значения противоречат правилам этого реестра.")
