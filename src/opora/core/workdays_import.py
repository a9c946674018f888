"""Importing a published production calendar: the days of a year that differ from the general rule."""

from __future__ import annotations

import datetime as dt

from opora.core import workdays
from opora.core.access import SYSTEM, Actor
from opora.core.models import CalendarException
from opora.core.transactions import act

PUBLISHED = "Производственный календарь"
"""How the ground of such a day begins; regions' own days bear other grounds and stay."""


def import_year(data: bytes, actor: Actor = SYSTEM) -> tuple[int, int]:
    """Replace the published days of one year (xmlcalendar layout); returns (year, special days kept).

    The last day of December is kept always, so that the year is known even when it follows the rule day by day.
    Raises ValueError in Russian; nothing is written then.
    """
    year, days = workdays.parse_xmlcalendar(data)
    rule = workdays.official_calendar()
    published = workdays.WorkCalendar().with_year(year, days)
    ground = f"{PUBLISHED} на {year} год"
    rows, day = [], dt.date(year, 1, 1)
    while day.year == year:
        working = published.is_working_day(day)
        if working != rule.is_working_day(day) or (day.month, day.day) == (12, 31):
            rows.append(CalendarException(date=day, kind="working" if working else "off", ground=ground))
        day += dt.timedelta(days=1)
    with act(actor):
        whole = CalendarException.objects.filter(region_id__isnull=True, date__year=year)
        whole.filter(ground__startswith=PUBLISHED).delete()
        kept = set(whole.values_list("date", flat=True))  # days entered by hand win
        CalendarException.objects.bulk_create([row for row in rows if row.date not in kept])
    return year, len(rows)
