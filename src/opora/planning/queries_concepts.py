"""Reads of concepts and of the founding checklist: the actor first."""

from __future__ import annotations

from django.db.models import Count, Q

from opora.core import clock
from opora.core.access import Actor
from opora.planning import policy
from opora.planning.counting import Counter
from opora.planning.models import Concept, ConceptStage, ConceptTarget, Evidence, FoundingStep
from opora.territory.models import Centre, LegalAct


def centres_of(actor: Actor) -> list[Centre]:
    """Centres whose founding the actor sees, with how many steps there are and how many are done."""
    steps = FoundingStep.objects.filter(policy.founding.scope(actor, "view"))
    rows = Centre.objects.filter(pk__in=steps.values("centre_id")).order_by("sort_name", "pk")
    return list(
        rows.annotate(
            steps=Count("founding_steps"), done=Count("founding_steps", filter=Q(founding_steps__done_on__isnull=False))
        )
    )


def unfounded(actor: Actor) -> list[Centre]:
    """Centres whose checklist the actor may begin and nobody has begun yet."""
    rows = policy.centres.rows(actor, "found").filter(is_active=True)
    return list(rows.exclude(pk__in=FoundingStep.objects.values("centre_id")).order_by("sort_name", "pk"))


def centre(actor: Actor, pk: int, action: str) -> Centre:
    """A centre for which the actor may do the action of `policy.centres`. Raises Forbidden or Hidden."""
    found: Centre = policy.centres.get(actor, action, pk=pk)
    return found


def steps_of(actor: Actor, centre: Centre) -> list[FoundingStep]:
    """The checklist of a centre in order."""
    rows = FoundingStep.objects.filter(policy.founding.scope(actor, "view"), centre=centre)
    return list(rows.select_related("act", "file", "municipality").order_by("number"))


def step(actor: Actor, pk: int, action: str = "view") -> FoundingStep:
    found: FoundingStep = policy.founding.get(actor, action, pk=pk)
    return FoundingStep.objects.select_related("centre", "municipality", "act", "file").get(pk=found.pk)


def acts_for(one: FoundingStep) -> list[tuple[int, str]]:
    """Legal acts of the municipality and above that may close the step, newest first."""
    rows = LegalAct.objects.filter(Q(municipality_id=one.municipality_id) | Q(municipality__isnull=True))
    return [(row.pk, f"{row}: {row.title}"[:160]) for row in rows.order_by("-date", "-pk")[:300]]


def concept(actor: Actor, pk: int) -> Concept:
    found: Concept = policy.concepts.get(actor, "view", pk=pk)
    return Concept.objects.select_related("centre", "municipality").get(pk=found.pk)


def target(actor: Actor, pk: int) -> ConceptTarget:
    found: ConceptTarget = policy.targets.get(actor, "view", pk=pk)
    return ConceptTarget.objects.select_related("concept__centre", "concept__municipality").get(pk=found.pk)


def evidence_of_target(one: ConceptTarget) -> list[Evidence]:
    return list(Evidence.objects.filter(target=one).select_related("added_by", "file"))


def targets_of(one: Concept) -> list[ConceptTarget]:
    return list(ConceptTarget.objects.filter(concept=one).select_related("concept").order_by("due_on", "number", "pk"))


def stages_of(one: Concept) -> list[ConceptStage]:
    return list(ConceptStage.objects.filter(concept=one).order_by("number"))


def target_counter(one: Concept) -> Counter:
    return Counter(one.centre_id, one.municipality_id, clock.today(one.municipality.time_zone))


def act_of(one: FoundingStep, pk: str) -> LegalAct | None:
    """The act chosen in the form, of those offered; None when none was chosen."""
    rows = LegalAct.objects.filter(Q(municipality_id=one.municipality_id) | Q(municipality__isnull=True))
    return rows.filter(pk=int(pk)).first() if pk else None
