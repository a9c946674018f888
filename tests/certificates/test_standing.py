"""Registers of programmes and normative costs: decisions with criteria, formula with steps, contracts untouched."""

import datetime as dt
from decimal import Decimal

import pytest

from opora.catalogue.models import Module, Programme
from opora.certificates import queries_standing, services_normative, services_rates, services_registers
from opora.certificates.models import ProgrammeRegisterEntry
from opora.certificates.models_funding import NormativeCost, RegisterDecision
from opora.certificates.rules.normative import Coefficient
from opora.certificates.services_acts import Ground
from opora.core import clock
from opora.core.access import SYSTEM, Actor, Reach
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.core.registers import registry
from opora.providers.models import Venue
from opora.territory.models import Locality
from tests.enrolment.world import REQUEST_DAY, make_world

pytestmark = pytest.mark.django_db
ACT = Ground(number="5", date=dt.date(2026, 9, 1))
ORDER = "Приказ от 12.10.2026 № 77"
DAY = dt.date(2026, 10, 12)


@pytest.fixture
def world():
    with clock.frozen(REQUEST_DAY):
        yield make_world()


@pytest.fixture
def payer(world):
    return Actor(account_id=None, reaches=(Reach("payer", municipalities=frozenset({world.municipality.pk})),))


def codes(error) -> set[str]:
    return {reason.code for reason in error.value.reasons}


def rates(world, value="85.00", factors=()):
    services_rates.save_rates(
        SYSTEM,
        period=world.period_a,
        rates={("technical", "general"): Decimal(value)},
        coefficients=list(factors),
        ground=ACT,
    )


def rural(world):
    locality = Locality.objects.create(municipality=world.municipality, name="Сосновка", is_urban=False)
    return Venue.objects.create(organisation=world.organisation, name="Клуб", address="ул. 1", locality=locality)


def test_the_formula_with_its_steps(world, payer):
    rates(world, factors=[Coefficient("territory", "rural", Decimal("1.15"))])
    world.group(venue=rural(world))
    Module.objects.filter(pk=world.module.pk).update(hours=144)
    made = services_normative.set_by_formula(payer, module=world.module)
    assert made.cost == Decimal("14076.00") and made.way == "formula"
    world.module.refresh_from_db()
    assert world.module.normative_cost == Decimal("14076.00")
    assert world.module.normative_basis == "Формула периода «А»"
    period, [view] = queries_standing.costs_of(world.programme)
    assert period == world.period_a and view.kept is not None and not view.differs
    assert view.kept.line.replace("\u00a0", " ") == "Ставка 85,00 ₽ × 144 ч × 1,15 (сельская местность) = 14 076,00 ₽"


def test_a_new_rate_shows_the_difference_and_the_kept_steps(world, payer):
    rates(world)
    services_normative.set_by_formula(payer, module=world.module)
    rates(world, "90.00")
    _, [view] = queries_standing.costs_of(world.programme)
    assert view.differs and view.kept is not None and view.formula is not None
    assert (view.kept.cost, view.formula.cost) == (8_500 * 72, 9_000 * 72)


def test_a_town_venue_makes_the_programme_urban(world):
    village = rural(world)
    town = Venue.objects.create(
        organisation=world.organisation,
        name="Дом",
        address="ул. 2",
        locality=Locality.objects.create(municipality=world.municipality, name="Город", is_urban=True),
    )
    group = world.group(venue=village, capacity=8)
    [module] = queries_standing.modules_of(Module.objects.filter(pk=world.module.pk))
    assert queries_standing.traits_of(module).territory == "rural"
    assert queries_standing.traits_of(module).group_size == 8
    world.group(venue=town, capacity=15)
    [module] = queries_standing.modules_of(Module.objects.filter(pk=world.module.pk))
    assert queries_standing.traits_of(module).territory == "urban"
    assert queries_standing.traits_of(module).group_size == 15
    assert group.pk


def test_without_rates_or_a_rate_it_is_refused_with_what_to_do(world, payer):
    with pytest.raises(Refused) as error:
        services_normative.set_by_formula(payer, module=world.module)
    assert codes(error) == {"no_rates"} and error.value.reasons[0].hint
    rates(world)
    Programme.objects.filter(pk=world.programme.pk).update(kind="preprofessional")
    with pytest.raises(Refused) as error:
        services_normative.set_by_formula(payer, module=world.module)
    assert codes(error) == {"no_rate"}


def test_a_cost_by_hand_stands_on_its_document(world, payer):
    with pytest.raises(Refused) as error:
        services_normative.set_manual(payer, module=world.module, cost=Decimal("16200.00"), basis=" ")
    assert codes(error) == {"basis_missing"}
    services_normative.set_manual(
        payer, module=world.module, cost=Decimal("16200.00"), basis=ORDER, paper=("приказ.pdf", b"%PDF-1.4 x")
    )
    _, [view] = queries_standing.costs_of(world.programme)
    assert view.latest is not None and view.latest.way == "manual" and view.kept is None
    world.module.refresh_from_db()
    assert (world.module.normative_cost, world.module.normative_basis) == (Decimal("16200.00"), ORDER)


