"""Pages beside the registers: who came to a meeting, minutes, the end of a decision, steps of a proposal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from opora.core import files
from opora.core.reasons import Forbidden, Refused
from opora.governance import policy, queries, rules, services
from opora.governance.documents import minutes as document
from opora.governance.forms import CloseForm, HoldForm, StepForm
from opora.governance.models import Decision, Meeting
from opora.governance.registers import decisions, meetings, proposals
from opora.people.forms import add_reasons
from opora.people.requests import ActorRequest
from opora.providers.queries import today_of


def _staff_only(request: ActorRequest) -> None:
    """Councils are open to all staff; families have no office pages."""
    if not request.actor.is_staff:
        raise Forbidden("view")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: ActorRequest, pk: int) -> HttpResponse:
    """Who of the members came; the quorum is counted at once."""
    meeting: Meeting = policy.meetings.get(request.actor, "change", pk=pk)
    members = list(queries.members_on(meeting.council_id, meeting.date))
    initial = {"present": [str(one) for one in queries.present_at(meeting)], "guests": meeting.guests}
    form = HoldForm(request.POST or None, members=members, initial=initial)
    if request.method == "POST" and form.is_valid():
        present = [int(one) for one in form.cleaned_data["present"]]
        try:
            held = services.hold(request.actor, meeting=meeting, present=present, guests=form.cleaned_data["guests"])
        except Refused as error:
            add_reasons(form, error)
        else:
            said = f"Присутствуют {held.present_then} из {held.members_then}."
            if held.state == Meeting.State.HELD:
                messages.success(request, f"{said} Кворум есть, можно вносить решения.")
            else:
                messages.warning(request, f"{said} Кворума нет: заседание не состоялось.")
            return redirect(meetings.url("card", meeting))
    needed = rules.needed_for_quorum(len(members), meeting.council.quorum)
    context = {
        "meeting": meeting,
        "form": form,
        "members": len(members),
        "needed": needed,
        "back": meetings.url("card", meeting),
        "council_address": f"/office/council_members/?council={meeting.council_id}",
    }
    return render(request, "governance/hold.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def minutes(request: ActorRequest, pk: int) -> HttpResponse:
    """The minutes of a meeting as a document."""
    _staff_only(request)
    meeting: Meeting = policy.meetings.get(request.actor, "view", pk=pk)
    if meeting.state == Meeting.State.PLANNED:
        raise Http404("minutes")
    name = f"Протокол {meeting.number} от {meeting.date:%d.%m.%Y}.docx"
    return files.download(document.render(meeting), name=name, content_type=files.DOCX)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a decision off control."""
    _staff_only(request)
    decision: Decision = queries.decision(request.actor, pk)
    if not queries.may_close(request.actor, decision):
        raise Forbidden("change")
    form = CloseForm(request.POST or None, initial={"day": today_of(request.actor), "state": "done"})
    if request.method == "POST" and form.is_valid():
        try:
            services.close_decision(request.actor, decision=decision, **form.cleaned_data)
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Решение закрыто.")
            return redirect(decisions.url("card", decision))
    return _form(request, form, "Закрыть решение", decision.text, decisions.url("card", decision), "Закрыть решение")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: ActorRequest, pk: int, code: str) -> HttpResponse:
    """One step of a proposal."""
    proposal = policy.proposals.get(request.actor, "change", pk=pk)
    label = next(one.label for one in rules.PROPOSAL.transitions if one.code == code)
    acts = queries.acts_of(request.actor, proposal)
    form = StepForm(request.POST or None, step=code, acts=acts, initial={"day": today_of(request.actor)})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.step(request.actor, proposal=proposal, code=code, day=values.pop("day"), **values)
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, f"Записано: {label[:1].lower()}{label[1:]}.")
            return redirect(proposals.url("card", proposal))
    lead = f"{proposal.title}. Кому: {proposal.addressee}"
    return _form(request, form, label, lead, proposals.url("card", proposal), "Записать")


def _form(request: ActorRequest, form: Any, title: str, lead: str, back: str, button: str) -> HttpResponse:
    context = {"form": form, "title": title, "lead": lead, "back": back, "button": button}
    return render(request, "governance/form.html", context, status=422 if form.errors else 200)
