"""Certificates: states, vacancy, clocks, numbers, periods, parameters."""

import random
from datetime import date

import pytest

from opora.certificates.rules import (
    CERTIFICATE,
    FundingUse,
    GroupLoad,
    NumbersExhausted,
    PeriodParameters,
    Totals,
    labels,
    ledger,
    life,
    must_return_to_accounting,
    own_number,
    period,
    vacancy_reasons,
)
from opora.certificates.rules.parameters import changes
from opora.core.identifiers import certificate_number
from opora.core.reasons import Refused


def codes(reasons) -> list[str]:
    return [reason.code for reason in reasons]


def test_states() -> None:
    path = [
        ("issue", "desk_operator"),
        ("activate", "guardian"),
        ("freeze", "guardian"),
        ("unfreeze", "guardian"),
    ]
    state = "applied"
    for act, actor in path:
        state = CERTIFICATE.next_state(state, act, actor)
    assert state == "active"
    assert CERTIFICATE.final_states() == {"refused", "expired", "annulled", "aged_out", "moved"}
    with pytest.raises(Refused) as refused:
        CERTIFICATE.next_state("applied", "freeze", "guardian")
    assert codes(refused.value.reasons) == ["wrong_state"]
    with pytest.raises(Refused) as refused:
        CERTIFICATE.next_state("applied", "issue", "guardian")
    assert codes(refused.value.reasons) == ["wrong_actor"]
    assert [t.code for t in CERTIFICATE.acts("frozen", "guardian")] == ["unfreeze", "annul", "move"]


def test_vacancy() -> None:
    assert vacancy_reasons(GroupLoad(1, 600_000, 2, 1_200_000), 600_000) == []
    assert codes(vacancy_reasons(GroupLoad(2, 600_000, 2, 1_200_000), 600_001)) == ["no_vacancy", "no_money"]
    assert vacancy_reasons(GroupLoad(1, 600_000, None, 1), 1, over_commitment=True) == []
    assert codes(life.commitment_reasons(900, 101, 1_000)) == ["group_money_exhausted"]
    assert life.commitment_reasons(900, 100, 1_000) == []


def test_freeze_and_unfreeze() -> None:
    assert codes(life.freeze_reasons(["requested", "offered"])) == ["living_contract"]
    assert life.freeze_reasons(["requested", "closed"]) == []
    assert codes(life.unfreeze_reasons(frozen_in_period=1, current_period=1, vacancy=[])) == ["same_period"]
    assert life.unfreeze_reasons(frozen_in_period=1, current_period=2, vacancy=[]) == []


def test_nominal_changes_only_while_unused() -> None:
    totals = Totals().after(ledger.set_nominal(Totals(), 600_000))
    assert life.change_reasons(totals) == []
    used = totals.after(ledger.request(1))
    assert codes(life.change_reasons(used)) == ["certificate_used"]
    with pytest.raises(ValueError, match="не использовались"):
        ledger.set_nominal(used, 1)
    with pytest.raises(ValueError, match="не хватает"):
        totals.after(ledger.request(600_001))


def test_clock_of_the_return_to_accounting() -> None:
    totals = Totals(100, 100)
    limits = {"days_after_issue": 30, "days_after_refusal": 10}
    use = FundingUse(date(2026, 9, 1), totals)
    assert not must_return_to_accounting(use, date(2026, 10, 1), **limits)
    assert must_return_to_accounting(use, date(2026, 10, 2), **limits)
    refused = FundingUse(date(2026, 9, 1), totals, last_release_on=date(2026, 9, 30))
    assert not must_return_to_accounting(refused, date(2026, 10, 10), **limits)
    assert must_return_to_accounting(refused, date(2026, 10, 11), **limits)
    assert not must_return_to_accounting(FundingUse(date(2026, 9, 1), totals, living=True), date(2026, 12, 1), **limits)
    assert not must_return_to_accounting(
        FundingUse(date(2026, 9, 1), Totals(100, 90, 0, 10)), date(2026, 12, 1), **limits
    )


