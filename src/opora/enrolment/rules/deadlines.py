"""Deadlines of enrolment, in working days of the municipality or in hours (spec/enrolment.md)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from opora.core.workdays import Deadline, WorkCalendar, add_working_days

PROVIDER_WORKDAYS = 3
PROVIDER_WORKDAYS_WITH_TESTS = 45
ACCEPTANCE_WORKDAYS = 5
PLACE_OFFER_HOURS = 48


def provider_answer(
    submitted_at: datetime,
    calendar: WorkCalendar,
    zone: ZoneInfo,
    *,
    entrance_tests: bool = False,
    workdays: int = PROVIDER_WORKDAYS,
    workdays_with_tests: int = PROVIDER_WORKDAYS_WITH_TESTS,
) -> Deadline:
    """The provider answers an application within 3 working days, 45 with entrance tests."""
    count = workdays_with_tests if entrance_tests else workdays
    return add_working_days(submitted_at, count, calendar, zone)


def contract_acceptance(
    offered_at: datetime, calendar: WorkCalendar, zone: ZoneInfo, *, workdays: int = ACCEPTANCE_WORKDAYS
) -> Deadline:
    """The guardian accepts a contract within 5 working days; else contract and application expire."""
    return add_working_days(offered_at, workdays, calendar, zone)


def place_offer(offered_at: datetime, zone: ZoneInfo, *, hours: int = PLACE_OFFER_HOURS) -> Deadline:
    """A place offered from the queue is kept 48 hours to the minute."""
    if offered_at.tzinfo is None:
        raise ValueError("Момент времени без часового пояса.")
    at = offered_at + timedelta(hours=hours)
    return Deadline(at.astimezone(zone).date(), at)


def default_start(request_day: date, group_start: date, period_start: date | None = None) -> date:
    """The earliest start: not before the day of request, the group's start and the period's start."""
    return max(day for day in (request_day, group_start, period_start) if day is not None)
