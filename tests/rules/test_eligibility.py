"""Every rule of eligibility alone, and all failing reasons at once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from opora.enrolment.rules import (
    BUDGET,
    CERTIFICATE,
    PAID,
    CertificateFacts,
    ChildFacts,
    EligibilityFacts,
    GroupFacts,
    PeriodFacts,
    ProviderFacts,
    Stage,
    clash_warnings,
    default_start,
    eligibility,
    split_changed,
)

NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
GOOD = EligibilityFacts(
    funding=CERTIFICATE,
    now=NOW,
    today=date(2026, 10, 5),
    start=date(2026, 10, 12),
    child=ChildFacts(birth_date=date(2016, 10, 12), sex="f", municipality=7),
    group=GroupFacts(
        starts_on=date(2026, 9, 15),
        ends_on=date(2027, 5, 31),
        municipality=7,
        registers=frozenset({"certified"}),
        fundings=frozenset({BUDGET, CERTIFICATE, PAID}),
        free_places=1,
        age_from=10,
        age_to=12,
        focus_area="technical",
    ),
    certificate=CertificateFacts(balance=600_000),
    period=PeriodFacts(date(2026, 9, 1), date(2026, 12, 31), certificate_sum=506_640),
)


def codes(facts: EligibilityFacts) -> set[str]:
    return {reason.code for reason in eligibility(facts)}


def group(**values) -> EligibilityFacts:
    return replace(GOOD, group=replace(GOOD.group, **values))


def child(**values) -> EligibilityFacts:
    return replace(GOOD, child=replace(GOOD.child, **values))


def period(**values) -> EligibilityFacts:
    return replace(GOOD, period=replace(GOOD.period, **values))


def card(**values) -> EligibilityFacts:
    return replace(GOOD, certificate=replace(GOOD.certificate, **values))


CASES = {
    "programme_not_published": group(programme_published=False),
    "provider_inactive": replace(GOOD, provider=ProviderFacts(active=False)),
    "funding_not_offered": group(fundings=frozenset({BUDGET})),
    "window_not_open": group(window_from=datetime(2026, 10, 5, 10, tzinfo=UTC)),
    "window_closed": group(window_to=NOW),
    "no_place": group(free_places=0),
    "same_group": replace(GOOD, living_in_group=True),
    "age": child(birth_date=date(2016, 10, 13)),
    "sex": group(sex="m"),
    "residence": replace(group(residents_only=True), child=replace(GOOD.child, municipality=8)),
    "residence_unknown": replace(group(residents_only=True), child=replace(GOOD.child, municipality=None)),
    "medical": group(needs_medical=True),
    "start_before_request": replace(GOOD, today=date(2026, 10, 13)),
    "start_before_group": group(starts_on=date(2026, 10, 13)),
    "start_after_group": group(ends_on=date(2026, 10, 11)),
    "not_certified": group(registers=frozenset({"other"})),
    "no_certificate": replace(GOOD, certificate=None),
    "certificate_not_active": card(state="frozen"),
    "certificate_not_funded": card(kind="accounting"),
    "no_balance": card(balance=0),
    "no_period": replace(GOOD, period=None),
    "contracting_closed": period(contracting_open=False),
    "no_payment_agreement": period(agreement_signed=False),
    "start_before_period": period(starts_on=date(2026, 10, 13)),
    "start_after_period": period(ends_on=date(2026, 10, 11)),
    "focus_area_not_allowed": period(focus_area_allowed=False),
    "limit_contracts": period(contracts=2, contracts_limit=2),
    "limit_focus_area": period(focus_area_contracts=1, focus_area_limit=1),
    "limit_programme": period(programme_contracts=9, programme_limit=9),
    "group_money_exhausted": period(commitment_left=506_639),
    "budget_private": replace(GOOD, funding=BUDGET, provider=ProviderFacts(is_public=False)),
    "budget_quota": replace(GOOD, funding=BUDGET, budget_places=1, budget_limit=1),
}
CASES["certificate_ends"] = replace(
    group(age_from=None, age_to=None), child=replace(GOOD.child, birth_date=date(2008, 10, 11))
)


def test_everything_in_order() -> None:
    assert eligibility(GOOD) == []
    assert eligibility(replace(GOOD, funding=BUDGET, certificate=None, period=None)) == []
    assert eligibility(replace(GOOD, funding=PAID, certificate=None, period=None)) == []


@pytest.mark.parametrize("code", CASES)
def test_each_reason_alone(code) -> None:
    reasons = eligibility(CASES[code])
    assert [reason.code for reason in reasons] == [code]
    assert reasons[0].ground and reasons[0].message.endswith(".") and "!" not in reasons[0].message


def test_all_reasons_at_once() -> None:
    facts = replace(
        GOOD,
        group=replace(GOOD.group, free_places=0, sex="m", needs_medical=True, programme_published=False, age_from=12),
        certificate=CertificateFacts(state="frozen", balance=0),
        period=replace(GOOD.period, agreement_signed=False, contracts=1, contracts_limit=1),
    )
    assert codes(facts) == {
        "programme_not_published",
        "no_place",
        "sex",
        "medical",
        "age",
        "certificate_not_active",
        "no_balance",
        "no_payment_agreement",
        "limit_contracts",
    }


def test_age_is_taken_on_the_start_date_with_both_limits_inclusive() -> None:
    assert codes(child(birth_date=date(2016, 10, 12))) == set()  # ten on the very day
    assert codes(child(birth_date=date(2013, 10, 13))) == set()  # still twelve
    assert codes(child(birth_date=date(2013, 10, 12))) == {"age"}  # thirteen on the very day


def test_a_queue_entry_needs_no_place_and_an_accepted_one_holds_its_own() -> None:
    full = group(free_places=0)
    assert codes(replace(full, stage=Stage.WAIT)) == set()
    assert codes(replace(full, stage=Stage.OFFER)) == {"no_place"}
    held = replace(full, stage=Stage.ACCEPT, certificate=CertificateFacts(balance=0))
    assert codes(held) == set()
    assert codes(replace(group(window_to=NOW), stage=Stage.OFFER)) == set()


def test_the_last_valid_day_is_the_birthday() -> None:
    facts = replace(group(age_from=None, age_to=None), child=replace(GOOD.child, birth_date=date(2008, 10, 12)))
    assert codes(facts) == set()


def test_medical_admission_must_reach_the_start() -> None:
    facts = group(needs_medical=True)
    fresh = replace(facts, child=replace(GOOD.child, medical_until=date(2026, 10, 12)))
    stale = replace(facts, child=replace(GOOD.child, medical_until=date(2026, 10, 11)))
    assert (codes(fresh), codes(stale)) == (set(), {"medical"})


def test_the_act_of_the_period_is_named() -> None:
    reasons = eligibility(period(agreement_signed=False, act="постановление от 01.08.2026 № 500"))
    assert "№ 500" in reasons[0].ground


def test_sum_shown_is_the_sum_charged() -> None:
    assert split_changed(56_294, 56_294) == []
    assert split_changed(56_294, 56_295)[0].code == "sum_changed"


def test_clashes_only_warn() -> None:
    assert [r.code for r in clash_warnings(["шахматы, понедельник 16:00"])] == ["lessons_clash"]


def test_default_start_is_the_earliest_allowed() -> None:
    assert default_start(date(2026, 10, 5), date(2026, 9, 15), date(2026, 9, 1)) == date(2026, 10, 5)
    assert default_start(date(2026, 8, 5), date(2026, 9, 15), None) == date(2026, 9, 15)
