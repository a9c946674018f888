"""The answerer's pages: the answer, its sections, sending; and the sender's look at a sent answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.core import files
from opora.core.access import Actor
from opora.core.office.pages import office_page, put_reasons, say_refused
from opora.core.reasons import Hidden, Refused
from opora.monitoring.dashboard import OWN_HEAD
from opora.monitoring.requests import documents, policy, queries
from opora.monitoring.requests.forms import ExtensionForm, RemarksForm
from opora.monitoring.requests.models import DataRequestAnswer
from opora.monitoring.requests.services import answering, asking
from opora.surveys import queries as forms
from opora.surveys.attempts import attempt
from opora.surveys.models import FormCell
from opora.surveys.presentation import LinkOf, Show, page
from opora.surveys.rules.definition import Address, from_json

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def url_of(pk: int) -> str:
    return reverse("requests:answer", args=[pk])


def figure_link(one: DataRequestAnswer, actor: Actor) -> LinkOf:
    """The address of the very rows behind a counted cell; nothing where the actor's page would count others."""
    own = actor.organisations("provider_manager") == {one.organisation_id}

    def link(address: Address, cell: FormCell) -> str:
        code, date = cell.basis.get("code", ""), cell.basis.get("date", "")
        if one.organisation_id:
            return f"/office/figures/{code}/?own=1&date={date}" if own and code in OWN_HEAD else ""
        territory = cell.basis.get("territory", "")
        return f"/office/figures/{code}/?territory={territory}&date={date}" if code and territory else ""

    return link


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def answer(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The answer: what is asked, what is filled in, what stands in the way; remarks by the sender."""
    one = queries.answer_card(actor, pk)
    may_fill, may_judge = policy.ANSWER.can(actor, "fill", one), policy.ANSWER.can(actor, "judge", one)
    form = RemarksForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asking.judge(actor, pk=pk, accept=False, remarks=form.cleaned_data["remarks"])
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Ответ возвращён с замечаниями, письмо отправлено.")
            return HttpResponseRedirect(url_of(pk))
    # what is not sent yet belongs to those who write it
    opened = may_fill or one.state != DataRequestAnswer.State.DRAFT
    sheet = forms.sheet(one.answer)
    definition = from_json(one.answer.version.definition)
    show = Show(sheet=sheet, link=figure_link(one, actor), spare=0)
    context = {
        "one": one,
        "sender": queries.sender_name(one.request),
        "sheet": sheet,
        "definition": definition,
        "pages": [page(definition, section, show) for section in definition.sections] if opened else [],
        "opened": opened,
        "may_fill": may_fill and one.is_open and one.request.state == "sent",
        "may_judge": may_judge and one.state == "sent" and one.request.state == "sent",
        "passed_on": one.passed_on.order_by("-pk").first() if one.centre_id else None,
        "may_extend": may_judge and one.is_open and one.request.state == "sent",
        "may_write": may_judge and one.partner_id and one.is_open and one.request.state == "sent",
        "extensions": list(one.extensions.select_related("made_by")),
        "kept": list(one.answer.kept.all()),
        "form": form,
        "figures": bool(any(cell.computed is not None for cell in sheet.cells.values())),
    }
    return render(request, "monitoring/requests/answer.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def fill(request: HttpRequest, actor: Actor, pk: int, section: str) -> HttpResponse:
    """One section to type into. A stranger's quicker save is told, nothing typed is lost."""
    one = queries.answer_card(actor, pk, "fill")
    definition = from_json(one.answer.version.definition)
    part = definition.section(section)
    if part is None:
        raise Hidden("section")
    try:
        tried = attempt(
            request,
            lambda posted, revision: answering.save_section(
                actor, pk=pk, section=section, posted=posted, revision=revision
            ),
        )
    except Refused as refused:
        say_refused(request, refused)
        return HttpResponseRedirect(url_of(pk))
    if tried.saved:
        return _next(request, one, section)
    one = queries.answer_card(actor, pk, "fill")
    if not one.is_open or one.request.state != "sent":
        return HttpResponseRedirect(url_of(pk))
    sheet = forms.sheet(one.answer)
    show = Show(sheet=sheet, link=figure_link(one, actor), typed=tried.typed, errors=tried.errors, theirs=tried.theirs)
    shown = page(definition, part, show)
    context = {
        "one": one,
        "page": shown,
        "revision": shown.revision if tried.revision is None else tried.revision,
        "definition": definition,
        "sheet": sheet,
        "reasons": tried.reasons,
        "is_last": part is definition.sections[-1],
    }
    return render(request, "monitoring/requests/fill.html", context, status=tried.status)


def _next(request: HttpRequest, one: DataRequestAnswer, section: str) -> HttpResponse:
    """To the section that was asked for, to the next one, or back to the answer."""
    codes = [part.code for part in from_json(one.answer.version.definition).sections]
    wanted = request.POST.get("go", "")
    if wanted == "next" and codes.index(section) + 1 < len(codes):
        return HttpResponseRedirect(reverse("requests:fill", args=[one.pk, codes[codes.index(section) + 1]]))
    if wanted == "stay":
        messages.success(request, "Раздел записан.")
        return HttpResponseRedirect(reverse("requests:fill", args=[one.pk, section]))
    messages.success(request, "Раздел записан.")
    return HttpResponseRedirect(url_of(one.pk))


@require_POST
@office_page
def do(request: HttpRequest, actor: Actor, pk: int, act: str) -> HttpResponse:
    """Begin, count anew, send, accept, write to a partner again, pass on to organisations, take their sums."""
    queries.answer_card(actor, pk, "judge" if act in ("accept", "write-again") else "fill")
    try:
        if act == "count":
            count = answering.count_figures(actor, pk=pk)
            messages.success(request, f"Заполнено по данным системы клеток: {count}." if count else "Ответ начат.")
        elif act == "explain":
            texts = {name[2:]: str(text) for name, text in request.POST.items() if name.startswith("x-")}
            answering.explain(actor, pk=pk, texts=texts)
            messages.success(request, "Пояснения записаны.")
        elif act == "send":
            sent = answering.send_answer(actor, pk=pk)
            messages.success(request, f"Ответ отправлен, исходящий № {sent.letter_number}.")
        elif act == "accept":
            asking.judge(actor, pk=pk, accept=True)
            messages.success(request, "Ответ принят.")
        elif act == "write-again":
            address = asking.write_again(actor, pk=pk)
            messages.success(request, f"Письмо со ссылкой отправлено: {address}.")
        elif act == "pass-on":
            made = answering.pass_on(actor, pk=pk)
            messages.success(request, "Черновик запроса организациям готов: проверьте адресатов и отправьте.")
            return HttpResponseRedirect(reverse("requests:request", args=[made.pk]))
        elif act == "take":
            count = answering.take_sums(actor, pk=pk)
            messages.success(request, f"Свод организаций перенесён в ответ, клеток: {count}.")
        else:
            raise Hidden("act")
    except Refused as refused:
        say_refused(request, refused)
    return HttpResponseRedirect(url_of(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def extend(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Another term for this answerer, with the reason."""
    one = queries.answer_card(actor, pk, "judge")
    form = ExtensionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asking.extend(actor, pk=pk, **form.cleaned_data)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Срок продлён, письмо отправлено.")
            return HttpResponseRedirect(url_of(pk))
    context = {"one": one, "form": form, "back": url_of(pk)}
    return render(request, "monitoring/requests/extend.html", context, status=422 if form.errors else 200)


@require_safe
@office_page
def letter(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The reply letter of a sent answer."""
    one = queries.answer_card(actor, pk)
    if one.letter_number is None:
        raise Hidden("letter")
    data = documents.letter(one)
    return files.download(data, name=f"Ответ на запрос {one.request.number}.docx", content_type=files.DOCX)


@require_safe
@office_page
def workbook(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The answer as XLSX."""
    one = queries.answer_card(actor, pk)
    if one.state == DataRequestAnswer.State.DRAFT and not policy.ANSWER.can(actor, "fill", one):
        raise Hidden("draft")
    return files.download(documents.answer(one), name=f"Ответ на запрос {one.request.number}.xlsx", content_type=XLSX)
