"""Electronic signatures of settlement papers: bring, download; reconciliation acts kept to be signed (K9)."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from opora.catalogue.pages import office_page
from opora.core import files, signatures
from opora.core.access import Actor
from opora.core.ui.signatures import SignatureForm
from opora.enrolment.views_office_signatures import bring, download
from opora.settlement import policy, queries, queries_papers
from opora.settlement.services import signing
from opora.settlement.views_agreements import agreement_url
from opora.settlement.views_documents import document_url


@require_POST
@office_page
def sign_document(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Bring a signature of an issued document."""
    one = queries.document(actor, pk, "attach")
    bring(request, lambda **brought: signing.sign_document(actor, document=one, **brought))
    return HttpResponseRedirect(document_url(pk))


@require_safe
@office_page
def document_signature(request: HttpRequest, actor: Actor, pk: int, signature: int) -> HttpResponse:
    """The .sig file of a document."""
    one = queries.document(actor, pk)
    return download(signatures.one_of(queries_papers.file_of(one), signature))


@require_POST
@office_page
def sign_agreement(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Bring a signature of the agreement's version in force."""
    one = queries.agreement(actor, pk, "attach")
    bring(request, lambda **brought: signing.sign_agreement_file(actor, agreement=one, **brought))
    return HttpResponseRedirect(agreement_url(pk))


@require_safe
@office_page
def agreement_signature(request: HttpRequest, actor: Actor, pk: int, signature: int) -> HttpResponse:
    """The .sig file of an agreement's version in force."""
    terms = queries.terms_in_force(queries.agreement(actor, pk))
    return download(signatures.one_of(queries_papers.file_of(terms) if terms else None, signature))


@require_POST
@office_page
def keep_act(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Keep today's reconciliation act to be signed."""
    one = queries.agreement(actor, pk, "attach")
    kept = signing.keep_act(actor, agreement=one)
    return HttpResponseRedirect(reverse("settlement:kept_act", args=[pk, kept.public_id]))


@require_safe
@office_page
def kept_act(request: HttpRequest, actor: Actor, pk: int, public_id: uuid.UUID) -> HttpResponse:
    """A kept act with its signatures."""
    one = queries.agreement(actor, pk)
    act = queries_papers.act_of(one, public_id)
    context = {
        "agreement": one,
        "act": act,
        "signatures": signatures.of(act),
        "sign_form": SignatureForm() if policy.AGREEMENT.can(actor, "attach", one) else None,
    }
    return render(request, "settlement/kept_act.html", context)


@require_safe
@office_page
def kept_act_pdf(request: HttpRequest, actor: Actor, pk: int, public_id: uuid.UUID) -> HttpResponse:
    """The file that is signed."""
    act = queries_papers.act_of(queries.agreement(actor, pk), public_id)
    return files.download(files.read(act), name=act.name, content_type=files.PDF)


@require_POST
@office_page
def sign_act(request: HttpRequest, actor: Actor, pk: int, public_id: uuid.UUID) -> HttpResponse:
    """Bring a signature of a kept act."""
    one = queries.agreement(actor, pk, "attach")
    bring(request, lambda **brought: signing.sign_act(actor, agreement=one, public_id=public_id, **brought))
    return HttpResponseRedirect(reverse("settlement:kept_act", args=[pk, public_id]))


@require_safe
@office_page
def act_signature(request: HttpRequest, actor: Actor, pk: int, public_id: uuid.UUID, signature: int) -> HttpResponse:
    """The .sig file of a kept act."""
    return download(signatures.one_of(queries_papers.act_of(queries.agreement(actor, pk), public_id), signature))
