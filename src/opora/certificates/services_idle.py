"""Funded certificates that nobody uses: the return to accounting by itself, and the letter before it.

spec/financing.md: the clock runs from the latest of becoming funded, refusal or withdrawal, stops while an
application, queue entry or contract lives, and acts only when nothing of the nominal is used. Money given before a
period begins is counted from the period's first day.
"""

from __future__ import annotations

import datetime as dt

from opora.certificates import dependants, ledger, letters, queries
from opora.certificates.models import Certificate, FundingPeriod
from opora.certificates.rules import FundingUse
from opora.certificates.rules.life import return_to_accounting_on
from opora.certificates.services_funding import to_accounting
from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.reasons import Refused
from opora.core.transactions import act

WARN_DAYS = 7


def return_idle(today: dt.date | None = None) -> int:
    """Return funded certificates without any application in time to accounting. Idempotent; returns how many.

    Their families are told a week before, once.
    """
    done = 0
    for municipality in queries.municipalities_with_money():
        day = today or clock.today(municipality.time_zone)
        period = queries.current_period(municipality.pk, day)
        if period is None:
            continue
        for found in queries.unused_since(municipality, period, day + dt.timedelta(days=WARN_DAYS)):
            due = return_day(found, period)
            if due is None or due > day + dt.timedelta(days=WARN_DAYS):
                continue
            if due > day:
                _warn(found, due)
                continue
            try:
                to_accounting(SYSTEM, certificate=found, reason="Не было заявок в срок.")
                done += 1
            except Refused:
                continue  # used in the meantime
    return done


def return_day(certificate: Certificate, period: FundingPeriod) -> dt.date | None:
    """The day on which the certificate returns by itself if nothing happens; None while the clock stands still."""
    if certificate.funded_since is None or certificate.state != Certificate.State.ACTIVE:
        return None
    zone = clock.zone(certificate.municipality.time_zone)
    parameters = queries.parameters_of(period)
    living, released = dependants.use_of(certificate.pk)
    use = FundingUse(
        funded_on=max(certificate.funded_since.astimezone(zone).date(), period.starts_on),
        totals=ledger.totals(certificate.pk, period.pk),
        last_release_on=released,
        living=living,
    )
    return return_to_accounting_on(use, parameters.idle_days_after_issue, parameters.idle_days_after_refusal)


def _warn(certificate: Certificate, due: dt.date) -> None:
    with act(SYSTEM):
        letters.idle_soon(certificate, due)
