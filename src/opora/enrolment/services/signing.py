"""Electronic signatures beside orders and contracts (K9): the order's document, the contract's accepted text."""

from __future__ import annotations

from opora.core import files, signatures
from opora.core.access import Actor
from opora.core.models import DetachedSignature, StoredFile
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment import policy
from opora.enrolment.models import Contract, Order

TEXT = "text/plain; charset=utf-8"
NOT_YET = Reason(
    "nothing_to_sign",
    "Подписывать ещё нечего.",
    hint="Подпись прикладывают к изданному приказу и к принятому договору.",
)


def sign_order(actor: Actor, *, order: Order, name: str, data: bytes, signer: str) -> DetachedSignature:
    """Keep a signature of an issued order. Raises Forbidden, Hidden; Refused as `core.signatures.attach`."""
    row = policy.ORDER.get(actor, "edit", pk=order.pk)
    if row.file is None:
        raise Refused(NOT_YET)
    return signatures.attach(actor, document=row.file, name=name, data=data, signer=signer)


def sign_contract(actor: Actor, *, contract: Contract, name: str, data: bytes, signer: str) -> DetachedSignature:
    """Keep a signature of the accepted text: of the very file that `contract_document` gives."""
    policy.CONTRACT.get(actor, "offer", pk=contract.pk)
    signatures.check(data)
    document = contract_document(actor, contract=contract)
    return signatures.attach(actor, document=document, name=name, data=data, signer=signer)


def contract_document(actor: Actor, *, contract: Contract) -> StoredFile:
    """The accepted text as a file, made when first asked for; it never changes. Refused before the acceptance."""
    allowed = policy.CONTRACT.get(actor, "view", pk=contract.pk)
    if not allowed.accepted_text:
        raise Refused(NOT_YET)
    with act(actor):
        row = Contract.objects.select_for_update(no_key=True, of=("self",)).get(pk=allowed.pk)
        found = document_of(row)
        if found is not None:
            return found
        name = f"Договор {row.number.replace('/', '-')}.txt"
        return files.store(actor, owner=row, name=name, content_type=TEXT, data=row.accepted_text.encode())


def document_of(contract: Contract) -> StoredFile | None:
    """The file of the accepted text if it was made already."""
    rows = StoredFile.objects.filter(owner_kind=contract._meta.label_lower, owner_id=contract.pk, content_type=TEXT)
    return rows.order_by("pk").first()
