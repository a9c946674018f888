"""Changes of school year in the demo: the last one carried out, one in preparation, one whose families are asked."""

from __future__ import annotations

import datetime as dt

from opora.catalogue.models import Group
from opora.core import clock
from opora.core.access import Actor
from opora.demo.frame import Frame
from opora.enrolment.models import Application, Enrolment, OrderLine, Rollover, RolloverGroup, RolloverLearner
from opora.enrolment.services import rollover_ask, rollover_draft, rollover_edit, rollover_orders
from opora.people.actors import actor_of
from opora.people.models import Account, RoleAssignment
from opora.providers.models import Organisation, Signatory

GUARDIAN, MANAGER = "guardian@opora.demo", "provider_manager@opora.demo"
ANSWERED_OF_TEN = 6
"""Of ten asked families with an account six have answered by the day of the demo, one of them no."""


def write(frame: Frame) -> None:
    """After the district is in the database."""
    role = RoleAssignment.objects.filter(account__email=MANAGER, role="provider_manager").first()
    if role is None or role.place_id is None:
        return
    own = Organisation.objects.get(pk=role.place_id)
    year = frame.year_start.year
    _carried_out(frame, own, year - 1)
    # a manager may always see a draft; families are asked where the demo's guardian has a child
    manager = Actor(account_id=role.account_id, system=True)
    if rollover_draft.ending_groups(own.pk, year):
        with clock.frozen(frame.moment(frame.before(1), 15)):
            rollover_draft.prepare(manager, organisation=own, from_year=year)
    _asking(frame, manager, own, year)


def _carried_out(frame: Frame, own: Organisation, year: int) -> None:
    """The change to the present year as far as the past half-year knows it: who went on learns in the present group."""
    groups = list(rollover_draft.ending_groups(own.pk, year))
    pairs = [(old, new) for old in groups if (new := _present(frame, old)) is not None]
    if not pairs:
        return
    asked, done = dt.date(year + 1, 4, 20), dt.date(year + 1, 5, 18)
    batch = Rollover.objects.create(
        organisation=own,
        municipality_id=own.municipality_id,
        from_year=year,
        to_year=year + 1,
        state="done",
        answer_until=frame.moment(done - dt.timedelta(days=4), 0),
        opens_on=frame.year_start,
        signatory=Signatory.objects.filter(organisation=own).order_by("is_deputy", "pk").first(),
        created_at=frame.moment(asked - dt.timedelta(days=9), 11),
        asked_at=frame.moment(asked, 12),
        started_at=frame.moment(done, 10),
        finished_at=frame.moment(done, 10, 4),
    )
    for old, new in pairs:
        _line(frame, batch, old, new, asked, done)
    with clock.frozen(frame.moment(done, 10, 3)):
        while rollover_orders.issue_next(batch, Actor(system=True)):
            pass


def _present(frame: Frame, old: Group) -> Group | None:
    """The group of this year with the same teacher and module."""
    rows = Group.objects.filter(module_id=old.module_id, teacher_id=old.teacher_id, ends_on__gte=frame.date)
    return rows.exclude(state="draft").order_by("pk").first()


def _line(frame: Frame, batch: Rollover, old: Group, new: Group, asked: dt.date, done: dt.date) -> None:
    at = frame.moment(done, 10, 2)
    line = RolloverGroup.objects.create(
        rollover=batch,
        from_group=old,
        plan="next_group",
        module_id=new.module_id,
        name=new.name,
        teacher_id=new.teacher_id,
        capacity=new.capacity,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        age_from=new.age_from,
        age_to=new.age_to,
        to_group=new,
        done_at=at,
    )
    studies = Enrolment.objects.filter(group=old, ends_on=old.ends_on).select_related("application").order_by("pk")
    going = {
        one.child_id: one
        for one in Application.objects.filter(
            group__programme_id=new.programme_id, state="enrolled", child_id__in=[study.child_id for study in studies]
        )
    }
    Application.objects.filter(pk__in=[one.pk for one in going.values()]).update(source="rollover")
    rows = []
    for place, study in enumerate(studies):
        application = going.get(study.child_id)
        silent = application is None and place % 3 == 0
        outcome = "enrolled" if application else "silent" if silent else "refused"
        rows.append(
            RolloverLearner(
                rollover=batch,
                line=line,
                child_id=study.child_id,
                enrolment=study,
                funding=study.funding,
                answer="" if silent else "yes" if application else "no",
                answered_at=None if silent else frame.moment(asked + dt.timedelta(days=1 + place % 9), 19, place % 60),
                channel="" if silent else "paper" if place % 4 == 0 else "cabinet",
                outcome=outcome,
                outcome_reason=_why(outcome),
                done_at=at,
                application=application,
                order_id=_order_of(application),
            )
        )
    RolloverLearner.objects.bulk_create(rows)


def _why(outcome: str) -> str:
    return {
        "refused": "Семья ответила, что ребёнок не продолжает.",
        "silent": "Семья не ответила в срок, а без ответа ребёнок не переводится.",
    }.get(outcome, "")


def _order_of(application: Application | None) -> int | None:
    """The order of enrolment that names the child already."""
    if application is None:
        return None
    rows = OrderLine.objects.filter(application=application, order__kind="enrolment", order__state="issued")
    return rows.values_list("order_id", flat=True).first()


def _asking(frame: Frame, manager: Actor, besides: Organisation, year: int) -> None:
    """The organisation of a child of the demo's guardian asks its families; some have answered."""
    guardian = Account.objects.filter(email=GUARDIAN).first()
    study = (
        Enrolment.objects.filter(child__guardianships__account=guardian, ends_on__isnull=True)
        .exclude(organisation=besides)
        .filter(group__ends_on__lte=frame.year_start.replace(year=year + 1))
        .order_by("pk")
        .first()
    )
    if study is None or not rollover_draft.ending_groups(study.organisation_id, year):
        return
    with clock.frozen(frame.moment(frame.before(6), 10)):
        batch = rollover_draft.prepare(manager, organisation=study.organisation_id, from_year=year)
        mine = batch.lines.filter(from_group_id=study.group_id, plan="ends")
        rollover_edit.set_plan(manager, rollover=batch, lines=mine.values_list("pk", flat=True), plan="next_group")
        if rollover_ask.problems(batch):
            return
        rollover_ask.ask(manager, rollover=batch, last_day=frame.date + dt.timedelta(days=8))
    family = Account.objects.filter(pk=guardian.pk) if guardian else Account.objects.none()
    rows = rollover_ask.asked_rows(batch).exclude(child__guardianships__account__in=family)
    told = rows.filter(child__guardianships__account__isnull=False).distinct().order_by("pk")
    for place, row in enumerate(told[:40]):
        if place % 10 < ANSWERED_OF_TEN:
            with clock.frozen(frame.moment(frame.before(5 - place % 5), 18, place % 60)):
                account = row.child.guardianships.order_by("pk").first().account
                rollover_ask.answer(actor_of(account), learner=row.pk, agrees=place % 10 != 3)
