"""Arguments of the database functions of the hot path, made of facts and split."""

from __future__ import annotations

from typing import Any

from opora.certificates.rules import Split, to_roubles
from opora.enrolment import rules
from opora.enrolment.services.facts import Facts


def money_stamps(facts: Facts, funding: str) -> dict[str, Any]:
    """What place_money_holds() compares under the certificate's lock."""
    if funding == rules.CERTIFICATE:
        stamps: dict[str, Any] = {
            "certificate": facts.certificate_id,
            "certificate_stamp": facts.certificate_stamp,
            "period": facts.period_id,
            "balance_version": facts.balance_version,
            "programme": facts.programme_id,
            "programme_limit": facts.programme_limit,
        }
        if facts.parameters.over_commitment and facts.group_money is not None:
            stamps |= {"certificate_group": facts.certificate_group_id, "money_limit": str(facts.group_money)}
        return stamps
    if funding == rules.BUDGET and facts.budget_places:
        return {
            "certificate": facts.certificate_id,
            "certificate_stamp": facts.certificate_stamp,
            "period": facts.period_id,
            "budget_places": facts.budget_by_register["*"],
        }
    return {}


def contract_rows(facts: Facts, split: Split) -> dict[str, Any]:
    """The contract and its months for contract_request()."""
    contract = {
        "certificate_id": facts.certificate_id,
        "period_id": facts.period_id,
        "child_id": facts.child_id,
        "group_id": facts.group_id,
        "programme_id": facts.programme_id,
        "organisation_id": facts.organisation_id,
        "municipality_id": facts.municipality_id,
        "focus_area": facts.focus_area,
        "starts_on": split.start.isoformat(),
        "ends_on": split.end.isoformat(),
        "price": str(facts.price),
        "normative_cost": str(facts.normative_cost),
        "total_sum": str(to_roubles(split.total)),
        "certificate_sum": str(to_roubles(split.certificate)),
        "guardian_sum": str(to_roubles(split.guardian)),
        "reason": f"Резерв по заявке: {facts.programme_name}"[:300],
    }
    months = [
        {
            "month": part.month.isoformat(),
            "certificate_sum": str(to_roubles(part.certificate)),
            "guardian_sum": str(to_roubles(part.guardian)),
        }
        for part in split.months
    ]
    return {"contract": contract, "months": months}
