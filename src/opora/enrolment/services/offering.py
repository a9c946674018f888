"""Offering a contract to the family: terms, number, the last day to agree."""

from __future__ import annotations

from opora.certificates.models import FundingPeriod
from opora.certificates.rules import PeriodParameters, to_kopecks
from opora.core import clock
from opora.core.access import Actor
from opora.core.numbering import take_number
from opora.enrolment import rules
from opora.enrolment.models import Application, Contract
from opora.enrolment.services import contract_money, letters
from opora.enrolment.services.facts import calendar_of


def offer(actor: Actor, application: Application, contract: Contract, *, prolongation: bool) -> None:
    """requested → offered with a number, which is taken last. The caller holds the locks."""
    now = clock.now()
    zone = application.municipality.time_zone
    parameters = PeriodParameters.from_json(FundingPeriod.objects.get(pk=contract.period_id).parameters)
    until = rules.contract_acceptance(
        now,
        calendar_of(application.municipality.region_id),
        clock.zone(zone),
        workdays=parameters.acceptance_workdays,
    )
    contract.state = rules.CONTRACT.next_state(contract.state, "offer")
    contract.offered_at, contract.accept_until = now, until.at
    if prolongation:
        contract.acceptance = {**contract.acceptance, "provider_prolongs": True}
    year = now.astimezone(clock.zone(zone)).year
    contract.number = f"{year}/{take_number('organisation', contract.organisation_id, 'contract', year)}"
    contract.save(update_fields=["state", "offered_at", "accept_until", "acceptance", "number"])
    contract_money.changed(contract)
    guardian = to_kopecks(contract.guardian_sum)
    letters.tell_guardians(
        application, letters.contract_offered(application, contract.pk, contract.number, until.at, zone, guardian)
    )
