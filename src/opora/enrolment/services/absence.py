"""A guardian reports that the child will miss lessons; the teacher is told and sees it in the journal (E7)."""

from __future__ import annotations

import datetime as dt

from opora.catalogue.models import Group
from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.outbox import emit, write_letter
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment.models import AbsenceNotice, Attendance, Enrolment
from opora.enrolment.wording import club
from opora.people import policy as people
from opora.people.letters import to_guardians
from opora.people.models import Child

LONGEST = dt.timedelta(days=60)
AHEAD = dt.timedelta(days=120)
MOST_A_DAY = 10
MARKS: dict[str, str] = {
    AbsenceNotice.Cause.ILL: Attendance.Mark.ILL,
    AbsenceNotice.Cause.FAMILY: Attendance.Mark.EXCUSED,
    AbsenceNotice.Cause.OTHER: Attendance.Mark.EXCUSED,
}
"""The mark that the journal proposes; the teacher saves it or another."""


def report(
    actor: Actor,
    *,
    child: Child,
    first_day: dt.date,
    last_day: dt.date,
    cause: str,
    group: Group | None = None,
    comment: str = "",
) -> AbsenceNotice:
    """Tell the teachers of one group, or of all where the child learns on these days. Inclusive days.

    Raises Hidden for a stranger's child; Refused for days in the past, too far or too many, for a child that learns
    nowhere on these days, for the same notice twice, for more than MOST_A_DAY in 24 hours.
    """
    with act(actor):
        people.CHILD.get(actor, "edit", pk=child.pk)
        Child.objects.select_for_update(no_key=True, of=("self",)).get(pk=child.pk)
        studies = _studies(child, group, first_day, last_day)
        if reasons := _reasons(child, first_day, last_day, cause, studies):
            raise Refused(reasons)
        values = {"first_day": first_day, "last_day": last_day, "group": group, "cause": cause}
        if AbsenceNotice.objects.filter(child=child, withdrawn_at__isnull=True, **values).exists():
            raise Refused(Reason("already_reported", "Об этих днях вы уже сообщили."))
        notice = AbsenceNotice.objects.create(
            child=child,
            comment=comment.strip()[:300],
            reported_by_id=actor.account_id,
            reported_at=clock.now(),
            **values,
        )
        emit("absence.reported", "child", child.pk, municipality_id=child.municipality_id, notice=notice.pk)
        for study in studies:
            _tell_teacher(notice, study, "Семья предупредила об отсутствии", "не придёт")
        _tell_guardians(actor, notice)
    return notice


def withdraw(actor: Actor, *, notice: AbsenceNotice) -> AbsenceNotice:
    """The child will come after all; days that passed stay as they were noted in the journal."""
    with act(actor):
        people.CHILD.get(actor, "edit", pk=notice.child_id)
        fresh = AbsenceNotice.objects.select_for_update(no_key=True, of=("self",)).get(pk=notice.pk)
        if fresh.withdrawn_at is None:
            fresh.withdrawn_at = clock.now()
            fresh.save(update_fields=["withdrawn_at"])
            emit("absence.withdrawn", "child", fresh.child_id, notice=fresh.pk)
            for study in _studies(fresh.child, fresh.group, fresh.first_day, fresh.last_day):
                _tell_teacher(fresh, study, "Ребёнок всё-таки придёт", "придёт, сообщение отменено")
            _tell_guardians(actor, fresh)
    return fresh


def _studies(child: Child, group: Group | None, first: dt.date, last: dt.date) -> list[Enrolment]:
    rows = Enrolment.objects.filter(child=child, starts_on__lte=last).exclude(ends_on__lt=first)
    rows = rows.exclude(group__ends_on__lt=first).exclude(group__starts_on__gt=last)
    if group is not None:
        rows = rows.filter(group=group)
    return list(rows.select_related("group__teacher__account", "group__municipality").order_by("pk"))


