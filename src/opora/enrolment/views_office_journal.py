"""The attendance journal: today's lessons on a phone, marks with conflicts shown, the month for a desktop (E5)."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from opora.catalogue import policy as catalogue
from opora.catalogue.pages import office_page, say_refused
from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.reasons import Refused
from opora.enrolment import policy
from opora.enrolment import queries_office as office
from opora.enrolment.models import AbsenceNotice, Lesson
from opora.enrolment.presentation_office import MARKS, SIGNS
from opora.enrolment.queries_talk import absences_at
from opora.enrolment.services.absence import MARKS as MARK_OF_CAUSE
from opora.enrolment.services.attendance import Noted, Sent, learners_on, note_lesson
from opora.enrolment.services.lessons import ensure_lessons
from opora.providers.queries import today_of

FAR = dt.timedelta(days=400)


@require_safe
@office_page
def journal(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Lessons of a day, today's first of all; the groups with their months below."""
    policy.LESSON.require(actor, "view")
    today = today_of(actor)
    day = _day(request.GET.get("date", ""), today)
    ensure_lessons(actor, group_ids=office.own_running_groups(actor), first=day, last=day)
    context = {
        "day": day,
        "today": today,
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
        "lessons": office.lessons_on(actor, day),
        "groups": office.running_groups(actor)[:60],
    }
    return render(request, "enrolment/office/journal.html", context)


def _day(text: str, today: dt.date) -> dt.date:
    """A date from the address; nonsense and the far past or future mean today."""
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    return found if found is not None and abs(found - today) < FAR else today


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def lesson(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Marks of one lesson. A page without a script posts the form; a phone may send the same later as JSON."""
    one = office.lesson_card(actor, pk)
    noted: Noted | None = None
    if request.method == "POST":
        wants_json = request.headers.get("Accept", "").startswith("application/json")
        try:
            noted = _note(request, actor, one)
        except Refused as refused:
            if wants_json:
                return JsonResponse({"refused": [reason.message for reason in refused.reasons]}, status=409)
            say_refused(request, refused)
            return HttpResponseRedirect(request.path)
        if wants_json:
            return JsonResponse(_told(noted, one))
        if not noted.conflicts:
            messages.success(request, "Занятие отмечено.")
            return HttpResponseRedirect(f"{reverse('enrolment:journal')}?date={one.date.isoformat()}")
        one = office.lesson_card(actor, pk)
    return render(
        request, "enrolment/office/lesson.html", _lesson_page(actor, one, noted), status=409 if noted else 200
    )


def _note(request: HttpRequest, actor: Actor, one: Lesson) -> Noted:
    marks = {}
    for name, value in request.POST.items():
        if name.startswith("mark_") and name[5:].isdigit():
            version = request.POST.get(f"version_{name[5:]}", "0")
            marks[int(name[5:])] = Sent(str(value), int(version) if str(version).isdigit() else 0)
    version = request.POST.get("lesson_version", "0")
    return note_lesson(
        actor,
        lesson=one,
        marks=marks,
        topic=request.POST.get("topic"),
        lesson_version=int(version) if version.isdigit() else 0,
    )


def _told(noted: Noted, one: Lesson) -> dict[str, Any]:
    names = {row.pk: row.child.full_name for row in learners_on(one)}
    titles = {code: title for code, title, _ in MARKS}
    return {
        "versions": noted.versions,
        "lesson_version": noted.lesson_version,
        "conflicts": [
            {
                "enrolment": conflict.enrolment,
                "name": names.get(conflict.enrolment or 0, "Тема занятия"),
                "theirs": titles.get(conflict.theirs, conflict.theirs),
                "mine": titles.get(conflict.mine, conflict.mine),
            }
            for conflict in noted.conflicts
        ],
    }


def _lesson_page(actor: Actor, one: Lesson, noted: Noted | None) -> dict[str, Any]:
    learners = list(learners_on(one))
    marks = office.marks_of([one.pk])
    conflicts = {conflict.enrolment: conflict for conflict in noted.conflicts} if noted else {}
    titles = {code: title for code, title, _ in MARKS}
    said = absences_at(one, [row.child_id for row in learners])
    rows = [
        {
            "enrolment": row,
            "said": said.get(row.child_id),
            "mark": mark.mark if (mark := marks.get((one.pk, row.pk))) else _proposed(said.get(row.child_id)),
            "version": mark.version if mark else 0,
            "conflict": titles.get(conflicts[row.pk].mine, "") if row.pk in conflicts else "",
        }
        for row in learners
    ]
    return {
        "lesson": one,
        "rows": rows,
        "marks": MARKS,
        "may_mark": policy.LESSON.can(actor, "mark", one) and one.state != "cancelled",
        "may_change": catalogue.groups.can(actor, "timetable", one.group),
        "ahead": one.date > clock.today(one.municipality.time_zone),
        "conflicts": [
            (next((row.child.full_name for row in learners if row.pk == conflict.enrolment), "Тема занятия"),
             titles.get(conflict.mine, conflict.mine), titles.get(conflict.theirs, conflict.theirs))
            for conflict in (noted.conflicts if noted else [])
        ],
        "substituted": one.teacher_id is not None and one.teacher_id != one.group.teacher_id,
        "may_see_cards": policy.SAFETY.allowed(actor, "view"),
        "store_key": f"{actor.account_id}-{one.pk}",
    }  # fmt: skip


def _proposed(notice: AbsenceNotice | None) -> str:
    """The mark that a family's notice speaks for; nothing is noted until the teacher saves."""
    return MARK_OF_CAUSE[notice.cause] if notice is not None else ""


@require_safe
@office_page
def month(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The journal of a group for a month: children by lessons."""
    group = office.group_at_work(actor, pk)
    today = clock.today(group.municipality.time_zone)
    first = _day(f"{request.GET.get('month', '')}-01", today).replace(day=1)
    context = month_table(actor, group, first)
    context |= {
        "group": group,
        "first": first,
        "title": russian.month(first),
        "before": (first - dt.timedelta(days=1)).strftime("%Y-%m"),
        "after": (first + dt.timedelta(days=32)).strftime("%Y-%m"),
    }
    return render(request, "enrolment/office/month.html", context)


def month_table(actor: Actor, group: Any, first: dt.date) -> dict[str, Any]:
    """Lessons and rows (child, signs by lesson, times present) of a month; makes the lessons that are missing."""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    start, end = max(first, group.starts_on), min(last, group.ends_on)
    if start <= end:
        ensure_lessons(actor, group_ids=[group.pk], first=start, last=end)
    lessons = office.month_lessons(group, first, last)
    marks = office.marks_of([one.pk for one in lessons])
    rows = []
    for row in office.studied_within(group, first, last):
        cells = [_sign(one, row, marks.get((one.pk, row.pk))) for one in lessons]
        present = sum(1 for one in lessons if (mark := marks.get((one.pk, row.pk))) and mark.mark == "present")
        rows.append({"enrolment": row, "cells": cells, "present": present})
    return {"lessons": lessons, "rows": rows}


def _sign(one: Lesson, row: Any, mark: Any) -> str:
    if one.state == "cancelled":
        return "×"
    if row.starts_on > one.date or (row.ends_on and row.ends_on < one.date):
        return "–"
    if mark is None:
        return "·"
    return SIGNS[mark.mark] or "+"
