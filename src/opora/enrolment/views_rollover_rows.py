"""Rows of a change of school year: one group with its next year, bulk changes of groups and children (E6)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from opora.catalogue.forms_timetable import timetable_form
from opora.catalogue.pages import back, office_page, put_reasons, say_refused
from opora.core import russian
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.reasons import Hidden, Refused
from opora.enrolment import policy
from opora.enrolment import queries_rollover as queries
from opora.enrolment.forms_rollover import RolloverLineForm
from opora.enrolment.models import RolloverGroup
from opora.enrolment.registers_rollover import OUTCOMES
from opora.enrolment.rules.rollover import school_year_title
from opora.enrolment.services import rollover_ask, rollover_edit
from opora.enrolment.services.rollover_draft import following_modules
from opora.enrolment.services.rollover_edit import Changed

NAMED = 5


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def rollover_group(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One group: what becomes of it, the group of the next year with its timetable, its children."""
    line = queries.line(actor, pk)
    batch = line.rollover
    may_edit = policy.ROLLOVER.can(actor, "edit", batch) and batch.state == "draft"
    posted = request.POST if request.method == "POST" else None
    following = following_modules({line.from_group.programme_id}).get(
        (line.from_group.programme_id, line.from_group.module.number)
    )
    form = RolloverLineForm(posted, instance=line, following=following, batch=batch)
    formset = timetable_form(posted, initial=_slots(line), organisation_id=batch.organisation_id)
    if posted is not None and form.is_valid() and formset.is_valid():
        values = {name: form.cleaned_data[name] for name in form.fields}
        try:
            rollover_edit.edit_line(actor, line=pk, slots=formset.lines(), **values)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Группа сохранена, дети проверены заново.")
            return HttpResponseRedirect(reverse("register_card", args=["rollover_groups", pk]))
    log_access(actor, "card", batch, by=policy.ROLLOVER)
    stored = queries.line(actor, pk)
    context = {
        "line": stored,
        "rollover": batch,
        "title": f"{school_year_title(batch.from_year)} – {school_year_title(batch.to_year)}",
        "form": form,
        "formset": formset,
        "may_edit": may_edit,
        "following": following,
        "learners": [(row, OUTCOMES[row.outcome]) for row in queries.learners_of(stored)],
        "asked": batch.state != "draft" and stored.plan != "ends",
    }
    return render(request, "enrolment/office/rollover_group.html", context, status=422 if posted is not None else 200)


def _slots(line: RolloverGroup) -> list[dict[str, Any]]:
    return [
        {
            **one,
            "starts_at": dt.time.fromisoformat(one["starts_at"]),
            "ends_at": dt.time.fromisoformat(one["ends_at"]),
        }
        for one in line.slots
    ]


@require_POST
@office_page
def plan_picked(request: HttpRequest, actor: Actor, plan: str) -> HttpResponse:
    """What becomes of the picked groups of one batch."""
    policy.ROLLOVER_GROUP.require(actor, "edit")
    picked = [int(key) for key in request.POST.getlist("pick") if key.isdigit()]
    rows = policy.ROLLOVER_GROUP.rows(actor, "edit").filter(pk__in=picked)
    batches = sorted(set(rows.values_list("rollover_id", flat=True)))
    if picked and not batches:
        raise Hidden("rollover_group")
    for batch in batches:
        try:
            _say(request, rollover_edit.set_plan(actor, rollover=batch, lines=picked, plan=plan), "групп")
        except Refused as refused:
            say_refused(request, refused)
    return _back(request, "rollover_groups", picked)


LEARNER_ACTS = {
    "include": lambda actor, batch, picked: rollover_edit.include(
        actor, rollover=batch, learners=picked, included=True
    ),
    "exclude": lambda actor, batch, picked: rollover_edit.include(
        actor, rollover=batch, learners=picked, included=False
    ),
    "paper_yes": lambda actor, batch, picked: rollover_ask.answer_on_paper(
        actor, rollover=batch, learners=picked, agrees=True
    ),
    "paper_no": lambda actor, batch, picked: rollover_ask.answer_on_paper(
        actor, rollover=batch, learners=picked, agrees=False
    ),
}


@require_POST
@office_page
def learners_picked(request: HttpRequest, actor: Actor, deed: str) -> HttpResponse:
    """Propose, leave out, record an answer on paper for the picked children."""
    policy.ROLLOVER_LEARNER.require(actor, "edit")
    picked = request.POST.getlist("pick")
    if picked:
        try:
            batch = rollover_edit.batch_of(actor, picked)
            _say(request, LEARNER_ACTS[deed](actor, batch, picked), "детей")
        except Refused as refused:
            say_refused(request, refused)
    return _back(request, "rollover_learners", picked)


def _say(request: HttpRequest, changed: Changed, of_what: str) -> None:
    """How many were changed; the first that were not, with the reason."""
    if changed.done:
        messages.success(request, f"Изменено {of_what}: {changed.done}.")
    if changed.left:
        named = "; ".join(f"{name}: {why[:1].lower()}{why[1:].rstrip('.')}" for name, why in changed.left[:NAMED])
        more = len(changed.left) - NAMED
        rest = f" и ещё {russian.number(more)}" if more > 0 else ""
        messages.warning(request, f"Не изменено {of_what}: {len(changed.left)}. {named}{rest}.")
    if not changed.done and not changed.left:
        messages.info(request, "Менять нечего: так уже записано.")


def _back(request: HttpRequest, register: str, picked: list[Any]) -> HttpResponse:
    """To the list as it was filtered: the page that the form stood on."""
    if not picked:
        messages.error(request, "Отметьте в списке хотя бы одну строку.")
    referer = request.headers.get("Referer", "")
    query = referer.partition("?")[2] if f"/office/{register}/" in referer else ""
    default = reverse("register_list", args=[register])
    return back(request, f"{default}?{query}" if query else default)