def _reasons(child: Child, first: dt.date, last: dt.date, cause: str, studies: list[Enrolment]) -> list[Reason]:
    today = clock.today(child.municipality.time_zone if child.municipality else None)
    found = []
    if cause not in AbsenceNotice.Cause.values:
        found.append(Reason("unknown_cause", "Выберите причину из списка.", field="cause"))
    if last < first:
        found.append(Reason("absence_days", "Последний день раньше первого.", field="last_day"))
    if first < today:
        found.append(
            Reason(
                "absence_past",
                "О прошедших днях здесь сообщить нельзя.",
                hint="Поговорите с педагогом: отметку в журнале меняет он.",
                field="first_day",
            )
        )
    if last - first > LONGEST or first - today > AHEAD:
        found.append(
            Reason(
                "absence_long",
                f"Сообщить можно не больше чем о {LONGEST.days} днях подряд и не раньше чем за {AHEAD.days} дней.",
                field="last_day",
            )
        )
    if not studies:
        found.append(Reason("no_study", "В эти дни ребёнок в кружке не учится.", field="group"))
    since = clock.now() - dt.timedelta(days=1)
    if AbsenceNotice.objects.filter(child=child, reported_at__gt=since).count() >= MOST_A_DAY:
        found.append(Reason("absence_often", "Сегодня сообщений уже много. Попробуйте завтра или позвоните педагогу."))
    return found


def days_of(notice: AbsenceNotice) -> str:
    """«12 октября, пн» or «с 12 октября по 15 октября»."""
    first, last = russian.date(notice.first_day), russian.date(notice.last_day)
    return first if notice.first_day == notice.last_day else f"с {first} по {last}"


def where_of(notice: AbsenceNotice) -> str:
    """The group that the notice is for, or all of them."""
    return f"в кружке «{club(notice.group)}»" if notice.group else "во всех кружках"


def _tell_guardians(actor: Actor, notice: AbsenceNotice) -> None:
    """The other guardians learn of it; who reported it in the cabinet has seen it on the page."""
    where, days = where_of(notice), days_of(notice)
    group = f": «{club(notice.group)}»" if notice.group else ""
    if notice.withdrawn_at is None:
        subject = f"Педагога предупредили об отсутствии{group}"
        body = (
            f"{notice.child.first_name} пропустит занятия {where}: {days}. Причина:"
            f" {notice.get_cause_display().lower()}. Педагог уже знает.\n\n"
            "Если это ошибка или ребёнок всё-таки придёт, отмените сообщение."
        )
    else:
        subject = f"Ребёнок всё-таки придёт{group}"
        body = (
            f"Сообщение об отсутствии отменено ({notice.child.first_name}, {where}, {days}).\n\n"
            "Педагог знает, что ребёнка нужно ждать на занятиях."
        )
    to_guardians(
        notice.child_id,
        kind="absence_reported" if notice.withdrawn_at is None else "absence_withdrawn",
        subject=subject,
        body=body,
        link=f"/cabinet/children/{notice.child.public_id}/absence/",
        answer=f"absence:{notice.pk}" if notice.withdrawn_at is None else "",
        dedup=f"absence_notice:{notice.pk}:{'reported' if notice.withdrawn_at is None else 'withdrawn'}",
        besides=None if actor.way else actor.account_id,
    )


def _tell_teacher(notice: AbsenceNotice, study: Enrolment, subject: str, says: str) -> None:
    """The subject names the group alone: the child and the cause stand in the letter's text."""
    teacher = study.group.teacher
    if teacher is None or teacher.account is None:
        return
    days = f"{notice.first_day:%d.%m.%Y}"
    if notice.last_day != notice.first_day:
        days += f"–{notice.last_day:%d.%m.%Y}"
    name = f"{notice.child.last_name} {notice.child.first_name}"
    comment = f" Семья пишет: {notice.comment}" if notice.comment else ""
    write_letter(
        account_id=teacher.account_id,
        address=teacher.account.email,
        kind="absence",
        subject=f"{subject}: «{study.group.name}»",
        body=f"{name} {says}: {days}, {notice.get_cause_display().lower()}.{comment}",
        link=f"/office/journal/?date={max(notice.first_day, study.starts_on).isoformat()}",
        dedup=f"absence:{notice.pk}:{study.group_id}:{says[:5]}",
    )
