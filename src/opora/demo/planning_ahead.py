"""What the showcase looks ahead to: the forecast's parameters, the next year's plan, targets of organisations."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal

from opora.core import clock
from opora.core.access import Actor
from opora.demo.frame import Frame
from opora.monitoring.forecast.queries import forecast
from opora.monitoring.indicators import get
from opora.monitoring.models import ForecastParameters, IndicatorTarget
from opora.monitoring.queries import scope_of
from opora.monitoring.services_targets import own_scope, save_target
from opora.planning import services
from opora.planning.models import Plan, PlanItem, PlanSection
from opora.planning.queries_forecast import basis_of, offers
from opora.planning.services.forecast import Basis, Wanted
from opora.providers.models import Organisation
from opora.territory.models import Centre, Population

BIRTHS, GROWTH = Decimal("0.94"), Decimal("1.03")
"""Births to children of the youngest known age; learners wanted by the end of the year to those of today."""


def write(head: Actor, coordinator: Actor, centre: Centre, plan: Plan, frame: Frame) -> None:
    """After this year's plan."""
    youngest = Population.objects.filter(municipality=centre.municipality).order_by("-year", "age")[0]
    ForecastParameters.objects.create(
        municipality=centre.municipality,
        births=round(youngest.count * BIRTHS),
        survival=Decimal("99.970"),
        migration=Decimal("-0.40"),
        source="Сведения органа статистики о рождаемости и миграции за последние три года",
    )
    _next_plan(head, centre, plan, frame)
    _targets(coordinator, centre, frame)


def _next_plan(actor: Actor, centre: Centre, plan: Plan, frame: Frame) -> None:
    """The next year's draft waits for the coordinator."""
    year = plan.year + 1
    with clock.frozen(frame.moment(frame.before(1), 15)):
        ahead = services.create_plan(actor, centre=centre, year=year)
        sections = {row.number: row for row in PlanSection.objects.filter(plan=ahead)}
        for number, section, content, quantity_, form, due, measure in NEXT:
            data = {"number": number, "section": sections[section], "content": content, "quantity": quantity_}
            data |= {"report_form": form, "due": due, "responsible": "Белозёрова М. С."}
            item = services.save_item(actor, PlanItem(), data)
            item.measure = measure
            item.save(update_fields=["measure"])
        _needs(actor, sections[2], centre)
        services.act_on_plan(actor, plan=ahead, code="submit")


NEXT = (
    ("1.1", 1, "Разработка и утверждение медиаплана центра", "1 медиаплан", "Медиаплан", "январь–февраль", ""),
    ("2.1", 2, "Охват детей дополнительным образованием", "не менее 46 %", "Аналитическая справка", "ноябрь–декабрь",
     "coverage"),
    ("2.2", 2, "Летние профильные смены", "не менее 4 смен", "Программы смен", "июнь–август", ""),
    ("3.1", 3, "Договоры с сетевыми партнёрами", "не менее 8 договоров", "Договоры", "в течение года",
     "agreements_signed"),
    ("5.1", 5, "Обновление программ в навигаторе", "100 % программ", "Отчёт", "3 квартал", ""),
    ("6.1", 6, "Дети с сертификатами", "не менее 35 %", "Аналитическая справка", "до конца года",
     "certificates_share"),
    ("7.1", 7, "Повышение квалификации педагогов", "не менее 40 педагогов", "Копии удостоверений", "март–октябрь",
     "staff_trained"),
)  # fmt: skip
"""(number, section, content, quantity, report form, term, measure) of the draft."""
NEEDS = 3
"""How many lines of the forecast the next year's draft takes."""


def _needs(actor: Actor, section: PlanSection, centre: Centre) -> None:
    """Where groups are needed most, from the forecast of that day."""
    scope = scope_of(centre.municipality.oktmo, None)
    found = forecast(scope)
    chosen = [
        Wanted(
            one.municipality_id, one.locality_id, one.line.place.name, one.line.need.area, one.line.need.needed,
            one.line.need.places, one.line.need.groups,
        )
        for one in offers(actor, scope, found)[:NEEDS]
    ]  # fmt: skip
    if chosen:
        basis = Basis(scope.date, found.years[-1], basis_of(scope, found))
        services.take_needs(
            actor, section=section, wanted=chosen, basis=basis, due="до 1 сентября", responsible="Белозёрова М. С."
        )


def _targets(actor: Actor, centre: Centre, frame: Frame) -> None:
    """What the two houses of supplementary education shall reach by the end of the year: a few learners more."""
    rows = Organisation.objects.filter(municipality=centre.municipality, kind="supplementary", state="active")
    for organisation in rows.select_related("municipality").order_by("pk"):
        scope = own_scope(organisation)
        now = get("learners").figure(replace(scope, date=frame.date)).value or Decimal(0)
        save_target(
            actor,
            IndicatorTarget(),
            {
                "municipality": centre.municipality,
                "organisation": organisation,
                "code": "learners",
                "due": dt.date(frame.date.year, 12, 31),
                "value": (now * GROWTH / 10).to_integral_value(ROUND_CEILING) * 10,
                "source": f"Муниципальное задание на {frame.date.year} год",
            },
        )
