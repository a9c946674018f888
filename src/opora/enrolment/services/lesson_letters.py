"""Families are told of cancelled, moved, extra lessons and of substitutes (E5): a reader of the outbox."""

from __future__ import annotations

from opora.catalogue.models import LessonException
from opora.core import feed, russian
from opora.core.access import SYSTEM
from opora.core.outbox import write_letter
from opora.core.transactions import act
from opora.enrolment.models import Enrolment
from opora.enrolment.wording import club
from opora.people.models import Guardianship

READER = "enrolment.lesson_letters"


def tell_lesson_changes() -> int:
    """Write letters about the changes of lessons made since the last look. Returns how many changes were told."""
    with act(SYSTEM):
        rows = feed.read(READER, ("lesson.changed",))
        for row in rows:
            kind, date = row.payload.get("change"), row.payload.get("date")
            change = (
                LessonException.objects.filter(group_id=row.object_id, kind=kind, date=date, created_at__lte=row.at)
                .select_related("group__programme", "substitute")
                .order_by("-pk")
                .first()
            )
            if change is not None:
                _tell(change)
    return len(rows)


def _tell(change: LessonException) -> None:
    """One letter to each guardian of each child that studies in the group on that day."""
    learners = Enrolment.objects.filter(group_id=change.group_id, starts_on__lte=change.new_date or change.date)
    children = learners.exclude(ends_on__lt=change.date).values("child_id")
    guardians = Guardianship.objects.filter(child_id__in=children, ended_at__isnull=True)
    subject, body = words(change)
    for account_id, address in set(guardians.values_list("account_id", "account__email")):
        write_letter(
            account_id=account_id,
            address=address,
            kind="lesson_changed",
            subject=subject,
            body=body,
            link="/cabinet/timetable/",
            dedup=f"lesson:{change.pk}:{account_id}",
        )


def words(change: LessonException) -> tuple[str, str]:
    """Subject and body of the letter."""
    group, when = f"«{club(change.group)}»", russian.date(change.date)
    why = f" Причина: {change.reason}." if change.reason else ""
    hours = (
        f"{change.new_starts_at:%H:%M}–{change.new_ends_at:%H:%M}"
        if change.new_starts_at and change.new_ends_at
        else ""
    )
    if change.kind == LessonException.Kind.CANCELLED:
        return f"Занятие отменено: {group}", f"Занятия {when} в кружке {group} не будет.{why}"
    if change.kind == LessonException.Kind.MOVED:
        to = russian.date(change.new_date or change.date)
        return f"Занятие перенесено: {group}", f"Занятие кружка {group} с {when} переносится на {to}, {hours}.{why}"
    if change.kind == LessonException.Kind.EXTRA:
        to = russian.date(change.new_date or change.date)
        return f"Дополнительное занятие: {group}", f"У кружка {group} будет занятие {to}, {hours}.{why}"
    who = change.substitute.full_name if change.substitute else "другой педагог"
    return f"Замена педагога: {group}", f"Занятие {when} в кружке {group} проведёт {who}.{why}"
