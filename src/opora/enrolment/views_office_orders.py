"""Orders: choose the children, draft, issue, download; the organisation's own templates (E5)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.core import clock, files, signatures
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.reasons import Hidden, Refused
from opora.core.ui.signatures import SignatureForm
from opora.enrolment import policy
from opora.enrolment import queries_office as office
from opora.enrolment.documents.orders import shipped
from opora.enrolment.forms_office import IssueForm, OrderLinesForm, OrderStartForm, TemplateForm
from opora.enrolment.models import Order
from opora.enrolment.services import orders

KINDS = dict(Order.Kind.choices)


def order_url(pk: int) -> str:
    return reverse("register_card", args=["orders", pk])


@require_safe
@office_page
def order_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the order is about; one organisation is taken without asking."""
    policy.ORDER.require(actor, "edit")
    organisations = office.own_organisations(actor)
    form = OrderStartForm(organisations, request.GET if "kind" in request.GET else None, initial={"kind": "enrolment"})
    if form.is_bound and form.is_valid():
        organisation, kind = form.cleaned_data["organisation"], form.cleaned_data["kind"]
        return HttpResponseRedirect(reverse("enrolment:order_lines", args=[organisation.pk, kind]))
    return render(request, "enrolment/office/order_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def order_lines(request: HttpRequest, actor: Actor, organisation: int, kind: str) -> HttpResponse:
    """Pick the children by groups; the draft is made of them."""
    policy.ORDER.require(actor, "edit")
    owner = office.own_organisations(actor).filter(pk=organisation).first()
    if owner is None or kind not in Order.BY_HAND:
        raise Hidden("organisation")
    posted = request.POST if request.method == "POST" else None
    form = OrderLinesForm(owner, kind, posted, initial={"effective_on": clock.today(owner.municipality.time_zone)})
    group = request.GET.get("group", "")
    chosen = int(group) if group.isdigit() else None
    ready = list(office.ready_for_order(actor, owner, kind, chosen)[:500])
    picked = set(request.POST.getlist("pick"))
    if posted is not None and form.is_valid():
        data = form.cleaned_data
        lines = [
            orders.Line(one, data["effective_on"], data.get("to_group"), data["ground"])
            for one in ready
            if str(one.public_id) in picked
        ]
        try:
            made = orders.draft_order(actor, organisation=owner, kind=kind, lines=lines)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            return HttpResponseRedirect(order_url(made.pk))
    context = {
        "form": form,
        "organisation": owner,
        "kind": kind,
        "title": KINDS[kind],
        "rows": _by_group(ready),
        "picked": picked or {str(one.public_id) for one in ready if one.state == "confirmed"},
        "groups": office.groups_of(owner),
        "chosen": chosen,
    }
    return render(request, "enrolment/office/order_lines.html", context, status=422 if form.is_bound else 200)


def _by_group(ready: list[Any]) -> list[tuple[Any, list[Any]]]:
    groups: dict[int, tuple[Any, list[Any]]] = {}
    for one in ready:
        groups.setdefault(one.group_id, (one.group, []))[1].append(one)
    return list(groups.values())


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def order(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The order: its children, issuing with a signatory and a date; then the document."""
    one = office.order_card(actor, pk)
    may_edit = policy.ORDER.can(actor, "edit", one) and one.state == Order.State.DRAFT
    signatories = office.signatories(one.organisation_id)
    form = IssueForm(
        signatories,
        request.POST if request.method == "POST" else None,
        initial={"date": clock.today(one.municipality.time_zone), "signatory": signatories.first()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            orders.issue_order(
                actor, order=one, signatory=form.cleaned_data["signatory"], date=form.cleaned_data["date"]
            )
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Приказ издан, дети в группах.")
            return HttpResponseRedirect(order_url(pk))
        one = office.order_card(actor, pk)
    log_access(actor, "card", one, by=policy.ORDER)
    context = {
        "order": one,
        "lines": sorted(one.lines.all(), key=lambda line: line.child.sort_name),
        "form": form,
        "may_edit": may_edit,
        "no_signatories": not signatories.exists(),
        "signatures": signatures.of(one.file),
        "sign_form": SignatureForm(auto_id="sign_%s") if policy.ORDER.can(actor, "edit", one) else None,
    }
    return render(request, "enrolment/office/order.html", context, status=422 if form.is_bound else 200)


@require_POST
@office_page
def order_delete(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Throw a draft away."""
    one = office.order_card(actor, pk, "edit")
    try:
        orders.delete_draft(actor, order=one)
    except Refused as refused:
        say_refused(request, refused)
        return HttpResponseRedirect(order_url(pk))
    messages.success(request, "Проект приказа удалён.")
    return HttpResponseRedirect(reverse("register_list", args=["orders"]))


@require_safe
@office_page
def order_file(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The document of an issued order; each download is written to the journal."""
    one = office.order_card(actor, pk)
    if one.file is None:
        raise Hidden("file")
    log_access(actor, "download", one, by=policy.ORDER)
    return files.download(files.read(one.file), name=one.file.name, content_type=files.DOCX)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def templates(request: HttpRequest, actor: Actor, organisation: int | None = None, kind: str = "") -> HttpResponse:
    """Templates of the organisation's orders: download, replace by one's own, go back to the shipped."""
    policy.ORDER.require(actor, "edit")
    owners = list(office.own_organisations(actor))
    owner = next(
        (one for one in owners if one.pk == organisation), owners[0] if organisation is None and owners else None
    )
    if owner is None or (kind and kind not in KINDS):
        raise Hidden("organisation")
    form = TemplateForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        done = _change_template(request, actor, owner, kind, form)
        if done:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("enrolment:templates_of", args=[owner.pk]))
    own = office.own_templates(owner)
    context = {
        "organisation": owner,
        "owners": owners,
        "rows": [(code, title, own.get(code)) for code, title in KINDS.items()],
        "form": form,
        "failed": kind,
    }
    return render(request, "enrolment/office/templates.html", context, status=422 if request.method == "POST" else 200)


def _change_template(request: HttpRequest, actor: Actor, owner: Any, kind: str, form: TemplateForm) -> str:
    if "drop" in request.POST:
        orders.drop_template(actor, organisation=owner, kind=kind)
        return "Снова действует образец системы."
    if not form.is_valid():
        return ""
    uploaded = form.cleaned_data["file"]
    try:
        orders.save_template(actor, organisation=owner, kind=kind, name=uploaded.name, data=uploaded.read())
    except Refused as refused:
        put_reasons(form, refused)
        return ""
    return "Шаблон сохранён, следующие приказы будут по нему."


@require_safe
@office_page
def template_file(request: HttpRequest, actor: Actor, organisation: int, kind: str) -> HttpResponse:
    """The template now in use, to be edited in Word; `?shipped=1` gives the system's."""
    policy.ORDER.require(actor, "edit")
    owner = office.own_organisations(actor).filter(pk=organisation).first()
    if owner is None or kind not in KINDS:
        raise Hidden("organisation")
    data = shipped(kind) if "shipped" in request.GET else orders.template_of(owner.pk, kind)
    return files.download(data, name=f"Шаблон приказа {KINDS[kind].lower()}.docx", content_type=files.DOCX)
