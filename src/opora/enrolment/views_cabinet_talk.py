"""The family's side of E7: messages of groups, in the cabinet or by the link of a letter; notices of absence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.certificates.services_papers import latest_of
from opora.core import clock
from opora.core.reasons import Refused
from opora.enrolment import queries_talk as queries
from opora.enrolment.forms_talk import AbsenceForm
from opora.enrolment.models import GroupMessageReader
from opora.enrolment.services import absence as absences
from opora.enrolment.services.messages import mark_read
from opora.enrolment.views_office_messages import file_of
from opora.people import queries as people
from opora.people.forms import add_reasons
from opora.people.models import Child
from opora.people.requests import ActorRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: ActorRequest, public_id: Any) -> HttpResponse:
    """A message of a group; opening changes nothing, the button says that it was read."""
    reader = queries.my_message(request.actor, public_id)
    if request.method == "POST":
        mark_read(request.actor, reader=reader)
        messages.success(request, "Спасибо, педагог увидит, что вы прочитали.")
        return redirect("enrolment_cabinet:group_message", reader.message.public_id)
    return render(request, "enrolment/cabinet/message.html", _shown(reader))


def _shown(reader: GroupMessageReader) -> dict[str, Any]:
    one = reader.message
    return {
        "reader": reader,
        "message": one,
        "zone": one.municipality.time_zone,
        "file": latest_of(one),
    }


@login_required
@require_safe
def message_file(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The file that came with a message."""
    return file_of(queries.my_message(request.actor, public_id).message)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Report that the child will miss lessons; what was reported stands below and may be taken back."""
    child = people.my_child(request.actor, public_id, "edit")
    today = clock.today(child.municipality.time_zone if child.municipality else None)
    groups = queries.groups_of(child, today)
    form = AbsenceForm(
        request.POST if request.method == "POST" else None, groups=groups, initial=_initial(request, today)
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values["group"] = next((one for one in groups if str(one.pk) == values["group"]), None)
        try:
            absences.report(people.as_guardian(request.actor), child=child, **values)
        except Refused as refused:
            add_reasons(form, refused)
        else:
            messages.success(request, "Передали педагогу: он увидит это в журнале.")
            return redirect("enrolment_cabinet:absence", child.public_id)
    return _absence(request, child, form, groups, today)


def _absence(request: ActorRequest, child: Child, form: AbsenceForm, groups: list[Any], today: Any) -> HttpResponse:
    return render(
        request,
        "enrolment/cabinet/absence.html",
        {
            "child": child,
            "form": form,
            "groups": groups,
            "reported": queries.absences([child.pk], today, today + absences.AHEAD + absences.LONGEST),
        },
        status=422 if form.is_bound else 200,
    )


def _initial(request: ActorRequest, today: Any) -> dict[str, Any]:
    """`?on=2026-10-13&group=5` from a lesson of the timetable."""
    try:
        day = parse_date(request.GET.get("on", ""))
    except ValueError:
        day = None
    group = request.GET.get("group", "")
    return {"first_day": day if day and day >= today else today, "group": group}


@login_required
@require_POST
def withdraw_absence(request: ActorRequest, public_id: Any, key: Any) -> HttpResponse:
    """The child will come after all."""
    child = people.my_child(request.actor, public_id, "edit")
    found = queries.absence(child, key)
    if found.withdrawn_at is not None:
        raise Http404
    absences.withdraw(people.as_guardian(request.actor), notice=found)
    messages.success(request, "Отменили: педагог узнает, что ребёнок придёт.")
    return redirect("enrolment_cabinet:absence", child.public_id)
