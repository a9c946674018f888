"""Pages of statistics forms: begun, sections, rows behind a cell, differences, ready, XLSX."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.core import clock, files
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.office.pages import office_page, put_reasons, say_refused
from opora.core.reasons import Hidden, Refused
from opora.reporting import policy as reports
from opora.reporting.statistics import declaration, declaration_own, kinds, policy, queries, rules, services
from opora.reporting.statistics import workbook as workbooks
from opora.reporting.statistics.models import StatisticsForm
from opora.surveys import queries as forms
from opora.surveys.attempts import attempt
from opora.surveys.models import FormCell
from opora.surveys.presentation import Show, page
from opora.surveys.rules.definition import Address, from_json, kind_at, place
from opora.surveys.rules.values import shown

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 50


class NewForm(django_forms.Form):
    """Which organisation, which year."""

    organisation = django_forms.ChoiceField(label="Организация")
    year = django_forms.ChoiceField(label="За какой год")

    def __init__(self, organisations: list[Any], years: list[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(str(one.pk), str(one)) for one in organisations]  # type: ignore[attr-defined]
        self.fields["year"].choices = [(str(year), str(year)) for year in years]  # type: ignore[attr-defined]


def url_of(pk: int) -> str:
    return reverse("statistics:form", args=[pk])


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin the form of a year: it comes filled with what the system knows."""
    policy.FORM.require(actor, "create")
    organisations = queries.own_organisations(actor)
    this = clock.today(organisations[0].municipality.time_zone if organisations else None).year
    years = sorted(
        {this, *(year for one in organisations for year in queries.years_with_enrolments(one.pk) if year <= this)},
        reverse=True,
    )
    form = NewForm(
        organisations, years, request.POST if request.method == "POST" else None, initial={"year": str(this)}
    )
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in organisations if str(one.pk) == form.cleaned_data["organisation"])
        try:
            made = services.begin(actor, organisation=chosen, year=int(form.cleaned_data["year"]))
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Форма заведена и заполнена по записям системы.")
            return HttpResponseRedirect(url_of(made.pk))
    return render(request, "reporting/statistics/new.html", {"form": form}, status=422 if form.errors else 200)


def _link(one: StatisticsForm, opened: bool) -> Any:
    def link(address: Address, cell: FormCell) -> str:
        if not opened or not address.row:
            return ""
        return reverse("statistics:behind", args=[one.pk, address.section, address.row, address.column])

    return link


def _context(actor: Actor, one: StatisticsForm) -> dict[str, Any]:
    sheet = forms.sheet(one.answer)
    known = sum(cell.computed is not None for cell in sheet.cells.values())
    whole = sum(1 for _ in sheet.form.addresses({}))
    return {
        "one": one,
        "sheet": sheet,
        "definition": sheet.form,
        "may_fill": policy.FORM.can(actor, "fill", one),
        "known": known,
        "by_hand": whole - known,
        "typed": sum(1 for cell in sheet.cells.values() if cell.computed is None),
        "carried": (carried := sum(1 for cell in sheet.cells.values() if cell.basis.get("carried"))),
        "carried_text": str(carried),
        "report": _report_of(actor, one),
    }


def _report_of(actor: Actor, one: StatisticsForm) -> Any:
    """The self-assessment that prints this form, for those who may open it."""
    if one.code != declaration_own.CODE or not reports.assessments.allowed(actor, "view"):
        return None
    rows = reports.assessments.rows(actor, "view")
    return rows.filter(organisation=one.organisation_id, year=one.year).first()


