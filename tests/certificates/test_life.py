"""The life of a certificate on the real database: states, money, queue, calendar jobs."""

import datetime as dt
from decimal import Decimal

import pytest

from opora.certificates import (
    dependants,
    ledger,
    queries,
    services,
    services_desk,
    services_funding,
    services_idle,
    services_life,
)
from opora.certificates.models import (
    Certificate,
    CertificateBalance,
    CertificateEntry,
    CertificateGroup,
    FundingPeriod,
    FundingQueue,
)
from opora.certificates.rules.ledger import request, spend
from opora.certificates.services_acts import Ground
from opora.certificates.services_letters import write_movement_letters
from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.models import Letter, Outbox
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.core.transactions import act
from opora.people import services as people
from opora.people.actors import actor_of
from tests.people.town import DAY, Town, at_noon

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    with at_noon():
        yield Town()


def codes(error) -> set[str]:
    return {reason.code for reason in error.value.reasons}


def active(town, guardian=None, **fields):
    """A child with an active accounting certificate; returns (guardian, certificate)."""
    guardian = guardian or town.guardian()
    child = town.child(guardian, **fields)
    guardian = town.again(guardian)
    certificate = services.apply_certificate(guardian, child=child)
    services_desk.prove_identity(town.desk, child=child, documents="свидетельство", go_on=True)
    certificate.refresh_from_db()
    return guardian, certificate


def post(entry, certificate, period, source_id=1):
    with act(SYSTEM):
        ledger.post(
            entry, certificate_id=certificate.pk, period_id=period.pk, source_kind="contract", source_id=source_id
        )


def test_application_is_due_in_three_working_days(town):
    guardian = town.guardian()
    child = town.child(guardian)
    row = services.apply_certificate(town.again(guardian), child=child)
    assert row.state == "applied" and row.number is None
    assert row.answer_due == dt.date(2026, 10, 15)
    assert Letter.objects.filter(kind="certificate.applied").count() == 1
    assert Outbox.objects.filter(kind="certificate.changed", object_id=row.pk).count() == 1


def test_one_living_certificate_per_child(town):
    guardian, certificate = active(town)
    with pytest.raises(Refused) as error:
        services.apply_certificate(guardian, child=certificate.child)
    assert codes(error) == {"certificate_exists"}


def test_without_consent_there_is_no_application(town):
    from opora.people.models import Consent
    from opora.people.services_consents import withdraw_consent

    guardian = town.guardian()
    child = town.child(guardian)
    guardian = town.again(guardian)
    withdraw_consent(guardian, consent=Consent.objects.get(child=child))
    with pytest.raises(Refused) as error:
        services.apply_certificate(guardian, child=child)
    assert codes(error) == {"no_consent"}


def test_issue_identity_activation(town):
    town.period()
    guardian = town.guardian()
    child = town.child(guardian)
    guardian = town.again(guardian)
    row = services.apply_certificate(guardian, child=child)
    with pytest.raises(Forbidden):
        services.issue(guardian, certificate=row)
    with pytest.raises(Hidden):
        services.issue(town.other_desk, certificate=row)
    row = services.issue(town.desk, certificate=row)
    assert row.state == "issued" and row.number.startswith("6407") and len(row.number) == 10
    with pytest.raises(Refused) as error:
        services.activate(guardian, certificate=row)
    assert codes(error) == {"identity_not_confirmed"}
    people.confirm_identity(town.desk, child=child, documents="свидетельство")
    row = services.activate(guardian, certificate=row)
    assert row.state == "active" and row.kind == "accounting"


def test_a_refusal_needs_a_reason_that_the_family_reads(town):
    guardian = town.guardian()
    child = town.child(guardian)
    row = services.apply_certificate(town.again(guardian), child=child)
    with pytest.raises(Refused):
        services.refuse(town.desk, certificate=row, reason=" ")
    services.refuse(town.desk, certificate=row, reason="Ребёнок живёт в другом районе.")
    letter = Letter.objects.get(kind="certificate.refused")
    assert "другом районе" in letter.body
    with pytest.raises(Refused) as error:
        services.issue(town.desk, certificate=row)
    assert codes(error) == {"wrong_state"}


