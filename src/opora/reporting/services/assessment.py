"""Self-assessment of an organisation: begun with its indicators, published with its files, taken back."""

from __future__ import annotations

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.core.transactions import act
from opora.providers.models import Organisation
from opora.reporting import policy, queries, rules
from opora.reporting.models import Report
from opora.reporting.services import files, life
from opora.reporting.statistics import declaration_own
from opora.reporting.statistics import services as statistics
from opora.reporting.statistics.models import StatisticsForm


def begin(actor: Actor, *, organisation: Organisation, year: int) -> Report:
    """The report of an organisation for a year with its table of indicators, made when there is none yet."""
    if not policy.subjects.allowed(actor, "assess"):
        raise Forbidden("assess")
    if not policy.subjects.can(actor, "assess", organisation):
        raise Hidden("organisation")
    if problems := rules.year_problems(year, clock.today(organisation.municipality.time_zone)):
        raise Refused(problems)
    with act(actor):
        report, made = Report.objects.get_or_create(
            kind=Report.Kind.SELF,
            organisation=organisation,
            year=year,
            region=organisation.municipality.region,
            municipality=organisation.municipality,
        )
        form = StatisticsForm.objects.filter(organisation=organisation, year=year, code=declaration_own.CODE)
        if not form.exists():
            statistics.begin(actor, organisation=organisation, year=year, code=declaration_own.CODE)
        if made:
            life.freeze(actor, report=report)
    return report


def publish(actor: Actor, *, report: Report) -> Report:
    """Put a signed report on the organisation's public page; its files are made when they are not there yet."""
    life.reached(actor, report, "publish")
    with act(actor):
        report = life.locked(report)
        if report.state != Report.State.SIGNED:
            raise Refused(Reason("not_signed", "Сначала отчёт утверждает руководитель организации."))
        if report.published_at is None:
            report.published_at = clock.now()
            report.save(update_fields=["published_at"])
        if queries.finished_files(report) is None:
            files.order(actor, report=report)
    return report


def withdraw(actor: Actor, *, report: Report) -> Report:
    """Take a report off the public page; it stays signed."""
    life.reached(actor, report, "withdraw")
    with act(actor):
        report = life.locked(report)
        report.published_at = None
        report.save(update_fields=["published_at"])
    return report