def test_recalculation_touches_only_unpublished_modules_and_no_contract(world, payer):
    group = world.group()
    other = Programme.objects.create(
        organisation=world.organisation,
        municipality=world.municipality,
        slug="next",
        name="Черновик",
        focus_area="technical",
        state="draft",
    )
    fresh = Module.objects.create(programme=other, number=1, name="Первый год", hours=36)
    hand = Module.objects.create(programme=other, number=2, name="Второй год", hours=36)
    services_normative.set_manual(payer, module=hand, cost=Decimal("1000.00"), basis=ORDER)
    sport = Programme.objects.create(
        organisation=world.organisation,
        municipality=world.municipality,
        slug="sport",
        name="Лыжи",
        focus_area="sport",
        state="returned",
    )
    Module.objects.create(programme=sport, number=1, name="Первый год", hours=36)
    rates(world)
    done = services_normative.recalculate(payer, period=world.period_a)
    assert (done.changed, done.same, done.without_rate) == (1, 1, 1)
    fresh.refresh_from_db()
    hand.refresh_from_db()
    world.module.refresh_from_db()
    group.refresh_from_db()
    assert fresh.normative_cost == Decimal("3060.00") and hand.normative_cost == Decimal("1000.00")
    assert world.module.normative_cost is None, "the published one stays as it was"
    assert group.normative_cost == Decimal("16200.00")
    again = services_normative.recalculate(payer, period=world.period_a)
    assert again.changed == 0 and NormativeCost.objects.count() == 2


def test_a_changed_cost_leaves_the_opened_group_alone(world, payer):
    group = world.group()
    rates(world)
    services_normative.set_by_formula(payer, module=world.module)
    group.refresh_from_db()
    assert group.normative_cost == Decimal("16200.00")


def test_the_register_of_costs_keeps_the_same_record(world):
    register = registry.get("normative_costs")
    data = {"normative_cost": Decimal("900.00"), "normative_basis": ORDER}
    services_registers.save_normative_cost(SYSTEM, world.module, data)
    assert NormativeCost.objects.get().cost == Decimal("900.00") and register.save


def test_inclusion_needs_its_criteria_or_an_explanation(world, payer):
    with pytest.raises(Refused) as error:
        services_registers.include(
            payer, programme=world.programme, register="preprofessional", decision=ORDER, starts_on=DAY
        )
    assert codes(error) == {"criteria"}
    said = error.value.reasons[0].message
    assert "предпрофессиональная" in said and "не состоит в другом реестре" in said
    row = services_registers.include(
        payer,
        programme=world.programme,
        register="preprofessional",
        decision=ORDER,
        starts_on=DAY,
        reason="Переход на новую программу, решение рабочей группы.",
    )
    kept = RegisterDecision.objects.get(entry=row)
    assert kept.what == "included" and [text for text, met in kept.criteria if met is False]


def test_exclusion_has_a_day_a_decision_and_a_reason_and_may_be_followed_by_another_inclusion(world, payer):
    entry = ProgrammeRegisterEntry.objects.get(programme=world.programme, register="certified")
    with pytest.raises(Refused) as error:
        services_registers.exclude(payer, entry=entry, decision="", day=DAY, reason="")
    assert codes(error) == {"decision_missing", "reason_missing"}
    with pytest.raises(Refused) as error:
        services_registers.include(
            payer, programme=world.programme, register="certified", decision=ORDER, starts_on=DAY, reason="Ещё раз"
        )
    assert codes(error) == {"already_in"}
    services_registers.exclude(payer, entry=entry, decision=ORDER, day=DAY, reason="Экспертиза не пройдена.")
    entry.refresh_from_db()
    assert entry.ends_on == dt.date(2026, 10, 11)
    [view] = [one for one in queries_standing.registers_of(world.programme) if one.standing.register == "certified"]
    assert view.standing.state == "out" and view.decisions[0].reason == "Экспертиза не пройдена."
    row = services_registers.include(
        payer, programme=world.programme, register="certified", decision=ORDER, starts_on=DAY, reason="Пройдена снова"
    )
    assert row.pk == entry.pk and row.ends_on is None
    assert [one.what for one in RegisterDecision.objects.filter(entry=row).order_by("pk")] == ["excluded", "included"]


def test_who_decides_and_who_sees(world):
    theirs = frozenset({world.municipality.pk})
    methodologist = Actor(reaches=(Reach("methodologist", municipalities=theirs),))
    services_registers.include(
        methodologist, programme=world.programme, register="paid", decision=ORDER, starts_on=DAY, reason="По просьбе"
    )
    with pytest.raises(Forbidden):
        services_registers.include(
            world.manager, programme=world.programme, register="other", decision=ORDER, starts_on=DAY, reason="Прошу"
        )
    with pytest.raises(Forbidden):
        services_normative.set_manual(methodologist, module=world.module, cost=Decimal(1), basis=ORDER)
    assert queries_standing.programme(world.manager, world.programme.pk) == world.programme
    stranger = Actor(reaches=(Reach("provider_manager", organisations=frozenset({world.organisation.pk + 999})),))
    with pytest.raises(Hidden):
        queries_standing.programme(stranger, world.programme.pk)


def test_the_list_asks_as_often_for_one_as_for_many(world, payer, django_assert_max_num_queries):
    for n in range(3):
        Programme.objects.create(
            organisation=world.organisation,
            municipality=world.municipality,
            slug=f"p{n}",
            name=f"Ёлка {n}",
            focus_area="technical",
            state="published",
        )
    with django_assert_max_num_queries(4):
        found = queries_standing.lines(queries_standing.programmes(payer))
    assert len(found) == 4 and [one.registers for one in found].count(["Сертифицированные"]) == 1
    assert [one.name for one in queries_standing.programmes(payer, text="елка 2")] == ["Ёлка 2"]
    assert world.programme not in queries_standing.programmes(payer, register="none")
    assert list(queries_standing.programmes(payer, register="certified")) == [world.programme]
