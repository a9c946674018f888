"""What monitoring gives to the office: the menu entry and the head figures of the home page."""

from __future__ import annotations

from collections.abc import Iterable

from opora.core.access import Actor
from opora.core.office import figures, menu
from opora.core.office.figures import Figure
from opora.monitoring import dashboard, queries
from opora.monitoring.indicators import get

HOME = ("coverage", "enrolments", "certificates_share", "free_places")

menu.add("Показатели", "/office/figures/", section="monitoring", icon="chart-column", order=10)


def home_figures(actor: Actor) -> Iterable[Figure]:
    """The four figures that a centre looks at every morning."""
    scope, mine = queries.office_scope(actor, "", None)
    if not mine:
        return
    for code in HOME:
        stat = dashboard.shown(get(code).figure(scope), scope)
        yield Figure(stat.title, stat.value, stat.unit, stat.note, stat.date, stat.url)


figures.register(home_figures, order=10)
