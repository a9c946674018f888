"""Applications entered by staff: one on paper, a list of children into a group (E2)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from opora.catalogue.pages import office_page, put_reasons
from opora.core import russian
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Refused
from opora.core.registers.importing.reading import Unreadable
from opora.enrolment import policy
from opora.enrolment import queries_office as office
from opora.enrolment.forms_office import DeskForm, ListForm
from opora.enrolment.lists_office import read_list
from opora.enrolment.services.desk import ListReport, apply_list, apply_on_paper
from opora.people.services import ChildData


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def desk(request: HttpRequest, actor: Actor) -> HttpResponse:
    """An application on paper with the guardian's consent."""
    if not actor.has(*policy.ENTERING):
        raise Forbidden("desk")
    groups = office.open_groups(actor)
    form = DeskForm(
        groups, request.POST if request.method == "POST" else None, initial={"group": request.GET.get("group")}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        child = ChildData(
            last_name=data["last_name"],
            first_name=data["first_name"],
            patronymic=data["patronymic"],
            birth_date=data["birth_date"],
            sex=data["sex"],
            locality_id=int(data["locality"]),
        )
        try:
            made = apply_on_paper(
                actor, data=child, giver_name=data["giver_name"], group=data["group"], funding=data["funding"]
            )
        except Refused as refused:
            put_reasons(form, refused)
        else:
            waits = made.state == "waiting"
            messages.success(request, "Ребёнок в листе ожидания." if waits else "Заявка принята, место занято.")
            return HttpResponseRedirect(reverse("enrolment:application", args=[made.public_id]))
    return render(request, "enrolment/office/desk.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def bulk_list(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A list of children into a group: all or none, errors by row."""
    group = office.group_at_work(actor, pk, "papers")
    policy.require_apply(
        actor, child_id=0, organisation_id=group.organisation_id, municipality_id=group.municipality_id
    )
    form = ListForm(request.POST or None, request.FILES or None, initial={"funding": "budget"})
    report: ListReport | None = None
    if request.method == "POST" and form.is_valid():
        try:
            rows = _rows(form.cleaned_data["file"])
        except Unreadable as error:
            form.add_error("file", str(error))
        else:
            report = apply_list(actor, group=group, rows=rows, funding=form.cleaned_data["funding"])
            if report.written:
                placed = russian.plural(report.placed, "заявка принята", "заявки приняты", "заявок принято")
                waiting = f", в лист ожидания: {report.waiting}" if report.waiting else ""
                known = f", уже были: {report.known}" if report.known else ""
                messages.success(request, f"Список загружен: {placed}{waiting}{known}.")
                return HttpResponseRedirect(reverse("enrolment:group", args=[pk]))
    context = {"form": form, "group": group, "report": report}
    return render(request, "enrolment/office/bulk_list.html", context, status=422 if form.is_bound else 200)


def _rows(uploaded: Any) -> Any:
    with tempfile.NamedTemporaryFile(suffix=Path(uploaded.name).suffix) as file:
        for chunk in uploaded.chunks():
            file.write(chunk)
        file.flush()
        return read_list(Path(file.name))
