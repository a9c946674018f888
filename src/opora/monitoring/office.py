"""What monitoring gives to the office: the menu entry, the figures and short lists of the home page by role."""

from __future__ import annotations

from collections.abc import Iterable

from opora.core import russian
from opora.core.access import CENTRE_ROLES, STAFF_ROLES, Actor
from opora.core.office import figures, menu, panels, shortcuts
from opora.core.office.figures import Figure
from opora.core.office.panels import Panel, Row
from opora.monitoring import dashboard, policy, queries
from opora.monitoring.indicators import Scope
from opora.monitoring.requests import office as request_office  # noqa: F401  what waits for who answers

ADDRESS = "/office/figures/"
OWN_HOME = ("learners", "free_places", "attendance", "answered_in_time")
CENTRE_HOME = ("coverage", "enrolments", "certificates_share", "free_places")
# role → what it looks at first; of several roles the first in this order decides
HOME: dict[str, tuple[str, ...]] = {
    "centre_head": CENTRE_HOME,
    "methodologist": ("programmes", "free_places", "answered_in_time", "coverage"),
    "organiser": CENTRE_HOME,
    "desk_operator": ("certificates", "certificates_share", "free_places", "answered_in_time"),
    "coordinator": ("coverage", "funded_share", "free_places", "answered_in_time"),
    "payer": ("contracts", "money_nominal", "money_reserved", "money_spent"),
    "regional_operator": ("coverage", "unique_children", "organisations", "answered_in_time"),
    "observer": ("coverage", "unique_children", "multiplicity", "private_share"),
    "administrator": ("organisations", "programmes", "enrolments", "unknown_residence"),
}
LOWEST = 5

menu.add("Показатели", ADDRESS, section="monitoring", icon="chart-column", order=10)
menu.add("Сравнение", "/office/compare/", section="monitoring", icon="scale", order=12, roles=policy.COMPARERS)
menu.add("Прогноз и места", "/office/forecast/", section="monitoring", icon="compass", order=14, roles=policy.COMPARERS)
menu.add(
    "Снимки показателей", "/office/snapshots/", section="monitoring", icon="archive", order=16, roles=policy.COMPARERS
)
shortcuts.add(ADDRESS, "Цифры с датой, источником и строками, из которых они сложились", roles=STAFF_ROLES, order=60)


def home_figures(actor: Actor) -> Iterable[Figure]:
    """The four figures that the role looks at every morning, of what it reaches."""
    own = queries.own_scope(actor)
    if own is not None:
        return _figures([code for code in OWN_HOME if code in dashboard.own_codes(own)], own)
    scope, mine = queries.office_scope(actor, "", None)
    codes = next((HOME[role] for role in HOME if actor.has(role)), CENTRE_HOME)
    return _figures(codes, scope) if mine else []


def _figures(codes: Iterable[str], scope: Scope) -> list[Figure]:
    stats = [dashboard.shown(figure, scope) for figure in dashboard.figures_of(codes, scope)]
    return [Figure(stat.title, stat.value, stat.unit, stat.note, stat.date, stat.url) for stat in stats]


def plan_and_fact(actor: Actor) -> Iterable[Panel]:
    """Targets of the territory that are not reached yet, by their dates."""
    if not actor.has(*CENTRE_ROLES, "coordinator", "regional_operator", "observer") or queries.own_scope(actor):
        return []
    scope, mine = queries.office_scope(actor, "", None)
    if len(mine) != 1:
        return []
    rows = [_target(target, scope) for target in dashboard.targets(scope) if not target.done]
    return [Panel("План и факт: что ещё не достигнуто", rows, ADDRESS, "Все показатели")]


def _target(target: dashboard.Target, scope: Scope) -> Row:
    unit = f"{russian.NBSP}{target.unit}" if target.unit else ""
    reached = "нет данных" if target.reached is None else f"{russian.number(target.reached)}{unit}"
    return Row(
        title=target.name,
        url=dashboard.address(target.code, scope),
        lead=f"к {russian.date_short(target.due)}",
        note=f"План {russian.number(target.planned)}{unit}, сейчас {reached}",
        tag="срок прошёл" if target.due < scope.date else "",
        state="danger" if target.due < scope.date else "neutral",
    )


def lowest_coverage(actor: Actor) -> Iterable[Panel]:
    """Municipalities of a region where the fewest children are covered."""
    if not actor.has("regional_operator", "observer"):
        return []
    scope, mine = queries.office_scope(actor, "", None)
    if len(mine) < 2:
        return []
    region = mine[0].region_id if len({item.region_id for item in mine}) == 1 else None
    places = [
        place for place in dashboard.ranking(dashboard.counted(scope, region)[0], scope) if place.share is not None
    ]
    rows = [
        Row(
            title=place.name,
            url=f"{ADDRESS}?territory={place.oktmo}",
            lead=f"{russian.number(place.share or 0, 1)}{russian.NBSP}%",
            note=f"{russian.number(place.children)} из {russian.number(place.population)} детей 5–17 лет",
        )
        for place in reversed(places[-LOWEST:])
    ]
    return [Panel("Где охват меньше всего", rows, ADDRESS, "Все муниципалитеты")]


figures.register(home_figures, order=10)
panels.register(plan_and_fact, order=40)
panels.register(lowest_coverage, order=45)
