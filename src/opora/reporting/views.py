"""Faces of reports: the list, one report with its files, runs of a region."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.core import files, russian
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.reporting import policy, queries, rules, sections, services
from opora.reporting.documents import FORMATS
from opora.reporting.forms import OpenForm
from opora.reporting.models import Report
from opora.territory.models import Region

PER_PAGE = 50
STATES = {"draft": "info", "agreed": "warning", "signed": "positive"}
PUBLIC = {"publish": services.publish, "withdraw": services.withdraw}
ACTS = ("agree", "sign", "return", *PUBLIC)
MADE = {"waiting": "neutral", "running": "info", "done": "positive", "failed": "danger"}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """Reports that the reader sees; a POST opens one for a centre or region and a year."""
    actor = _actor(request)
    rows = queries.reports(actor)
    form = OpenForm(actor, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        policy.reports.require(actor, "create")
        if form.is_valid() and (opened := _opened(actor, form)):
            return redirect("report", pk=opened.pk)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "states": STATES,
        "form": form if form.is_offered else None,
        "may_run": policy.runs.allowed(actor, "create") and bool(form.regions),
        "regions": list(form.regions.values()),
        "years": [year for year, _ in form.fields["year"].choices][:3],  # type: ignore[attr-defined]
    }
    return render(request, "reporting/reports.html", context)


def _opened(actor: Actor, form: OpenForm) -> Report | None:
    data = form.cleaned_data
    place: dict[str, Any] = {"centre": form.centres.get(data["place"]), "region": form.regions.get(data["place"])}
    try:
        one = services.open_report(actor, year=data["year"], kind=data["kind"], **place)
        if one.centre is not None:  # a region takes longer: its figures come with the files
            services.freeze(actor, report=one, anew=False)
        return one
    except Refused as refused:
        for reason in refused.reasons:
            form.add_error(reason.field if reason.field in form.fields else None, reason.message)
        return None


@login_required
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: state, sections with what is written, versions with their files."""
    actor = _actor(request)
    one = queries.report(actor, pk)
    versions = queries.versions(one)
    written = {text.section: text for text in one.texts.all()}
    held = policy.of(one.kind)
    acts = [act for act in rules.machine_of(one.kind).acts(one.state) if held.can(actor, act.code, one)]
    writes = held.can(actor, "change", one)
    running = next((version for version in versions if version.state in ("waiting", "running")), None)
    context = {
        "report": one,
        "state": STATES[one.state],
        "place": one.place,
        "sections": [_section(section, one, written) for section in sections.of_kind(one.kind)],
        "versions": [_version(version) for version in versions],
        "acts": acts,
        "writes": writes,
        "edits": one.state == Report.State.DRAFT and writes,
        "running": running,
        **(_assessment(actor, one) if one.is_self else _plan(actor, one, writes)),
    }
    if request.headers.get("HX-Request"):
        return render(request, "reporting/versions.html", context)
    return render(request, "reporting/report.html", context)


def _assessment(actor: Actor, one: Report) -> dict[str, Any]:
    """The table of indicators of a self-assessment, and whether it may be published."""
    form = queries.indicators_of(one)
    return {
        "form": form,
        "may_publish": one.state == Report.State.SIGNED and policy.assessments.can(actor, "publish", one),
        "due": rules.publish_by(one.year),
        "list_url": f"{reverse('report_assessments')}?year={one.year}",
    }


def _plan(actor: Actor, one: Report, writes: bool) -> dict[str, Any]:
    """The item of the plan that the report closes, and those that it could."""
    free = writes and one.centre is not None and (one.evidence is None or one.evidence.withdrawn_at is not None)
    return {"items": queries.plan_items(actor, one) if free else [], "proves": one.evidence if not free else None}


