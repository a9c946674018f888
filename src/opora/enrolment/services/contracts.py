"""The family's acceptance of a contract: logged consent, activation, money of the begun months (D4)."""

from __future__ import annotations

import datetime as dt

from opora.certificates.models import FundingPeriod
from opora.certificates.rules import PeriodParameters
from opora.certificates.rules.termination import contract_activation_reasons
from opora.core import clock
from opora.core.access import Actor
from opora.core.models import StoredFile
from opora.core.reasons import Reason, Refused
from opora.enrolment import policy, rules
from opora.enrolment.models import Application, Contract
from opora.enrolment.services import contract_money, letters, waitlist
from opora.enrolment.services.decide import enrolled
from opora.enrolment.services.ending import contract_of, end, held
from opora.enrolment.services.holding import retried
from opora.enrolment.services.terms import terms, terms_hash

ONLINE, LETTER, DESK = "online", "letter", "desk"
"""How a contract is accepted: in the cabinet, by the signed link of a letter, on paper at a desk."""


@retried
def accept_contract(
    actor: Actor,
    *,
    contract: Contract | int,
    text_hash: str = "",
    paper: StoredFile | None = None,
    address: str = "",
    prolongation: bool = False,
) -> Contract:
    """offered → active by the guardian's logged act: one click with the hash of the text shown, or a signed paper.

    Spends the months that have begun and enrols the child. Past the last moment the contract is refused with its
    application. `address`: network address of the request; `prolongation`: the family agrees to go on after New Year.
    """
    pk = contract if isinstance(contract, int) else contract.pk
    allowed = policy.CONTRACT.get(actor, "accept", pk=pk)
    consent = _consent(actor, allowed, text_hash, paper, address)
    late: list[Reason] = []
    with held(actor, allowed.application_id, frees=True) as (application, groups):
        current = contract_of(application)
        assert current is not None
        target = rules.CONTRACT.next_state(current.state, "activate")
        if current.accept_until is not None and clock.now() >= current.accept_until:
            late = [Reason("offer_expired", "Срок согласия с договором прошёл.", hint="Подайте новую заявку.")]
            close_unanswered(actor, application)
            waitlist.serve(groups)
        elif late := too_late(current, application):
            end(actor, application, "refuse", reason_code=late[0].code, reason=late[0].message)
            letters.tell_guardians(application, letters.refused(application, late[:1]))
            waitlist.serve(groups)
        else:
            if consent["channel"] != DESK and text_hash != terms_hash(current):
                raise Refused(
                    Reason(
                        "text_changed",
                        "Текст договора изменился, пока вы его читали.",
                        hint="Откройте договор ещё раз и примите новую редакцию.",
                    )
                )
            current.accepted_text = terms(current)
            current.state = target
            current.accepted_at = clock.now()
            current.accepted_by_id = actor.account_id
            current.acceptance = {**current.acceptance, **consent}
            if prolongation:  # a condition left open is no answer: the family is asked before the contract ends
                current.acceptance["guardian_prolongs"] = True
            _activate(actor, application, current)
            allowed = current
    if late:
        raise Refused(late)
    return allowed


def _activate(actor: Actor, application: Application, contract: Contract) -> None:
    contract.save(update_fields=["state", "accepted_at", "accepted_by", "acceptance", "accepted_text"])
    contract_money.spend_begun(contract, _today(application), actor.account_id)
    contract_money.changed(contract)
    enrolled(application, contract.starts_on)


def too_late(contract: Contract, application: Application) -> list[Reason]:
    """No activation after the contract's end or later than the month after its start (parameter)."""
    parameters = PeriodParameters.from_json(FundingPeriod.objects.get(pk=contract.period_id).parameters)
    return contract_activation_reasons(
        start=contract.starts_on,
        end=contract.ends_on,
        today=_today(application),
        late_months=parameters.late_activation_months,
    )


def close_unanswered(actor: Actor, application: Application) -> None:
    """Nobody agreed in time: contract and application expire. The caller holds the locks and serves the queue."""
    end(actor, application, "expire", reason_code="no_answer", reason="Семья не ответила в срок.")
    letters.tell_guardians(application, letters.expired(application))


def _consent(
    actor: Actor, contract: Contract, text_hash: str, paper: StoredFile | None, address: str
) -> dict[str, object]:
    """How consent is given; a desk needs the signed paper, the family the text it saw."""
    at = clock.now().isoformat()
    if contract.child_id in actor.children:
        if not text_hash:
            raise Refused(Reason("text_required", "Откройте текст договора, прежде чем принять его."))
        channel = LETTER if actor.way == "letter" else ONLINE
        return {"channel": channel, "text_sha256": text_hash, "address": address, "at": at}
    if paper is None:
        raise Refused(
            Reason(
                "paper_required",
                "Приложите договор, подписанный законным представителем.",
                ground="правила персонифицированного финансирования",
                field="paper",
            )
        )
    return {"channel": DESK, "file": str(paper.public_id), "file_sha256": paper.sha256, "at": at}


def _today(application: Application) -> dt.date:
    return clock.today(application.municipality.time_zone)
