"""A plan: the table that people know, calendar, overdue items, approval, versions, papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.core import files
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.core.registers import registry
from opora.planning import policy, queries, services
from opora.planning.documents import plan as papers
from opora.planning.forms import ApproveForm, FilterForm
from opora.planning.models import Plan
from opora.planning.rules.states import EDITABLE, ITEM_COLOURS, ITEM_STATES, PLAN, PLAN_COLOURS

PAGE = 50


def plan_url(plan: Plan) -> str:
    return reverse("planning:plan", args=[plan.pk])


def head(actor: Actor, plan: Plan, active: str) -> dict[str, Any]:
    """What the pages of one plan share: title, state, tabs, what may be done."""
    write = policy.plans.can(actor, "write", plan)
    submit = write and policy.plans.can(actor, "submit", plan)
    acts = [one for one in PLAN.acts(plan.state, "centre") if submit]
    return {
        "plan": plan,
        "plan_colour": PLAN_COLOURS[plan.state],
        "years": (plan.year, plan.year + 1, plan.year + 2),
        "acts": acts,
        "may_write": write,
        "editable": write and plan.state in EDITABLE,
        "may_approve": plan.state == "submitted" and policy.plans.can(actor, "approve", plan),
        "import_url": f"{registry.get('plan_items').import_address}?into={plan.slug}",
        "tabs": [
            {"title": "План", "url": plan_url(plan), "active": active == "plan"},
            {
                "title": "Календарь",
                "url": reverse("planning:calendar", args=[plan.pk]),
                "active": active == "calendar",
            },
            {
                "title": "Утверждение",
                "url": reverse("planning:approval", args=[plan.pk]),
                "active": active == "approval",
            },
        ],
    }


@require_safe
@office_page
def plan(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The plan by sections, narrowed by section, state, responsible and year."""
    one = queries.plan(actor, pk)
    sections, _ = queries.paper_rows(one)
    form = FilterForm(request.GET, plan=one, sections=sections, responsibles=queries.responsibles(one))
    view = queries.plan_view(one, **form.values())
    states = [
        {"code": code, "title": ITEM_STATES[code], "count": view.shares.counts[code], "colour": ITEM_COLOURS[code]}
        for code in ITEM_STATES
        if view.shares.counts.get(code)
    ]
    item_register = registry.get("plan_items")
    context = head(actor, one, "plan") | {
        "view": view,
        "form": form,
        "narrowed": any(form.values().values()),
        "states": states,
        "remarks": queries.open_remarks(one) if one.state in ("returned", "submitted") else [],
        **_published(actor, one),
        "new_item": item_register.new_address,
        "new_section": f"{registry.get('plan_sections').new_address}?plan={one.pk}",
    }
    return render(request, "planning/plan.html", context)


def _published(actor: Actor, one: Plan) -> dict[str, Any]:
    """Where the version in force was published, and the way to write it down."""
    if not one.version:
        return {}
    may = policy.plans.can(actor, "publish", one)
    address = f"{registry.get('plan_publications').new_address}?plan={one.pk}" if may else ""
    return {"publications": queries.publications_of(one), "new_publication": address}


@require_safe
@office_page
def newest(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The menu's way to the present plan; to the list when there is none."""
    policy.plans.require(actor, "view")
    found = queries.newest_plan(actor)
    return HttpResponseRedirect(plan_url(found) if found else registry.get("plans").list_address)


@require_safe
@office_page
def calendar(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Twelve months of a year of the plan."""
    one = queries.plan(actor, pk)
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isdigit() and one.year <= int(wanted) <= one.year + 2 else one.year
    months, timeless = queries.calendar(one, year)
    today = queries.today_of(one)
    context = head(actor, one, "calendar") | {
        "months": months,
        "timeless": timeless if year == one.year else [],
        "year": year,
        "this_month": today.replace(day=1),
    }
    return render(request, "planning/calendar.html", context)


@require_safe
@office_page
def overdue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Items past their date of all plans in force that the actor sees."""
    policy.plans.require(actor, "view")
    page = Paginator(queries.overdue(actor), PAGE).get_page(request.GET.get("page"))
    rows = [(item, (queries.today_of(item.plan) - item.due_on).days) for item in page]
    return render(request, "planning/overdue.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def approval(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """What was approved when, and the coordinator's decision."""
    one = queries.plan(actor, pk)
    deciding = policy.plans.can(actor, "approve", one)
    if request.method == "POST" and not deciding:
        raise Forbidden("approve")
    form = ApproveForm(request.POST if request.method == "POST" else None) if deciding else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            _decide(actor, one, form)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "План утверждён." if form["decision"].value() == "approve" else "План возвращён.")
            return HttpResponseRedirect(plan_url(one))
    context = head(actor, one, "approval") | {
        "form": form if one.state == "submitted" or (form and form.is_bound) else None,
        "versions": queries.versions_of(one),
        "remarks": queries.open_remarks(one),
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "planning/approval.html", context, status=status)


def _decide(actor: Actor, plan: Plan, form: ApproveForm) -> None:
    data = form.cleaned_data
    if data["decision"] == "approve":
        services.approve(actor, plan=plan, document=data["document"])
    else:
        services.send_back(actor, plan=plan, remark=data["remark"])


@require_POST
@office_page
def act(request: HttpRequest, actor: Actor, pk: int, act: str) -> HttpResponse:
    """submit, withdraw, amend."""
    one = queries.plan(actor, pk, "submit")
    try:
        services.act_on_plan(actor, plan=one, code=act)
    except Refused as refused:
        say_refused(request, refused)
    else:
        told = {
            "submit": "План отправлен координатору на утверждение.",
            "withdraw": "План отозван, его снова можно менять.",
            "amend": "Вносите изменения. До утверждения действует прежняя версия.",
        }
        messages.success(request, told.get(act, "Сделано."))
    return HttpResponseRedirect(plan_url(one))


@require_safe
@office_page
def version(request: HttpRequest, actor: Actor, pk: int, number: int) -> HttpResponse:
    """The rows as they were approved."""
    one = queries.plan(actor, pk)
    found = queries.version(one, number)
    by_section: dict[str, list[dict[str, Any]]] = {}
    for item in found.content["items"]:
        by_section.setdefault(item["number"].split(".")[0], []).append(item)
    sections = [(key, title, by_section.get(key, [])) for key, title in found.content["sections"].items()]
    context = head(actor, one, "approval") | {"version": found, "sections": sections}
    return render(request, "planning/version.html", context)


@require_safe
@office_page
def paper(request: HttpRequest, actor: Actor, pk: int, kind: str) -> HttpResponse:
    """The plan as DOCX or XLSX."""
    one = queries.plan(actor, pk)
    makers = {"docx": (papers.docx, files.DOCX), "xlsx": (papers.xlsx, papers.XLSX)}
    if kind not in makers:
        raise Hidden("kind")
    make, content_type = makers[kind]
    data = make(one, papers.rows_of(*queries.paper_rows(one)))
    name = f"{one.title} {one.year}.{kind}"
    return files.download(data, name=name, content_type=content_type)
