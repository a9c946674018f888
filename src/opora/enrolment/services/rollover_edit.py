"""Change of school year, editing of the draft: plans of groups, the next year's group, who is proposed (E6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.enrolment import policy
from opora.enrolment.models import Rollover, RolloverGroup, RolloverLearner
from opora.enrolment.rules import rollover as rules
from opora.enrolment.services import rollover_fit as fit
from opora.enrolment.services.rollover_draft import (
    Plan,
    following_modules,
    learners_of,
    locked,
    propose,
    require_draft,
)

NO_NEXT = "У программы нет следующего модуля."


@dataclass(frozen=True, slots=True)
class Changed:
    """How many rows a bulk change touched, and why others stay: (name, reason)."""

    done: int
    left: tuple[tuple[str, str], ...] = ()


def set_plan(actor: Actor, *, rollover: Rollover | int, lines: Iterable[int], plan: str) -> Changed:
    """What becomes of the picked groups. A group without a following module keeps its plan and is named."""
    with act(actor):
        batch = locked(actor, rollover)
        require_draft(batch)
        rows = _lines(batch).filter(pk__in=list(lines))
        modules = following_modules({row.from_group.programme_id for row in rows})
        done, left = [], []
        for row in rows:
            following = modules.get((row.from_group.programme_id, row.from_group.module.number))
            if plan == Plan.NEXT_MODULE and following is None:
                left.append((row.from_group.name, NO_NEXT))
                continue
            _plan(batch, row, plan, following)
            done.append(row)
        fields = ["plan", "module", "age_from", "age_to"]
        RolloverGroup.objects.bulk_update(done, fields, batch_size=200)
        refit(done)
    return Changed(len(done), tuple(left))


def _lines(batch: Rollover) -> Any:
    rows = RolloverGroup.objects.filter(rollover=batch)
    return rows.select_related("from_group__programme", "from_group__module", "module", "teacher")


def _plan(batch: Rollover, row: RolloverGroup, plan: str, following: Any) -> None:
    group = row.from_group
    moved = row.plan != plan
    row.plan = plan
    row.module = following if plan == Plan.NEXT_MODULE else group.module if plan == Plan.NEXT_GROUP else None
    if moved:
        older = batch.to_year - batch.from_year if plan == Plan.NEXT_MODULE else 0
        row.age_from, row.age_to = rules.next_ages(
            group.age_from, group.age_to, group.programme.age_from, group.programme.age_to, older
        )


EDITABLE = ("name", "teacher", "capacity", "starts_on", "ends_on", "age_from", "age_to")


def edit_line(
    actor: Actor, *, line: RolloverGroup | int, plan: str, slots: Sequence[dict[str, Any]], **values: Any
) -> RolloverGroup:
    """Change the next year's group: plan, name, teacher, places, dates, ages, timetable. Learners are judged anew.

    `slots`: lines as of the timetable editor. Raises Hidden, Forbidden; Refused with every reason at its field.
    """
    pk = line if isinstance(line, int) else line.pk
    allowed = policy.ROLLOVER_GROUP.get(actor, "edit", pk=pk)
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise ValueError(f"fields that this service does not write: {sorted(unknown)}")
    with act(actor):
        batch = locked(actor, allowed.rollover_id)
        require_draft(batch)
        row = _lines(batch).get(pk=pk)
        following = following_modules({row.from_group.programme_id}).get(
            (row.from_group.programme_id, row.from_group.module.number)
        )
        if plan == Plan.NEXT_MODULE and following is None:
            raise Refused(Reason("no_next_module", NO_NEXT, field="plan"))
        before = (row.age_from, row.age_to)
        _plan(batch, row, plan, following)
        asked = (values.get("age_from", before[0]), values.get("age_to", before[1]))
        if asked == before:  # the ages that come with a new plan stand unless the person changed them
            values = {name: value for name, value in values.items() if name not in ("age_from", "age_to")}
        for name, value in values.items():
            setattr(row, name, value)
        row.slots = [_stored_slot(one) for one in slots]
        if plan != Plan.ENDS and (reasons := _reasons(batch, row)):
            raise Refused(reasons)
        row.save()
        refit([row])
    return row


def _reasons(batch: Rollover, row: RolloverGroup) -> list[Reason]:
    reasons = []
    if not row.name.strip():
        reasons.append(Reason("name_missing", "Назовите новую группу.", field="name"))
    if row.starts_on > row.ends_on:
        reasons.append(Reason("dates_reversed", "Начало занятий позже окончания.", field="starts_on"))
    if row.starts_on <= row.from_group.ends_on:
        reasons.append(
            Reason("starts_early", "Занятия новой группы начинаются после окончания прежней.", field="starts_on")
        )
    first, last = rules.school_year_days(batch.to_year)
    if not first <= row.starts_on <= last or row.ends_on > last:
        title = rules.school_year_title(batch.to_year)
        reasons.append(Reason("outside_year", f"Занятия должны идти в {title} учебном году.", field="starts_on"))
    if row.age_from > row.age_to:
        reasons.append(Reason("ages_reversed", "Возраст «с» больше возраста «по».", field="age_from"))
    if not 1 <= row.capacity <= 1000:
        reasons.append(Reason("capacity_range", "Мест в группе может быть от 1 до 1000.", field="capacity"))
    return reasons + rules.timetable_reasons(lessons_of(row))


def lessons_of(row: RolloverGroup) -> list[rules.Lesson]:
    """The planned weekly timetable as values."""
    return [
        rules.Lesson(one["weekday"], dt.time.fromisoformat(one["starts_at"]), dt.time.fromisoformat(one["ends_at"]))
        for one in row.slots
    ]


def _stored_slot(one: dict[str, Any]) -> dict[str, Any]:
    venue, teacher = one.get("venue"), one.get("teacher")
    return {
        "weekday": int(one["weekday"]),
        "starts_at": f"{one['starts_at']:%H:%M}",
        "ends_at": f"{one['ends_at']:%H:%M}",
        "academic_hours": str(one["academic_hours"]),
        "venue": venue.pk if venue else None,
        "room": one.get("room", ""),
        "teacher": teacher.pk if teacher else None,
    }


def refit(lines: Sequence[RolloverGroup]) -> None:
    """Judge the learners of these lines anew; whom a person left out stays out."""
    by_id = {line.pk: line for line in lines}
    rows = list(
        RolloverLearner.objects.filter(line_id__in=by_id).select_related("child", "enrolment__group").order_by("pk")
    )
    known = fit.facts_of([row.child_id for row in rows])
    for row in rows:
        row.enrolment.child = row.child
        reasons = fit.reasons(by_id[row.line_id], row.enrolment, known)
        row.included = not reasons and (row.included or bool(row.reasons))
        row.reasons = fit.stored(reasons)
    RolloverLearner.objects.bulk_update(rows, ["included", "reasons"], batch_size=500)


def refresh(actor: Actor, *, rollover: Rollover | int) -> None:
    """Look again at the present: new learners come in, everybody is judged by today's data."""
    with act(actor):
        batch = locked(actor, rollover)
        require_draft(batch)
        lines = list(_lines(batch))
        _newcomers(lines)
        refit(lines)


