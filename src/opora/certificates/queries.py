"""Reading certificates and funding. The actor comes first; balances are roubles as Decimal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum

from opora.certificates import policy
from opora.certificates.models import (
    Certificate,
    CertificateBalance,
    CertificateEntry,
    CertificateGroup,
    FocusAreaLimit,
    FundingPeriod,
    FundingProgramme,
    FundingQueue,
    PeriodAmendment,
    ProgrammeLimit,
)
from opora.certificates.rules import PeriodParameters
from opora.certificates.rules.life import LIVING_STATES, VACANCY_STATES, GroupLoad
from opora.core import clock, workdays
from opora.core.access import Actor
from opora.core.localtime import local_today
from opora.core.models import CalendarException
from opora.people.models import Child
from opora.people.queries import as_guardian, as_staff
from opora.territory.models import LegalAct, Municipality


def living_of(child_ids: Iterable[int]) -> dict[int, Certificate]:
    """The living certificate of each child, or the latest one when none lives."""
    found: dict[int, Certificate] = {}
    rows = Certificate.objects.filter(child_id__in=list(child_ids)).select_related("municipality")
    for row in rows.order_by("applied_at", "pk"):
        known = found.get(row.child_id)
        if known is None or known.state not in LIVING_STATES:
            found[row.child_id] = row
    return found


def mine(actor: Actor, public_id: Any, action: str = "view") -> Certificate:
    """A certificate of an own child, for the cabinet."""
    row: Certificate = policy.CERTIFICATE.get(as_guardian(actor), action, public_id=public_id)
    return with_child(row)


def for_staff(actor: Actor, public_id: Any, action: str = "view") -> Certificate:
    """A certificate by the roles of a member of staff."""
    row: Certificate = policy.CERTIFICATE.get(as_staff(actor), action, public_id=public_id)
    return with_child(row)


def with_child(row: Certificate) -> Certificate:
    return Certificate.objects.select_related("child", "municipality", "previous").get(pk=row.pk)


def by_number(actor: Actor, number: str) -> Certificate | None:
    """A certificate by its number within the actor's reach, with its child."""
    rows = policy.CERTIFICATE.rows(as_staff(actor), "view").filter(number=number)
    found: Certificate | None = rows.select_related("child").first()
    return found


def balances_of(certificate: Certificate) -> list[CertificateBalance]:
    """Totals by period, the current one first, then future, then past."""
    rows = CertificateBalance.objects.filter(certificate=certificate)
    today = clock.today(certificate.municipality.time_zone)
    found = list(rows.select_related("period", "certificate_group"))

    def order(row: CertificateBalance) -> tuple[int, int]:
        current = row.period.starts_on <= today <= row.period.ends_on
        future = row.period.starts_on > today
        return (0 if current else 1 if future else 2, row.period.starts_on.toordinal())

    return sorted(found, key=order)


def balances_for(certificate_ids: Iterable[int]) -> dict[int, CertificateBalance]:
    """The totals of the current period of many certificates at once."""
    today = local_today("certificate__municipality__time_zone")
    rows = CertificateBalance.objects.filter(
        certificate_id__in=list(certificate_ids), period__starts_on__lte=today, period__ends_on__gte=today
    )
    return {row.certificate_id: row for row in rows.select_related("period")}


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the statement: the entry with the balance after it."""

    entry: CertificateEntry
    balance: Decimal


def statement(certificate: Certificate, period: FundingPeriod) -> list[Movement]:
    """Every movement of a period in order, with the running balance."""
    rows = CertificateEntry.objects.filter(certificate=certificate, period=period).order_by("at", "pk")
    found, balance = [], Decimal(0)
    for entry in rows:
        balance += entry.d_balance
        found.append(Movement(entry, balance))
    return found


def current_period(municipality_id: int, today: dt.date) -> FundingPeriod | None:
    """The approved period that covers the day, else the nearest approved one to come."""
    rows = FundingPeriod.objects.filter(municipality_id=municipality_id, state="approved", ends_on__gte=today)
    return rows.order_by("starts_on", "pk").first()


def parameters_of(period: FundingPeriod | None) -> PeriodParameters:
    """The period's parameters; the defaults where it says nothing."""
    return PeriodParameters.from_json(period.parameters) if period else PeriodParameters()


