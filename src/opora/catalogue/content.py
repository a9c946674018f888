"""From records to the values that the rules of content quality look at."""

from __future__ import annotations

from django.db.models import Count

from opora.catalogue.models import Programme
from opora.catalogue.rules import Completeness, GroupContent, ProgrammeContent, completeness
from opora.core import clock


def content_of(programme: Programme) -> ProgrammeContent:
    """Read what completeness looks at: three queries."""
    groups = programme.groups.exclude(state="finished").annotate(slot_count=Count("slots"))
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
        module_hours=tuple(programme.modules.values_list("hours", flat=True)),
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
