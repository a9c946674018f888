"""Announcing, moving and finishing an opening of enrolment (E4)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from opora.catalogue import policy, services
from opora.catalogue.forms_openings import MomentForm
from opora.catalogue.models import EnrolmentOpening
from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.catalogue.services.openings import covered
from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.reasons import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def announce(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Say how many groups it takes, then announce."""
    row = policy.openings.get(actor, "edit", pk=pk)
    if request.method == "POST":
        try:
            count = services.announce(actor, opening=row)
        except Refused as refused:
            say_refused(request, refused)
        else:
            groups = russian.plural(count, "группа", "группы", "групп")
            messages.success(request, f"Запись объявлена. Откроется вместе: {groups}.")
        return _card(row)
    return _page(request, row, "announce", count=covered(row).count())


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def move(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Another day or hour."""
    row = policy.openings.get(actor, "edit", pk=pk)
    local = _local(row)
    form = MomentForm(request.POST or None, initial={"day": local.date(), "hour": local.time()})
    if request.method == "POST" and form.is_valid():
        try:
            services.move(actor, opening=row, opens_at=form.moment(row.municipality.time_zone))
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Запись перенесена: семьи видят новый момент.")
            return _card(row)
    return _page(request, row, "move", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def finish(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The opening is over; groups go on."""
    row = policy.openings.get(actor, "edit", pk=pk)
    if request.method == "POST":
        try:
            services.finish(actor, opening=row)
        except Refused as refused:
            say_refused(request, refused)
        else:
            messages.success(request, "Открытие записи завершено. Запись в группы со свободными местами продолжается.")
        return _card(row)
    return _page(request, row, "finish")


def _local(row: EnrolmentOpening) -> Any:
    return row.opens_at.astimezone(clock.zone(row.municipality.time_zone))


def _card(row: EnrolmentOpening) -> HttpResponse:
    return HttpResponseRedirect(reverse("register_card", args=["openings", row.pk]))


def _page(request: HttpRequest, row: EnrolmentOpening, step: str, **more: Any) -> HttpResponse:
    bound = "form" in more and more["form"].is_bound
    context = {"opening": row, "step": step, "when": russian.day_and_time(_local(row)), "zone": _zone(row), **more}
    return render(request, "catalogue/opening.html", context, status=422 if bound else 200)


def _zone(row: EnrolmentOpening) -> str:
    return "" if row.municipality.time_zone == "Europe/Moscow" else "по местному времени"