def groups_for(period: FundingPeriod, child: Child, today: dt.date) -> list[CertificateGroup]:
    """Certificate groups that fit the child: its own categories first, then the common one; higher nominal first."""
    from opora.people.rules import age_fits

    codes = set(child.categories.exclude(ends_on__lt=today).filter(starts_on__lte=today).values_list("code", flat=True))
    rows = CertificateGroup.objects.filter(period=period).filter(Q(category="") | Q(category__in=codes))
    fits = [row for row in rows if age_fits(child.birth_date, today, row.age_from, row.age_to)]
    return sorted(fits, key=lambda row: (row.category == "", -row.nominal, row.pk))


def group_load(group: CertificateGroup) -> GroupLoad:
    """How full a certificate group is, in kopecks. Lock the group first when something is decided by it."""
    rows = CertificateBalance.objects.filter(certificate_group=group)
    sums = rows.aggregate(
        nominals=Sum("nominal"),
        certificates=Count("pk", filter=Q(nominal__gt=0, certificate__state__in=VACANCY_STATES)),
    )
    return GroupLoad(
        certificates=sums["certificates"],
        nominals=int((sums["nominals"] or 0) * 100),
        certificates_limit=group.limit_certificates,
        money_limit=int(group.limit_money * 100),
    )


def used_of(group: CertificateGroup) -> Decimal:
    """Σ (reserve + spent) of a certificate group, roubles."""
    found = CertificateBalance.objects.filter(certificate_group=group).aggregate(used=Sum(F("reserve") + F("spent")))
    return found["used"] or Decimal(0)


def queue_entry(certificate: Certificate) -> FundingQueue | None:
    """The certificate's waiting place in the funding queue."""
    rows = FundingQueue.objects.filter(certificate=certificate, state="waiting")
    return rows.select_related("certificate_group", "period").order_by("requested_at", "pk").first()


def queue_position(entry: FundingQueue) -> int:
    """The place in the queue of its certificate group, from 1, in order of request."""
    before = FundingQueue.objects.filter(
        Q(requested_at__lt=entry.requested_at) | Q(requested_at=entry.requested_at, pk__lte=entry.pk),
        certificate_group_id=entry.certificate_group_id,
        state="waiting",
    )
    return before.count()


def queue_of(actor: Actor, group: CertificateGroup) -> QuerySet[FundingQueue]:
    """The whole queue of a group, for staff."""
    rows: QuerySet[FundingQueue] = policy.QUEUE.rows(actor, "view")
    return rows.filter(certificate_group=group, state="waiting").select_related("certificate__child")


def to_answer(actor: Actor) -> QuerySet[Certificate]:
    """Applications of the desk's territory that wait for an answer, by due date."""
    policy.CERTIFICATE.require(actor, "work")
    rows: QuerySet[Certificate] = policy.CERTIFICATE.rows(actor, "work").filter(state="applied")
    return rows.select_related("child__locality", "municipality").order_by("answer_due", "pk")


def to_prove(actor: Actor) -> QuerySet[Certificate]:
    """Issued certificates whose child's identity is not yet proved."""
    policy.CERTIFICATE.require(actor, "work")
    rows: QuerySet[Certificate] = policy.CERTIFICATE.rows(actor, "work").filter(state="issued")
    return rows.select_related("child__locality", "municipality").order_by("issued_at", "pk")


def work_calendar(municipality: Municipality) -> workdays.WorkCalendar:
    """The working-day calendar of a municipality: law, official transfers, own days of its region."""
    rows = CalendarException.objects.filter(Q(region_id=None) | Q(region_id=municipality.region_id))
    return workdays.official_calendar().with_exceptions(
        {row.date: row.kind for row in rows.order_by(F("region_id").asc(nulls_first=True))}
    )


