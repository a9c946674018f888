"""A funding programme from draft to amendment: rates, copies, returns with remarks, the act with its file, closing."""

import datetime as dt
from decimal import Decimal

import pytest

from opora.certificates import queries, queries_rates, services_papers, services_periods, services_rates
from opora.certificates.models import CertificateGroup, FocusAreaLimit, FundingPeriod
from opora.certificates.models_funding import FundingRate, PeriodRemark
from opora.certificates.presentation_funding import amendment_views, value_text
from opora.certificates.rules import PeriodParameters
from opora.certificates.rules.normative import Coefficient
from opora.core import clock, files
from opora.core.reasons import Forbidden, Hidden, Refused
from tests.people.town import Town, at_noon

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 \xd0\xb0\xd0\xba\xd1\x82"
ACT = "Постановление от 01.10.2026 № 5"


@pytest.fixture
def town():
    with at_noon():
        yield Town()


def codes(error) -> set[str]:
    return {reason.code for reason in error.value.reasons}


def fields(error) -> set[str]:
    return {reason.field for reason in error.value.reasons}


def draft(town) -> FundingPeriod:
    period = town.period()
    FundingPeriod.objects.filter(pk=period.pk).update(state="draft")
    period.refresh_from_db()
    return period


RATES = {("technical", "general"): Decimal("85.00"), ("sport", "general"): Decimal("71.50")}
FACTORS = [Coefficient("territory", "rural", Decimal("1.15")), Coefficient("group_size", "8", Decimal("1.25"))]


def test_rates_of_a_draft_are_free_and_named_when_wrong(town):
    period = draft(town)
    assert services_rates.save_rates(town.payer, period=period, rates=RATES, coefficients=FACTORS) is None
    assert queries_rates.rates_of(period) == RATES
    assert queries_rates.coefficients_of(period) == FACTORS
    fewer = {("technical", "general"): Decimal("90.00")}
    services_rates.save_rates(town.payer, period=period, rates=fewer, coefficients=[])
    assert queries_rates.rates_of(period) == fewer and queries_rates.coefficients_of(period) == []
    wrong = [Coefficient("territory", "rural", Decimal(0)), FACTORS[1], FACTORS[1]]
    with pytest.raises(Refused) as error:
        services_rates.save_rates(
            town.payer, period=period, rates={("sport", "general"): Decimal(-1)}, coefficients=wrong
        )
    assert codes(error) == {"rate_not_positive", "coefficient_range", "coefficient_twice"}
    assert "rate__sport__general" in fields(error) and "factor__territory__rural" in fields(error)
    assert queries_rates.rates_of(period) == fewer, "nothing half-written"


def test_rates_of_an_approved_period_change_only_by_an_act(town):
    period = town.period()
    with pytest.raises(Refused) as error:
        services_rates.save_rates(town.payer, period=period, rates=RATES, coefficients=[])
    assert codes(error) == {"act_missing"} and fields(error) == {"act_text"}
    services_rates.save_rates(town.payer, period=period, rates=RATES, coefficients=FACTORS, act_text=ACT)
    with pytest.raises(Refused) as error:
        services_rates.save_rates(town.payer, period=period, rates=RATES, coefficients=FACTORS, act_text=ACT)
    assert codes(error) == {"nothing_changed"}
    changed = {**RATES, ("technical", "general"): Decimal("90.00")}
    services_rates.save_rates(town.payer, period=period, rates=changed, coefficients=FACTORS[:1], act_text=ACT)
    newest, oldest = amendment_views(queries.amendments(period))
    assert newest.changes == [
        ("Ставка, ₽: Техническая, общеразвивающая", "85,00\u00a0₽", "90,00\u00a0₽"),
        ("Коэффициент: размер группы, группа до\u00a08 человек", "1,25", "не задано"),
    ]
    assert newest.who == "Дубова Ольга" and newest.act == ACT
    assert len(oldest.changes) == 4


def test_amendments_read_as_sentences():
    assert value_text("Все дети: предел денег", "20000.00") == "20\u00a0000,00\u00a0₽"
    assert value_text("Аванс, % месяца", "80") == "80"
    assert value_text("Договоров на одну программу, договоров", None) == "без предела"
    assert value_text("Номиналы могут превышать предел", True) == "да"
    assert value_text("Допустимые направленности", ["sport", "technical"]) == "Физкультурно-спортивная, Техническая"
    assert value_text("Одновременных договоров по направленностям", {"sport": 2}) == "Физкультурно-спортивная: 2"


def test_focus_limits_of_an_approved_period_change_by_an_act(town):
    period = town.period()
    with pytest.raises(Refused):
        services_periods.save_focus_limits(town.payer, period=period, limits={"sport": (False, None)})
    limits = {"sport": (False, None), "technical": (True, 2)}
    services_rates.amend_focus_limits(town.payer, period=period, limits=limits, act_text=ACT)
    assert not FocusAreaLimit.objects.get(period=period, focus_area="sport").allowed
    found = amendment_views(queries.amendments(period))[0].changes
    assert found == [
        ("Физкультурно-спортивная: оплачивается", "да", "нет"),
        ("Техническая: договоров на сертификат", "без предела", "2"),
    ]
    with pytest.raises(Refused) as error:
        services_rates.amend_focus_limits(town.payer, period=period, limits=limits, act_text=ACT)
    assert codes(error) == {"nothing_changed"}


