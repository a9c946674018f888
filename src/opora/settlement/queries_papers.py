"""Papers that were kept as files to be signed (K9); the caller's policy was asked before."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Count, Model, QuerySet

from opora.certificates.models import PaymentAgreement
from opora.core.models import StoredFile
from opora.core.reasons import Hidden
from opora.settlement import queries
from opora.settlement.documents import context as papers
from opora.settlement.models import SettlementDocument


def files_of(owner: Model) -> QuerySet[StoredFile]:
    """Kept papers of a row, oldest first."""
    return StoredFile.objects.filter(owner_kind=owner._meta.label_lower, owner_id=owner.pk).order_by("pk")


def file_of(owner: Model) -> StoredFile | None:
    """The paper of an issued document or of a signed version of terms, if it was printed already."""
    return files_of(owner).first()


def acts_of(one: PaymentAgreement) -> list[StoredFile]:
    """Kept reconciliation acts, newest first, each with `signed` = how many signatures it has."""
    return list(files_of(one).annotate(signed=Count("signatures")).order_by("-pk")[:100])


def act_of(one: PaymentAgreement, public_id: uuid.UUID) -> StoredFile:
    """A kept reconciliation act of the agreement, or Hidden."""
    found = files_of(one).filter(public_id=public_id).first()
    if found is None:
        raise Hidden("act")
    return found


def document_values(one: SettlementDocument) -> dict[str, Any]:
    """What the paper of a document shows, for `documents.papers.pdf`."""
    terms = queries.terms_in_force(one.agreement, one.date)
    return papers.document(one, terms, list(queries.rows_of(one)), list(queries.completeness_of(one)))
