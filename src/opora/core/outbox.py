"""Writing to the outbox inside the business transaction; readers poll (see :mod:`opora.core.feed`)."""

from __future__ import annotations

from typing import Any

from opora.core import clock
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
    *,
    account_id: int | None,
    address: str,
    kind: str,
    subject: str,
    body: str,
    link: str = "",
    answer: str = "",
    dedup: str,
) -> None:
    """Queue a letter for the cabinet and for e-mail. The same `dedup` key is written once.

    Paragraphs of the body are parted by an empty line. `link`: the page of the cabinet; `answer`: what one click
    answers (`opora.people.answers`), such as «place:15».
    """
    Letter.objects.bulk_create(
        [
            Letter(
                account_id=account_id,
                address=address,
                kind=kind,
                subject=subject,
                body=body,
                link=link,
                answer=answer,
                dedup=dedup,
                created_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )
