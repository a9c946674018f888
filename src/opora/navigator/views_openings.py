"""Public pages of openings of enrolment: cheap, without personal data, kept for a second."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from opora.enrolment import queries_openings as queries
from opora.navigator import openings

SHOWN_OPENINGS = 30


@require_safe
def opening_list(request: HttpRequest) -> HttpResponse:
    """All announced openings, the latest first."""
    rows = [openings.line(row) for row in queries.announced()[:SHOWN_OPENINGS]]
    return render(request, "navigator/openings.html", {"rows": rows})


@require_safe
def opening(request: HttpRequest, pk: int) -> HttpResponse:
    """The state of one opening: what is free, how many applied and wait, and when it begins."""
    return render(request, "navigator/opening.html", {"shown": openings.kept.get(pk)})


@require_safe
def opening_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes, for those who keep it open: touches neither session nor account."""
    response = HttpResponse(render_to_string("navigator/opening_state.html", {"shown": openings.kept.get(pk)}))
    response["Cache-Control"] = "public, max-age=1"
    return response
