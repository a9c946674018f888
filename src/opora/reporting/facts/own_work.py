"""The centre's own work: agreements in force, training of staff, how its plan of the year stands."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count

from opora.methodics import queries as methodics
from opora.methodics.models import Agreement, Training
from opora.monitoring.indicators import Scope
from opora.planning import queries as planning
from opora.planning.models import Plan
from opora.planning.rules.states import ITEM_STATES
from opora.reporting.facts.tables import Column, Frozen, Where, table
from opora.territory.models import Centre

STATES = ("done", "in_work", "overdue", "planned", "cancelled")
LARGEST = 30


def own_work_tables(scope: Scope, centre: Centre | None) -> dict[str, Frozen]:
    """Tables without rows are left out; agreements and the plan are a centre's, training is the territory's."""
    found = {"trainings": _trainings(scope)}
    if centre is not None:
        found |= {"agreements": _agreements(scope, centre), "plan_items": _plan(scope, centre)}
    return {name: one for name, one in found.items() if one["rows"]}


def _agreements(scope: Scope, centre: Centre) -> Frozen:
    rows = Agreement.objects.filter(methodics.in_force(scope.date), centre=centre).select_related("partner")
    found = [
        (str(one.partner), one.get_topic_display(), f"№ {one.number}", one.signed_on, one.ends_on)
        for one in rows.order_by("signed_on", "pk")[:LARGEST]
    ]
    columns = (
        Column("Партнёр"), Column("Тема"), Column("Соглашение"), Column("Подписано", "date"), Column("Действует по", "date"),
    )  # fmt: skip
    return table(columns, found, source="Реестр партнёров и соглашений")


def _trainings(scope: Scope) -> Frozen:
    """Training finished in the year of the date, by kind."""
    rows = Training.objects.filter(
        state=Training.State.FINISHED, finished_on__year=scope.date.year, finished_on__lte=scope.date,
        **Where(scope).of("staff__organisation__municipality_id", "staff__organisation_id"),
    )  # fmt: skip
    counted = rows.order_by().values_list("kind").annotate(total=Count("pk"), people=Count("staff", distinct=True))
    labels = dict(Training.Kind.choices)
    found = sorted(((str(labels[kind]), total, people) for kind, total, people in counted), key=lambda row: -row[1])
    columns = (Column("Вид обучения"), Column("Завершено", "int"), Column("Работников", "int"))
    return table(columns, found, source="Реестр обучения работников")


def _plan(scope: Scope, centre: Centre) -> Frozen:
    """Items of the year's plan by section and state, counted as the plan's own page counts them."""
    one = Plan.objects.filter(centre=centre, year=scope.date.year).order_by("-version", "pk").first()
    if one is None:
        return table((), (), source="")
    counted: dict[str, Counter[str]] = {}
    for standing in planning.standings(one):
        counted.setdefault(str(standing.item.section.title), Counter())[standing.state] += 1
    found: list[tuple[Any, ...]] = [
        (title, sum(of.values()), *(of[state] for state in STATES)) for title, of in counted.items()
    ]
    columns = (
        Column("Раздел плана"),
        Column("Пунктов", "int"),
        *(Column(ITEM_STATES[state], "int") for state in STATES),
    )
    total = ("Всего", *(sum(row[place] for row in found) for place in range(1, len(STATES) + 2)))
    return table(columns, found, source="План деятельности центра", total=total)
