"""Focus areas as others write them: kept by imports, mapped by a person once."""

from __future__ import annotations

from collections.abc import Iterable

from opora.catalogue import policy
from opora.catalogue.content import refresh_score
from opora.catalogue.models import FocusAreaMapping, Programme
from opora.core.access import Actor
from opora.core.transactions import act


def map_focus_area(actor: Actor, *, mapping: FocusAreaMapping, focus_area: str) -> int:
    """Say what a written focus area means. Returns how many programmes without one got it.

    Programmes that already have a focus area keep it: somebody chose it.
    """
    row = policy.focus_mappings.get(actor, "edit", pk=mapping.pk)
    with act(actor):
        row.focus_area = focus_area
        row.save(update_fields=["focus_area"])
        if not focus_area:
            return 0
        waiting = list(
            Programme.objects.filter(raw_focus_area__iexact=row.raw, focus_area="").select_related("municipality")
        )
        for programme in waiting:
            programme.focus_area = focus_area
            programme.save(update_fields=["focus_area"])
            refresh_score(programme)
    return len(waiting)


def remember_unknown(raws: Iterable[str]) -> None:
    """Keep written focus areas that nobody has mapped yet. Call inside the transaction of the import."""
    FocusAreaMapping.objects.bulk_create(
        [FocusAreaMapping(raw=raw) for raw in sorted(set(raws)) if raw], ignore_conflicts=True
    )


def known_mappings() -> dict[str, str]:
    """Written text in lower case → focus area, of those that a person mapped."""
    rows = FocusAreaMapping.objects.exclude(focus_area="").values_list("raw", "focus_area")
    return {raw.lower(): area for raw, area in rows}
