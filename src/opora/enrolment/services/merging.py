"""What enrolment knows when two records of one child become one (registered with opora.people.merging)."""

from __future__ import annotations

from opora.enrolment import rules
from opora.enrolment.models import Application


def facts(child_id: int) -> dict[str, object]:
    """Groups in which the child has a living application: both sides in one group forbid the merge."""
    rows = Application.objects.filter(child_id=child_id, state__in=rules.LIVING_STATES)
    return {"living_groups": frozenset(rows.values_list("group_id", flat=True))}
