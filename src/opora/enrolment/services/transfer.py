"""Transfer of an enrolled child to another group (E5)."""

from __future__ import annotations

import datetime as dt

from opora.catalogue.models import Group
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Busy, Reason, Refused
from opora.core.transactions import act
from opora.enrolment import policy, rules
from opora.enrolment.models import Application, Contract, Enrolment
from opora.enrolment.rules import Stage
from opora.enrolment.services import contract_money, holding, letters, waitlist
from opora.enrolment.services import facts as reading
from opora.enrolment.services.ending import contract_of
from opora.enrolment.services.holding import changed, retried
from opora.enrolment.services.money_holds import money_holds, request_of
from opora.enrolment.wording import club

SAME_TERMS = ("programme_id", "organisation_id", "starts_on", "ends_on", "price", "normative_cost")


@retried
def transfer(actor: Actor, *, application: Application | int, group: Group | int) -> Application:
    """Move an enrolled child to a free place of another group of the same organisation, from today on.

    With a certificate only between groups of the same terms (programme, dates, price): the contract goes along;
    otherwise the contract is terminated and a new one asked for. The freed place goes to the queue.
    """
    pk = application if isinstance(application, int) else application.pk
    allowed = policy.APPLICATION.get(actor, "transfer", pk=pk)
    target = policy.PLACES.get(actor, "manage", pk=group if isinstance(group, int) else group.pk)
    certificates = Contract.objects.filter(application=allowed).values_list("certificate_id", flat=True)
    with act(actor):
        groups = holding.lock([allowed.group_id, target.pk], certificates)
        fresh = Application.objects.select_related("group__programme", "child", "municipality").get(pk=pk)
        if fresh.group_id != allowed.group_id:  # transferred by somebody else meanwhile: another group is locked
            raise Busy(1)
        if fresh.state != "enrolled" or fresh.group_id == target.pk:
            raise Refused(Reason("wrong_state", "Перевести можно зачисленного ребёнка в другую группу."))
        contract = contract_of(fresh)
        if reasons := _reasons(fresh, target, contract):
            raise Refused(reasons)
        before = fresh.group
        _move(fresh, target, contract)
        holding.count(before.pk, taken=-1)
        holding.count(target.pk, taken=1)
        changed(fresh)
        letters.tell_guardians(
            fresh, letters.transferred(fresh, club(before), _today(fresh)), once=f"{before.pk}-{target.pk}"
        )
        waitlist.serve(groups)
    return fresh


def _reasons(application: Application, target: Group, contract: Contract | None) -> list[Reason]:
    """Eligibility in the other group; the child's own study does not stand in the way."""
    known = reading.read(
        child_id=application.child_id,
        group_id=target.pk,
        funding=application.funding,
        starts_on=max(_today(application), target.starts_on),
        application_id=application.pk,
    )
    if known is None:
        return [Reason("no_place", "У группы нет мест.")]
    reasons = reading.reasons_of(known, application.funding, Stage.OFFER, None)
    if application.funding == rules.BUDGET:
        # a contract goes along with its money; a budget place is counted anew in the other programme
        request = request_of(known, rules.BUDGET, None, application_id=application.pk, group_id=target.pk)
        if not money_holds(request):
            raise Busy(1)
    if target.organisation_id != application.organisation_id:
        reasons.append(Reason("other_organisation", "Перевести можно только внутри организации."))
    if contract is not None:
        reasons = [reason for reason in reasons if reason.code != "no_balance"]
        if any(getattr(target, name) != getattr(application.group, name) for name in SAME_TERMS):
            reasons.append(
                Reason(
                    "other_terms",
                    "У групп разные условия договора: программа, сроки или цена.",
                    hint="Расторгните договор и подайте заявку в другую группу.",
                )
            )
    return reasons


def _move(application: Application, target: Group, contract: Contract | None) -> None:
    application.group = target
    application.save(update_fields=["group"])
    Enrolment.objects.filter(application=application).update(group=target)
    if contract is not None:
        contract.group = target
        contract.save(update_fields=["group"])
        contract_money.changed(contract)


def _today(application: Application) -> dt.date:
    return clock.today(application.municipality.time_zone)
