"""Faces of self-assessment: who published, begin one; the public page of a published report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from opora.core import clock, files, russian
from opora.core.access import Actor
from opora.core.reasons import Hidden, Refused
from opora.reporting import content, policy, queries, queries_own, rules, services
from opora.reporting.documents import FORMATS, page
from opora.territory.queries import served_zone

PER_PAGE = 50
COLOURS = {"published": "positive", "signed": "warning", "draft": "info", "": "neutral"}
PUBLIC_FORMATS = ("pdf", "docx", "xlsx")


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _year(request: HttpRequest) -> tuple[int, list[int]]:
    """(the chosen year, those offered): last year's is reported now."""
    this = clock.today(served_zone()).year
    offered = list(range(this, this - 4, -1))
    asked = request.GET.get("year") or request.POST.get("year") or ""
    return (int(asked) if asked.isdigit() and int(asked) in offered else this - 1), offered


@login_required
@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """Organisations that have to publish, and how far each is."""
    actor = _actor(request)
    year, years = _year(request)
    show = request.GET.get("show", "")
    rows = queries_own.subjects(actor, year)
    found = Paginator(queries_own.narrowed(rows, show), PER_PAGE).get_page(request.GET.get("page"))
    due = rules.publish_by(year)
    context: dict[str, Any] = {
        "page": found,
        "rows": [_row(one) for one in found],
        "year": year,
        "years": years,
        "show": show,
        "shows": queries_own.SHOW,
        "counted": queries_own.counted(rows),
        "due": due,
        "is_late": queries_own.is_late(year, clock.today(served_zone())),
        "makes": policy.subjects.allowed(actor, "assess"),
    }
    return render(request, "reporting/assessments.html", context)


def _row(one: Any) -> dict[str, Any]:
    state = queries_own.state_of(one)
    return {"one": one, "told": queries_own.STATES[state], "state": COLOURS[state]}


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the report of an organisation, or open the one that is there."""
    actor = _actor(request)
    year, _ = _year(request)
    policy.subjects.require(actor, "assess")
    asked = request.POST.get("organisation", "")
    if not asked.isdigit():
        messages.error(request, "Выберите организацию.")
        return redirect(f"{reverse('report_assessments')}?year={year}")
    one = policy.subjects.get(actor, "assess", pk=int(asked))
    try:
        report = services.begin(actor, organisation=one, year=year)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason.message)
        return redirect(f"{reverse('report_assessments')}?year={year}")
    return redirect("report", pk=report.pk)


@require_safe
def published(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """A published self-assessment for everybody."""
    report = queries_own.published(slug, year)
    if report is None:
        raise Http404
    document = content.build(queries.source_of(report))
    version = queries_own.public_files(report)
    listed = [
        (entry["format"], FORMATS[entry["format"]].title, russian.file_size(entry["size"]))
        for entry in (version.manifest if version else ())
        if entry["format"] in PUBLIC_FORMATS
    ]
    context = {"report": report, "document": document, "parts": page.parts(document), "files": listed}
    return render(request, "reporting/published.html", context)


@require_safe
def published_file(request: HttpRequest, slug: str, year: int, code: str) -> HttpResponse:
    """A file of a published self-assessment."""
    report = queries_own.published(slug, year)
    version = queries_own.public_files(report) if report else None
    if version is None or code not in PUBLIC_FORMATS:
        raise Http404
    try:
        stored = queries.stored(version, code)
    except Hidden:
        raise Http404 from None
    return files.download(files.read(stored), name=stored.name, content_type=stored.content_type)