def test_asking_for_a_certificate() -> None:
    born = date(2008, 10, 12)
    assert life.application_reasons(birth_date=born, today=date(2026, 10, 12), has_living=False) == []
    late = life.application_reasons(birth_date=born, today=date(2026, 10, 13), has_living=True)
    assert codes(late) == ["certificate_exists", "certificate_age"]
    assert codes(life.activation_reasons(identity_confirmed=False)) == ["identity_not_confirmed"]
    assert life.identity_deadline(date(2026, 9, 1), 60) == date(2026, 10, 31)


def test_own_numbers() -> None:
    taken: set[str] = set()
    for _ in range(500):
        number = own_number("76", "01", random.Random(len(taken)), taken.__contains__)
        assert number not in taken and certificate_number(number).startswith("7601")
        taken.add(number)
    with pytest.raises(NumbersExhausted):
        own_number("76", "01", random.Random(1), lambda number: True)
    with pytest.raises(ValueError, match="по две цифры"):
        own_number("7", "01", random.Random(1), lambda number: False)


def test_period() -> None:
    first, last = date(2026, 9, 1), date(2026, 12, 31)
    assert period.period_reasons(first, last) == []
    assert codes(period.period_reasons(first, date(2027, 5, 31))) == ["period_crosses_year"]
    assert codes(period.period_reasons(first, last, [(last, last)])) == ["period_overlaps"]
    assert period.earliest_closing(last, 2) == date(2026, 11, 1)
    close = {"period_end": last, "last_months": 2}
    early = period.closing_reasons(today=date(2026, 10, 31), already_closed=False, **close)
    assert codes(early) == ["too_early_to_close"]
    assert period.closing_reasons(today=date(2026, 11, 1), already_closed=False, **close) == []
    again = period.closing_reasons(today=date(2026, 11, 1), already_closed=True, **close)
    assert codes(again) == ["already_closed"]
    closed = period.closing_takes_effect(date(2026, 11, 1), 2)
    assert period.is_contracting_open(date(2026, 11, 2), closed)
    assert not period.is_contracting_open(date(2026, 11, 3), closed)


def test_parameters_have_the_defaults_of_the_rules() -> None:
    values = PeriodParameters()
    assert values.identity_days == 60
    assert (values.idle_days_after_issue, values.idle_days_after_refusal) == (30, 30)
    assert values.certificate_answer_workdays == 3
    assert values.application_deadline_workdays(entrance_tests=False) == 3
    assert values.application_deadline_workdays(entrance_tests=True) == 45
    assert (values.place_offer_hours, values.acceptance_workdays, values.advance_percent) == (48, 5, 80)
    assert (values.closing_last_months, values.closing_notice_days) == (2, 2)
    assert (values.advance_from_workday, values.invoice_approval_day) == (2, 10)


def test_parameters_survive_json() -> None:
    values = PeriodParameters.from_json(
        {
            "advance_percent": "66.5",
            "focus_area_limits": {"sport": 1},
            "focus_areas_allowed": ["sport", "technical"],
            "simultaneous_limit": 3,
        }
    )
    assert PeriodParameters.from_json(values.to_json()) == values
    assert PeriodParameters.from_json({}) == PeriodParameters()
    assert set(labels()) == set(values.to_json())
    assert changes(PeriodParameters(), values)["simultaneous_limit"] == (None, 3)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"nonsense": 1}, "неизвестный параметр"),
        ({"identity_days": "60"}, "Подтвердить личность.*должно быть число"),
        ({"identity_days": True}, "должно быть число"),
        ({"identity_days": 0}, "допустимо от 1"),
        ({"advance_percent": "101"}, "допустимо от 0 до 100"),
        ({"advance_percent": "много"}, "должен быть числом"),
        ({"advance_percent": "NaN"}, "должно быть число"),
        ({"focus_areas_allowed": 7}, "записано неверно"),
        ({"focus_area_limits": ["sport"]}, "записано неверно"),
        ({"scheme": "other"}, "неизвестное значение"),
        ({"over_commitment": 1}, "нужно «да» или «нет»"),
        ({"focus_area_limits": {"music": 1}}, "неизвестное значение «music»"),
        ({"focus_area_limits": {"sport": -1}}, "не меньше нуля"),
    ],
)
def test_bad_parameters(data, message) -> None:
    with pytest.raises(ValueError, match=message):
        PeriodParameters.from_json(data)
