"""Letters about movements of money, written from the outbox: each entry is told once."""

from __future__ import annotations

from opora.certificates import letters
from opora.certificates.models import CertificateEntry
from opora.core import feed
from opora.core.access import SYSTEM
from opora.core.transactions import act

TOLD_BY_SERVICES = frozenset({"nominal", "annul", "move", "age_out", "to_accounting"})
"""Acts whose own letter already names the change."""


def write_movement_letters(limit: int = 500) -> int:
    """Read the outbox on and write letters; returns how many entries were told of."""
    with act(SYSTEM):
        rows = feed.read("certificate_letters", kinds=("certificate.entry",), limit=limit)
        ids = [row.payload["entry"] for row in rows if row.payload.get("act") not in TOLD_BY_SERVICES]
        entries = CertificateEntry.objects.filter(pk__in=ids).select_related("certificate__child")
        for entry in entries.order_by("pk"):
            letters.moved(entry)
    return len(ids)