@login_required
@require_POST
def plan_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the item of the plan that the report closes."""
    actor = _actor(request)
    one = queries.report(actor, pk, "change")
    asked = request.POST.get("item", "")
    item = next((item for item in queries.plan_items(actor, one) if str(item.pk) == asked), None)
    try:
        if asked and item is None:
            raise Refused(Reason("item_hidden", "Такого пункта плана нет."))
        one = services.link_item(actor, report=one, item=item)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, f"{reason.message} {reason.hint}".strip())
        return redirect("report", pk=pk)
    if one.evidence_id:
        messages.success(request, f"Отчёт записан подтверждением пункта {item.number if item else ''}.")
    elif item:
        messages.success(request, f"После подписи отчёт подтвердит пункт {item.number}.")
    else:
        messages.success(request, "Пункт плана убран.")
    return redirect("report", pk=pk)


def _section(section: sections.Section, one: Report, written: dict[str, Any]) -> dict[str, Any]:
    """What the page says about a section: people's text, the template's, or nothing yet."""
    text = written.get(section.code)
    if text is not None and text.text:
        told, state = "Написан", "positive"
    elif section.sentences and not section.awaits:
        told, state = "По шаблону", "info"
    elif section.sentences or section.blocks:
        told, state = "Таблица", "neutral"
    else:
        told, state = "Нужен текст", "warning"
    return {"section": section, "told": told, "state": state}


def _version(version: Any) -> dict[str, Any]:
    listed = [
        {"code": entry["format"], "title": FORMATS[entry["format"]].title, "size": russian.file_size(entry["size"])}
        for entry in version.manifest
        if entry["format"] in FORMATS
    ]
    return {"version": version, "files": listed, "state": MADE[version.state]}


@login_required
@require_POST
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Order the files."""
    actor = _actor(request)
    services.order(actor, report=queries.report(actor, pk, "change"))
    messages.success(request, "Отчёт собирается. Файлы появятся на этой странице через несколько секунд.")
    return redirect("report", pk=pk)


@login_required
@require_POST
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Take new figures into a report in work."""
    actor = _actor(request)
    snapshot = services.freeze(actor, report=queries.report(actor, pk, "change"))
    messages.success(request, f"Показатели обновлены, снимок на {russian.date_long(snapshot.date)}.")
    return redirect("report", pk=pk)


@login_required
@require_POST
def do(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Agree, sign or return."""
    actor = _actor(request)
    if act not in ACTS:
        raise Hidden("act")
    found = queries.report(actor, pk, act)
    try:
        if act in PUBLIC:
            one = PUBLIC[act](actor, report=found)
        else:
            one = services.do(actor, report=found, code=act)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, f"{reason.message} {reason.hint}".strip())
        return redirect("report", pk=pk)
    if act in PUBLIC:
        told = "Отчёт опубликован." if one.published_at else "Отчёт снят с публикации."
    else:
        told = f"Отчёт: {rules.machine_of(one.kind).states[one.state].lower()}."
    messages.success(request, told)
    return redirect("report", pk=pk)


@login_required
@require_safe
def file(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A file of a version."""
    _, stored = queries.file_of(_actor(request), pk, code)
    data = files.read(stored)
    return files.download(data, name=stored.name, content_type=stored.content_type)


@login_required
@require_POST
def start_run(request: HttpRequest) -> HttpResponse:
    """Order the reports of all centres of a region."""
    actor = _actor(request)
    policy.runs.require(actor, "create")
    offered = {str(region.pk): region for region in queries.regions(actor)}
    region: Region | None = offered.get(request.POST.get("region", "")) or next(iter(offered.values()), None)
    year = request.POST.get("year", "")
    if region is None or not year.isdigit():
        messages.error(request, "Выберите год отчётов.")
        return redirect("reports")
    run = services.order_all(actor, region=region, year=int(year))
    return redirect("report_run", pk=run.pk)


@login_required
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is."""
    one = queries.run(_actor(request), pk)
    context = {"run": one, "state": queries.run_state(one), "rows": [_version(row) for row in queries.run_rows(one)]}
    template = "reporting/run_rows.html" if request.headers.get("HX-Request") else "reporting/run.html"
    return render(request, template, context)
