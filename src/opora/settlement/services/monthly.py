"""What the calendar asks for: monthly drafts of every municipality and the refunds of January."""

from __future__ import annotations

import contextlib
import datetime as dt

from opora.certificates.models import PaymentAgreement
from opora.certificates.rules.months import month_start
from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.reasons import Refused
from opora.enrolment.services.facts import calendar_of
from opora.settlement.models import SettlementDocument
from opora.settlement.rules.states import advance_from
from opora.settlement.services.corrections import refund
from opora.settlement.services.drafts import prepare
from opora.settlement.services.terms import parameters_of
from opora.territory.models import Municipality

DECEMBER_DAY = 15
"""From this day on the invoice of December is drafted."""


def prepare_due(actor: Actor = SYSTEM) -> int:
    """Monthly drafts by each municipality's own date: advances from the working day of the rules, invoices after.

    December's invoices are prepared from its 15th on. Restartable: what exists is left alone.
    """
    made = 0
    with_agreements = PaymentAgreement.objects.filter(state="signed").values("municipality_id")
    for place in Municipality.objects.filter(pk__in=with_agreements).order_by("pk"):
        today = clock.today(place.time_zone)
        month = month_start(today)
        last_month = month_start(month - dt.timedelta(days=1))
        workday = max((p.advance_from_workday for p in parameters_of(place.pk, month)), default=2)
        if today >= advance_from(month, workday, calendar_of(place.region_id)):
            made += len(prepare(actor, kind="advance_request", month=month, municipality_id=place.pk))
        if last_month.month != 12:
            made += len(prepare(actor, kind="invoice", month=last_month, municipality_id=place.pk))
        if month.month == 12 and today.day >= DECEMBER_DAY:
            made += len(prepare(actor, kind="invoice", month=month, municipality_id=place.pk))
        if month.month == 1:
            made += _failed_in_december(actor, place.pk, last_month)
    return made


def _failed_in_december(actor: Actor, municipality_id: int, december: dt.date) -> int:
    """January: a refund draft for each invoice of December whose lessons ahead did not all take place."""
    invoices = SettlementDocument.objects.filter(
        municipality_id=municipality_id, kind="invoice", month=december, state__in=("approved", "paid")
    )
    answered = SettlementDocument.objects.filter(kind="refund", month=december).values("agreement_id")
    made = 0
    for one in invoices.exclude(agreement_id__in=answered).order_by("pk"):
        with contextlib.suppress(Refused):  # everything was delivered: nothing to give back
            refund(actor, document=one, reason="Занятия, посчитанные в декабрьском счёте вперёд, не состоялись")
            made += 1
    return made
