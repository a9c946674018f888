"""Stored files: immutable, kept by their SHA-256 under OPORA_HOME/files, described by a row, served by a policy.

The caller owns the policy: ask it before :func:`read`. Nothing here decides who may see a file.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.http import HttpResponse

from opora.core.access import Actor
from opora.core.models import StoredFile

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


def store(actor: Actor, *, owner: models.Model, name: str, content_type: str, data: bytes) -> StoredFile:
    """Keep the bytes and describe them as belonging to `owner`. Call inside the business transaction.

    The bytes are on the disk before the row exists; a transaction that rolls back leaves them without a row.
    """
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, data)
    return StoredFile.objects.create(
        sha256=digest,
        name=name[:255],
        content_type=content_type,
        size=len(data),
        owner_kind=owner._meta.label_lower,
        owner_id=owner.pk,
        municipality_id=getattr(owner, "municipality_id", None),
        created_by_id=actor.account_id,
    )


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: a full disk leaves no part behind."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).replace(path)


def read(file: StoredFile) -> bytes:
    """The bytes of a stored file. Raises FileNotFoundError when the data folder lost them."""
    return path_of(file.sha256).read_bytes()


def path_of(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


def download(data: bytes, *, name: str, content_type: str, inline: bool = False) -> HttpResponse:
    """An answer that the browser saves under a Russian name; never run as a page."""
    response = HttpResponse(data, content_type=content_type)
    kind = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
