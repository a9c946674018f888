"""A funding programme from draft to amendment: rates, copies, returns with remarks, the act with its file, closing."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from opora.certificates import (
    queries,
    queries_rates,
    services_amendments,
    services_papers,
    services_periods,
    services_rates,
)
from opora.certificates.models import CertificateGroup, FocusAreaLimit, FundingPeriod, PeriodAmendment
from opora.certificates.models_funding import FundingRate, PeriodRemark
from opora.certificates.presentation_funding import amendment_views, value_text
from opora.certificates.rules import PeriodParameters
from opora.certificates.rules.normative import Coefficient
from opora.certificates.services_acts import Ground
from opora.core import clock, files
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.people.models import Account
from opora.territory.models import LegalAct
from opora.territory.rules import act_key
from tests.people.town import Town, at_noon

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 \xd0\xb0\xd0\xba\xd1\x82"
ACT = Ground(number="5", date=dt.date(2026, 10, 1))


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
    assert codes(error) == {"act_missing"} and fields(error) == {"act"}
    services_rates.save_rates(town.payer, period=period, rates=RATES, coefficients=FACTORS, ground=ACT)
    with pytest.raises(Refused) as error:
        services_rates.save_rates(town.payer, period=period, rates=RATES, coefficients=FACTORS, ground=ACT)
    assert codes(error) == {"nothing_changed"}
    changed = {**RATES, ("technical", "general"): Decimal("90.00")}
    services_rates.save_rates(town.payer, period=period, rates=changed, coefficients=FACTORS[:1], ground=ACT)
    newest, oldest = amendment_views(queries.amendments(period))
    assert newest.changes == [
        ("Ставка, ₽: Техническая, общеразвивающая", "85,00\u00a0₽", "90,00\u00a0₽"),
        ("Коэффициент: размер группы, группа до\u00a08 человек", "1,25", "не задано"),
    ]
    assert newest.who == "Дубова Ольга" and newest.act == "Постановление от 01.10.2026 № 5"
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
    services_amendments.amend_focus_limits(town.payer, period=period, limits=limits, ground=ACT)
    assert not FocusAreaLimit.objects.get(period=period, focus_area="sport").allowed
    found = amendment_views(queries.amendments(period))[0].changes
    assert found == [
        ("Физкультурно-спортивная: оплачивается", "да", "нет"),
        ("Техническая: договоров на сертификат", "без предела", "2"),
    ]
    with pytest.raises(Refused) as error:
        services_amendments.amend_focus_limits(town.payer, period=period, limits=limits, ground=ACT)
    assert codes(error) == {"nothing_changed"}


def test_a_copy_begins_as_the_other_period_was(town):
    like = town.period()
    FundingPeriod.objects.filter(pk=like.pk).update(parameters={"identity_days": 45, "over_commitment": True})
    like.refresh_from_db()
    FocusAreaLimit.objects.create(period=like, focus_area="sport", allowed=False)
    services_rates.save_rates(town.payer, period=like, rates=RATES, coefficients=FACTORS, ground=ACT)
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
            ground=Ground(number="12", date=dt.date(2026, 8, 3), paper=("акт.exe", b"MZ")),
        )
    assert codes(error) == {"file_kind"} and fields(error) == {"paper"}
    period.refresh_from_db()
    assert period.state == "review", "nothing half-written"
    done = services_periods.approve_by(
        town.coordinator, period=period, ground=Ground(number="12", date=dt.date(2026, 8, 3), paper=("акт.pdf", PDF))
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
        services_rates.save_rates(other, period=period, rates=RATES, coefficients=[], ground=ACT)
    with pytest.raises(Hidden):
        services_rates.copy_period(
            other,
            programme=period.programme,
            like=period,
            name="Чужой",
            starts_on=dt.date(2027, 9, 1),
            ends_on=dt.date(2027, 12, 31),
        )


def test_an_amendment_points_at_its_act_in_the_register_and_at_its_file(town):
    period = town.period()
    ground = Ground(kind="order", number="44-п", date=dt.date(2026, 10, 5), paper=("приказ.pdf", PDF))
    services_rates.save_rates(town.payer, period=period, rates=RATES, coefficients=[], ground=ground)
    legal_act = LegalAct.objects.get(number="44-п")
    assert legal_act.title == f"О внесении изменений в период «{period.name}»" and legal_act.match_key
    assert (legal_act.kind, legal_act.municipality) == ("order", town.municipality)
    # the next amendment chooses the same act in the list, or writes the very same requisites: no second row
    for again, rate in ((Ground(act_id=legal_act.pk), 80), (Ground(kind="order", number="44-п", date=ground.date), 81)):
        rates = {("technical", "general"): Decimal(rate)}
        services_rates.save_rates(town.payer, period=period, rates=rates, coefficients=[], ground=again)
    assert LegalAct.objects.count() == 1
    PeriodAmendment.objects.create(period=period, act_text="Постановление № 3, бумажное", changes=[])
    shown = {row.act: row for row in amendment_views(queries.amendments(period))}
    assert set(shown) == {"Приказ от 05.10.2026 № 44-п", "Постановление № 3, бумажное"}
    assert shown["Постановление № 3, бумажное"].url == shown["Постановление № 3, бумажное"].file == ""
    browser = Client()
    browser.force_login(Account.objects.get(pk=town.head.account_id))
    page = browser.get(f"/office/funding/periods/{period.pk}/").content.decode()
    kept = shown["Приказ от 05.10.2026 № 44-п"]
    assert f'href="{kept.url}"' in page and f'href="{kept.file}"' in page and "№ 3, бумажное" in page
    assert browser.get(kept.url).status_code == 200
    assert browser.get(kept.file).getvalue() == PDF


def test_what_cannot_ground_a_decision_is_named_at_its_field(town):
    period = town.period()
    common = {"kind": "decree", "date": dt.date(2026, 9, 1), "title": "О финансировании"}
    foreign = LegalAct.objects.create(municipality=town.other, issuer="Сосновский район", number="1", **common)
    regional = LegalAct.objects.create(issuer="Правительство области", number="2", **common)
    own = LegalAct.objects.create(municipality=town.municipality, issuer="Администрация", number="415 - П", **common)
    LegalAct.objects.filter(pk=own.pk).update(match_key=act_key("415 - П", "Администрация"))
    day = common["date"]
    wrong = {
        ("act_missing", "act"): Ground(),
        ("act_unknown", "act"): Ground(act_id=foreign.pk),
        ("act_number_missing", "act_number"): Ground(date=day),
        ("act_date_missing", "act_date"): Ground(number="7"),
        ("act_to_come", "act_date"): Ground(number="7", date=dt.date(2026, 10, 13)),
        ("near_act", "act"): Ground(number="415-п", date=day),
        ("act_of_others", "paper"): Ground(act_id=regional.pk, paper=("акт.pdf", PDF)),
        ("file_kind", "paper"): Ground(number="8", date=day, paper=("акт.exe", b"MZ")),
    }
    for expected, ground in wrong.items():
        with pytest.raises(Refused) as error:
            services_rates.save_rates(town.payer, period=period, rates=RATES, coefficients=[], ground=ground)
        assert [(one.code, one.field) for one in error.value.reasons] == [expected]
    assert LegalAct.objects.count() == 3 and not queries_rates.rates_of(period), "nothing half-written"
    services_rates.save_rates(
        town.payer, period=period, rates=RATES, coefficients=[], ground=Ground(act_id=regional.pk)
    )
    assert queries.amendments(period)[0].act == regional
