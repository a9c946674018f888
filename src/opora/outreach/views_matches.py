"""Whom a pupil of a class list is: rows that wait, one row beside the cards it resembles, the decision."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opora.core import russian
from opora.core.access import Actor
from opora.core.identifiers import format_snils
from opora.core.journal import log_access
from opora.core.office.pages import office_page, say_refused
from opora.core.reasons import Refused
from opora.outreach import policy, queries, services_matching
from opora.outreach.models import Pupil
from opora.people.models import Child


@require_safe
@office_page
def waiting(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Pupils that resemble known children but not surely."""
    page = Paginator(queries.undecided(actor), 50).get_page(request.GET.get("page"))
    return render(request, "outreach/matches.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def one(request: HttpRequest, actor: Actor, public_id: uuid.UUID) -> HttpResponse:
    """The school's row beside each card that resembles it; opening is written to the access journal."""
    pupil: Any = queries.to_decide(actor, public_id)
    if request.method == "POST":
        return _decided(request, actor, pupil)
    offered = pupil.open_candidates
    if offered:
        log_access(actor, "card", pupil, by=policy.matches, right="decide")
        for row in offered:
            log_access(actor, "child.compare", row.child, by=policy.matches, right="decide", judged=pupil,
                       reason="список школы")  # fmt: skip
    guardians = queries.guardians_of([row.child for row in offered])
    context = {
        "pupil": pupil,
        "offered": [(row, _facts(pupil, row.child, guardians.get(row.child_id, []))) for row in offered],
    }
    return render(request, "outreach/match.html", context)


def _decided(request: HttpRequest, actor: Actor, pupil: Pupil) -> HttpResponse:
    said = request.POST.get("child", "")
    here = HttpResponseRedirect(reverse("outreach:match", args=[pupil.public_id]))
    if said != "none" and not said.isdigit():
        messages.error(request, "Выберите, кто это: одна из карточек или никто из них.")
        return here
    try:
        services_matching.decide(actor, pupil=pupil, child=None if said == "none" else int(said))
    except Refused as refused:
        say_refused(request, refused)
        return here
    messages.success(
        request, "Записано: это тот же ребёнок." if said != "none" else "Записано: такого ребёнка в Опоре нет."
    )
    following = queries.undecided(actor).values_list("public_id", flat=True).first()
    return HttpResponseRedirect(
        reverse("outreach:match", args=[following]) if following else reverse("outreach:matches")
    )


def _facts(pupil: Pupil, child: Child, guardians: list[str]) -> list[dict[str, object]]:
    """Both sides of each fact; `differs` only where both are known."""
    rows: list[tuple[str, str, str]] = [
        ("Фамилия", pupil.last_name, child.last_name),
        ("Имя", pupil.first_name, child.first_name),
        ("Отчество", pupil.patronymic, child.patronymic),
        ("Дата рождения", _day(pupil.birth_date), _day(child.birth_date)),
        ("СНИЛС", _snils(pupil.snils), _snils(child.snils)),
        ("Школа", pupil.class_list.organisation.short_name, child.school_name),
        ("Класс", pupil.school_class, child.school_class),
        ("Где живёт", "", str(child.locality or "")),
        ("Представители", pupil.guardian_name, ", ".join(guardians)),
    ]
    return [
        {"label": label, "school": mine, "card": theirs, "differs": bool(mine and theirs and mine != theirs)}
        for label, mine, theirs in rows
    ]


def _day(value: Any) -> str:
    return russian.date_full(value) if value else ""


def _snils(value: str) -> str:
    return format_snils(value) if value else ""
