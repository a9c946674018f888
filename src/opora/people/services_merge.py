"""Merging two records of one child, keeping namesakes apart, undoing a merge (spec/enrolment.md)."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q

from opora.core import clock, names
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.people import merging, policy, rules
from opora.people.models import Child, MergeTask

FILLED_FROM_REPEAT = ("snils", "patronymic", "address", "school_name", "school_id", "school_class")


def merge_children(actor: Actor, *, task: MergeTask, kept: Child) -> MergeTask:
    """Make the task's two records one: everything of the other moves to `kept`, each moved value is logged.

    Refused with all reasons (people.rules.merge_reasons), and whole when any row cannot move.
    """
    policy.MERGE.require(actor, "decide")
    with act(actor):
        locked = _open_task(actor, task)
        merged = locked.right if kept.pk == locked.left_id else locked.left
        if kept.pk not in (locked.left_id, locked.right_id):
            raise Refused(Reason("wrong_side", "Выберите одну из двух карточек."))
        sides = {
            row.pk: row for row in Child.objects.select_for_update().filter(pk__in=[kept.pk, merged.pk]).order_by("pk")
        }
        keep, gone = sides[kept.pk], sides[merged.pk]
        _check_merge(keep, gone)
        merging.run_preparations(actor, keep.pk, gone.pk)
        moved = _close_repeat(keep, gone)
        moved += _move_rows(keep.pk, gone.pk)
        moved += _fill_gaps(keep, gone)
        _point_repeats(keep, gone)
        _decide(actor, locked, MergeTask.State.MERGED, moved, kept_id=keep.pk)
        _close_moot_tasks(actor, gone.pk)
        emit(
            "child.merged",
            "child",
            keep.pk,
            municipality_id=keep.municipality_id,
            merged=gone.pk,
            task=locked.pk,
        )
    return locked


def keep_apart(actor: Actor, *, task: MergeTask, reason: str) -> MergeTask:
    """Decide that the two records are two children; a provisional one becomes a child of its own."""
    policy.MERGE.require(actor, "decide")
    if not reason.strip():
        raise Refused(Reason("reason_missing", "Напишите, почему это разные дети.", field="reason"))
    with act(actor):
        locked = _open_task(actor, task)
        _decide(actor, locked, MergeTask.State.DIFFERENT, [{"reason": reason.strip()}])
        for side in (locked.left, locked.right):
            if side.state != Child.State.PROVISIONAL or _open_against(side):
                continue
            twin = Child.objects.filter(snils=side.snils, state=Child.State.LIVING).exclude(pk=side.pk)
            if side.snils and twin.exists():
                raise Refused(
                    Reason(
                        "same_snils",
                        "У карточек один СНИЛС, а он у каждого ребёнка свой.",
                        hint="Сначала исправьте СНИЛС в одной из карточек.",
                    )
                )
            side.state, side.matched_to = Child.State.LIVING, None
            side.save(update_fields=["state", "matched_to"])
            emit("child.changed", "child", side.pk, municipality_id=side.municipality_id, act="kept_apart")
    return locked


def undo_merge(actor: Actor, *, task: MergeTask, reason: str) -> MergeTask:
    """Put everything back as the log says; refused with reasons once later acts depend on the merge."""
    policy.MERGE.require(actor, "decide")
    if not reason.strip():
        raise Refused(Reason("reason_missing", "Напишите, почему объединение ошибочно.", field="reason"))
    with act(actor):
        policy.MERGE.get(actor, "decide", pk=task.pk)
        locked = MergeTask.objects.select_for_update(no_key=True).get(pk=task.pk)
        if locked.state != MergeTask.State.MERGED:
            raise Refused(Reason("not_merged", "Эти карточки не объединены."))
        head = next(item for item in locked.moved if item.get("model") == "people.child" and item.get("closed"))
        kept_id, gone_id = int(head["to"]), int(head["pk"])
        if reasons := rules.undo_merge_reasons(_later_acts(kept_id, locked)):
            raise Refused(reasons)
        for item in reversed(locked.moved):
            if "field" not in item:
                continue
            model = _model(item["model"])
            model._default_manager.filter(pk=item["pk"]).update(**{item["field"]: item["from"]})
        locked.state = MergeTask.State.OPEN
        locked.decided_at = None
        locked.moved = [*locked.moved, {"undone": reason.strip(), "by": actor.account_id}]
        locked.save()
        MergeTask.objects.filter(Q(left_id=gone_id) | Q(right_id=gone_id), moved=[{"moot": locked.pk}]).update(
            state=MergeTask.State.OPEN, decided_at=None, decided_by=None, moved=[]
        )
        emit("child.changed", "child", kept_id, municipality_id=locked.municipality_id, act="merge_undone")
    return locked


def _open_task(actor: Actor, task: MergeTask) -> MergeTask:
    policy.MERGE.get(actor, "decide", pk=task.pk)
    locked = MergeTask.objects.select_for_update(no_key=True, of=("self",)).select_related("left", "right")
    row = locked.get(pk=task.pk)
    if row.state != MergeTask.State.OPEN:
        raise Refused(Reason("decided", "По этим карточкам уже принято решение.", hint="Обновите список."))
    return row


def _check_merge(keep: Child, gone: Child) -> None:
    reasons = rules.merge_reasons(merging.side_of(keep.pk, keep.snils), merging.side_of(gone.pk, gone.snils))
    if Child.State.MERGED in (keep.state, gone.state):
        reasons.append(Reason("already_merged", "Одна из карточек уже объединена с другой."))
    if gone.identity == Child.Identity.CONFIRMED != keep.identity:
        reasons.append(
            Reason(
                "confirmed_is_kept",
                "Основной должна остаться карточка с подтверждённой личностью.",
                hint="Выберите её основной и повторите.",
            )
        )
    if keep.state == Child.State.PROVISIONAL and gone.state == Child.State.LIVING:
        reasons.append(Reason("living_is_kept", "Основной должна остаться действующая карточка."))
    if reasons:
        raise Refused(reasons)


def _close_repeat(keep: Child, gone: Child) -> list[dict[str, Any]]:
    """The repeated record gives up its state first, so that its СНИЛС may pass to the kept one."""
    log: list[dict[str, Any]] = [
        {"model": "people.child", "pk": gone.pk, "closed": True, "to": keep.pk, "field": "state", "from": gone.state},
        {"model": "people.child", "pk": gone.pk, "field": "matched_to_id", "from": gone.matched_to_id},
    ]
    gone.state, gone.matched_to = Child.State.MERGED, keep
    gone.save(update_fields=["state", "matched_to"])
    return log


def _fill_gaps(keep: Child, gone: Child) -> list[dict[str, Any]]:
    """What only the repeated record knew passes over: the СНИЛС, the school; nothing is overwritten."""
    log = []
    for field in FILLED_FROM_REPEAT:
        if getattr(keep, field) in ("", None) and getattr(gone, field) not in ("", None):
            if field == "patronymic" and keep.identity == Child.Identity.CONFIRMED:
                continue
            log.append({"model": "people.child", "pk": keep.pk, "field": field, "from": getattr(keep, field)})
            setattr(keep, field, getattr(gone, field))
    key = names.match_key(keep.last_name, keep.first_name, keep.patronymic)
    if key != keep.match_key:
        # a patronymic that was filled in belongs to the key by which the child is found
        log.append({"model": "people.child", "pk": keep.pk, "field": "match_key", "from": keep.match_key})
        keep.match_key = key
    if log:
        keep.save()
    return log


def _move_rows(kept_id: int, gone_id: int) -> list[dict[str, Any]]:
    """Move every row of every room that points at the repeated child; each one is logged."""
    log: list[dict[str, Any]] = []
    for relation in Child._meta.related_objects:
        model, field = relation.related_model, relation.field.attname
        if model in (Child, MergeTask):
            continue
        how = merging.mover_of(model._meta.label)
        for pk in model._default_manager.filter(**{field: gone_id}).order_by("pk").values_list("pk", flat=True):
            if _moved(model, pk, field, kept_id):
                log.append({"model": model._meta.label_lower, "pk": pk, "field": field, "from": gone_id})
            elif how.repeats_stay:
                log.append({"model": model._meta.label_lower, "pk": pk, "stayed": True})
            else:
                raise Refused(
                    Reason(
                        "merge_conflict",
                        f"У обеих карточек есть действующее: {model._meta.verbose_name}.",
                        hint="Закройте одно из двух и повторите.",
                    )
                )
    return log


def _moved(model: type[models.Model], pk: int, field: str, kept_id: int) -> bool:
    try:
        with transaction.atomic():
            model._default_manager.filter(pk=pk).update(**{field: kept_id})
    except IntegrityError:
        return False
    return True


def _point_repeats(keep: Child, gone: Child) -> None:
    Child.objects.filter(matched_to=gone).exclude(pk=gone.pk).update(matched_to=keep)


def _close_moot_tasks(actor: Actor, gone_id: int) -> None:
    """Other questions about the record that is no more are answered with it."""
    done = (
        MergeTask.objects.filter(Q(left_id=gone_id) | Q(right_id=gone_id), state=MergeTask.State.MERGED)
        .order_by("-decided_at")
        .first()
    )
    MergeTask.objects.filter(Q(left_id=gone_id) | Q(right_id=gone_id), state=MergeTask.State.OPEN).update(
        state=MergeTask.State.DIFFERENT,
        decided_at=clock.now(),
        decided_by=actor.account_id,
        moved=[{"moot": done.pk if done else None}],
    )


def _open_against(child: Child) -> bool:
    return MergeTask.objects.filter(
        Q(left=child) | Q(right=child), state=MergeTask.State.OPEN, ground=rules.MATCH_LABELS[rules.Match.SAME]
    ).exists()


def _decide(actor: Actor, task: MergeTask, state: str, moved: list[dict[str, Any]], kept_id: int = 0) -> None:
    # the database's own clock, after the moves: history made later is what an undo looks for
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (task.decided_at,) = cursor.fetchone() or (clock.now(),)
    task.state = state
    task.decided_by_id = actor.account_id
    task.moved = moved
    task.save()


def _later_acts(kept_id: int, task: MergeTask) -> dict[str, int]:
    """Changes since the merge of the kept child and of everything that points at it, by kind."""
    found: dict[str, int] = {}
    moved_pks: dict[str, list[int]] = {}
    for item in task.moved:
        if "field" in item:
            moved_pks.setdefault(item["model"], []).append(int(item["pk"]))
    with connection.cursor() as cursor:
        for relation in Child._meta.related_objects:
            model = relation.related_model
            if model in (Child, MergeTask):
                continue
            column = relation.field.column
            cursor.execute(
                'SELECT count(DISTINCT pk) FROM history WHERE "table" = %s AND at > %s AND'
                " ((op = 'I' AND (after->>%s)::bigint = %s) OR pk = ANY(%s))",
                [
                    model._meta.db_table,
                    task.decided_at,
                    column,
                    kept_id,
                    moved_pks.get(model._meta.label_lower, []),
                ],
            )
            (count,) = cursor.fetchone() or (0,)
            if count:
                found[str(model._meta.verbose_name_plural)] = count
        cursor.execute(
            "SELECT count(*) FROM history WHERE \"table\" = 'child' AND at > %s AND pk = %s",
            [task.decided_at, kept_id],
        )
        (count,) = cursor.fetchone() or (0,)
        if count:
            found["изменения карточки"] = count
    return found


def _model(label: str) -> type[models.Model]:
    from django.apps import apps

    return apps.get_model(label)
