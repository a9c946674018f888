"""Files that people attach to a row: acts, minutes, agreements, certificates; only what can be read."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

from opora.core import files
from opora.core.access import Actor
from opora.core.models import StoredFile
from opora.core.reasons import Reason, Refused

MOST_BYTES = 20_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", files.DOCX),
)
ACCEPT = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"


def keep(actor: Actor, *, owner: models.Model, name: str, data: bytes, field: str = "") -> StoredFile:
    """Store a PDF, DOCX, XLSX, PNG or JPEG as belonging to `owner`. Refused when too large or something else."""
    kind = next((kind for start, kind in _KINDS if data.startswith(start)), "")
    if not kind:
        raise Refused(
            Reason("file_kind", "Файл не открыть как PDF, DOCX или снимок.", hint="Сохраните его в PDF.", field=field)
        )
    if len(data) > MOST_BYTES:
        raise Refused(Reason("file_size", "Файл больше 20 МБ.", hint="Сохраните его поменьше.", field=field))
    if kind == files.DOCX and name.lower().endswith(".xlsx"):
        kind = XLSX
    return files.store(actor, owner=owner, name=name, content_type=kind, data=data)


def of(owner: models.Model) -> models.QuerySet[StoredFile]:
    """Files of a row, newest first; the caller's policy was asked before."""
    return StoredFile.objects.filter(owner_kind=owner._meta.label_lower, owner_id=owner.pk).order_by("-pk")


def latest_of(owner: models.Model) -> StoredFile | None:
    """The newest file of a row; the caller's policy was asked before."""
    return of(owner).first()


def latest_of_each(model: type[models.Model], ids: Collection[int]) -> dict[int, StoredFile]:
    """The newest file of each row that has any, in one query; the caller's policy was asked before."""
    if not ids:
        return {}
    rows = StoredFile.objects.filter(owner_kind=model._meta.label_lower, owner_id__in=ids).order_by("pk")
    return {row.owner_id: row for row in rows}
