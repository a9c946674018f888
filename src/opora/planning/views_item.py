"""An item of a plan: how far it is, the rows behind, evidence by hand, its measure, its cancelling."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.core import files, measures
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.core.registers import registry
from opora.planning import policy, presentation, queries, queries_forecast, services
from opora.planning.counting import Standing
from opora.planning.forms import EvidenceForm, MeasureForm, ReasonForm
from opora.planning.models import Evidence, PlanItem
from opora.planning.rules.states import EDITABLE
from opora.planning.services.evidence import Paper

PAGE = 50


def item_url(item: PlanItem) -> str:
    return reverse("planning:item", args=[item.pk])


def may_write(actor: Actor, item: PlanItem) -> bool:
    return policy.plans.can(actor, "write", item.plan)


def paper_of(request: HttpRequest) -> Paper | None:
    """The uploaded file of the form, if any."""
    file = request.FILES.get("file")
    return Paper(file.name or "файл", file.read()) if file else None


def crumbs(item: PlanItem) -> dict[str, Any]:
    return {"item": item, "plan": item.plan, "plan_url": reverse("planning:plan", args=[item.plan_id])}


@require_safe
@office_page
def item(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One item with all that is known of it."""
    one = queries.item(actor, pk)
    standing = queries.standing_of(one)
    context = crumbs(one) | {
        "standing": standing,
        "understood": presentation.understood_of(one),
        "evidence": queries.evidence_of(one),
        "today": queries.today_of(one.plan),
        **_need(one),
        "may_write": may_write(actor, one),
        "editable": may_write(actor, one) and one.plan.state in EDITABLE,
        "register": registry.get("plan_items"),
        **_rows(request, actor, standing),
    }
    return render(request, "planning/item.html", context)


def _need(one: PlanItem) -> dict[str, Any]:
    """The need of the forecast that the item was made of."""
    need = queries_forecast.need_of(one.pk)
    return {"need": need, "basis": presentation.basis_of(need)} if need else {}


def _rows(request: HttpRequest, actor: Actor, standing: Standing) -> dict[str, Any]:
    """The rows behind a measured item for those who may open them."""
    measure, span = standing.measure, standing.span
    if measure is None or span is None:
        return {}
    found: dict[str, Any] = {
        "measure": measure,
        "span": span,
        "narrowed": presentation.narrowed_text(measure, standing.item.narrowing, span.municipalities),
    }
    if not policy.may_open_rows(actor, measure, span.municipalities):
        return found | {"rows_closed": True}
    try:
        rows = measure.found(span, standing.item.narrowing).order_by("pk")
    except (Refused, Hidden):
        return found
    page = Paginator(presentation.with_related(rows, measure), PAGE).get_page(request.GET.get("page"))
    return found | {"page": page, "rows": presentation.table_of(measure, list(page))}


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def evidence(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Add evidence to an item."""
    one = queries.item(actor, pk, "change")
    counted = bool(one.operator and one.amount is not None and not one.measure)
    initial = {"date": queries.today_of(one.plan), "closes": not counted, "amount": 1}
    posted = request.POST if request.method == "POST" else None
    form = EvidenceForm(posted, request.FILES or None, initial=initial, is_counted=counted, unit=one.unit)
    if posted is not None and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_evidence(
                actor,
                item=one,
                date=data["date"],
                text=data["text"],
                link=data["link"],
                paper=paper_of(request),
                amount=data.get("amount"),
                closes=data["closes"],
            )
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Подтверждение добавлено.")
            return HttpResponseRedirect(item_url(one))
    context = crumbs(one) | {"form": form, "title": "Подтверждение", "button": "Добавить", "back": item_url(one)}
    return render(request, "planning/item_form.html", context, status=422 if form.is_bound else 200)


def back_of(one: Evidence) -> str:
    if one.item_id is not None:
        return reverse("planning:item", args=[one.item_id])
    return reverse("planning:target", args=[one.target_id])


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def withdraw(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take evidence back, with the reason."""
    one = queries.evidence(actor, pk, "change")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw_evidence(actor, evidence=one, reason=form.cleaned_data["reason"])
        messages.success(request, "Подтверждение отозвано.")
        return HttpResponseRedirect(back_of(one))
    context = {"form": form, "title": "Отозвать подтверждение", "lead": one.text, "button": "Отозвать"}
    context |= {"back": back_of(one)} | (crumbs(queries.item(actor, one.item_id)) if one.item_id else {})
    return render(request, "planning/item_form.html", context, status=422 if form.is_bound else 200)


@require_safe
@office_page
def evidence_file(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The file of a piece of evidence."""
    one = queries.evidence(actor, pk)
    if one.file is None:
        raise Hidden("file")
    return files.download(files.read(one.file), name=one.file.name, content_type=one.file.content_type)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def measure(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """By what the item counts itself: the measure is chosen first, then what it is narrowed by."""
    one = queries.item(actor, pk, "change")
    if not may_write(actor, one):
        raise Forbidden("write")
    posted = request.method == "POST"
    code = (request.POST if posted else request.GET).get("measure", one.measure)
    chosen = measures.find(code) if code else None
    initial = {name: getattr(one, name) for name in ("baseline", "baseline_on", "counted_from")} | {"measure": code}
    places = queries.counter_of(one.plan).municipalities
    form = MeasureForm(request.POST if posted else None, item=one, measure=chosen, places=places, initial=initial)
    if posted and form.is_valid():
        data = form.cleaned_data
        try:
            services.bind(
                actor,
                item=one,
                measure=data["measure"],
                narrowing=form.narrowing(),
                baseline=data.get("baseline"),
                baseline_on=data.get("baseline_on"),
                counted_from=data["counted_from"],
            )
        except Refused as refused:
            put_reasons(form, refused)
        else:
            done = "Пункт теперь считается сам." if data["measure"] else "Пункт подтверждается документами."
            messages.success(request, done)
            return HttpResponseRedirect(item_url(one))
    context = crumbs(one) | {"form": form, "chosen": chosen, "back": item_url(one), "code": code}
    return render(request, "planning/measure.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def cancel(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Cancel an item of a plan that may be changed, with the reason."""
    one = queries.item(actor, pk, "change")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_item(actor, item=one, reason=form.cleaned_data["reason"])
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Пункт отменён.")
            return HttpResponseRedirect(item_url(one))
    context = crumbs(one) | {"form": form, "title": "Отменить пункт", "lead": one.content, "button": "Отменить пункт"}
    context["back"] = item_url(one)
    return render(request, "planning/item_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@office_page
def restore(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take the cancelling back."""
    one = queries.item(actor, pk, "change")
    try:
        services.restore_item(actor, item=one)
    except Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, "Пункт снова в плане.")
    return HttpResponseRedirect(item_url(one))
