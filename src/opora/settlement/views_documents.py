"""One settlement document: sums, register of contracts, hours, what may be done, its papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.core import files, signatures
from opora.core.access import Actor
from opora.core.reasons import Hidden, Refused
from opora.core.ui.signatures import SignatureForm
from opora.settlement import policy, queries, queries_papers, services
from opora.settlement.documents import context as papers
from opora.settlement.documents.papers import pdf
from opora.settlement.documents.workbook import register
from opora.settlement.forms import ReasonForm, RemarksForm
from opora.settlement.models import SettlementDocument
from opora.settlement.services import signing
from opora.settlement.views_month import month_url

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def document_url(pk: int) -> str:
    return reverse("settlement:document", args=[pk])


@require_safe
@office_page
def document(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The document as both sides read it."""
    one = queries.document(actor, pk)
    rows = Paginator(queries.rows_of(one), PAGE).get_page(request.GET.get("page"))
    order = queries.order_of(one)
    context: dict[str, Any] = {
        "document": one,
        "title": papers.title_of(one),
        "sums": papers.sums(one),
        "rows": rows,
        "hours": [(row, papers.share(row.delivered, row.planned)) for row in queries.completeness_of(one)],
        "unmarked": any(row.unmarked for row in queries.completeness_of(one)),
        "followers": queries.followers(one),
        "order": order,
        "deadline": queries.deadline(one) if one.state == "issued" else None,
        "may": _may(actor, one, order is not None),
        "month_url": month_url(one.month),
        "signatures": signatures.of(queries_papers.file_of(one)),
        "sign_form": SignatureForm() if _may_attach(actor, one) else None,
    }
    return render(request, "settlement/document.html", context)


def _may_attach(actor: Actor, one: SettlementDocument) -> bool:
    return one.state not in ("draft", "returned") and policy.DOCUMENT.can(actor, "attach", one)


def _may(actor: Actor, one: SettlementDocument, ordered: bool) -> dict[str, bool]:
    can = {action: policy.DOCUMENT.can(actor, action, one) for action in ("issue", "decide", "correct", "pay")}
    done = one.state in ("approved", "paid")
    return {
        "issue": can["issue"] and one.state == "draft",
        "decide": can["decide"] and one.state == "issued",
        "correct": can["correct"] and done and one.kind == "invoice",
        "refund": can["correct"] and done and one.kind in ("invoice", "correction"),
        "order": can["pay"] and one.state == "approved" and one.payable > 0 and not ordered,
    }


@require_POST
@office_page
def act(request: HttpRequest, actor: Actor, pk: int, act: str) -> HttpResponse:
    """issue, refresh, delete, approve, order."""
    needed = {"issue": "issue", "refresh": "issue", "delete": "issue", "approve": "decide", "order": "pay"}
    if act not in needed:
        raise Hidden("act")
    one = queries.document(actor, pk, needed[act])
    deeds: dict[str, tuple[Any, str]] = {
        "issue": (lambda: services.issue(actor, documents=[one]), "Документ выставлен, номер присвоен."),
        "refresh": (lambda: services.refresh(actor, document=one), "Черновик пересчитан."),
        "delete": (lambda: services.delete_draft(actor, document=one), "Черновик удалён."),
        "approve": (lambda: services.approve(actor, documents=[one]), "Документ проверен."),
        "order": (lambda: services.make_orders(actor, documents=[one]), "Платёжное поручение составлено."),
    }
    deed, said = deeds[act]
    try:
        deed()
    except Refused as refused:
        say_refused(request, refused)
        return HttpResponseRedirect(document_url(pk))
    messages.success(request, said)
    return HttpResponseRedirect(month_url(one.month) if act == "delete" else document_url(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def send_back(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Return a document with remarks."""
    one = queries.document(actor, pk, "decide")
    form = RemarksForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.send_back(actor, document=one, remarks=form.cleaned_data["remarks"])
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Документ возвращён, организация увидит замечания.")
            return HttpResponseRedirect(document_url(pk))
    return _form(request, one, form, "Вернуть с замечаниями", "Вернуть")


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def correct(request: HttpRequest, actor: Actor, pk: int, kind: str) -> HttpResponse:
    """A correction or a refund of an approved document."""
    one = queries.document(actor, pk, "correct")
    deed = {"correction": services.correct, "refund": services.refund}.get(kind)
    if deed is None:
        raise Hidden("kind")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = deed(actor, document=one, reason=form.cleaned_data["reason"])
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Черновик составлен: проверьте и выставьте его.")
            return HttpResponseRedirect(document_url(draft.pk))
    title = "Исправить счёт" if kind == "correction" else "Оформить возврат"
    return _form(request, one, form, title, "Составить черновик")


def _form(request: HttpRequest, one: SettlementDocument, form: Any, title: str, button: str) -> HttpResponse:
    context = {"document": one, "form": form, "title": title, "button": button, "back": document_url(one.pk)}
    return render(request, "settlement/form.html", context, status=422 if form.is_bound else 200)


@require_safe
@office_page
def register_xlsx(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The register of contracts as a workbook."""
    one = queries.document(actor, pk)
    data = register(one, queries.terms_in_force(one.agreement, one.date), list(queries.rows_of(one)))
    return files.download(data, name=f"Реестр договоров, {papers.title_of(one)}.xlsx", content_type=XLSX)


@require_safe
@office_page
def document_pdf(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The document with its register of contracts on paper; once issued, the very file that is signed."""
    one = queries.document(actor, pk)
    if one.state == "draft":
        data = pdf("document", queries_papers.document_values(one))
    else:
        data = files.read(signing.document_file(actor, document=one))
    return files.download(data, name=f"{papers.title_of(one)}.pdf", content_type=files.PDF, inline=True)
