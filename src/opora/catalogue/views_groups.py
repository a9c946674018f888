"""Groups of a provider: create, change, weekly timetable, changes of single lessons (C1, E5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from opora.catalogue import policy, services
from opora.catalogue import queries_office as queries
from opora.catalogue.forms import ExceptionForm, GroupForm
from opora.catalogue.forms_timetable import timetable_form
from opora.catalogue.models import Group
from opora.catalogue.pages import office_page, put_reasons
from opora.catalogue.presentation import GROUP_STATES
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def group_new(request: HttpRequest, actor: Actor, module: int) -> HttpResponse:
    """A new group of a module, with a credible guess of the dates and ages."""
    policy.modules.require(actor, "create")
    owner = queries.module_for(actor, "create", module)
    programme = owner.programme
    form = GroupForm(
        request.POST if request.method == "POST" else None,
        organisation_id=programme.organisation_id,
        new=True,
        initial=_guess(owner),
    )
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in form.fields}
        try:
            group = services.create_group(actor, module=owner, capacity=values.pop("capacity"), **values)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Группа создана. Добавьте расписание и откройте запись.")
            return HttpResponseRedirect(reverse("catalogue:timetable", args=[group.pk]))
    context = {"form": form, "parts": form.parts(), "programme": programme, "module": owner, "group": None}
    return render(request, "catalogue/group.html", context, status=422 if form.is_bound else 200)


def _guess(module: Any) -> dict[str, Any]:
    programme = module.programme
    today = clock.today(programme.municipality.time_zone)
    year = today.year if today.month >= 6 else today.year - 1
    start = max(dt.date(year, 9, 15), today)
    return {
        "name": f"{module.name}, группа {module.groups.count() + 1}",
        "capacity": 12,
        "starts_on": start,
        "ends_on": dt.date(year + 1, 5, 31) if start < dt.date(year + 1, 5, 31) else dt.date(year + 2, 5, 31),
        "age_from": programme.age_from,
        "age_to": programme.age_to,
        "for_budget": programme.organisation.ownership != "private",
        "for_paid": programme.organisation.ownership == "private",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def group_edit(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Change a group. What families signed up on (dates, payment) stands once it is open."""
    group = queries.group_for(actor, "edit", pk)
    posted = request.POST if request.method == "POST" else None
    form = GroupForm(posted, instance=group, organisation_id=group.organisation_id, new=False)
    if posted is not None and form.is_valid():
        fresh = queries.group_for(actor, "edit", pk)
        try:
            services.update_group(actor, group=fresh, **{name: form.cleaned_data[name] for name in form.fields})
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Группа сохранена.")
            return HttpResponseRedirect(reverse("register_card", args=["groups", pk]))
    stored = queries.group_for(actor, "edit", pk)
    context = {
        "form": form,
        "parts": form.parts(),
        "programme": stored.programme,
        "module": stored.module,
        "group": stored,
        "state": GROUP_STATES[stored.state],
    }
    return render(request, "catalogue/group.html", context, status=422 if form.is_bound else 200)


def _formset(group: Group, data: Any) -> Any:
    today = clock.today(group.municipality.time_zone)
    initial = [
        {
            "weekday": slot.weekday,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "academic_hours": f"{slot.academic_hours.normalize():f}",
            "room": slot.room,
            "venue": slot.venue_id,
            "teacher": slot.teacher_id,
        }
        for slot in group.slots.order_by("weekday", "starts_at")
        if slot.valid_to is None or slot.valid_to >= min(today, group.starts_on)
    ]
    return timetable_form(data, initial=initial, organisation_id=group.organisation_id)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def timetable(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The weekly timetable as rows; clashes of rooms and teachers are shown, they forbid nothing."""
    group = queries.group_for(actor, "timetable", pk)
    posted = request.POST if request.method == "POST" else None
    formset = _formset(group, posted)
    problem = ""
    if posted is not None and formset.is_valid():
        lines = formset.lines()
        problem = _overlap(lines)
        if not problem:
            try:
                services.set_timetable(actor, group=group, slots=lines)
            except Refused as refused:
                problem = " ".join(reason.message for reason in refused.reasons)
            else:
                messages.success(request, "Расписание сохранено.")
                return HttpResponseRedirect(reverse("catalogue:timetable", args=[pk]))
    context = {
        "group": group,
        "formset": formset,
        "problem": problem,
        "clashes": queries.clashes_of(group),
        "state": GROUP_STATES[group.state],
        "exceptions": group.lesson_exceptions.select_related("substitute", "slot").order_by("-date")[:20],
    }
    return render(request, "catalogue/timetable.html", context, status=422 if formset.is_bound else 200)


def _overlap(lines: list[dict[str, Any]]) -> str:
    """Two lessons of one group at the same time, in words; empty when there is none."""
    for place, mine in enumerate(lines):
        for other in lines[place + 1 :]:
            same_day = int(mine["weekday"]) == int(other["weekday"])
            if same_day and mine["starts_at"] < other["ends_at"] and other["starts_at"] < mine["ends_at"]:
                return (
                    f"Два занятия группы в одно время: {mine['starts_at']:%H:%M}–{mine['ends_at']:%H:%M}"
                    f" и {other['starts_at']:%H:%M}–{other['ends_at']:%H:%M}."
                )
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def exception_new(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Cancel, move or add a lesson, name a substitute; guardians are told."""
    group = queries.group_for(actor, "timetable", pk)
    initial = {name: request.GET[name] for name in ("kind", "date", "slot") if name in request.GET}
    form = ExceptionForm(
        request.POST if request.method == "POST" else None, group=group, initial={"kind": "cancelled", **initial}
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.add_exception(actor, group=group, kind=values.pop("kind"), date=values.pop("date"), **values)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Изменение внесено, семьи группы получат сообщение.")
            return HttpResponseRedirect(reverse("catalogue:timetable", args=[pk]) + "#exceptions")
    context = {"group": group, "form": form}
    return render(request, "catalogue/exception.html", context, status=422 if form.is_bound else 200)
