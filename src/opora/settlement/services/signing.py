"""Papers of settlement as files that are signed (K9): documents, agreements, reconciliation acts, with their .sig files.

A paper becomes a file once, when it is first printed after it can no longer change; from then on everybody gets the
very same bytes, so that signatures of both sides are of one file.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from opora.certificates.models import PaymentAgreement
from opora.core import clock, files, russian, signatures
from opora.core.access import Actor
from opora.core.models import DetachedSignature, StoredFile
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.settlement import policy, queries, queries_money, queries_papers
from opora.settlement.documents import context as papers
from opora.settlement.documents.papers import pdf
from opora.settlement.models import AgreementTerms, SettlementDocument

NOT_YET = Reason(
    "nothing_to_sign",
    "Подписывать ещё нечего.",
    hint="Подпись прикладывают к выставленному документу и к соглашению, в котором отмечен день подписания.",
)
NOT_PRINTED = Reason(
    "not_printed", "Сначала скачайте отсюда файл PDF: подписывают именно его.", hint="Кнопка «Печать (PDF)»."
)


def document_file(actor: Actor, *, document: SettlementDocument) -> StoredFile:
    """The PDF of an issued document, made once. Raises Forbidden, Hidden; Refused for a draft."""
    one = queries.document(actor, document.pk)
    if one.state == SettlementDocument.State.DRAFT:
        raise Refused(NOT_YET)
    found = queries_papers.file_of(one)
    if found is not None:
        return found
    return _kept(actor, one, f"{papers.title_of(one)}.pdf", pdf("document", queries_papers.document_values(one)))


def agreement_file(actor: Actor, *, agreement: PaymentAgreement) -> StoredFile:
    """The PDF of the newest signed version of an agreement, made once. Refused before the signing act."""
    one = queries.agreement(actor, agreement.pk)
    terms = queries.terms_in_force(one)
    if terms is None:
        raise Refused(NOT_YET)
    found = queries_papers.file_of(terms)
    if found is not None:
        return found
    return _kept(actor, terms, f"Соглашение {one}.pdf", pdf("agreement", papers.agreement(one, terms)))


def keep_act(actor: Actor, *, agreement: PaymentAgreement) -> StoredFile:
    """The reconciliation act as it stands today, kept to be signed; the very same act is not kept twice."""
    policy.AGREEMENT.get(actor, "attach", pk=agreement.pk)
    one = queries.agreement(actor, agreement.pk)
    today = clock.today(one.municipality.time_zone)
    values = papers.act(
        queries_money.reconciliation(actor, one), queries.terms_in_force(one), f"{russian.date_full(today)} года"
    )
    name = f"Акт сверки по соглашению {one} на {today:%d.%m.%Y}.pdf"
    return _kept(actor, one, name, pdf("act", values))


def _kept(actor: Actor, owner: models.Model, name: str, data: bytes) -> StoredFile:
    """One file of the row: rendered before the lock, written under it; documents and agreements have one only."""
    with act(actor):
        type(owner)._default_manager.select_for_update(no_key=True).get(pk=owner.pk)
        rows = queries_papers.files_of(owner)
        many = isinstance(owner, PaymentAgreement)
        found = rows.filter(name=name, size=len(data)).order_by("-pk").first() if many else rows.first()
        if found is not None and (not many or files.read(found) == data):
            return found
        return files.store(actor, owner=owner, name=name, content_type=files.PDF, data=data)


def sign_document(actor: Actor, *, document: SettlementDocument, **brought: Any) -> DetachedSignature:
    """Keep a signature (`name`, `data`, `signer`) of an issued document. Refused as `core.signatures.attach`."""
    one = policy.DOCUMENT.get(actor, "attach", pk=document.pk)
    if one.state in (SettlementDocument.State.DRAFT, SettlementDocument.State.RETURNED):
        raise Refused(NOT_YET)
    return _signed(actor, queries_papers.file_of(one), brought)


def sign_agreement_file(actor: Actor, *, agreement: PaymentAgreement, **brought: Any) -> DetachedSignature:
    """Keep a signature of the agreement's version in force."""
    one = policy.AGREEMENT.get(actor, "attach", pk=agreement.pk)
    terms: AgreementTerms | None = queries.terms_in_force(one)
    if terms is None:
        raise Refused(NOT_YET)
    return _signed(actor, queries_papers.file_of(terms), brought)


def sign_act(actor: Actor, *, agreement: PaymentAgreement, public_id: uuid.UUID, **brought: Any) -> DetachedSignature:
    """Keep a signature of a kept reconciliation act."""
    one = policy.AGREEMENT.get(actor, "attach", pk=agreement.pk)
    return _signed(actor, queries_papers.act_of(one, public_id), brought)


def _signed(actor: Actor, document: StoredFile | None, brought: dict[str, Any]) -> DetachedSignature:
    if document is None:
        raise Refused(NOT_PRINTED)
    return signatures.attach(actor, document=document, **brought)