def test_money_while_there_is_vacancy_then_a_queue_with_a_position(town):
    period = town.period(certificates=1, money="6000.00")
    first_guardian, first = active(town)
    second_guardian, second = active(town)
    third_guardian, third = active(town)
    assert services_funding.request_funding(first_guardian, certificate=first).state == "served"
    first.refresh_from_db()
    assert first.kind == "funded"
    balance = CertificateBalance.objects.get(certificate=first)
    assert (balance.nominal, balance.balance) == (Decimal("6000.00"), Decimal("6000.00"))
    assert services_funding.request_funding(second_guardian, certificate=second).state == "waiting"
    waiting = services_funding.request_funding(third_guardian, certificate=third)
    assert waiting.state == "waiting" and queries.queue_position(waiting) == 2
    with pytest.raises(Refused) as error:
        services_funding.request_funding(second_guardian, certificate=second)
    assert codes(error) == {"already_waiting"}
    # the freed place passes to the head
    services_life.annul(first_guardian, certificate=first, reason="больше не нужен")
    second.refresh_from_db()
    assert second.kind == "funded"
    assert queries.queue_position(FundingQueue.objects.get(certificate=third, state="waiting")) == 1
    assert ledger.totals(first.pk, period.pk).nominal == 0


def test_the_money_limit_counts_nominals(town):
    town.period(certificates=10, money="11999.99")
    first, second = active(town), active(town)
    assert services_funding.request_funding(first[0], certificate=first[1]).state == "served"
    assert services_funding.request_funding(second[0], certificate=second[1]).state == "waiting"


def test_a_raised_limit_serves_the_queue(town):
    from opora.certificates import services_amendments, services_periods

    town.period(certificates=0)
    guardian, row = active(town)
    assert services_funding.request_funding(guardian, certificate=row).state == "waiting"
    group = CertificateGroup.objects.get()
    fields = services_periods.GroupData.__dataclass_fields__
    data = services_periods.GroupData(**{**{name: getattr(group, name) for name in fields}, "limit_certificates": 1})
    services_amendments.amend_group(
        town.payer, group=group, data=data, ground=Ground(number="5", date=dt.date(2026, 10, 1))
    )
    row.refresh_from_db()
    assert row.kind == "funded"
    amendment = queries.amendments(group.period)[0]
    assert amendment.changes == [{"label": "Все дети: предел числа сертификатов", "was": "0", "now": "1"}]


def test_no_period_no_group_no_money(town):
    guardian, row = active(town)
    with pytest.raises(Refused) as error:
        services_funding.request_funding(guardian, certificate=row)
    assert codes(error) == {"no_period"}
    period = town.period()
    CertificateGroup.objects.filter(period=period).update(age_from=12, age_to=17)
    with pytest.raises(Refused) as error:
        services_funding.request_funding(guardian, certificate=row)
    assert codes(error) == {"no_group"}


def test_a_category_leads_to_its_own_group(town):
    from opora.people import services_consents

    period = town.period()
    CertificateGroup.objects.create(
        period=period,
        code="large",
        name="Многодетные",
        category="large_family",
        nominal="9000.00",
        limit_certificates=5,
        limit_money="90000.00",
    )
    guardian, row = active(town)
    services_consents.add_category(guardian, child=row.child, code="large_family")
    request_row = services_funding.request_funding(guardian, certificate=row)
    assert request_row.certificate_group.code == "large"
    assert ledger.totals(row.pk, period.pk).nominal == 900000


def test_a_sensitive_category_needs_its_own_consent(town):
    from opora.people import services_consents

    guardian = town.guardian()
    child = town.child(guardian)
    guardian = town.again(guardian)
    with pytest.raises(Refused) as error:
        services_consents.add_category(guardian, child=child, code="special_needs")
    assert codes(error) == {"category_without_consent"}
    consent = services_consents.give_consent(guardian, child=child, kind="sensitive")
    services_consents.add_category(guardian, child=child, code="special_needs")
    services_consents.withdraw_consent(guardian, consent=consent)
    assert not child.categories.exists()


def test_freeze_is_refused_while_a_contract_lives(town, monkeypatch):
    guardian, row = active(town)
    monkeypatch.setattr(dependants, "contract_states", lambda pk: ["active"])
    with pytest.raises(Refused) as error:
        services_life.freeze(guardian, certificate=row, reason="уезжаем")
    assert codes(error) == {"living_contract"}