def programmes(actor: Actor) -> QuerySet[FundingProgramme]:
    """Funding programmes of the actor's territory."""
    policy.PROGRAMME.require(actor, "view")
    rows: QuerySet[FundingProgramme] = policy.PROGRAMME.rows(actor, "view")
    return (
        rows.select_related("municipality")
        .prefetch_related("periods")
        .annotate(latest=Max("periods__starts_on"))
        .order_by("-latest", "-pk")
    )


def programme(actor: Actor, pk: int, action: str = "view") -> FundingProgramme:
    row: FundingProgramme = policy.PROGRAMME.get(actor, action, pk=pk)
    return row


def period(actor: Actor, pk: int, action: str = "view") -> FundingPeriod:
    """One period with its programme and act."""
    row: FundingPeriod = policy.PERIOD.get(actor, action, pk=pk)
    return FundingPeriod.objects.select_related("programme", "municipality", "act", "approved_by").get(pk=row.pk)


@dataclass(frozen=True, slots=True)
class GroupState:
    """A certificate group with how much of it is taken; money in roubles."""

    group: CertificateGroup
    certificates: int
    nominals: Decimal
    used: Decimal
    waiting: int


def groups_of(period: FundingPeriod) -> list[GroupState]:
    """Groups of a period with certificates given, Σ nominals, reserve + spent, queue: three queries for all."""
    taken = {
        row["certificate_group_id"]: row
        for row in CertificateBalance.objects.filter(certificate_group__period=period)
        .values("certificate_group_id")
        .annotate(
            certificates=Count("pk", filter=Q(nominal__gt=0, certificate__state__in=VACANCY_STATES)),
            nominals=Sum("nominal"),
            reserve=Sum("reserve"),
            spent=Sum("spent"),
        )
    }
    waiting = dict(
        FundingQueue.objects.filter(period=period, state="waiting")
        .values_list("certificate_group_id")
        .annotate(Count("pk"))
        .order_by()
    )
    found = []
    for group in CertificateGroup.objects.filter(period=period).order_by("pk"):
        row: Any = taken.get(group.pk, {})
        used = (row.get("reserve") or Decimal(0)) + (row.get("spent") or Decimal(0))
        found.append(
            GroupState(
                group,
                row.get("certificates", 0),
                row.get("nominals") or Decimal(0),
                used,
                waiting.get(group.pk, 0),
            )
        )
    return found


def group(actor: Actor, pk: int, action: str = "view") -> CertificateGroup:
    row: CertificateGroup = policy.CERTIFICATE_GROUP.get(actor, action, pk=pk)
    return CertificateGroup.objects.select_related("period__programme", "period__municipality").get(pk=row.pk)


def focus_limits(period: FundingPeriod) -> dict[str, FocusAreaLimit]:
    """Limits of a period by focus area code."""
    return {row.focus_area: row for row in FocusAreaLimit.objects.filter(period=period)}


def programme_limits(period: FundingPeriod) -> list[ProgrammeLimit]:
    return list(ProgrammeLimit.objects.filter(period=period).select_related("programme"))


def approved_beside(period: FundingPeriod) -> FundingPeriod | None:
    """An approved period of the same municipality that has a day in common with this one."""
    return (
        FundingPeriod.objects.filter(municipality_id=period.municipality_id, state=FundingPeriod.State.APPROVED)
        .filter(starts_on__lte=period.ends_on, ends_on__gte=period.starts_on)
        .exclude(pk=period.pk)
        .order_by("starts_on")
        .first()
    )


def amendments(period: FundingPeriod) -> list[PeriodAmendment]:
    """Changes of an approved period, newest first."""
    return list(PeriodAmendment.objects.filter(period=period).select_related("act").order_by("-at", "-pk"))


def _acts_of(*municipality_ids: int) -> QuerySet[LegalAct]:
    return LegalAct.objects.filter(Q(municipality_id__in=municipality_ids) | Q(municipality_id=None))


