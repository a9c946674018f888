"""The family's side of the change of school year: will the child go on (E6)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from opora.core import clock
from opora.core.reasons import Refused
from opora.core.russian import WEEKDAYS
from opora.enrolment import queries_rollover as queries
from opora.enrolment import wording
from opora.enrolment.rules.rollover import school_year_title
from opora.enrolment.services import rollover_ask
from opora.people import queries as people
from opora.people.requests import ActorRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def next_year(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The question with everything that is known of the next year; the answer may be changed until the last day."""
    row = queries.my_question(request.actor, public_id)
    refused: list[Any] = []
    if request.method == "POST" and request.POST.get("answer") in ("yes", "no"):
        agrees = request.POST["answer"] == "yes"
        try:
            rollover_ask.answer(people.as_guardian(request.actor), learner=row, agrees=agrees)
        except Refused as problem:
            refused = list(problem.reasons)
        else:
            messages.success(request, "Спасибо, ответ записан." if agrees else "Записали: ребёнок не продолжает.")
            return redirect("enrolment_cabinet:next_year", row.public_id)
    return render(request, "enrolment/cabinet/next_year.html", _shown(row, refused), status=422 if refused else 200)


def _shown(row: Any, refused: list[Any]) -> dict[str, Any]:
    batch, line = row.rollover, row.line
    zone = clock.zone(batch.municipality.time_zone)
    return {
        "row": row,
        "rollover": batch,
        "line": line,
        "refused": refused,
        "year": school_year_title(batch.to_year),
        "until": wording.until(batch.answer_until, batch.municipality.time_zone),
        "may_agree": rollover_ask.may_answer(row, True),
        "may_refuse": rollover_ask.may_answer(row, False),
        "answered_on": row.answered_at.astimezone(zone).date() if row.answered_at else None,
        "lessons": [f"{WEEKDAYS[one['weekday'] - 1]} {one['starts_at']}–{one['ends_at']}" for one in line.slots],
    }
