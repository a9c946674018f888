"""Reading class lists: the overview by school, class and category; rows that wait for a decision; sheets to print."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, Func, OuterRef, Prefetch, QuerySet, TextField

from opora.core.access import Actor
from opora.core.reasons import Hidden
from opora.outreach import policy, rules, states
from opora.outreach.models import CATEGORIES, ClassList, Invitation, Pupil, PupilMatch
from opora.people.models import Child, Guardianship
from opora.providers.models import Organisation


@dataclass(slots=True)
class Line:
    """Counts of some pupils: `states` by :class:`rules.Status`, `outcomes` of latest invitations."""

    title: str
    query: dict[str, str]
    """What the register of pupils is narrowed by to show these rows."""
    states: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def pupils(self) -> int:
        """Of 5–17 years: the denominator."""
        return sum(self.states.values()) - self.states[rules.Status.OUT_OF_AGE]

    @property
    def covered(self) -> int:
        return self.states[rules.Status.COVERED]

    @property
    def uncovered(self) -> int:
        return sum(self.states[code] for code in rules.NOT_COVERED)

    @property
    def share(self) -> float | None:
        """Covered per cent of the pupils of 5–17 years; None of nobody."""
        return self.covered * 100 / self.pupils if self.pupils else None

    @property
    def invited(self) -> int:
        return sum(self.outcomes.values())


@dataclass(slots=True)
class Overview:
    """Everything the page of uncovered children shows for one school year on one day."""

    total: Line
    schools: list[Line]
    classes: list[Line]
    categories: list[Line]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the reader looks at: a school year, perhaps one school, one class or grade, one category."""

    year: int
    school: int | None = None
    school_class: str = ""
    category: str = ""

    def pupils(self, actor: Actor) -> QuerySet[Any]:
        rows = policy.pupils.rows(actor, "view").filter(state=Pupil.State.STUDYING, class_list__year=self.year)
        if self.school is not None:
            rows = rows.filter(class_list__organisation=self.school)
        if self.school_class:
            known = rules.school_class(self.school_class)
            rows = rows.filter(grade=known.grade, **({"letter": known.letter} if known.letter else {}))
        return rows.filter(categories__contains=[self.category]) if self.category else rows

    def query(self, **more: object) -> dict[str, str]:
        """The same for the register of pupils."""
        values: dict[str, object] = {
            "year": self.year, "school": self.school or "",
            "school_class": self.school_class, "category": self.category, "state": Pupil.State.STUDYING.value,
        }  # fmt: skip
        return {name: str(value) for name, value in (values | more).items() if value not in ("", None)}


def overview(actor: Actor, narrowed: Narrowed, day: dt.date) -> Overview:
    """Counted in four queries, whatever the number of pupils."""
    policy.pupils.require(actor, "view")
    found = Overview(Line("Всего", narrowed.query()), [], [], [])
    schools: dict[int, Line] = {}
    classes: dict[tuple[int, int, str], Line] = {}
    for outcomes in (False, True):
        for school, name, grade, letter, code, count in _counted(actor, narrowed, day, outcomes):
            title = str(rules.SchoolClass(grade, letter))
            of_school = schools.setdefault(school, Line(name, narrowed.query(school=school)))
            of_class = classes.setdefault(
                (school, grade, letter), Line(title, narrowed.query(school=school, school_class=title))
            )
            for line in (found.total, of_school, of_class):
                (line.outcomes if outcomes else line.states)[code] += count
    found.schools = sorted(schools.values(), key=lambda line: (line.share or 0, line.title))
    found.classes = [classes[key] for key in sorted(classes)] if len(schools) == 1 else []
    found.categories = _by_category(actor, narrowed, day)
    return found


_CLASS = ("class_list__organisation_id", "class_list__organisation__short_name", "grade", "letter")


def _counted(actor: Actor, narrowed: Narrowed, day: dt.date, outcomes: bool) -> Iterable[tuple[Any, ...]]:
    rows = _coded(actor, narrowed, day, outcomes)
    return rows.values(*_CLASS, "code").annotate(n=Count("pk")).values_list(*_CLASS, "code", "n")


def _coded(actor: Actor, narrowed: Narrowed, day: dt.date, outcomes: bool) -> QuerySet[Any]:
    """The pupils with their state as `code`; or the invited ones with the outcome of the latest invitation."""
    rows = narrowed.pupils(actor).order_by()
    if not outcomes:
        return rows.annotate(code=states.status(day))
    invited = Invitation.objects.filter(pupil=OuterRef("pk"))
    return rows.filter(Exists(invited)).annotate(code=states.latest_outcome())


class _Each(Func):
    """One row per element of the categories."""

    function = "jsonb_array_elements_text"
    output_field = TextField()
    set_returning = True