@require_safe
@office_page
def card(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The form: how far it is, sections, checks, differences."""
    one = queries.card(actor, pk)
    context = _context(actor, one)
    sheet = context["sheet"]
    context["parts"] = [
        {
            "section": section,
            "filled": sum(1 for address in sheet.values if address.section == section.code),
            "whole": sum(1 for address in sheet.form.addresses({}) if address.section == section.code),
            "faults": sum(1 for found in sheet.findings if found.section == section.code),
        }
        for section in sheet.form.sections
    ]
    if one.code == declaration.CODE:
        context["unknown_staff"] = rules.unknown(queries.teachers(one.organisation_id, one.year))
    return render(request, "reporting/statistics/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def section(request: HttpRequest, actor: Actor, pk: int, section: str) -> HttpResponse:
    """One section: typed into while in work, else read."""
    one = queries.card(actor, pk, "fill" if request.method == "POST" else "view")
    definition = from_json(one.answer.version.definition)
    part = definition.section(section)
    if part is None:
        raise Hidden("section")
    try:
        tried = attempt(
            request,
            lambda posted, revision: services.save_section(
                actor, pk=pk, section=section, posted=posted, revision=revision
            ),
        )
    except Refused as refused:
        say_refused(request, refused)
        return HttpResponseRedirect(url_of(pk))
    if tried.saved:
        messages.success(request, f"Раздел {section} записан.")
        codes = [each.code for each in definition.sections]
        if request.POST.get("go") == "next" and section != codes[-1]:
            section = codes[codes.index(section) + 1]
        return HttpResponseRedirect(reverse("statistics:section", args=[pk, section]))
    context = _context(actor, queries.card(actor, pk))
    link = _link(one, policy.FORM.can(actor, "rows", one))
    show = Show(sheet=context["sheet"], link=link, spare=0, typed=tried.typed, errors=tried.errors, theirs=tried.theirs)
    shown_page = page(definition, part, show)
    context |= {
        "page": shown_page,
        "revision": shown_page.revision if tried.revision is None else tried.revision,
        "reasons": tried.reasons,
        "editable": context["may_fill"] and one.state == StatisticsForm.State.DRAFT,
    }
    return render(request, "reporting/statistics/section.html", context, status=tried.status)


@require_safe
@office_page
def behind(request: HttpRequest, actor: Actor, pk: int, section: str, row: str, column: str) -> HttpResponse:
    """The rows that a cell counts; whoever opens children's names is written to the journal."""
    one = queries.card(actor, pk, "rows")
    definition = from_json(one.answer.version.definition)
    address = Address(section, f"t{section}" if one.code == declaration_own.CODE else section, row, column)
    found = queries.behind(one, address) if kind_at(definition, address) else None
    if found is None:
        raise Hidden("cell")
    if found.of == "enrolments":
        log_access(
            actor, "statistics_rows", one, by=policy.FORM, right="rows", reason=f"раздел {section}, {row}.{column}"
        )
    part = definition.section(section)
    context = {
        "one": one,
        "section": part,
        "where": place(definition, address),
        "found": found,
        "page": Paginator(found.rows, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "reporting/statistics/behind.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def differences(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Typed numbers that differ from the records, line by line, with their explanations."""
    one = queries.card(actor, pk, "fill" if request.method == "POST" else "view")
    if request.method == "POST":
        texts = {name.removeprefix("e-"): str(text) for name, text in request.POST.items() if name.startswith("e-")}
        try:
            services.explain_differences(actor, pk=pk, texts=texts)
        except Refused as refused:
            say_refused(request, refused)
        else:
            messages.success(request, "Пояснения записаны.")
        return HttpResponseRedirect(reverse("statistics:differences", args=[pk]))
    context = _context(actor, one)
    link = _link(one, policy.FORM.can(actor, "rows", one))
    context["rows"] = [
        {
            "where": place(context["definition"], address),
            "key": address.key,
            "typed": shown(cell.number) or "пусто",
            "computed": shown(cell.computed),
            "step": shown(abs((cell.number or 0) - (cell.computed or 0))),
            "more": (cell.number or 0) > (cell.computed or 0),
            "explanation": cell.explanation,
            "link": link(address, cell),
        }
        for address, cell in sorted(context["sheet"].differing, key=lambda pair: pair[0])
    ]
    context["editable"] = context["may_fill"] and one.state == StatisticsForm.State.DRAFT
    last = (context["sheet"].last_year or {}) if one.code == declaration.CODE else {}
    context["moved"] = [
        {
            "where": place(context["definition"], row.address),
            "now": shown(row.now) or "пусто",
            "before": shown(row.before) or "пусто",
            "change": shown(abs(row.change)) if row.change is not None else "",
            "more": row.change is not None and row.change > 0,
        }
        for row in rules.moved(context["sheet"].numbers if last else {}, last)
    ]
    context |= {"federal": one.code == declaration.CODE, "has_last_year": bool(last)}
    return render(request, "reporting/statistics/differences.html", context)


@require_POST
@office_page
def do(request: HttpRequest, actor: Actor, pk: int, act: str) -> HttpResponse:
    """Count anew, ready, back into work."""
    queries.card(actor, pk, "fill")
    try:
        if act == "count":
            count = services.count_again(actor, pk=pk)
            messages.success(request, f"Пересчитано клеток: {count}. Введённое вручную не изменилось.")
        elif act == "finish":
            services.finish(actor, pk=pk)
            messages.success(request, kinds.of(queries.card(actor, pk).code).after)
        elif act == "reopen":
            services.reopen(actor, pk=pk)
            messages.success(request, "Форма снова в работе.")
        else:
            raise Hidden("act")
    except Refused as refused:
        say_refused(request, refused)
    return HttpResponseRedirect(url_of(pk))


@require_safe
@office_page
def workbook(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The form as XLSX: the federal one in the layout of its blank."""
    one = queries.card(actor, pk)
    data = workbooks.build(one, forms.sheet(one.answer))
    name = f"{one.name} за {one.year} год, {one.organisation.short_name}.xlsx"
    return files.download(data, name=name, content_type=XLSX)
