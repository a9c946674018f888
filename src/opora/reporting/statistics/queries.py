"""Facts of an organisation for a year, and the rows behind a cell of its statistics form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from opora.core.access import Actor
from opora.core.russian import full_years
from opora.enrolment.models import Enrolment
from opora.people.models import ChildCategory
from opora.providers.models import Organisation, Staff
from opora.providers.models_inventory import InventoryLine
from opora.reporting.statistics import declaration_own, policy, queries_own, rules
from opora.reporting.statistics.models import StatisticsForm
from opora.surveys.rules.definition import Address

GROWN = 18
PEDAGOGICAL = ("teacher", "methodologist", "organiser")
POST = "педагог дополнительного образования"


def whole() -> QuerySet[StatisticsForm]:
    return StatisticsForm.objects.select_related(
        "organisation__locality", "organisation__municipality__region", "municipality", "answer__version__template",
        "answer__updated_by", "ready_by",
    )  # fmt: skip


def card(actor: Actor, pk: int, action: str = "view") -> StatisticsForm:
    """A form that the actor may see (fill in, open rows of). Raises Hidden and Forbidden."""
    policy.FORM.get(actor, action, pk=pk)
    return whole().get(pk=pk)


def own_organisations(actor: Actor) -> list[Organisation]:
    """Organisations whose statistics the actor fills in."""
    ids = actor.organisations(*policy.FILL)
    return list(Organisation.objects.filter(pk__in=ids, state="active").select_related("municipality"))


def years_with_enrolments(organisation_id: int) -> list[int]:
    """Years in which somebody learned at the organisation, the latest first."""
    dates = (
        Enrolment.objects.filter(organisation_id=organisation_id)
        .order_by()
        .values_list("starts_on__year", "ends_on__year")
    )
    found: set[int] = set()
    for first, last in set(dates.distinct()):
        found |= set(range(first, (last or first) + 1))
    return sorted(found, reverse=True)


def learners(organisation_id: int, year: int) -> QuerySet[Enrolment]:
    """Enrolments that fall into the year, of children who were under eighteen in it."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows = Enrolment.objects.filter(organisation_id=organisation_id, starts_on__lte=last)
    rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))
    grown = dt.date(year - GROWN, 1, 1)
    return rows.filter(child__birth_date__gt=grown).exclude(child__state="merged")


def facts(organisation_id: int, year: int) -> list[rules.Learner]:
    """What the form asks about each enrolment of the year: one query."""
    last = dt.date(year, 12, 31)

    def category(code: str) -> Exists:
        found = ChildCategory.objects.filter(child=OuterRef("child"), code=code, starts_on__lte=last)
        return Exists(found.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=dt.date(year, 1, 1))))

    rows = learners(organisation_id, year).annotate(
        person=Coalesce("child__matched_to_id", "child_id"),
        special=category("special_needs"),
        disabled=category("disabled"),
    )
    values = rows.order_by("pk").values_list(
        "starts_on", "pk", "person", "child__sex", "child__birth_date", "focus_area", "group__programme__kind",
        "group__programme__is_network", "group__programme__study_form", "funding", "special", "disabled",
    )  # fmt: skip
    return [
        rules.Learner(pk, person, sex, born, area, kind, network, form == "distance", funding, special, disabled)
        for starts, pk, person, sex, born, area, kind, network, form, funding, special, disabled in values
        if full_years(born, max(starts, dt.date(year, 1, 1))) < GROWN
    ]


def teachers(organisation_id: int, year: int) -> list[rules.Teacher]:
    """Pedagogical workers on 31 December: one query."""
    last = dt.date(year, 12, 31)
    rows = Staff.objects.filter(organisation_id=organisation_id, kind__in=PEDAGOGICAL)
    rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gt=last), Q(hired_on__isnull=True) | Q(hired_on__lte=last))
    values = rows.order_by("pk").values_list(
        "pk", "kind", "post", "sex", "birth_date", "education_level", "is_pedagogical", "is_external"
    )
    return [
        rules.Teacher(pk, kind == "teacher" or POST in post.lower(), sex, born, level, pedagogical, external)
        for pk, kind, post, sex, born, level, pedagogical, external in values
    ]


def budget_column(organisation: Organisation) -> str:
    """4: the region's budget (state organisations), 5: the local one."""
    return "4" if organisation.ownership == Organisation.Ownership.STATE else "5"


def counted(one: StatisticsForm) -> dict[Address, rules.Counted]:
    """All cells that the system knows for the form's organisation and year: a few queries."""
    if one.code == declaration_own.CODE:
        return queries_own.counted(one)
    organisation = one.organisation
    return rules.count(
        facts(organisation.pk, one.year),
        teachers(organisation.pk, one.year),
        year=one.year,
        budget=budget_column(organisation),
    )


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows behind a cell: a queryset of enrolments, workers or lines of an inventory."""

    of: str
    rows: QuerySet[Enrolment] | QuerySet[Staff] | QuerySet[InventoryLine]
    people: int


def behind(one: StatisticsForm, address: Address) -> Behind | None:
    """The very rows that the cell counts; None where the system does not know it."""
    cell = counted(one).get(address)
    if cell is None:
        return None
    return Behind(cell.of, _rows(cell.of, cell.rows), int(cell.value))


def _rows(of: str, ids: Iterable[int]) -> QuerySet[Enrolment] | QuerySet[Staff] | QuerySet[InventoryLine]:
    if of == "stock":
        lines = InventoryLine.objects.filter(pk__in=ids).select_related("item", "sheet__campaign")
        return lines.order_by("item__sort_name", "pk")
    if of == "staff":
        return Staff.objects.filter(pk__in=ids).order_by("sort_name", "pk")
    rows = Enrolment.objects.filter(pk__in=ids).select_related("child", "group__programme")
    return rows.order_by(F("child__sort_name"), "pk")


def last_year(organisation_id: int, code: str, year: int) -> StatisticsForm | None:
    """The same form of the year before."""
    return StatisticsForm.objects.filter(organisation_id=organisation_id, code=code, year=year - 1).first()


def in_work(actor: Actor) -> QuerySet[StatisticsForm]:
    """Forms that wait for the actor; indicators of self-assessment wait with their report."""
    rows: QuerySet[StatisticsForm] = policy.FORM.rows(actor, "fill")
    return rows.filter(state=StatisticsForm.State.DRAFT).exclude(code=declaration_own.CODE)
