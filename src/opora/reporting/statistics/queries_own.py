"""Facts of an organisation on the last day of a year for the indicators of its self-assessment."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from opora.core import clock
from opora.enrolment.models import Enrolment
from opora.methodics.models import Training
from opora.monitoring.indicators.coverage import in_force
from opora.people.models import ChildCategory
from opora.providers.models import Staff
from opora.providers.models_inventory import InventoryLine, InventorySheet
from opora.reporting.rules import day_of
from opora.reporting.statistics import declaration_own, rules_own
from opora.reporting.statistics.models import StatisticsForm
from opora.reporting.statistics.rules import Counted
from opora.surveys.rules.definition import Address

TRAINED_YEARS = 5


def date_of(one: StatisticsForm) -> dt.date:
    """The day that the indicators hold for."""
    return day_of(one.year, clock.today(one.organisation.municipality.time_zone))


def counted(one: StatisticsForm) -> dict[Address, Counted]:
    """All indicators that the records know: five queries."""
    date, organisation = date_of(one), one.organisation_id
    found = rules_own.count(learners(organisation, date), workers(organisation, date), stock(organisation, date), date)
    return {declaration_own.address_of(number): cell for number, cell in found.items()}


def learners(organisation_id: int, date: dt.date) -> list[rules_own.Learner]:
    """Enrolments in force on the day with the categories of their children."""
    rows = Enrolment.objects.filter(in_force(date), organisation_id=organisation_id).exclude(child__state="merged")
    values = list(
        rows.order_by("pk").values_list(
            "pk", Coalesce("child__matched_to_id", "child_id"), "child_id", "child__birth_date", "group__programme_id",
            "group__programme__study_form", "funding",
        )
    )  # fmt: skip
    held = ChildCategory.objects.filter(child_id__in=rows.values("child_id"), starts_on__lte=date)
    living = held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=date)).order_by().values("child_id")
    categories = dict(living.annotate(codes=ArrayAgg("code")).values_list("child_id", "codes"))
    return [
        rules_own.Learner(
            pk, person, born, programme, form == "distance", funding == "paid", frozenset(categories.get(child, ()))
        )
        for pk, person, child, born, programme, form, funding in values
    ]


def staff(organisation_id: int, date: dt.date) -> QuerySet[Staff]:
    """Workers on the day."""
    rows = Staff.objects.filter(organisation_id=organisation_id)
    return rows.filter(Q(left_on__isnull=True) | Q(left_on__gt=date), Q(hired_on__isnull=True) | Q(hired_on__lte=date))


def workers(organisation_id: int, date: dt.date) -> list[rules_own.Worker]:
    """Workers on the day, with whether they were trained within the last five years."""
    since = date.replace(day=min(date.day, 28), year=date.year - TRAINED_YEARS)
    done = Training.objects.filter(staff=OuterRef("pk"), state=Training.State.FINISHED, finished_on__lte=date)
    rows = staff(organisation_id, date).annotate(trained=Exists(done.filter(finished_on__gte=since)))
    values = rows.order_by("pk").values_list("pk", "kind", "qualification", "education", "trained")
    return [rules_own.Worker(*one) for one in values]


def stock(organisation_id: int, date: dt.date) -> list[rules_own.Stock]:
    """Lines of the latest accepted inventory sheet that was begun by the day."""
    sheets = InventorySheet.objects.filter(
        organisation_id=organisation_id, state=InventorySheet.State.ACCEPTED, campaign__starts_on__lte=date
    )
    last = sheets.order_by("-campaign__starts_on", "-pk").values_list("pk", flat=True).first()
    if last is None:
        return []
    rows = InventoryLine.objects.filter(sheet_id=last, usable__isnull=False).order_by("pk")
    return [
        rules_own.Stock(pk, code, usable or 0) for pk, code, usable in rows.values_list("pk", "item__code", "usable")
    ]
