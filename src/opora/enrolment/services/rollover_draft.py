"""Change of school year, first part: the draft of an organisation's groups and learners, edited by its manager (E6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q

from opora.catalogue.models import Group, Module, Slot
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.enrolment import policy
from opora.enrolment.models import Enrolment, Rollover, RolloverGroup, RolloverLearner
from opora.enrolment.rules import rollover as rules
from opora.enrolment.services import rollover_fit as fit
from opora.providers.models import Organisation, Staff

Plan = RolloverGroup.Plan
OPEN_STATES = ("open", "closed", "finished")
LAST_HALF = dt.timedelta(days=213)
"""Groups whose lessons end in the last seven months of the school year go into the batch; autumn's short ones do not."""


def prepare(
    actor: Actor,
    *,
    organisation: Organisation | int,
    from_year: int,
    to_year: int | None = None,
    silence: str = Rollover.Silence.NO,
) -> Rollover:
    """Draft the change from one school year to the next (default: the one after it) for an organisation.

    Every group that ends with the year gets a line: the next module where there is one, else the end of study; its
    learners are proposed or say why not. Raises Forbidden, Hidden; Refused when there is a batch already or no group.
    """
    policy.ROLLOVER.require(actor, "edit")
    pk = organisation if isinstance(organisation, int) else organisation.pk
    if not actor.system and pk not in actor.organisations("provider_manager"):
        raise Hidden("organisation")
    following = from_year + 1 if to_year is None else to_year
    if following <= from_year:
        raise Refused(Reason("years", "Следующий учебный год должен быть позже заканчивающегося.", field="to_year"))
    with act(actor):
        # one draft at a time: two clicks make one batch
        owner = Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
        if Rollover.objects.filter(organisation=owner, to_year=following).exclude(state="cancelled").exists():
            raise Refused(
                Reason(
                    "rollover_exists",
                    f"Переход с {rules.school_year_title(from_year)} учебного года уже составлен.",
                    hint="Откройте его в списке; ненужный можно отменить.",
                    field="from_year",
                )
            )
        groups = ending_groups(pk, from_year)
        if not groups:
            raise Refused(
                Reason(
                    "no_groups",
                    f"В {rules.school_year_title(from_year)} учебном году нет групп, которые заканчивают занятия"
                    " с февраля по август.",
                    field="from_year",
                )
            )
        batch = Rollover.objects.create(
            organisation=owner,
            municipality_id=owner.municipality_id,
            from_year=from_year,
            to_year=following,
            silence=silence,
            created_by_id=actor.account_id,
            opens_on=rules.school_year_days(following)[0],
        )
        lines = _lines(batch, groups)
        propose(lines)
    return batch


def ending_groups(organisation_id: int, from_year: int) -> list[Group]:
    """Groups of the organisation whose lessons end in the last seven months of the school year."""
    _, last = rules.school_year_days(from_year)
    rows = Group.objects.filter(
        organisation_id=organisation_id, state__in=OPEN_STATES, ends_on__gt=last - LAST_HALF, ends_on__lte=last
    ).exclude(programme__state="archived")
    return list(rows.select_related("module", "programme", "teacher").order_by("programme__sort_name", "name", "pk"))


def _lines(batch: Rollover, groups: Sequence[Group]) -> list[RolloverGroup]:
    years = batch.to_year - batch.from_year
    modules = following_modules({group.programme_id for group in groups})
    slots = _slots([group.pk for group in groups], batch)
    lines = []
    for group in groups:
        module = modules.get((group.programme_id, group.module.number))
        ages = rules.next_ages(
            group.age_from, group.age_to, group.programme.age_from, group.programme.age_to, years if module else 0
        )
        lines.append(
            RolloverGroup(
                rollover=batch,
                from_group=group,
                plan=Plan.NEXT_MODULE if module else Plan.ENDS,
                module=module,
                name=_name(group, module, batch),
                teacher=group.teacher if group.teacher and group.teacher.left_on is None else None,
                capacity=group.capacity,
                starts_on=rules.next_day(group.starts_on, years),
                ends_on=rules.next_day(group.ends_on, years),
                age_from=ages[0],
                age_to=ages[1],
                slots=slots.get(group.pk, []),
            )
        )
    return RolloverGroup.objects.bulk_create(lines)


def _name(group: Group, module: Module | None, batch: Rollover) -> str:
    """The group's name with the next year and the next module in the places of the present ones."""
    name = group.name.replace(group.module.name, module.name) if module and group.module.name else group.name
    return rules.next_name(name, batch.from_year, batch.to_year)[:200]


