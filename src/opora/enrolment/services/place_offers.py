"""A timed offer of a freed place: the split is made anew, place and sum are held together."""

from __future__ import annotations

import json

from django.db import connection

from opora.certificates.rules import Split, to_roubles
from opora.core import clock
from opora.core.reasons import Reason
from opora.enrolment import rules
from opora.enrolment.models import Application
from opora.enrolment.rules import Stage
from opora.enrolment.services import facts as reading
from opora.enrolment.services import holding, letters
from opora.enrolment.services.facts import Facts
from opora.enrolment.services.money_holds import money_holds, request_of

OFFER_OVER = Reason(
    "offer_expired",
    "Срок предложения места прошёл.",
    hint="Подайте новую заявку: она встанет в конец очереди.",
)


def fits(application: Application) -> bool:
    """Would this waiting application get a place now? Rules of the stage OFFER, on values of this moment."""
    known = _facts(application)
    split = reading.split_of(known, application.funding)
    return not reading.reasons_of(known, application.funding, Stage.OFFER, split) and (
        application.funding == rules.BUDGET or split is not None
    )


def make(application: Application) -> bool:
    """waiting → place_offered for the hours of the period's parameter. The caller holds the locks and judged fits().

    False when a limit was used up by an offer made just before: the application waits on.
    """
    known = _facts(application)
    split = reading.split_of(known, application.funding)
    if reading.reasons_of(known, application.funding, Stage.OFFER, split):
        return False
    request = request_of(
        known, application.funding, split, application_id=application.pk, group_id=application.group_id
    )
    if not money_holds(request):
        return False
    _hold(application, known, split)
    if "contract" in request:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT contract_request(%s::jsonb, %s, %s::jsonb, %s, NULL)",
                [json.dumps(request["contract"]), application.pk, json.dumps(request["months"]), clock.now()],
            )
    assert application.offer_expires_at is not None
    holding.changed(application)
    letters.tell_guardians(
        application,
        letters.place_offered(
            application,
            known.child_name,
            application.offer_expires_at,
            known.time_zone,
            split.guardian if split else 0,
        ),
    )
    return True


def _hold(application: Application, known: Facts, split: Split | None) -> None:
    until = rules.place_offer(clock.now(), clock.zone(known.time_zone), hours=known.parameters.place_offer_hours)
    application.state = rules.APPLICATION.next_state(application.state, "offer_place")
    application.offer_expires_at = until.at
    application.starts_on = known.start
    application.total_sum = to_roubles(split.total if split else 0)
    application.certificate_sum = to_roubles(split.certificate if split else 0)
    application.guardian_sum = to_roubles(split.guardian if split else 0)
    application.save(
        update_fields=["state", "offer_expires_at", "starts_on", "total_sum", "certificate_sum", "guardian_sum"]
    )
    holding.count(application.group_id, taken=1, waiting=-1)


def _facts(application: Application) -> Facts:
    today = clock.today(application.municipality.time_zone)
    known = reading.read(
        child_id=application.child_id,
        group_id=application.group_id,
        funding=application.funding,
        starts_on=max(application.starts_on, today),
        application_id=application.pk,
    )
    assert known is not None
    return known