def _by_category(actor: Actor, narrowed: Narrowed, day: dt.date) -> list[Line]:
    lines: dict[str, Line] = {}
    for outcomes in (False, True):
        rows = _coded(actor, narrowed, day, outcomes).annotate(category=_Each("categories"))
        keys = ("category", "code")
        for category, code, count in rows.values(*keys).annotate(n=Count("pk")).values_list(*keys, "n"):
            title = str(CATEGORIES.get(category, category))
            line = lines.setdefault(category, Line(title, narrowed.query(category=category)))
            (line.outcomes if outcomes else line.states)[code] += count
    return [lines[code] for code in CATEGORIES if code in lines]


def years(actor: Actor) -> list[int]:
    """School years of which there are lists, newest first."""
    return list(policy.class_lists.rows(actor, "view").order_by("-year").values_list("year", flat=True).distinct())


def schools(actor: Actor, year: int) -> list[tuple[int, str]]:
    """Schools with a list of the year."""
    ids = policy.class_lists.rows(actor, "view").filter(year=year).order_by().values("organisation")
    return list(Organisation.objects.filter(pk__in=ids).order_by("sort_name", "pk").values_list("pk", "short_name"))


def uncovered(actor: Actor, narrowed: Narrowed, day: dt.date) -> QuerySet[Any]:
    """Pupils covered nowhere with their state and the latest invitation, for a file."""
    rows = narrowed.pupils(actor).filter(states.has_status(rules.NOT_COVERED, day))
    rows = rows.annotate(
        status=states.status(day), invited=states.latest("invited_on"), outcome=states.latest_outcome()
    )
    order = ("class_list__organisation__sort_name", "grade", "letter", "sort_name", "pk")
    return rows.select_related("class_list__organisation").order_by(*order)


def class_list(actor: Actor, pk: int, action: str = "view") -> ClassList:
    """One list, or Hidden."""
    found: ClassList = policy.class_lists.get(actor, action, pk=pk)
    return found


# --- whom a pupil is ----------------------------------------------------------------------------------------


def undecided(actor: Actor) -> QuerySet[Any]:
    """Pupils that may be one of several known children, by school and class."""
    policy.matches.require(actor, "decide")
    rows = policy.matches.rows(actor, "decide").filter(match=Pupil.Match.UNDECIDED, state=Pupil.State.STUDYING)
    order = ("class_list__organisation__sort_name", "grade", "letter", "sort_name", "pk")
    return rows.select_related("class_list__organisation").order_by(*order)


def undecided_count(actor: Actor) -> int:
    """How many wait; 0 for those who do not decide."""
    return undecided(actor).count() if policy.matches.allowed(actor, "decide") else 0


def to_decide(actor: Actor, public_id: uuid.UUID) -> Pupil:
    """A pupil with the cards it may be, open ones first. Hidden for a stranger's."""
    offered = PupilMatch.objects.filter(state=PupilMatch.State.OPEN).select_related("child__locality").order_by("pk")
    policy.matches.require(actor, "decide")
    rows = policy.matches.rows(actor, "decide").select_related("class_list__organisation")
    found = rows.prefetch_related(Prefetch("candidates", queryset=offered, to_attr="open_candidates"))
    pupil: Pupil | None = found.filter(public_id=public_id).exclude(state=Pupil.State.ERASED).first()
    if pupil is None:
        raise Hidden("pupil")
    return pupil


def guardians_of(children: Iterable[Child]) -> dict[int, list[str]]:
    """Names of guardians by child, for comparing with what the school wrote."""
    found: dict[int, list[str]] = {}
    rows = Guardianship.objects.filter(child__in=[one.pk for one in children], ended_at__isnull=True)
    for row in rows.select_related("account").order_by("pk"):
        found.setdefault(row.child_id, []).append(str(row.account))
    return found


# --- sheets -------------------------------------------------------------------------------------------------


def of_batch(actor: Actor, batch: uuid.UUID) -> list[Invitation]:
    """Printed invitations of one batch by school, class and name; Hidden when the actor sees none."""
    policy.invitations.require(actor, "view")
    found = list(_sheets(actor).filter(batch=batch, channel=Invitation.Channel.PAPER))
    if not found:
        raise Hidden("invitations")
    return found


def one_invitation(actor: Actor, public_id: uuid.UUID) -> list[Invitation]:
    """The same for one invitation, however it went."""
    policy.invitations.require(actor, "view")
    found = list(_sheets(actor).filter(public_id=public_id))
    if not found:
        raise Hidden("invitations")
    return found


def _sheets(actor: Actor) -> QuerySet[Any]:
    rows = policy.invitations.rows(actor, "view").exclude(pupil__state=Pupil.State.ERASED)
    order = ("pupil__class_list_id", "pupil__grade", "pupil__letter", "pupil__sort_name", "pk")
    return rows.select_related("pupil__class_list__organisation__municipality").order_by(*order)