def test_a_copy_begins_as_the_other_period_was(town):
    like = town.period()
    FundingPeriod.objects.filter(pk=like.pk).update(parameters={"identity_days": 45, "over_commitment": True})
    like.refresh_from_db()
    FocusAreaLimit.objects.create(period=like, focus_area="sport", allowed=False)
    services_rates.save_rates(town.payer, period=like, rates=RATES, coefficients=FACTORS, act_text=ACT)
    first, last = services_rates.dates_after(like)
    assert (first, last) == (dt.date(2027, 9, 1), dt.date(2027, 12, 31))
    fresh = services_rates.copy_period(
        town.payer, programme=like.programme, like=like, name="Осень 2027", starts_on=first, ends_on=last
    )
    assert fresh.state == "draft" and fresh.act is None
    assert queries.parameters_of(fresh) == PeriodParameters(identity_days=45, over_commitment=True)
    group = CertificateGroup.objects.get(period=fresh)
    assert (group.code, group.nominal, group.limit_certificates) == ("common", Decimal("6000.00"), 2)
    assert queries_rates.rates_of(fresh) == RATES and queries_rates.coefficients_of(fresh) == FACTORS
    assert not queries.focus_limits(fresh)["sport"].allowed
    services_rates.save_rates(town.payer, period=fresh, rates={}, coefficients=[])
    assert FundingRate.objects.filter(period=like).count() == 2, "the copy stands alone"


def test_no_period_crosses_the_year_and_a_copy_neither(town):
    like = town.period()
    with pytest.raises(Refused) as error:
        services_rates.copy_period(
            town.payer,
            programme=like.programme,
            like=like,
            name="Через год",
            starts_on=dt.date(2027, 9, 1),
            ends_on=dt.date(2028, 1, 1),
        )
    assert codes(error) == {"period_crosses_year"} and fields(error) == {"ends_on"}
    assert FundingPeriod.objects.count() == 1


def test_the_coordinator_returns_with_remarks_and_approves_with_the_file(town):
    period = draft(town)
    services_periods.submit(town.payer, period=period)
    with pytest.raises(Forbidden):
        services_periods.send_back(town.payer, period=period, remark="Поправьте номинал")
    with pytest.raises(Refused) as error:
        services_periods.send_back(town.coordinator, period=period, remark=" ")
    assert codes(error) == {"remark_missing"} and fields(error) == {"text"}
    services_periods.send_back(town.coordinator, period=period, remark="Номинал выше, чем в прошлом году: почему?")
    remark = PeriodRemark.objects.get()
    assert remark.account_id == town.coordinator.account_id and "прошлом" in queries_rates.remarks_of(period)[0].text
    services_periods.submit(town.payer, period=period)
    with pytest.raises(Refused) as error:
        services_periods.approve_by(
            town.coordinator,
            period=period,
            act_id=None,
            number="12",
            date=dt.date(2026, 8, 3),
            paper=("акт.exe", b"MZ"),
        )
    assert codes(error) == {"file_kind"} and fields(error) == {"paper"}
    period.refresh_from_db()
    assert period.state == "review", "nothing half-written"
    done = services_periods.approve_by(
        town.coordinator, period=period, act_id=None, number="12", date=dt.date(2026, 8, 3), paper=("акт.pdf", PDF)
    )
    paper = services_papers.latest_of(done.act)
    assert paper is not None and files.read(paper) == PDF and paper.name == "акт.pdf"
    with pytest.raises(Refused) as error:
        services_periods.save_period(
            town.payer,
            programme=period.programme,
            period=period,
            name="Иначе",
            starts_on=period.starts_on,
            ends_on=period.ends_on,
        )
    assert codes(error) == {"wrong_state"}


def test_contracting_closes_in_the_last_two_months_after_two_days_and_never_opens_again(town):
    period = town.period()
    with clock.frozen(dt.datetime(2026, 10, 31, 9, tzinfo=dt.UTC)), pytest.raises(Refused) as error:
        services_periods.close_contracting(town.payer, period=period)
    assert codes(error) == {"too_early_to_close"}
    with clock.frozen(dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)):
        with pytest.raises(Forbidden):
            services_periods.close_contracting(town.coordinator, period=period)
        closed = services_periods.close_contracting(town.payer, period=period)
        # the whole of 2 November is still open
        assert closed.contracting_closes_at == dt.datetime(2026, 11, 2, 21, 0, tzinfo=dt.UTC)
        with pytest.raises(Refused) as error:
            services_periods.close_contracting(town.payer, period=period)
    assert codes(error) == {"already_closed"}


def test_strangers_neither_copy_nor_price(town):
    period = town.period()
    other = town.staff("payer", town.other)
    with pytest.raises(Hidden):
        services_rates.save_rates(other, period=period, rates=RATES, coefficients=[], act_text=ACT)
    with pytest.raises(Hidden):
        services_rates.copy_period(
            other,
            programme=period.programme,
            like=period,
            name="Чужой",
            starts_on=dt.date(2027, 9, 1),
            ends_on=dt.date(2027, 12, 31),
        )
