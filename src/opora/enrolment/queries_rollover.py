"""Reading changes of school year: a batch with its figures, its lines, what families are asked (E6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from opora.core import clock
from opora.core.access import Actor
from opora.enrolment import policy
from opora.enrolment.models import Order, Rollover, RolloverGroup, RolloverLearner
from opora.enrolment.rules.rollover import school_year_of
from opora.enrolment.services import rollover_orders
from opora.people import queries as people

ASKED = Q(included=True) & ~Q(line__plan=RolloverGroup.Plan.ENDS)


@dataclass(frozen=True, slots=True)
class Figures:
    """How a batch stands: groups, learners, answers, what is done."""

    groups: int
    going_groups: int
    done_groups: int
    crowded: int
    learners: int
    asked: int
    yes: int
    no: int
    unfit: int
    done: int
    outcomes: dict[str, int]
    problems: int

    @property
    def silent(self) -> int:
        return self.asked - self.yes - self.no

    @property
    def percent(self) -> int:
        return 100 * self.done_groups // self.groups if self.groups else 100


def rollover(actor: Actor, pk: int, action: str = "view") -> Rollover:
    """A batch for its page. Raises Forbidden or Hidden."""
    policy.ROLLOVER.get(actor, action, pk=pk)
    return Rollover.objects.select_related("organisation", "municipality", "signatory", "created_by").get(pk=pk)


def figures(batch: Rollover) -> Figures:
    """All figures of a batch in four queries, whatever its size."""
    lines = batch.lines.aggregate(
        groups=Count("pk"),
        going=Count("pk", filter=~Q(plan="ends")),
        done=Count("pk", filter=Q(done_at__isnull=False)),
        problems=Count("pk", filter=~Q(problem="")),
    )
    learners = batch.learners.aggregate(
        every=Count("pk"),
        asked=Count("pk", filter=ASKED),
        yes=Count("pk", filter=ASKED & Q(answer="yes")),
        no=Count("pk", filter=ASKED & Q(answer="no")),
        unfit=Count("pk", filter=~Q(reasons=[]) & ~Q(line__plan="ends")),
        done=Count("pk", filter=Q(done_at__isnull=False)),
    )
    outcomes = batch.learners.exclude(outcome="").values("outcome").annotate(n=Count("pk")).order_by()
    going = Count("learners", filter=Q(learners__included=True) & ~Q(learners__answer="no"))
    crowded = batch.lines.exclude(plan="ends").annotate(going_on=going).filter(going_on__gt=F("capacity")).count()
    return Figures(
        groups=lines["groups"],
        going_groups=lines["going"],
        done_groups=lines["done"],
        crowded=crowded,
        learners=learners["every"],
        asked=learners["asked"],
        yes=learners["yes"],
        no=learners["no"],
        unfit=learners["unfit"],
        done=learners["done"],
        outcomes={row["outcome"]: row["n"] for row in outcomes},
        problems=lines["problems"],
    )


def outcome_rows(found: Figures) -> list[tuple[str, str, int]]:
    """(code, words, children) of every outcome that there is, in the order of the model."""
    return [
        (code, label, found.outcomes[code])
        for code, label in RolloverLearner.Outcome.choices
        if code and code in found.outcomes
    ]


def line(actor: Actor, pk: int, action: str = "view") -> RolloverGroup:
    """One group of a batch for its page. Raises Forbidden or Hidden."""
    policy.ROLLOVER_GROUP.get(actor, action, pk=pk)
    related = ("rollover__organisation", "rollover__municipality", "from_group__programme", "from_group__module",
               "module", "teacher", "to_group")  # fmt: skip
    return RolloverGroup.objects.select_related(*related).get(pk=pk)


def learners_of(line: RolloverGroup) -> list[RolloverLearner]:
    """The learners of one group by name."""
    return list(line.learners.select_related("child").order_by("child__sort_name", "pk"))


def orders(batch: Rollover) -> list[tuple[str, list[Order]]]:
    """Orders of the batch by kind, in the order of issue."""
    found: dict[str, list[Order]] = {}
    for order in rollover_orders.of(batch):
        found.setdefault(order.get_kind_display(), []).append(order)
    return list(found.items())


def years_to_close(today: dt.date) -> list[int]:
    """School years that may be ending: the present one, and the last one until the autumn is over."""
    year = school_year_of(today)
    return [year, year - 1] if today.month in (9, 10, 11, 12) else [year]


def my_question(actor: Actor, public_id: Any) -> RolloverLearner:
    """What the family is asked about its own child. Raises Hidden for a stranger's."""
    rows = RolloverLearner.objects.exclude(rollover__state__in=("draft", "cancelled")).filter(ASKED)
    related = ("child", "rollover__municipality", "rollover__organisation", "line__from_group__programme",
               "line__module__programme", "line__teacher", "line__from_group__venue", "application")  # fmt: skip
    found: RolloverLearner = policy.ROLLOVER_LEARNER.get(people.as_guardian(actor), "answer", public_id=public_id)
    from opora.core.reasons import Hidden

    row = rows.filter(pk=found.pk).select_related(*related).first()
    if row is None:
        raise Hidden("rollover_learner")
    return row


def open_questions(children: Iterable[int]) -> list[RolloverLearner]:
    """Unanswered questions about these children, the soonest deadline first; one query."""
    rows = RolloverLearner.objects.filter(
        ASKED, child_id__in=list(children), outcome="", answer="", rollover__state="asking"
    ).filter(rollover__answer_until__gt=clock.now())
    return list(
        rows.select_related("rollover__municipality", "line__module__programme", "child").order_by(
            "rollover__answer_until", "pk"
        )
    )


def to_review(actor: Actor) -> Any:
    """Batches in preparation that the actor edits."""
    return policy.ROLLOVER.rows(actor, "edit").filter(state="draft")


def to_start(actor: Actor) -> Any:
    """Batches whose answers are in or whose time is over."""
    rows = policy.ROLLOVER.rows(actor, "start").filter(state="asking", answer_until__lte=clock.now())
    return rows.order_by("answer_until")


def for_export(batch: Rollover) -> list[RolloverLearner]:
    """Every learner of a batch for the table of what came of it."""
    related = ("child", "line__from_group__programme", "line__to_group", "order", "application")
    return list(batch.learners.select_related(*related).order_by("line__from_group__name", "child__sort_name", "pk"))