def following_modules(programmes: Iterable[int]) -> dict[tuple[int, int], Module]:
    """(programme, number of a module) → the module after it."""
    found: dict[tuple[int, int], Module] = {}
    before: Module | None = None
    for module in Module.objects.filter(programme_id__in=list(programmes)).order_by("programme_id", "number"):
        if before is not None and before.programme_id == module.programme_id:
            found[module.programme_id, before.number] = module
        before = module
    return found


def _slots(groups: list[int], batch: Rollover) -> dict[int, list[dict[str, Any]]]:
    """Lines of the timetable that were in force at the end of the year; teachers who left are left out."""
    _, last = rules.school_year_days(batch.from_year)
    gone = set(
        Staff.objects.filter(organisation=batch.organisation_id, left_on__isnull=False).values_list("pk", flat=True)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    rows = Slot.objects.filter(group_id__in=groups).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last - LAST_HALF))
    for slot in rows.order_by("group_id", "weekday", "starts_at"):
        found.setdefault(slot.group_id, []).append(
            {
                "weekday": slot.weekday,
                "starts_at": f"{slot.starts_at:%H:%M}",
                "ends_at": f"{slot.ends_at:%H:%M}",
                "academic_hours": str(slot.academic_hours),
                "venue": slot.venue_id,
                "room": slot.room,
                "teacher": slot.teacher_id if slot.teacher_id not in gone else None,
            }
        )
    return found


def propose(lines: Sequence[RolloverGroup], besides: frozenset[int] | set[int] = frozenset()) -> None:
    """Rows of the learners of these lines (`besides`: studies that have theirs); who does not fit says why."""
    by_group = {line.from_group_id: line for line in lines}
    studies = [study for study in learners_of(lines) if study.pk not in besides]
    known = fit.facts_of([study.child_id for study in studies])
    made = []
    for study in studies:
        line = by_group[study.group_id]
        reasons = fit.reasons(line, study, known)
        made.append(
            RolloverLearner(
                rollover_id=line.rollover_id,
                line=line,
                child_id=study.child_id,
                enrolment=study,
                funding=study.funding,
                included=not reasons,
                reasons=fit.stored(reasons),
            )
        )
    RolloverLearner.objects.bulk_create(made, batch_size=500)


def learners_of(lines: Sequence[RolloverGroup]) -> list[Enrolment]:
    """Studies that go on to the end of their group, or that still go on but end earlier by notice."""
    rows = Enrolment.objects.filter(group_id__in=[line.from_group_id for line in lines])
    rows = rows.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=F("group__ends_on")) | Q(ends_on__gte=clock.today(clock.EASTERNMOST))
    )
    found: dict[tuple[int, int], Enrolment] = {}
    for study in rows.select_related("child", "group").order_by("child__sort_name", "pk"):
        found[study.child_id, study.group_id] = study
    return list(found.values())


def locked(actor: Actor, rollover: Rollover | int, action: str = "edit") -> Rollover:
    """The batch under its own lock. Raises Forbidden or Hidden."""
    pk = rollover if isinstance(rollover, int) else rollover.pk
    policy.ROLLOVER.get(actor, action, pk=pk)
    rows = Rollover.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("organisation", "municipality").get(pk=pk)


def require_draft(batch: Rollover) -> None:
    """Groups and learners are chosen before the families are asked. Raises Refused."""
    if batch.state != Rollover.State.DRAFT:
        raise Refused(
            Reason(
                "not_draft",
                "Семьи уже спрошены, состав перехода не меняется.",
                hint="Отмените переход и составьте новый, если он неверен.",
            )
        )


def cancel(actor: Actor, *, rollover: Rollover | int) -> Rollover:
    """Give the batch up before it is carried out; nothing has changed for anybody."""
    with act(actor):
        batch = locked(actor, rollover)
        if batch.state not in (Rollover.State.DRAFT, Rollover.State.ASKING):
            raise Refused(Reason("too_late", "Переход уже выполняется или выполнен, отменить его нельзя."))
        batch.state = Rollover.State.CANCELLED
        batch.save(update_fields=["state"])
    return batch


def settle(actor: Actor, *, rollover: Rollover | int, silence: str, opens_on: dt.date | None) -> Rollover:
    """What silence means and from which day others may apply; both stand once the families are asked."""
    with act(actor):
        batch = locked(actor, rollover)
        require_draft(batch)
        batch.silence, batch.opens_on = silence, opens_on
        batch.save(update_fields=["silence", "opens_on"])
    return batch
