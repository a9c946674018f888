"""Change of school year in the office: the batch from its draft to what came of it, one group, bulk changes (E6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.core import clock, files
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.reasons import Refused
from opora.enrolment import policy
from opora.enrolment import queries_office as office
from opora.enrolment import queries_rollover as queries
from opora.enrolment.documents.rollover import workbook
from opora.enrolment.forms_rollover import RolloverAskForm, RolloverNewForm, RolloverStartForm, RolloverTermsForm
from opora.enrolment.models import Rollover
from opora.enrolment.registers_rollover import STATES
from opora.enrolment.rules.rollover import school_year_title
from opora.enrolment.services import rollover_ask, rollover_draft, rollover_edit, rollover_run

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEPS = ("Составить", "Спросить семьи", "Выполнить", "Готово")
STEP_OF = {"draft": 1, "asking": 2, "running": 3, "done": 4}
DAYS_TO_ANSWER = 14
SHOWN_PROBLEMS = 12


def card_url(pk: int) -> str:
    return reverse("register_card", args=["rollovers", pk])


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def rollover_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Which organisation, which year; the draft is made of what is there."""
    policy.ROLLOVER.require(actor, "edit")
    organisations = office.own_organisations(actor)
    first = organisations.select_related("municipality").first()
    years = queries.years_to_close(clock.today(first.municipality.time_zone if first else None))
    form = RolloverNewForm(organisations, years, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = rollover_draft.prepare(
                actor, organisation=form.cleaned_data["organisation"], from_year=form.cleaned_data["from_year"]
            )
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Проект составлен. Просмотрите группы и детей, потом спросите семьи.")
            return HttpResponseRedirect(card_url(made.pk))
    return render(request, "enrolment/office/rollover_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@office_page
def rollover(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """How the batch stands and what is to be done next."""
    batch = queries.rollover(actor, pk)
    return _card(request, actor, batch)


def _card(request: HttpRequest, actor: Actor, batch: Rollover, status: int = 200, **forms: Any) -> HttpResponse:
    may_edit = policy.ROLLOVER.can(actor, "edit", batch)
    found = queries.figures(batch)
    today = clock.today(batch.municipality.time_zone)
    problems = rollover_ask.problems(batch) if batch.state == Rollover.State.DRAFT and may_edit else []
    signatories = office.signatories(batch.organisation_id)
    startable = batch.state == "asking" or (batch.state == "draft" and not found.asked)
    context = {
        "rollover": batch,
        "title": f"{school_year_title(batch.from_year)} – {school_year_title(batch.to_year)}",
        "next_year": school_year_title(batch.to_year),
        "state": STATES[batch.state],
        "steps": STEPS,
        "step": STEP_OF.get(batch.state, 1),
        "figures": found,
        "outcomes": queries.outcome_rows(found),
        "may_edit": may_edit,
        "problems": problems[:SHOWN_PROBLEMS],
        "more_problems": max(0, len(problems) - SHOWN_PROBLEMS),
        "terms_form": RolloverTermsForm(initial={"silence": batch.silence, "opens_on": batch.opens_on}),
        "ask_form": RolloverAskForm(initial={"last_day": today + dt.timedelta(days=DAYS_TO_ANSWER)}),
        "start_form": RolloverStartForm(signatories, initial={"signatory": signatories.first()}) if startable else None,
        "no_signatories": startable and not signatories.exists(),
        "last_day": _last_day(batch),
        "in_time": batch.answer_until is not None and clock.now() < batch.answer_until,
        "orders": queries.orders(batch) if batch.state in ("running", "done") else [],
        "zone": batch.municipality.time_zone,
        **forms,
    }
    return render(request, "enrolment/office/rollover.html", context, status=status)


def _last_day(batch: Rollover) -> dt.date | None:
    if batch.answer_until is None:
        return None
    return (batch.answer_until - dt.timedelta(seconds=1)).astimezone(clock.zone(batch.municipality.time_zone)).date()


@require_POST
@office_page
def settle(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """What silence means, when others may apply."""
    batch = queries.rollover(actor, pk, "edit")
    form = RolloverTermsForm(request.POST)
    if not form.is_valid():
        return _card(request, actor, batch, 422, terms_form=form)
    return _done(
        request, batch, "Условия сохранены.", lambda: rollover_draft.settle(actor, rollover=batch, **form.cleaned_data)
    )


@require_POST
@office_page
def ask(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Write to the families."""
    batch = queries.rollover(actor, pk, "edit")
    form = RolloverAskForm(request.POST)
    if form.is_valid():
        try:
            rollover_ask.ask(actor, rollover=batch, last_day=form.cleaned_data["last_day"])
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Семьи спрошены: письма уходят, вопрос виден в кабинетах.")
            return HttpResponseRedirect(card_url(pk))
    return _card(request, actor, queries.rollover(actor, pk), 422, ask_form=form)


@require_POST
@office_page
def start(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Carry the batch out in the background; while it runs, wake it."""
    batch = queries.rollover(actor, pk, "start")
    form = RolloverStartForm(office.signatories(batch.organisation_id), request.POST)
    signatory = form.cleaned_data["signatory"] if form.is_valid() else None
    try:
        rollover_run.start(actor, rollover=batch, signatory=signatory)
    except Refused as refused:
        if "signatory" in form.errors:
            del form.errors["signatory"]
        put_reasons(form, refused)
        return _card(request, actor, queries.rollover(actor, pk), 422, start_form=form)
    messages.success(request, "Переход выполняется. Страницу можно закрыть: работа продолжится.")
    return HttpResponseRedirect(card_url(pk))


@require_POST
@office_page
def cancel(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Give the batch up."""
    batch = queries.rollover(actor, pk, "edit")
    return _done(
        request, batch, "Переход отменён, ничего не изменилось.", lambda: rollover_draft.cancel(actor, rollover=batch)
    )


@require_POST
@office_page
def refresh(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Judge everybody by today's data."""
    batch = queries.rollover(actor, pk, "edit")
    return _done(
        request, batch, "Состав пересчитан по сегодняшним данным.", lambda: rollover_edit.refresh(actor, rollover=batch)
    )


@require_POST
@office_page
def again(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take up again what did not work out."""
    batch = queries.rollover(actor, pk, "start")
    return _done(
        request,
        batch,
        "Повторяем для тех, у кого не получилось.",
        lambda: rollover_run.try_again(actor, rollover=batch),
    )


def _done(request: HttpRequest, batch: Rollover, text: str, deed: Callable[[], Any]) -> HttpResponse:
    try:
        deed()
    except Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, text)
    return HttpResponseRedirect(card_url(batch.pk))


@require_safe
@office_page
def outcome(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """What came of it as XLSX; the download is written to the journal."""
    batch = queries.rollover(actor, pk)
    learners = queries.for_export(batch)
    lines = batch.lines.select_related("from_group__programme", "to_group").order_by("from_group__name", "pk")
    log_access(actor, "download", batch, by=policy.ROLLOVER)
    name = f"Переход {batch.from_year}-{batch.to_year}, {batch.organisation.short_name}.xlsx"
    return files.download(workbook(batch, learners, list(lines)), name=name, content_type=XLSX)
