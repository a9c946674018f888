"""Faces of reports: the list, one report with its files, runs of a region."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.core import files, russian
from opora.core.access import Actor
from opora.core.reasons import Hidden, Refused
from opora.reporting import policy, queries, rules, sections, services
from opora.reporting.documents import FORMATS
from opora.reporting.forms import OpenForm
from opora.reporting.models import Report
from opora.territory.models import Region

PER_PAGE = 50
STATES = {"draft": "info", "agreed": "warning", "signed": "positive"}
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
    acts = [act for act in rules.MACHINE.acts(one.state) if policy.reports.can(actor, act.code, one)]
    running = next((version for version in versions if version.state in ("waiting", "running")), None)
    context = {
        "report": one,
        "state": STATES[one.state],
        "place": one.centre or one.region,
        "sections": [_section(section, one, written) for section in sections.of_kind(one.kind)],
        "versions": [_version(version) for version in versions],
        "acts": acts,
        "writes": policy.reports.can(actor, "change", one),
        "edits": one.state == Report.State.DRAFT and policy.reports.can(actor, "change", one),
        "running": running,
    }
    if request.headers.get("HX-Request"):
        return render(request, "reporting/versions.html", context)
    return render(request, "reporting/report.html", context)


def _section(section: sections.Section, one: Report, written: dict[str, Any]) -> dict[str, Any]:
    """What the page says about a section: people's text, the template's, or nothing yet."""
    text = written.get(section.code)
    if text is not None and text.text:
        told, state = "Написан", "positive"
    elif section.sentences and not section.awaits:
        told, state = "По шаблону", "info"
    elif section.sentences:
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
    if act not in ("agree", "sign", "return"):
        raise Hidden("act")
    one = services.do(actor, report=queries.report(actor, pk, act), code=act)
    messages.success(request, f"Отчёт: {one.get_state_display().lower()}.")
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
