"""The legal act that grounds a decision about a funding period: one of the register of acts, or a new one (A6, D2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opora.certificates import queries, services_papers
from opora.certificates.models import FundingPeriod, PeriodAmendment
from opora.core import clock
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused
from opora.territory import policy as territory_policy
from opora.territory import rules as territory_rules
from opora.territory import services_acts as territory_acts
from opora.territory.models import LegalAct


@dataclass(frozen=True, slots=True)
class Ground:
    """An act as a form gives it: `act_id` of the register, or kind (LegalAct.Kind), number and day of a new one.

    `paper` = (name, bytes) of its scan or text, kept with the act.
    """

    act_id: int | None = None
    kind: str = LegalAct.Kind.DECREE
    number: str = ""
    date: dt.date | None = None
    paper: tuple[str, bytes] | None = None

    @property
    def given(self) -> bool:
        """Is anything filled in that says which act it is?"""
        return bool(self.act_id or self.number.strip() or self.date)


def ground_of(actor: Actor, period: FundingPeriod, ground: Ground | None, *, title: str, missing: str = "") -> LegalAct:
    """The act of the register that `ground` names; a new one is entered there under `title`, its file is kept.

    Call inside `core.transactions.act`. Refused at the field: no act, half of a new one, a day to come, a near-equal
    act that is known already, a file for an act that somebody else keeps.
    """
    if ground is None or not ground.given:
        raise Refused(Reason("act_missing", missing or "Укажите акт, которым вносится изменение.", field="act"))
    found = _known(period, ground.act_id) if ground.act_id else _new(actor, period, ground, title)
    if ground.paper is not None:
        if not territory_policy.legal_acts.can(actor, "change", found):
            raise Refused(
                Reason("act_of_others", "К этому акту файл прикладывает тот, кто ведёт его в реестре.", field="paper")
            )
        services_papers.keep(actor, owner=found, name=ground.paper[0], data=ground.paper[1], field="paper")
    return found


def _known(period: FundingPeriod, act_id: int) -> LegalAct:
    found = queries.legal_act_for(period.municipality_id, act_id)
    if found is None:
        raise Refused(Reason("act_unknown", "Такого акта в реестре района и области нет.", field="act"))
    return found


def _new(actor: Actor, period: FundingPeriod, ground: Ground, title: str) -> LegalAct:
    """The act of these requisites: the very same one is taken, not entered again."""
    number, date = ground.number.strip(), ground.date
    if not number:
        raise Refused(Reason("act_number_missing", "Напишите номер нового акта.", field="act_number"))
    if date is None:
        raise Refused(Reason("act_date_missing", "Укажите дату нового акта.", field="act_date"))
    if date > clock.today(clock.zone(period.municipality.time_zone)):
        raise Refused(Reason("act_to_come", "Дата акта ещё не наступила.", field="act_date"))
    issuer = str(period.municipality)
    beside = queries.near_acts(period.municipality_id, territory_rules.act_key(number, issuer), ground.kind, date)
    same = next((row for row in beside if (row.kind, row.number, row.issuer) == (ground.kind, number, issuer)), None)
    if same is not None:
        return same
    if beside:
        raise Refused(
            Reason(
                "near_act",
                f"Похожий акт уже есть в реестре: {territory_acts.label(beside[0])}.",
                hint="Если это он, выберите его в списке; если другой, заведите свой в реестре правовых актов.",
                field="act",
            )
        )
    territory_policy.legal_acts.require(actor, "create")
    fresh = LegalAct(municipality_id=period.municipality_id)
    # near-equal acts of this district were looked through above; another district's number says nothing
    data = {"kind": ground.kind, "issuer": issuer, "number": number, "date": date, "title": title, "is_other": True}
    return territory_acts.save_act(actor, fresh, data)


def record_amendment(
    actor: Actor, period: FundingPeriod, legal_act: LegalAct, found: Sequence[tuple[str, Any, Any]]
) -> PeriodAmendment:
    """Keep (label, was, now) of what an act changed, with the act's requisites as they read that day."""
    row = PeriodAmendment.objects.create(
        period=period,
        act=legal_act,
        act_text=str(legal_act)[:300],
        changes=[{"label": label, "was": was, "now": now} for label, was, now in found],
        fields=[label[:60] for label, _, _ in found],
        account_id=actor.account_id,
        at=clock.now(),
    )
    emit("funding_period.changed", "funding_period", period.pk, municipality_id=period.municipality_id, act="amended")
    return row
