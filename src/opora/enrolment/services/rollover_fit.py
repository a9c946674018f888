"""Who fits the next year's group: values for the rules read for many children at once (E6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from opora.core.reasons import Reason
from opora.enrolment.models import Enrolment, RolloverGroup
from opora.enrolment.rules import rollover as rules
from opora.people.models import Consent

FUNDINGS = {"budget": "for_budget", "certificate": "for_certificate", "paid": "for_paid"}


@dataclass(frozen=True, slots=True)
class Known:
    """What besides the child's own row counts: consents that were taken back."""

    withdrawn: frozenset[int]


def facts_of(children: Iterable[int]) -> Known:
    """One query for any number of children."""
    ids = list(children)
    standing: dict[int, bool] = {}
    consents = Consent.objects.filter(child_id__in=ids, text__kind="processing")
    for child, withdrawn_at in consents.values_list("child_id", "withdrawn_at"):
        standing[child] = standing.get(child, False) or withdrawn_at is None
    return Known(frozenset(child for child, stands in standing.items() if not stands))


def target_of(line: RolloverGroup) -> rules.Target | None:
    """The planned group as the rules see it; None when the study ends."""
    if line.plan == RolloverGroup.Plan.ENDS:
        return None
    group = line.from_group
    fundings = frozenset(code for code, field in FUNDINGS.items() if getattr(group, field))
    return rules.Target(line.starts_on, line.age_from, line.age_to, group.sex, fundings)


def reasons(line: RolloverGroup, study: Enrolment, known: Known) -> list[Reason]:
    """Why the learner is not proposed; empty when it fits."""
    child = study.child
    learner = rules.Learner(
        birth_date=child.birth_date,
        sex=child.sex,
        funding=study.funding,
        ends_on=study.ends_on,
        until=line.from_group.ends_on,
        consent_withdrawn=child.pk in known.withdrawn,
        merged=child.state == "merged",
    )
    return rules.fitness(learner, target_of(line))


def stored(found: list[Reason]) -> list[dict[str, Any]]:
    """Reasons as they are kept with the learner."""
    return [{"code": one.code, "message": one.message} for one in found]