def _newcomers(lines: Sequence[RolloverGroup]) -> None:
    """Learners who came after the draft; those who left for good go out of it."""
    present = {study.pk: study for study in learners_of(lines)}
    known = RolloverLearner.objects.filter(line__in=lines)
    known.exclude(enrolment_id__in=present).delete()
    there = set(known.values_list("enrolment_id", flat=True))
    groups = {study.group_id for pk, study in present.items() if pk not in there}
    missing = [line for line in lines if line.from_group_id in groups]
    if missing:
        propose(missing, besides=there)


def include(actor: Actor, *, rollover: Rollover | int, learners: Iterable[Any], included: bool) -> Changed:
    """Propose the picked children or leave them out. Who does not fit stays out and is named with the reason."""
    with act(actor):
        batch = locked(actor, rollover)
        require_draft(batch)
        rows = RolloverLearner.objects.filter(rollover=batch, public_id__in=list(learners)).select_related("child")
        done, left = [], []
        for row in rows:
            if included and row.reasons:
                left.append((row.child.full_name, row.reasons[0]["message"]))
            elif row.included != included:
                row.included = included
                done.append(row)
        RolloverLearner.objects.bulk_update(done, ["included"], batch_size=500)
    return Changed(len(done), tuple(left))


def batch_of(actor: Actor, learners: Sequence[Any]) -> Rollover:
    """The one batch that picked rows belong to. Raises Hidden for strangers' rows, Refused for rows of several."""
    rows = policy.ROLLOVER_LEARNER.rows(actor, "edit").filter(public_id__in=learners)
    found = list(Rollover.objects.filter(pk__in=rows.values("rollover_id"))[:2])
    if not found:
        raise Hidden("rollover")
    if len(found) > 1:
        raise Refused(Reason("several", "Выбраны дети из разных переходов. Отберите детей одного перехода."))
    return found[0]
