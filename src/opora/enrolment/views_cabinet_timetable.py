"""Lessons of the family by week, the calendar for a phone, the safety card (E5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opora.core import clock
from opora.core.reasons import Refused
from opora.enrolment import calendars, queries_lessons, queries_talk
from opora.enrolment import queries_cabinet as queries
from opora.enrolment.forms_cabinet import SafetyForm
from opora.enrolment.services import feeds
from opora.enrolment.services import safety as safety_service
from opora.people import queries as people
from opora.people import services_consents
from opora.people.forms import add_reasons
from opora.people.models import Child
from opora.people.requests import ActorRequest

WEEK = dt.timedelta(days=7)
FARTHEST = dt.timedelta(days=400)


@login_required
@require_safe
def timetable(request: ActorRequest) -> HttpResponse:
    """Lessons of all children in one week."""
    children = list(people.my_children(request.actor))
    return _week(request, children, None)


@login_required
@require_safe
def child_timetable(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Lessons of one child in one week."""
    child = people.my_child(request.actor, public_id)
    return _week(request, [child], child)


def _week(request: ActorRequest, children: list[Child], child: Child | None) -> HttpResponse:
    today = clock.today(_zone(children))
    monday = _monday(request.GET.get("week", ""), today)
    sunday = monday + WEEK - dt.timedelta(days=1)
    lessons = queries_lessons.of_children([one.pk for one in children], monday, sunday)
    said = queries_talk.absences([one.pk for one in children], monday, sunday)
    days: list[dict[str, Any]] = []
    for number in range(7):
        day = monday + dt.timedelta(days=number)
        rows = [
            (row, one, queries_talk.covering(said, one.pk, row.group.pk, day))
            for one in children
            for row in lessons.get(one.pk, [])
            if row.date == day
        ]
        rows.sort(key=lambda pair: (pair[0].planned.starts_at, pair[1].pk))
        if rows:
            days.append({"day": day, "today": day == today, "ahead": day >= today, "rows": rows})
    return render(
        request,
        "enrolment/cabinet/timetable.html",
        {
            "child": child,
            "children": children,
            "may_report": request.actor.has("guardian"),
            "days": days,
            "monday": monday,
            "sunday": sunday,
            "previous": monday - WEEK,
            "next": monday + WEEK,
            "this_week": monday <= today <= sunday,
            "several": child is None and len(children) > 1,
        },
    )


def _zone(children: list[Child]) -> str:
    return next((one.municipality.time_zone for one in children if one.municipality), "")


def _monday(text: str, today: dt.date) -> dt.date:
    """The Monday of the asked week; this week when the address is not a near date."""
    try:
        asked = dt.date.fromisoformat(text)
    except ValueError:
        asked = today
    if abs(asked - today) > FARTHEST:
        asked = today
    return asked - dt.timedelta(days=asked.weekday())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def child_calendar(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The address of the child's calendar and how to put it into a phone; POST renews the address."""
    child = people.my_child(request.actor, public_id)
    if request.method == "POST":
        feeds.renew_feed(request.actor, kind=feeds.CHILD, object_id=child.pk)
        messages.success(request, "Адрес новый, прежний больше не работает.")
        return redirect("enrolment_cabinet:child_calendar", child.public_id)
    feed = feeds.feed_for(request.actor, kind=feeds.CHILD, object_id=child.pk)
    path = reverse("enrolment_cabinet:feed", args=[feed.key])
    address = f"{settings.BASE_URL.rstrip('/')}{path}"
    return render(
        request,
        "enrolment/cabinet/calendar.html",
        {"child": child, "address": address, "path": path, "webcal": "webcal:" + address.partition(":")[2]},
    )


@require_safe
def feed(request: ActorRequest, key: Any) -> HttpResponse:
    """The calendar behind a secret address; whoever knows the key reads it, nothing else is behind it."""
    found = feeds.find_feed(key)
    if found is None:
        raise Http404
    response = HttpResponse(calendars.calendar_of_feed(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="opora.ics"'
    response["Cache-Control"] = "private, max-age=900"
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def safety(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Who may collect the child, whom to call, medical admission."""
    child = people.my_child(request.actor, public_id, "edit")
    card = queries.safety_card(child)
    initial = {
        name: getattr(card, name)
        for name in ("collectors", "contacts", "may_leave_alone", "medical_until", "medical_note")
        if card
    }
    text = people.consent_texts().get("sensitive")
    form = SafetyForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        consented=people.has_consent(child.pk, "sensitive"),
        text=text,
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            if values.pop("health_consent", False):
                services_consents.give_consent(request.actor, child=child, kind="sensitive")
            safety_service.save_safety_card(request.actor, child=child, **values)
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Карточка безопасности сохранена.")
            return redirect("people:child", child.public_id)
    return render(request, "enrolment/cabinet/safety.html", {"child": child, "form": form, "text": text, "card": card})