def test_unfreeze_not_in_the_same_period(town):
    town.period()
    guardian, row = active(town)
    services_life.freeze(guardian, certificate=row, reason="уезжаем на полгода")
    with pytest.raises(Refused) as error:
        services_life.unfreeze(guardian, certificate=row)
    assert codes(error) == {"same_period"}


def test_a_used_certificate_keeps_its_group_and_kind(town):
    period = town.period()
    guardian, row = active(town)
    services_funding.request_funding(guardian, certificate=row)
    post(request(100000), row, period)
    with pytest.raises(Refused) as error:
        services_funding.to_accounting(town.desk, certificate=row, reason="проверка")
    assert codes(error) == {"certificate_used"}


def test_annulment_lowers_the_nominal_by_the_balance(town):
    period = town.period()
    guardian, row = active(town)
    services_funding.request_funding(guardian, certificate=row)
    post(request(100000), row, period)
    post(spend(40000), row, period, 2)
    services_life.annul(guardian, certificate=row, reason="переезд за пределы региона")
    totals = ledger.totals(row.pk, period.pk)
    assert (totals.nominal, totals.balance, totals.reserve, totals.spent) == (100000, 0, 60000, 40000)


def test_closing_takes_the_balance_of_every_period(town):
    town.period()
    later = town.period(starts_on=dt.date(2027, 1, 1), ends_on=dt.date(2027, 5, 31))
    guardian, row = active(town)
    services_funding.request_funding(guardian, certificate=row)
    services_funding.request_funding(guardian, certificate=row, period=later)
    assert row.balances.count() == 2
    services_life.annul(guardian, certificate=row, reason="не нужен")
    assert {balance.nominal for balance in row.balances.all()} == {Decimal(0)}


def test_a_move_closes_and_opens_in_the_new_municipality(town):
    town.period()
    guardian, row = active(town)
    services_funding.request_funding(guardian, certificate=row)
    fresh = services_life.move(guardian, certificate=row, locality=town.other_locality)
    row.refresh_from_db()
    assert row.state == "moved" and fresh.previous_id == row.pk
    assert (fresh.municipality_id, fresh.state, fresh.kind) == (town.other.pk, "active", "accounting")
    assert fresh.child.municipality_id == town.other.pk
    # the old desk no longer sees the child's certificate as its own
    with pytest.raises(Hidden):
        queries.for_staff(town.desk, fresh.public_id)


def test_jobs_expire_age_out_and_return_idle(town):
    period = town.period(certificates=1)
    guardian = town.guardian()
    child = town.child(guardian)
    unproved = services.apply_certificate(town.again(guardian), child=child)
    services.issue(town.desk, certificate=unproved)
    parent, funded = active(town)
    other_parent, waiting = active(town)
    _, oldest = active(town, birth_date=dt.date(2008, 11, 1))
    services_funding.request_funding(parent, certificate=funded)
    services_funding.request_funding(other_parent, certificate=waiting)
    assert services_life.expire_unproved() == 0 and services_life.age_out() == 0
    assert services_idle.return_idle() == 0
    with clock.frozen(DAY + dt.timedelta(days=20)):
        assert services_life.age_out() == 0  # 1 November is still his day
    with clock.frozen(DAY + dt.timedelta(days=21)):
        assert services_life.age_out() == 1
        assert services_life.age_out() == 0
    oldest.refresh_from_db()
    assert oldest.state == "aged_out"
    with clock.frozen(DAY + dt.timedelta(days=31)):
        assert services_idle.return_idle() == 1
        assert services_idle.return_idle() == 0
    funded.refresh_from_db()
    waiting.refresh_from_db()
    assert (funded.kind, waiting.kind) == ("accounting", "funded")
    assert ledger.totals(funded.pk, period.pk).nominal == 0
    with clock.frozen(DAY + dt.timedelta(days=60)):
        assert services_life.expire_unproved() == 0
    with clock.frozen(DAY + dt.timedelta(days=61)):
        assert services_life.expire_unproved() == 1
    unproved.refresh_from_db()
    assert unproved.state == "expired"


