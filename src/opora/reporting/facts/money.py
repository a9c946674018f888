"""Personalised financing: plan, reserved, spent, paid; municipal assignments; the centre's own money."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from opora.certificates.models import CertificateBalance, CertificateGroup, FundingPeriod
from opora.core import russian
from opora.core.access import SYSTEM
from opora.monitoring.indicators import Scope
from opora.reporting.facts.tables import Column, Frozen, Where, table
from opora.settlement.models import CentreExpense, MunicipalAssignment, SettlementDocument
from opora.settlement.queries_assignment import executed

LARGEST = 25
LEDGER = "Движения по сертификатам утверждённых периодов"
PAPERS = "Реестр расчётов с организациями"


def money_tables(scope: Scope, centre_id: int | None) -> dict[str, Frozen]:
    """Tables of money for the year of the scope's date; those without rows are left out."""
    found = {
        "funding_periods": _periods(scope),
        "certificate_groups": _groups(scope),
        "paid": _paid(scope),
        "assignments": _assignments(scope),
        "expenses": _expenses(scope, centre_id),
    }
    return {name: one for name, one in found.items() if one["rows"]}


def _year_periods(scope: Scope) -> list[FundingPeriod]:
    if Where(scope).is_own:
        return []
    rows = FundingPeriod.objects.filter(state__in=("approved", "closed"), **Where(scope).of())
    rows = rows.filter(starts_on__lte=scope.date, ends_on__year__gte=scope.date.year)
    return list(rows.select_related("municipality").order_by("starts_on", "municipality__sort_name", "pk"))


def _periods(scope: Scope) -> Frozen:
    """Plan (limits of the certificate groups), nominals given, reserved, spent; of a region – added up by period."""
    periods = _year_periods(scope)
    ids = [one.pk for one in periods]
    limits = dict(
        CertificateGroup.objects.filter(period_id__in=ids).values_list("period_id").annotate(total=Sum("limit_money"))
    )
    balances = {
        row["period_id"]: row
        for row in CertificateBalance.objects.filter(period_id__in=ids)
        .order_by()
        .values("period_id")
        .annotate(nominal=Sum("nominal"), reserve=Sum("reserve"), spent=Sum("spent"))
    }
    summed: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 4)
    for one in periods:
        of: Any = balances.get(one.pk, {})
        parts = (limits.get(one.pk), of.get("nominal"), of.get("reserve"), of.get("spent"))
        name = f"{one.name} ({russian.date_short(one.starts_on)} – {russian.date_short(one.ends_on)})"
        summed[name] = [old + (new or Decimal(0)) for old, new in zip(summed[name], parts, strict=True)]
    columns = (
        Column("Период реализации"), Column("Предел по программе, ₽", "money"), Column("Номиналы, ₽", "money"),
        Column("В резерве, ₽", "money"), Column("Списано, ₽", "money"),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [(name, *parts) for name, parts in summed.items()]
    total = ("Всего", *(sum((row[place] for row in rows), Decimal(0)) for place in range(1, 5))) if rows else None
    return table(columns, rows, source=LEDGER, total=total)


def _groups(scope: Scope) -> Frozen:
    """Certificate groups of the periods that the date falls into: plan and fact of certificates."""
    ids = [one.pk for one in _year_periods(scope) if one.ends_on >= scope.date]
    groups = CertificateGroup.objects.filter(period_id__in=ids).order_by()
    planned = groups.values("name").annotate(plan=Sum("limit_certificates"), money=Sum("limit_money"))
    given = dict(
        CertificateBalance.objects.filter(period_id__in=ids, nominal__gt=0)
        .order_by()
        .values_list("certificate_group__name")
        .annotate(total=Count("pk"))
    )
    rows: list[tuple[Any, ...]] = [
        (row["name"], row["plan"], given.get(row["name"], 0), row["money"]) for row in planned.order_by("name")
    ]
    columns = (
        Column("Группа сертификатов"), Column("Сертификатов по плану", "int"), Column("с номиналом", "int"),
        Column("Предел средств, ₽", "money"),
    )  # fmt: skip
    total = (
        "Всего",
        *(sum(row[place] for row in rows) for place in (1, 2)),
        sum((row[3] for row in rows), Decimal(0)),
    )
    return table(columns, rows, source=LEDGER, total=total)


def _paid(scope: Scope) -> Frozen:
    """Paid documents of the year by organisation, the largest sums first."""
    rows = SettlementDocument.objects.filter(state="paid", month__year=scope.date.year, month__lte=scope.date)
    rows = rows.exclude(kind="refund").filter(**Where(scope).of()).order_by()
    by = "municipality__name" if len(scope.municipalities or ()) > 1 else "organisation__short_name"
    found = list(rows.values_list(by).annotate(count=Count("pk"), total=Sum("payable")).order_by("-total", by))
    total = ("Всего", sum(row[1] for row in found), sum((row[2] for row in found), Decimal(0)))
    if len(found) > LARGEST:
        rest = found[LARGEST:]
        label = "Остальные муниципалитеты" if by.startswith("municipality") else "Остальные организации"
        found = [*found[:LARGEST], (label, sum(row[1] for row in rest), sum((row[2] for row in rest), Decimal(0)))]
    head = "Муниципалитет" if by.startswith("municipality") else "Организация"
    columns = (Column(head), Column("Оплачено документов", "int"), Column("Сумма, ₽", "money"))
    return table(columns, found, source=PAPERS, total=total)


def _assignments(scope: Scope) -> Frozen:
    """Municipal assignments: learner-hours planned and delivered."""
    if len(scope.municipalities or ()) > 1:
        return table((), (), source="")
    wanted = MunicipalAssignment.objects.filter(year=scope.date.year, **Where(scope).of())
    ids = set(wanted.values_list("pk", flat=True))
    rows = [
        (one.assignment.organisation.short_name, one.execution.planned, one.execution.actual)
        for one in (executed(SYSTEM, scope.date.year) if ids else ())
        if one.assignment.pk in ids
    ]
    columns = (
        Column("Организация"), Column("Человеко-часов по плану", "int"), Column("Проведено на дату", "int"),
    )  # fmt: skip
    return table(columns, rows, source="Муниципальные задания; журнал занятий")


def _expenses(scope: Scope, centre_id: int | None) -> Frozen:
    """What the centre bought."""
    rows = CentreExpense.objects.filter(centre_id=centre_id, year=scope.date.year) if centre_id else []
    found = [(one.subject, one.get_source_display(), one.planned, one.actual) for one in rows]
    columns = (
        Column("На что"), Column("Источник"), Column("План, ₽", "money"), Column("Факт, ₽", "money"),
    )  # fmt: skip
    total = ("Всего", "", *(sum((row[place] for row in found), Decimal(0)) for place in (2, 3)))
    return table(columns, found, source="Средства и закупки центра", total=total)
