"""Faces of a report's texts: the editor of a section with its figures, and the whole report as a page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opora.core.access import Actor
from opora.core.reasons import Hidden, Refused
from opora.reporting import content, queries, sections, services
from opora.reporting.documents import page
from opora.reporting.forms import TextForm
from opora.reporting.models import Report
from opora.reporting.texts import problems
from opora.reporting.texts import render as rendered


def list_url(one: Report) -> str:
    """Where the reports of this kind are listed."""
    return reverse("report_assessments") if one.is_self else reverse("reports")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """The editor: text, what comes out of it, and the figures that may be named. «Показать» renders without saving."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    one = queries.report(actor, pk, "change")
    found = sections.get(one.kind, section)
    if found is None:
        raise Hidden("section")
    if one.snapshot is None:
        messages.info(request, "Сначала обновите показатели: текст стоит на них.")
        return redirect("report", pk=pk)
    source = queries.source_of(one)
    values = content.values_of(source)
    kept = one.texts.filter(section=section).first()
    begin = {"text": kept.text if kept else content.default_text(found, source), "version": kept.version if kept else 0}
    form = TextForm(request.POST if request.method == "POST" else None, initial=begin)
    if request.method == "POST" and form.is_valid():
        if "show" not in request.POST and _saved(actor, one, section, form):
            messages.success(request, f"Раздел «{found.title}» записан.")
            return redirect("report", pk=pk)
        if "show" in request.POST:
            for reason in problems(form.cleaned_data["text"], values):
                form.add_error("text", f"{reason.message} {reason.hint}".strip())
    text = str(form.data.get("text", "") if form.is_bound else begin["text"])
    context = {
        "report": one,
        "place": one.place,
        "list_url": list_url(one),
        "section": found,
        "form": form,
        "is_draft": one.state == Report.State.DRAFT,
        "shown": None
        if problems(text, values)
        else [line for line in rendered(text, values).splitlines() if line.strip()],
        "values": [(code, value.title, value.shown()) for code, value in values.items()],
        "is_template": kept is None,
    }
    return render(request, "reporting/section.html", context)


def _saved(actor: Actor, one: Report, section: str, form: TextForm) -> bool:
    data = form.cleaned_data
    try:
        services.save_text(actor, report=one, section=section, text=data["text"], version=data["version"])
    except Refused as refused:
        for reason in refused.reasons:
            form.add_error("text", f"{reason.message} {reason.hint}".strip())
        return False
    return True


@login_required
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as the site would show it. Without frozen figures there is nothing to show yet."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    one = queries.report(actor, pk)
    context: dict[str, Any] = {"report": one, "place": one.place, "list_url": list_url(one)}
    if one.snapshot is not None:
        document = content.build(queries.source_of(one))
        context |= {"document": document, "parts": page.parts(document)}
    return render(request, "reporting/preview.html", context)