def test_idle_certificates_are_given_money_again(town):
    town.period(certificates=1)
    parent, row = active(town)
    services_funding.request_funding(parent, certificate=row)
    with clock.frozen(DAY + dt.timedelta(days=31)):
        services_idle.return_idle()
        assert services_funding.request_funding(parent, certificate=row).state == "served"
    assert CertificateEntry.objects.filter(certificate=row).count() == 3


def test_every_movement_is_told_once(town):
    period = town.period()
    guardian, row = active(town)
    services_funding.request_funding(guardian, certificate=row)
    post(request(125098), row, period)
    assert write_movement_letters() == 1
    assert write_movement_letters() == 0
    letter = Letter.objects.get(kind="certificate.entry")
    assert letter.account_id == guardian.account_id and "250,98" in letter.body


def test_the_statement_runs_to_the_present_balance(town):
    period = town.period()
    guardian, row = active(town)
    services_funding.request_funding(guardian, certificate=row)
    post(request(100000), row, period)
    lines = queries.statement(row, period)
    assert [line.balance for line in lines] == [Decimal("6000.00"), Decimal("5000.00")]
    assert all(line.entry.reason for line in lines)


def test_paper_applications_go_through_at_one_visit(town):
    town.period()
    child = services_desk.register_family(
        town.desk,
        data=town.data(),
        relation="father",
        guardian=services_desk.GuardianData("Лесной", "Пётр", email="petr@example.org"),
        certificate="funded",
    )
    said = services_desk.prove_identity(town.desk, child=child, documents="паспорт", go_on=True)
    row = Certificate.objects.get(child=child)
    assert row.state == "active" and row.kind == "funded" and row.number in said
    account = child.guardianships.get().account
    assert not account.has_usable_password()
    assert queries.mine(actor_of(account), row.public_id).pk == row.pk


def test_strangers_and_watchers_do_not_reach_a_certificate(town):
    _, row = active(town)
    with pytest.raises(Hidden):
        queries.for_staff(town.other_desk, row.public_id)
    with pytest.raises(Hidden):
        queries.mine(town.guardian(), row.public_id)
    for actor in (town.coordinator, town.guardian()):
        with pytest.raises(Forbidden):
            queries.for_staff(actor, row.public_id)


def test_approval_with_a_new_act_serves_each_queue_in_its_own_transaction(town, monkeypatch):
    """Certificates are locked before groups: no group stays locked while the next certificate is waited for."""
    from django.db import connection

    from opora.certificates import services_periods

    period = town.period()
    FundingPeriod.objects.filter(pk=period.pk).update(state="review")
    depths = []
    monkeypatch.setattr(services_periods, "serve_queue", lambda _: depths.append(len(connection.savepoint_ids)))
    outside = len(connection.savepoint_ids)
    services_periods.approve_by(town.coordinator, period=period, ground=Ground(number="7", date=dt.date(2026, 8, 1)))
    period.refresh_from_db()
    assert period.state == "approved" and depths == [outside]


def test_another_group_frees_the_place_for_the_queue_of_the_old_one(town):
    period = town.period(certificates=1)
    guardian, first = active(town)
    waiting_guardian, second = active(town)
    services_funding.request_funding(guardian, certificate=first)
    services_funding.request_funding(waiting_guardian, certificate=second)
    other = CertificateGroup.objects.create(
        period=period, code="other", name="Другая", nominal=5000, limit_certificates=5, limit_money=50_000
    )
    services_funding.change_group(town.desk, certificate=first, group=other, reason="Подтверждена категория.")
    second.refresh_from_db()
    assert second.kind == "funded"


def test_idle_return_does_not_ask_about_every_certificate(town, django_assert_max_num_queries):
    """The hourly job looks only at those whose clock may have run out: a region has a hundred thousand others."""
    town.period(certificates=10, money="900000.00")
    for _ in range(4):
        guardian, row = active(town)
        services_funding.request_funding(guardian, certificate=row)
    with django_assert_max_num_queries(4):
        assert services_idle.return_idle() == 0
    period = FundingPeriod.objects.get()
    for row in Certificate.objects.all():
        post(request(100), row, period)
    with clock.frozen(DAY + dt.timedelta(days=31)), django_assert_max_num_queries(4):
        assert services_idle.return_idle() == 0
