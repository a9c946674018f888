"""Electronic signatures of orders and contracts: bring, download, and the contract's text that is signed (K9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from opora.catalogue.pages import office_page, say_refused
from opora.core import files, signatures
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.reasons import Hidden, Refused
from opora.core.ui.signatures import SignatureForm
from opora.enrolment import policy
from opora.enrolment import queries_office as office
from opora.enrolment.models import Contract
from opora.enrolment.services import signing


@require_POST
@office_page
def sign_order(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Bring a signature of an issued order."""
    one = office.order_card(actor, pk, "edit")
    bring(request, lambda **brought: signing.sign_order(actor, order=one, **brought))
    return HttpResponseRedirect(reverse("enrolment:order", args=[pk]))


@require_safe
@office_page
def order_signature(request: HttpRequest, actor: Actor, pk: int, signature: int) -> HttpResponse:
    """The .sig file of an order."""
    one = office.order_card(actor, pk)
    return download(signatures.one_of(one.file, signature))


@require_POST
@office_page
def sign_contract(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Bring a signature of a contract's accepted text."""
    contract = _contract(actor, key, "offer")
    bring(request, lambda **brought: signing.sign_contract(actor, contract=contract, **brought))
    return HttpResponseRedirect(reverse("enrolment:application", args=[key]))


@require_safe
@office_page
def contract_signature(request: HttpRequest, actor: Actor, key: str, signature: int) -> HttpResponse:
    """The .sig file of a contract."""
    contract = _contract(actor, key)
    return download(signatures.one_of(signing.document_of(contract), signature))


@require_safe
@office_page
def contract_text(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """The accepted text as the file that is signed; each download is written to the journal."""
    contract = _contract(actor, key)
    try:
        file = signing.contract_document(actor, contract=contract)
    except Refused as refused:
        say_refused(request, refused)
        return HttpResponseRedirect(reverse("enrolment:application", args=[key]))
    log_access(actor, "download", contract, by=policy.CONTRACT)
    return files.download(files.read(file), name=file.name, content_type=signing.TEXT)


def _contract(actor: Actor, key: Any, action: str = "view") -> Contract:
    one = office.application_card(actor, key)
    contract: Contract | None = getattr(one, "contract", None)
    if contract is None:
        raise Hidden("contract")
    found: Contract = policy.CONTRACT.get(actor, action, pk=contract.pk)
    return found


def bring(request: HttpRequest, keep: Callable[..., Any]) -> None:
    """Read the form of a signature, hand it to `keep(name=, data=, signer=)`, say what became of it."""
    form = SignatureForm(request.POST, request.FILES)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return
    file = form.cleaned_data["file"]
    try:
        keep(name=file.name, data=file.read(signatures.MOST_BYTES + 1), signer=form.cleaned_data["signer"])
    except Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, "Подпись приложена.")


def download(row: Any) -> HttpResponse:
    """A signature as the file that was brought."""
    return files.download(files.read(row.file), name=row.file.name, content_type=signatures.TYPE)
