"""From records to the values that the rules of content quality look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from opora.catalogue.models import Programme
from opora.catalogue.queries_office import groups_with_slots
from opora.catalogue.rules import Completeness, GroupContent, ProgrammeContent, completeness
from opora.core import clock


def read_together(programmes: Iterable[Programme]) -> None:
    """Read modules and groups of all of them at once: two queries, after which :func:`assess` asks nothing."""
    prefetch_related_objects(
        list(programmes), "modules", Prefetch("groups", groups_with_slots(), to_attr="content_groups")
    )


def content_of(programme: Programme) -> ProgrammeContent:
    """What completeness looks at: two queries, unless it was read together with others."""
    together: list[Any] | None = getattr(programme, "content_groups", None)
    groups: Iterable[Any] = groups_with_slots().filter(programme=programme) if together is None else together
    return ProgrammeContent(
        name=programme.name,
        annotation=programme.annotation,
        audience=programme.audience,
        results=programme.results,
        focus_area=programme.focus_area,
        activity_direction=programme.activity_direction_id is not None,
        age_from=programme.age_from,
        age_to=programme.age_to,
        distance=programme.study_form == Programme.StudyForm.DISTANCE,
        module_hours=tuple(module.hours for module in programme.modules.all()),
        groups=tuple(
            GroupContent(
                name=group.name,
                starts_on=group.starts_on,
                ends_on=group.ends_on,
                open=group.state == "open",
                slots=group.slot_count,
                has_teacher=group.teacher_id is not None,
                has_venue=group.venue_id is not None,
                age_from=group.age_from,
                age_to=group.age_to,
                capacity=group.capacity,
            )
            for group in groups
        ),
    )


def assess(programme: Programme) -> Completeness:
    """Score and faults of a programme as of today in its municipality."""
    return completeness(content_of(programme), clock.today(programme.municipality.time_zone))


def refresh_score(programme: Programme) -> Completeness:
    """Recount and keep the score; call inside the transaction that changed the content."""
    found = assess(programme)
    if programme.completeness != found.score:
        programme.completeness = found.score
        Programme.objects.filter(pk=programme.pk).update(completeness=found.score)
    return found
