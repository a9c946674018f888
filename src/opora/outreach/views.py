"""Pages of outreach: who is covered nowhere, inviting the picked, sheets to print, the table as a file."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from opora.core import files, russian
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.office.pages import office_page, say_refused
from opora.core.reasons import Refused
from opora.core.registers import access, registry
from opora.enrolment.rules.rollover import school_year_of, school_year_title
from opora.outreach import documents, policy, queries, rules, services_invitations, workbook
from opora.outreach.models import CATEGORIES, Invitation, Pupil
from opora.providers.queries import today_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _narrowed(request: HttpRequest, actor: Actor, day: dt.date, years: list[int]) -> queries.Narrowed:
    """What the page's form asks for; wrong values narrow nothing."""
    asked = request.GET
    now = school_year_of(day)
    wanted = int(asked["year"]) if asked.get("year", "").isdigit() else now
    year = wanted if wanted in years else now if now in years or not years else years[0]
    school = int(asked["school"]) if asked.get("school", "").isdigit() else None
    try:
        known = str(rules.school_class(asked["class"])) if asked.get("class") else ""
    except ValueError:
        known = ""
    category = asked.get("category", "")
    return queries.Narrowed(year, school, known, category if category in CATEGORIES else "")


@require_safe
@office_page
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Coverage of the pupils by school, class and category, and what came of invitations."""
    policy.pupils.require(actor, "view")
    day, years = today_of(actor), queries.years(actor)
    narrowed = _narrowed(request, actor, day, years)
    found = queries.overview(actor, narrowed, day)
    kept = {"year": narrowed.year, "school": narrowed.school or "", "class": narrowed.school_class}
    kept["category"] = narrowed.category
    context = {
        "found": found,
        "day": day,
        "narrowed": narrowed,
        "needs_session": access.needs_session(registry.get("pupils"), actor),
        "years": [(year, school_year_title(year)) for year in years],
        "schools": queries.schools(actor, narrowed.year),
        "categories": list(CATEGORIES.items()),
        "tables": _tables(found),
        "states": _states(found.total),
        "outcomes": _outcomes(found.total),
        "uncovered_url": _pupils({**found.total.query, "status": "uncovered"}),
        "query": urlencode({name: value for name, value in kept.items() if value}),
    }
    return render(request, "outreach/overview.html", context)


def _pupils(query: dict[str, str]) -> str:
    return f"{registry.get('pupils').url()}?{urlencode(query)}"


def _tables(found: queries.Overview) -> list[dict[str, Any]]:
    """The three cuts with the addresses behind their figures; a cut of one line says nothing new."""
    cuts = [("Школы", "Школа", found.schools), ("Классы", "Класс", found.classes)]
    cuts = [cut for cut in cuts if len(cut[2]) > 1] + [("Категории", "Категория", found.categories)]
    return [
        {
            "title": title,
            "head": head,
            "rows": [
                {"line": line, "all": _pupils(line.query), "nowhere": _pupils({**line.query, "status": "uncovered"})}
                for line in lines
            ],
        }
        for title, head, lines in cuts
        if lines
    ]


def _states(line: queries.Line) -> list[tuple[str, int, str]]:
    shown = [(code, label) for code, label in rules.STATUS_LABELS.items() if line.states[code]]
    return [(label, line.states[code], _pupils({**line.query, "status": code})) for code, label in shown]


def _outcomes(line: queries.Line) -> list[tuple[str, int, str]]:
    shown = [(code, label) for code, label in rules.OUTCOME_LABELS.items() if line.outcomes[code]]
    return [(label, line.outcomes[code], _pupils({**line.query, "outcome": code})) for code, label in shown]


@require_safe
@office_page
def table(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The same counts and the names of those covered nowhere as XLSX; written to the access journal."""
    register = registry.get("pupils")
    access.require(register, actor, "export")
    day, years = today_of(actor), queries.years(actor)
    narrowed = _narrowed(request, actor, day, years)
    found = queries.overview(actor, narrowed, day)
    log_access(actor, "export", Pupil(), by=policy.pupils, reason="uncovered")
    data = workbook.build(found, queries.uncovered(actor, narrowed, day), school_year_title(narrowed.year), day)
    return files.download(data, name=f"Неохваченные дети на {day:%d.%m.%Y}.xlsx", content_type=XLSX)


@require_safe
@office_page
def load(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """To the import page of pupils with this list as their place."""
    row = queries.class_list(actor, pk, "change")
    return HttpResponseRedirect(f"{registry.get('pupils').url('import')}?{urlencode({'into': row.key})}")


@require_POST
@office_page
def invite(request: HttpRequest, actor: Actor) -> HttpResponse:
    """First says whom the invitation would reach, then (`do=invite`) invites."""
    policy.pupils.require(actor, "invite")
    keys = request.POST.getlist("pick")
    if request.POST.get("do") != "invite":
        if not keys:
            messages.warning(request, "Отметьте в списке, кого пригласить.")
            return HttpResponseRedirect(registry.get("pupils").url())
        return render(
            request, "outreach/invite.html", {"plan": services_invitations.plan(actor, keys=keys), "keys": keys}
        )
    try:
        made = services_invitations.invite(actor, keys=keys, again=request.POST.get("again") == "1")
    except Refused as refused:
        say_refused(request, refused)
        return HttpResponseRedirect(registry.get("pupils").url())
    messages.success(request, _said(made))
    return render(request, "outreach/invited.html", {"made": made})


def _said(made: services_invitations.Invited) -> str:
    letters = russian.plural(made.letters, "письмо отправлено", "письма отправлены", "писем отправлено")
    papers = russian.plural(made.papers, "лист готов", "листа готовы", "листов готово")
    parts = [text for count, text in ((made.letters, letters), (made.papers, f"{papers} к печати")) if count]
    return f"Приглашение записано: {', '.join(parts)}."


def _sheet(actor: Actor, rows: list[Invitation], name: str) -> HttpResponse:
    register = registry.get("invitations")
    access.require(register, actor, "view")
    log_access(actor, "sheet", rows[0], by=policy.invitations, reason=f"листов: {len(rows)}")
    return files.download(documents.sheets(rows), name=name, content_type=files.DOCX)


@require_safe
@office_page
def sheets(request: HttpRequest, actor: Actor, batch_id: uuid.UUID) -> HttpResponse:
    """Printed sheets of a batch, class by class."""
    rows = queries.of_batch(actor, batch_id)
    return _sheet(actor, rows, f"Приглашения от {rows[0].invited_on:%d.%m.%Y}.docx")


@require_safe
@office_page
def sheet_of(request: HttpRequest, actor: Actor, key: uuid.UUID) -> HttpResponse:
    """The sheet of one invitation."""
    return _sheet(actor, queries.one_invitation(actor, key), "Приглашение.docx")
