"""Agreements: requisites of the sides, signing, papers, reconciliation; the payer's own requisites."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.certificates.models import PaymentAgreement
from opora.core import clock, files, russian, signatures
from opora.core.access import Actor
from opora.core.reasons import Hidden, Refused
from opora.core.ui.signatures import SignatureForm
from opora.settlement import policy, queries, queries_money, queries_papers, services
from opora.settlement.documents import context as papers
from opora.settlement.documents.papers import docx, pdf
from opora.settlement.forms import PAYER_FIELDS, ProfileForm, SignForm, TermsForm
from opora.settlement.services import signing


def agreement_url(pk: int) -> str:
    return reverse("settlement:agreement", args=[pk])


@require_safe
@office_page
def agreement(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Sides, versions of terms, signing."""
    one = queries.agreement(actor, pk)
    versions = queries.terms_of(one)
    draft = versions[0] if versions and versions[0].signed_at is None else None
    force = next((row for row in versions if row.signed_at), None)
    shown = force or draft
    context: dict[str, Any] = {
        "agreement": one,
        "versions": versions,
        "draft": draft,
        "force": force,
        "terms": shown,
        "sides": [("Плательщик", papers.side_rows(shown.payer)), ("Поставщик", papers.side_rows(shown.provider))]
        if shown
        else [],
        "may": {action: policy.AGREEMENT.can(actor, action, one) for action in ("terms", "sign")},
        "signatures": signatures.of(queries_papers.file_of(force)) if force else [],
        "sign_form": SignatureForm() if force and policy.AGREEMENT.can(actor, "attach", one) else None,
        "form": SignForm(initial={"signed_on": clock.today(one.municipality.time_zone)}),
    }
    return render(request, "settlement/agreement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def terms(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Fill in or amend the requisites; signed ones stay, a new version is drafted."""
    one = queries.agreement(actor, pk, "terms")
    draft = services.draft_terms(actor, agreement=one)
    initial = {f"provider_{name}": value for name, value in draft.provider.items()}
    initial |= {"kbk_code": draft.kbk, "kosgu": draft.kosgu, "limit_sum": draft.limit_sum}
    form = TermsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_terms(
                actor,
                agreement=one,
                provider=form.provider(),
                kbk=form.cleaned_data["kbk_code"],
                kosgu=form.cleaned_data["kosgu"],
                limit_sum=form.cleaned_data["limit_sum"],
            )
        except Refused as refused:
            put_reasons(form, _renamed(refused))
        else:
            messages.success(request, "Реквизиты сохранены. Осталось подписать.")
            return HttpResponseRedirect(agreement_url(pk))
    context = {
        "form": form,
        "title": "Реквизиты сторон",
        "subject": f"{one.organisation.short_name}, соглашение {one}",
        "button": "Сохранить",
        "back": agreement_url(pk),
    }
    return render(request, "settlement/form.html", context, status=422 if form.is_bound else 200)


def _renamed(refused: Refused) -> Refused:
    """The classification of the expense has a field of its own beside the payee's code."""
    from dataclasses import replace

    return Refused([replace(one, field="kbk_code") if one.field == "kbk" else one for one in refused.reasons])


@require_POST
@office_page
def sign(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The signing act."""
    one = queries.agreement(actor, pk, "sign")
    form = SignForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Укажите день подписания полностью.")
        return HttpResponseRedirect(agreement_url(pk))
    try:
        services.sign_agreement(actor, agreement=one, signed_on=form.cleaned_data["signed_on"])
    except Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, "Соглашение подписано.")
    return HttpResponseRedirect(agreement_url(pk))


def _agreement_paper(actor: Actor, pk: int) -> tuple[PaymentAgreement, dict[str, Any]]:
    one = queries.agreement(actor, pk)
    versions = queries.terms_of(one)
    if not versions:
        raise Hidden("terms")
    return one, papers.agreement(one, versions[0])


@require_safe
@office_page
def agreement_docx(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The agreement for Word; the newest version of its terms."""
    one, data = _agreement_paper(actor, pk)
    return files.download(docx("agreement", data), name=f"Соглашение {one}.docx", content_type=files.DOCX)


@require_safe
@office_page
def agreement_pdf(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The agreement on paper; once signed, the very file that signatures are made for."""
    one, values = _agreement_paper(actor, pk)
    signed = queries.terms_of(one)[0].signed_at is not None
    data = files.read(signing.agreement_file(actor, agreement=one)) if signed else pdf("agreement", values)
    return files.download(data, name=f"Соглашение {one}.pdf", content_type=files.PDF, inline=True)


@require_safe
@office_page
def reconciliation(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Documents and payments of an agreement; what is left."""
    one = queries.agreement(actor, pk)
    found = queries_money.reconciliation(actor, one)
    context = {"agreement": one, "found": found, "facts": papers.act_facts(found), "totals": _totals(found)}
    context["acts"] = queries_papers.acts_of(one)
    context["may_keep"] = policy.AGREEMENT.can(actor, "attach", one)
    context["result"] = papers.act_result(found, "плательщика", "поставщиком")
    return render(request, "settlement/reconciliation.html", context)


def _totals(found: queries_money.Reconciliation) -> dict[str, Any]:
    return {
        name: sum((getattr(line, name) for line in found.lines), queries_money.ZERO) for name in ("debit", "credit")
    }


def _act(actor: Actor, pk: int) -> tuple[PaymentAgreement, dict[str, Any]]:
    one = queries.agreement(actor, pk)
    today = clock.today(one.municipality.time_zone)
    terms_now = queries.terms_in_force(one)
    return one, papers.act(queries_money.reconciliation(actor, one), terms_now, f"{russian.date_full(today)} года")


@require_safe
@office_page
def act_docx(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The reconciliation act for Word."""
    one, data = _act(actor, pk)
    return files.download(docx("act", data), name=f"Акт сверки {one}.docx", content_type=files.DOCX)


@require_safe
@office_page
def act_pdf(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The reconciliation act on paper."""
    one, data = _act(actor, pk)
    return files.download(pdf("act", data), name=f"Акт сверки {one}.pdf", content_type=files.PDF, inline=True)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def requisites(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The payer's requisites of a municipality."""
    policy.PROFILE.require(actor, "edit")
    places = queries.payer_places(actor)
    asked = request.POST.get("place") or request.GET.get("place")
    place = next((one for one in places if str(one.pk) == asked), places[0] if places and not asked else None)
    if place is None:
        raise Hidden("place")
    row = queries.profile(actor, place.pk)
    initial = {name: getattr(row, name) for name in PAYER_FIELDS} if row else {"name": ""}
    if row:
        initial |= {"kbk_code": row.kbk, "kosgu": row.kosgu}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_profile(actor, municipality_id=place.pk, data=form.data_of())
        except Refused as refused:
            put_reasons(form, _renamed(refused))
        else:
            messages.success(request, "Реквизиты сохранены. Подписанные соглашения остаются с прежними.")
            return HttpResponseRedirect(reverse("settlement:requisites"))
    context = {
        "form": form,
        "title": "Реквизиты плательщика",
        "subject": str(place),
        "button": "Сохранить",
        "place": place.pk,
        "back": reverse("settlement:month"),
    }
    return render(request, "settlement/form.html", context, status=422 if form.is_bound else 200)
