"""Figures that the system puts into an answer: a cell bound to an indicator, for who answers, on the request's date."""

from __future__ import annotations

import datetime as dt

from opora.core.reasons import Hidden, Refused
from opora.monitoring.dashboard import OWN_HEAD
from opora.monitoring.indicators import Scope, get
from opora.monitoring.indicators.base import Indicator, catalogue
from opora.monitoring.requests.models import DataRequestAnswer
from opora.surveys.rules.definition import Address, Definition
from opora.surveys.rules.edit import indicators_of
from opora.surveys.services_answers import Counted
from opora.territory.queries import municipalities_of_centre

OF_ORGANISATION = (*OWN_HEAD, "enrolments", "unique_children")
"""Figures that mean something for one organisation; others are of whole territories."""


def known_indicators() -> list[tuple[str, str]]:
    """(code, name) of all that a cell may be bound to."""
    return [(one.code, one.name) for one in catalogue()]


def fits_organisation(indicator: Indicator) -> bool:
    return indicator.code in OF_ORGANISATION or indicator.code.startswith("enrolments.")


def figures(one: DataRequestAnswer, form: Definition, date: dt.date) -> dict[Address, Counted]:
    """What the system knows for the bound cells; each indicator is counted once. Nothing where it has no meaning.

    A partner is asked for what it knows itself: the municipality's figures are not its own.
    """
    if one.partner_id:
        return {}
    scope = scope_of(one, date)
    found: dict[Address, Counted] = {}
    counted: dict[str, Counted | None] = {}
    for parts, code in indicators_of(form).items():
        if code not in counted:
            counted[code] = _counted(code, scope)
        figure = counted[code]
        if figure is not None:
            found[Address(*parts)] = figure
    return found


def scope_of(one: DataRequestAnswer, date: dt.date) -> Scope:
    """The municipalities of a centre, or one organisation."""
    if one.organisation_id:
        return Scope(date, None, one.who, "", (("organisation", one.organisation_id),))
    served = municipalities_of_centre(one.centre_id or 0, date) or frozenset({one.municipality_id})
    # one code names one municipality: the figure of several together has no page of its own
    return Scope(date, served, one.who, one.municipality.oktmo if served == {one.municipality_id} else "")


def _counted(code: str, scope: Scope) -> Counted | None:
    try:
        indicator = get(code)
        if scope.get("organisation") is not None and not fits_organisation(indicator):
            return None
        figure = indicator.figure(scope)
    except (Refused, Hidden):
        return None
    if figure.value is None:
        return None
    basis = {
        "code": code,
        "name": indicator.name,
        "date": scope.date.isoformat(),
        "numerator": str(figure.numerator),
        "denominator": "" if figure.denominator is None else str(figure.denominator),
        "version": figure.version,
        "territory": scope.oktmo,
    }
    return Counted(figure.value, basis)
