"""Writing to the outbox inside the business transaction; readers poll (see :mod:`opora.core.feed`)."""

from __future__ import annotations

from typing import Any

from opora.core.models import Letter, Outbox


def emit(kind: str, object_kind: str, object_id: int, *, municipality_id: int | None = None, **payload: Any) -> None:
    """Record a fact (`kind` such as ``application.changed``). The payload holds ids and codes, no names."""
    Outbox.objects.create(
        kind=kind,
        object_kind=object_kind,
        object_id=object_id,
        municipality_id=municipality_id,
        payload=payload,
    )


def write_letter(
    *, account_id: int | None, address: str, kind: str, subject: str, body: str, link: str = "", dedup: str
) -> None:
    """Queue a letter for the cabinet and for e-mail. The same `dedup` key is written once."""
    Letter.objects.bulk_create(
        [
            Letter(
                account_id=account_id,
                address=address,
                kind=kind,
                subject=subject,
                body=body,
                link=link,
                dedup=dedup,
            )
        ],
        ignore_conflicts=True,
    )