def legal_acts(*municipality_ids: int) -> list[LegalAct]:
    """Acts offered as the ground of a period: of the municipality or above it, the newest 200."""
    return list(_acts_of(*municipality_ids)[:200])


def acts_to_amend_by(actor: Actor) -> list[LegalAct]:
    """Acts of all municipalities whose periods the actor may amend."""
    return legal_acts(*actor.municipalities(*policy.FUNDERS))


def legal_act_for(municipality_id: int, pk: int) -> LegalAct | None:
    """The act `pk` when it may ground a period of the municipality."""
    return _acts_of(municipality_id).filter(pk=pk).first()


def near_acts(municipality_id: int, key: str, kind: str, date: dt.date) -> list[LegalAct]:
    """Acts of that day that are probably the same: equal by `territory.rules.act_key`, or the same number and kind."""
    same = Q(match_key=key) | Q(match_key__startswith=f"{key.split('|')[0]}|", kind=kind)
    return list(_acts_of(municipality_id).filter(same, date=date).order_by("pk"))


def funded_without(period: FundingPeriod) -> QuerySet[Certificate]:
    """Funded living certificates of the municipality that have no totals in the period yet."""
    return (
        Certificate.objects.filter(municipality_id=period.municipality_id, kind="funded", state="active")
        .exclude(balances__period=period)
        .order_by("pk")
    )


def municipalities_with_money() -> list[Municipality]:
    """Municipalities where funded certificates live."""
    funded = Certificate.objects.filter(kind="funded", state="active")
    return list(Municipality.objects.filter(pk__in=funded.values("municipality_id")).order_by("pk"))


def unused_since(municipality: Municipality, period: FundingPeriod, day: dt.date) -> list[Certificate]:
    """Active funded certificates, unused in the period, whose clock may have run out on that day."""
    parameters = parameters_of(period)
    days = min(parameters.idle_days_after_issue, parameters.idle_days_after_refusal)
    since = day - dt.timedelta(days=days)
    if since <= period.starts_on:
        return []
    used = CertificateBalance.objects.filter(certificate=OuterRef("pk"), period=period).exclude(balance=F("nominal"))
    funded_before = workdays.end_of_day(since, clock.zone(municipality.time_zone))
    rows = Certificate.objects.filter(
        ~Exists(used), municipality=municipality, kind="funded", state="active", funded_since__lt=funded_before
    )
    return list(rows.select_related("child", "municipality").order_by("pk"))


def municipalities_to_fund(actor: Actor) -> list[Municipality]:
    """Where the actor may keep a funding programme."""
    reached = actor.municipalities(*policy.FUNDERS)
    return list(Municipality.objects.filter(pk__in=reached, is_served=True).order_by("sort_name", "pk"))


def desks_of(municipality_id: int) -> list[dict[str, str]]:
    """Where the family comes with its documents: the centres that serve the municipality."""
    from opora.territory.models import CentreService

    rows = CentreService.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=local_today("municipality__time_zone")),
        municipality_id=municipality_id,
    ).select_related("centre")
    return [
        {"name": row.centre.name, "address": row.centre.address, "phone": row.centre.phone}
        for row in rows
        if row.centre.is_active
    ]


def periods_in_review(actor: Actor) -> int:
    """How many periods wait for this actor's approval."""
    return policy.PERIOD.rows(actor, "approve").filter(state="review").count()


def periods_in_draft(actor: Actor) -> int:
    """How many periods the actor still prepares."""
    return policy.PERIOD.rows(actor, "edit").filter(state=FundingPeriod.State.DRAFT).count()


def periods_ahead(actor: Actor) -> list[FundingPeriod]:
    """Periods within reach that are not over today, the nearest end first."""
    rows = policy.PERIOD.rows(actor, "view").filter(ends_on__gte=local_today("municipality__time_zone"))
    return list(rows.select_related("programme", "municipality").order_by("ends_on", "pk"))
