"""The sender's pages: a new request, whom to ask, the request with its answers, consolidation, archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.core import files
from opora.core.access import Actor
from opora.core.office.pages import office_page, put_reasons, say_refused
from opora.core.reasons import Hidden, Refused
from opora.monitoring.requests import documents, policy, queries
from opora.monitoring.requests.forms import RequestForm
from opora.monitoring.requests.models import DataRequest
from opora.monitoring.requests.services import asking
from opora.surveys import queries as forms
from opora.surveys.presentation import Page, Show, page
from opora.surveys.rules.definition import NUMBER, Address, Definition, from_json
from opora.surveys.rules.values import shown

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def url_of(pk: int) -> str:
    return reverse("requests:request", args=[pk])


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is asked, by which form, until when; then whom."""
    policy.REQUEST.require(actor, "create")
    places = [(f"{kind}:{pk}", queries.place_name(kind, pk)) for kind, pk in queries.sender_places(actor)]
    ready = [one for one in forms.templates(actor) if any(v.state == "published" for v in one.versions.all())]
    choices = [(str(one.pk), one.title) for one in ready]
    initial = {"template": request.GET.get("template", "")}
    form = RequestForm(places, choices, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        kind, _, pk = data["place"].partition(":")
        version = forms.published(int(data["template"]))
        if version is None:
            raise Hidden("form")
        try:
            made = asking.create_request(
                actor,
                subject=data["subject"],
                body=data["body"],
                version=version,
                working_days=data["working_days"],
                audience=data["audience"],
                figures_on=data["figures_on"],
                place=(kind, int(pk)),
            )
        except Refused as refused:
            put_reasons(form, refused)
        else:
            return HttpResponseRedirect(reverse("requests:recipients", args=[made.pk]))
    context = {"form": form, "no_forms": not choices}
    return render(request, "monitoring/requests/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def change(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Other words and another term of a draft."""
    one = queries.request_card(actor, pk, "change")
    values = {"subject": one.subject, "body": one.body, "working_days": one.working_days, "figures_on": one.figures_on}
    form = RequestForm([], [], request.POST if request.method == "POST" else None, initial=values, is_draft=True)
    if request.method == "POST" and form.is_valid():
        try:
            asking.change_request(actor, pk=pk, **form.cleaned_data)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            return HttpResponseRedirect(url_of(pk))
    return render(
        request, "monitoring/requests/new.html", {"form": form, "request_row": one}, status=422 if form.errors else 200
    )


def _ticked(request: HttpRequest, name: str) -> set[int]:
    return {int(value) for value in request.POST.getlist(name) if value.isdigit()}


def _picked(request: HttpRequest, one: DataRequest, everybody: list[Any]) -> list[int]:
    """Ids that the page means: everybody, those ticked, or those ticked among the shown beside the others."""
    act = request.POST.get("do")
    if act == "all":
        return [row.pk for row in everybody]
    ticked = _ticked(request, "pick")
    return sorted((set(one.picked) - _ticked(request, "shown")) | ticked) if act == "add" else sorted(ticked)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def recipients(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Whom to ask: everybody, or those ticked; the list can be narrowed by kind and municipality."""
    one = queries.request_card(actor, pk, "change")
    everybody: list[Any] = list(queries.candidates(one).order_by("sort_name", "pk"))
    if request.method == "POST":
        try:
            count = asking.pick(
                actor, pk=pk, ids=_picked(request, one, everybody), partners=_ticked(request, "partner")
            )
        except Refused as refused:
            say_refused(request, refused)
        else:
            messages.success(request, f"Отмечено адресатов: {count}.")
        return HttpResponseRedirect(url_of(pk))
    kinds = {(row.kind, row.get_kind_display()) for row in everybody if hasattr(row, "kind")}
    places = {(row.municipality_id, str(row.municipality)) for row in everybody}
    kind, place = request.GET.get("kind", ""), request.GET.get("municipality", "")
    found = [
        row
        for row in everybody
        if (not kind or getattr(row, "kind", "") == kind) and (not place or str(row.municipality_id) == place)
    ]
    context = {
        "one": one,
        "rows": found,
        "partners": list(queries.partner_candidates(one).order_by("sort_name", "pk")),
        "unreachable": queries.unreachable_partners(one),
        "kinds": sorted(kinds, key=lambda item: item[1]),
        "places": sorted(places, key=lambda item: item[1]),
        "kind": kind,
        "place": place,
        # nobody chosen yet: all organisations are proposed, partners are not
        "picked": set(one.picked) if one.picked or one.picked_partners else {row.pk for row in everybody},
        "total": len(everybody),
    }
    return render(request, "monitoring/requests/recipients.html", context)


@require_safe
@office_page
def card(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The request: its facts, how many answered, every answer with its state."""
    one = queries.request_card(actor, pk)
    answers = queries.answers_of(one)
    state = request.GET.get("state", "")
    context = {
        "one": one,
        "sender": queries.sender_name(one),
        "may_change": policy.REQUEST.can(actor, "change", one),
        "may_open": policy.ANSWER.allowed(actor, "view"),
        "answers": [row for row in answers if not state or row.state == state],
        "progress": queries.progress(answers),
        "state": state,
        "form": from_json(one.version.definition),
    }
    return render(request, "monitoring/requests/request.html", context)


@require_POST
@office_page
def do(request: HttpRequest, actor: Actor, pk: int, act: str) -> HttpResponse:
    """Send or put into the archive."""
    queries.request_card(actor, pk, "change")
    try:
        if act == "send":
            sent = asking.send_request(actor, pk=pk)
            messages.success(request, f"Запрос № {sent.number} отправлен, ответы ждём до {shown(sent.due)}.")
        elif act == "close":
            asking.close_request(actor, pk=pk)
            messages.success(request, "Запрос в архиве.")
        else:
            raise Hidden("act")
    except Refused as refused:
        say_refused(request, refused)
    return HttpResponseRedirect(url_of(pk))


@require_safe
@office_page
def summary(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The consolidation: sums in the form itself, texts with who wrote them, who has not answered."""
    one = queries.request_card(actor, pk)
    form = from_json(one.version.definition)
    answers = queries.answers_of(one)
    whole = queries.consolidation(one)
    names = policy.ANSWER.allowed(actor, "view")
    context = {
        "one": one,
        "progress": queries.progress(answers),
        "silent": [row for row in answers if row.state not in queries.DONE],
        "pages": _summed(form, whole.numbers),
        "listed": documents.listed(form, whole) if names else [],
        "rows": documents.open_rows(form, whole) if names else [],
        "names": names,
        "answers": whole.answers,
    }
    return render(request, "monitoring/requests/summary.html", context)


def _summed(form: Definition, numbers: Mapping[Address, Decimal]) -> list[Page]:
    """The sections with what can be summed; texts, choices and lists stand below them."""
    found = [page(form, section, Show(sums=numbers, spare=0)) for section in form.sections]
    return [
        replace(one, blocks=blocks)
        for one in found
        if (blocks := [b for b in one.blocks if b.field.kind == NUMBER or (b.rows and not b.field.open_rows)])
    ]


@require_safe
@office_page
def summary_file(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The consolidation as XLSX; texts and single answers are left out for those who see figures only."""
    one = queries.request_card(actor, pk)
    data = documents.summary(one, names=policy.ANSWER.allowed(actor, "view"))
    return files.download(data, name=f"Свод, запрос {one.number or one.pk}.xlsx", content_type=XLSX)
