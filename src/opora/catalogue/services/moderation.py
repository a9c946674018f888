"""Moderation: submit, return with remarks, publish; revisions of published programmes (C1)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from opora.catalogue import policy
from opora.catalogue.content import assess, refresh_score
from opora.catalogue.models import ModerationRemark, Module, Programme, ProgrammeRevision
from opora.catalogue.rules import PROGRAMME, REVISION
from opora.catalogue.services.programmes import changed
from opora.core import clock
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act

Remark = tuple[str, str]
"""(field code or "", text)."""


def submit_programme(actor: Actor, *, programme: Programme) -> None:
    """Send a draft to moderation. Refused with every blocking fault of its content."""
    _move(actor, programme, "submit", "submit")


def recall_programme(actor: Actor, *, programme: Programme) -> None:
    """Take a programme back from moderation to draft."""
    _move(actor, programme, "submit", "recall")


def archive_programme(actor: Actor, *, programme: Programme) -> None:
    """Take a programme out of the navigator. Refused while groups with learners go on."""
    _move(actor, programme, "archive", "archive")


def restore_programme(actor: Actor, *, programme: Programme) -> None:
    """Bring a programme back from the archive as a draft."""
    _move(actor, programme, "submit", "restore")


def return_programme(actor: Actor, *, programme: Programme, remarks: Iterable[Remark]) -> None:
    """Return with remarks; at least one is needed, each names its field where it can."""
    found = _remarks(remarks)
    with act(actor):
        row = _locked(actor, programme, "moderate")
        row.state = PROGRAMME.next_state(row.state, "return")
        row.save(update_fields=["state"])
        _add_remarks(actor, row, None, found)
        changed(row, "programme.returned")
    programme.refresh_from_db()


def publish_programme(actor: Actor, *, programme: Programme) -> None:
    """Publish: the programme is found by search within a second. Refused with every blocking fault."""
    with act(actor):
        row = _locked(actor, programme, "moderate")
        target = PROGRAMME.next_state(row.state, "publish")
        _refuse_faults(row)
        row.state = target
        row.published_at = row.published_at or clock.now()
        row.save(update_fields=["state", "published_at"])
        row.remarks.filter(resolved_at__isnull=True).update(resolved_at=clock.now())
        refresh_score(row)
        changed(row, "programme.published")
    programme.refresh_from_db()


def approve_revision(actor: Actor, *, revision: ProgrammeRevision) -> None:
    """Accept the changes: they become the programme's values, its version grows. Groups keep their copied prices."""
    with act(actor):
        row = _locked(actor, revision.programme, "moderate")
        current = ProgrammeRevision.objects.select_for_update(no_key=True, of=("self",)).get(pk=revision.pk)
        current.state = REVISION.next_state(current.state, "approve")
        current.decided_at = clock.now()
        current.save(update_fields=["state", "decided_at"])
        for name, value in current.changes.get("programme", {}).items():
            setattr(row, name, value)
        row.version = current.number
        row.save()
        for key, values in current.changes.get("modules", {}).items():
            _apply_module(row, int(key), values)
        refresh_score(row)
        changed(row)


def return_revision(actor: Actor, *, revision: ProgrammeRevision, remarks: Iterable[Remark]) -> None:
    """Return the changes with remarks; the published values stand."""
    found = _remarks(remarks)
    with act(actor):
        row = _locked(actor, revision.programme, "moderate")
        current = ProgrammeRevision.objects.select_for_update(no_key=True, of=("self",)).get(pk=revision.pk)
        current.state = REVISION.next_state(current.state, "return")
        current.save(update_fields=["state"])
        _add_remarks(actor, row, current, found)
        emit("programme.returned", "programme", row.pk, municipality_id=row.municipality_id)


def withdraw_revision(actor: Actor, *, revision: ProgrammeRevision) -> None:
    """The provider takes its changes back."""
    with act(actor):
        _locked(actor, revision.programme, "submit")
        current = ProgrammeRevision.objects.select_for_update(no_key=True, of=("self",)).get(pk=revision.pk)
        current.state = REVISION.next_state(current.state, "withdraw")
        current.decided_at = clock.now()
        current.save(update_fields=["state", "decided_at"])


def _move(actor: Actor, programme: Programme, permission: str, step: str) -> None:
    with act(actor):
        row = _locked(actor, programme, permission)
        was_public = row.state == Programme.State.PUBLISHED
        row.state = PROGRAMME.next_state(row.state, step)
        if step == "submit":
            _refuse_faults(row)
            row.submitted_at = clock.now()
            row.remarks.filter(resolved_at__isnull=True).update(resolved_at=clock.now())
        if step == "archive":
            _refuse_living_groups(row)
        row.save(update_fields=["state", "submitted_at"])
        changed(row, "programme.archived" if was_public else "programme.moderation")
    programme.refresh_from_db()


def _locked(actor: Actor, programme: Programme, permission: str) -> Programme:
    policy.programmes.get(actor, permission, pk=programme.pk)
    return (
        Programme.objects.select_for_update(no_key=True, of=("self",))
        .select_related("municipality")
        .get(pk=programme.pk)
    )


def _refuse_faults(programme: Programme) -> None:
    blocking = [fault for fault in assess(programme).faults if fault.blocking]
    if blocking:
        raise Refused(Reason(fault.code, fault.message, field=fault.field) for fault in blocking)


def _refuse_living_groups(programme: Programme) -> None:
    today = clock.today(programme.municipality.time_zone)
    living = programme.groups.filter(state="open", ends_on__gte=today).count()
    if living:
        raise Refused(
            Reason(
                "groups_open",
                f"У программы есть открытые группы ({living}), поэтому в архив её убрать нельзя.",
                hint="Сначала закройте набор в группах или дождитесь окончания занятий.",
            )
        )


def _remarks(remarks: Iterable[Remark]) -> list[Remark]:
    found = [(field, text.strip()) for field, text in remarks if text.strip()]
    if not found:
        raise Refused(Reason("remark_missing", "Напишите, что нужно исправить.", field="text"))
    return found


def _add_remarks(
    actor: Actor, programme: Programme, revision: ProgrammeRevision | None, remarks: Iterable[Remark]
) -> None:
    ModerationRemark.objects.bulk_create(
        ModerationRemark(programme=programme, revision=revision, field=field, text=text, author_id=actor.account_id)
        for field, text in remarks
    )


def _apply_module(programme: Programme, module_id: int, values: dict[str, Any]) -> None:
    module = Module.objects.get(pk=module_id, programme=programme)
    for name, value in values.items():
        setattr(module, name, Decimal(value) if name in ("price", "normative_cost") and value is not None else value)
    module.save()
