"""All tables and requisites of a report, collected once when its figures are frozen."""

from __future__ import annotations

from typing import Any

from opora.monitoring.dashboard import targets
from opora.monitoring.indicators import Scope
from opora.providers.models import Organisation, OrganisationFunction
from opora.reporting.facts.money import money_tables
from opora.reporting.facts.offer import offer_tables
from opora.reporting.facts.own_work import own_work_tables
from opora.reporting.facts.people import access_tables, certificate_tables, coverage_tables, navigator_tables
from opora.reporting.facts.tables import Column, Frozen, Where, table
from opora.territory.models import Centre, CentreService, LegalAct, Municipality


def collect(scope: Scope, centre: Centre | None) -> dict[str, Any]:
    """{"tables": {name: frozen table}, "general": requisites} of a centre, or of a region without one."""
    return {
        "tables": {
            **coverage_tables(scope),
            **offer_tables(scope),
            **certificate_tables(scope),
            **navigator_tables(scope),
            **access_tables(scope),
            **money_tables(scope, centre.pk if centre else None),
            **own_work_tables(scope, centre),
            **_acts(scope),
            **_targets(scope),
        },
        "general": _general(scope, centre),
    }


def _general(scope: Scope, centre: Centre | None) -> dict[str, Any]:
    """Names and requisites as they were on the day of freezing."""
    places = Municipality.objects.filter(pk__in=scope.municipalities or ()).order_by("sort_name")
    served = [one.name for one in places]
    found: dict[str, Any] = {"territory": scope.name, "served": served, "centre": "", "rows": []}
    if centre is None:
        centres = Centre.objects.filter(municipality_id__in=scope.municipalities or (), is_active=True)
        found["rows"] = [["Муниципалитетов", str(len(served))], ["Опорных центров", str(centres.count())]]
        return found
    found["centre"] = centre.name
    found["town"] = centre.municipality.centre_name
    host = (
        OrganisationFunction.objects.filter(centre=centre, kind="centre_host", starts_on__lte=scope.date)
        .select_related("organisation")
        .order_by("-starts_on")
        .first()
    )
    act = CentreService.objects.filter(centre=centre, starts_on__lte=scope.date).order_by("-starts_on").first()
    served_text = ", ".join(served)
    if Where(scope).is_own:
        own = Organisation.objects.filter(pk__in=scope.get("organisation")).order_by("sort_name")
        served_text = ", ".join(one.short_name for one in own)
    rows = [
        ("Полное наименование", centre.name),
        ("На базе организации", host.organisation.full_name if host else ""),
        ("Акт о создании", centre.founding_act),
        ("Кого обслуживает", served_text),
        ("Акт об обслуживании", act.act if act else ""),
        ("Руководитель", centre.head_name),
        ("Назначен", centre.head_order),
        ("Адрес", centre.address),
        ("Телефон", centre.phone),
        ("Электронная почта", centre.email),
        ("Сайт", centre.website),
    ]
    found["rows"] = [[name, value] for name, value in rows if value]
    found["head"] = centre.head_name
    return found


def _acts(scope: Scope) -> dict[str, Frozen]:
    """Legal acts of the territory in force on the date, the latest first."""
    if Where(scope).is_own or len(scope.municipalities or ()) > 1:
        return {}
    rows = LegalAct.objects.filter(municipality_id__in=scope.municipalities or (), date__lte=scope.date)
    rows = rows.exclude(in_force_to__lt=scope.date).exclude(
        replaced_by__in=LegalAct.objects.filter(date__lte=scope.date)
    )
    found = [
        (
            one.get_level_display(),
            f"{one.get_kind_display()} от {one.date:%d.%m.%Y} № {one.number}",
            one.issuer,
            one.title,
        )
        for one in rows.order_by("-date", "pk")[:40]
    ]
    columns = (Column("Уровень"), Column("Реквизиты"), Column("Кем издан"), Column("Название"))
    return {"acts": table(columns, found, source="Реестр правовых актов")} if found else {}


def _targets(scope: Scope) -> dict[str, Frozen]:
    """Target values of the year with what is reached on the date."""
    if Where(scope).is_own or len(scope.municipalities or ()) > 1:
        return {}
    found = [
        (
            f"{one.name}, {one.unit}" if one.unit else one.name,
            one.due,
            one.planned,
            one.reached,
            "достигнуто" if one.done else "не достигнуто",
        )
        for one in targets(scope)
        if one.due.year >= scope.date.year
    ]
    columns = (
        Column("Показатель"), Column("К дате", "date"), Column("План", "percent"), Column("Факт", "percent"),
        Column("Итог"),
    )  # fmt: skip
    return (
        {"targets": table(columns, found, source="Концепция и целевые значения; показатели системы")} if found else {}
    )
