"""A group at work: learners, waiting list with its order explained, places, opening and closing (E3)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.catalogue.presentation import GROUP_STATES, schedule_text
from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.reasons import Refused
from opora.enrolment import policy, services
from opora.enrolment import queries_office as office
from opora.enrolment.forms_office import CapacityForm


def group_url(pk: int) -> str:
    return reverse("enrolment:group", args=[pk])


@require_safe
@office_page
def group(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Learners today, the queue in order, papers, places."""
    one = office.group_at_work(actor, pk, "papers")
    today = clock.today(one.municipality.time_zone)
    places = office.places_of(one)
    may_manage = policy.PLACES.can(actor, "manage", one)
    may_queue = policy.PLACES.can(actor, "queue", one)
    context = {
        "group": one,
        "state": GROUP_STATES[one.state],
        "when": schedule_text(one),
        "places": places,
        "free": places.capacity - places.places_taken,
        "learners": [(row, russian.age(row.child.birth_date, today)) for row in office.learners(one, today)],
        "queue": office.queue_of(one) if may_queue else [],
        "may_manage": may_manage,
        "may_write": policy.MESSAGES.can(actor, "write", one),
        "may_enter": actor.has("provider_manager", "desk_operator"),
        "may_see_cards": policy.SAFETY.allowed(actor, "view"),
        "form": CapacityForm(initial={"capacity": places.capacity}) if may_manage else None,
        "today": today,
    }
    return render(request, "enrolment/office/group.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def capacity(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Change the number of places; raising it serves the queue at once."""
    one = policy.PLACES.get(actor, "manage", pk=pk)
    form = CapacityForm(request.POST or None, initial={"capacity": office.places_of(one).capacity})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_capacity(actor, group=one, capacity=form.cleaned_data["capacity"])
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Число мест изменено.")
            return HttpResponseRedirect(group_url(pk))
    context = {"form": form, "group": one, "places": office.places_of(one)}
    return render(request, "enrolment/office/capacity.html", context, status=422 if form.is_bound else 200)


@require_POST
@office_page
def open_close(request: HttpRequest, actor: Actor, pk: int, step: str) -> HttpResponse:
    """open or close the enrolment of a group."""
    one = policy.PLACES.get(actor, "manage", pk=pk)
    try:
        if step == "open":
            services.open_group(actor, group=one)
            messages.success(request, "Запись в группу открыта: родители видят её в навигаторе.")
        else:
            services.close_group(actor, group=one)
            messages.success(request, "Запись закрыта. Кто учится и кто ждёт, остаются.")
    except Refused as refused:
        say_refused(request, refused)
    return HttpResponseRedirect(group_url(pk))
