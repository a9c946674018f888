"""Dates in a row's own time zone, for conditions over rows of many municipalities at once."""

from __future__ import annotations

from django.db.models import DateField, DateTimeField, Expression, F, Func, Value

from opora.core import clock


class LocalDate(Func):
    """The date of a moment in a zone: ``LocalDate(F("submitted_at"), F("municipality__time_zone"))``."""

    template = "timezone(%(expressions)s)::date"
    output_field = DateField()

    def __init__(self, moment: Expression | F, zone: Expression | F) -> None:
        super().__init__(zone, moment)


def local_today(zone: str) -> LocalDate:
    """Today where the row is: ``filter(ends_on__gte=local_today("municipality__time_zone"))``."""
    return LocalDate(Value(clock.now(), output_field=DateTimeField()), F(zone))
