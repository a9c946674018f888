"""The normative cost step by step: one coefficient of a kind, one rounding at the end."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from opora.certificates.rules.normative import CONDITIONS, Calculation, Coefficient, Traits, calculate, choose

RURAL = Coefficient("territory", "rural", Decimal("1.15"))
RATES = {("technical", "general"): 8_500}


def traits(**changes):
    return Traits(**{"focus_area": "technical", "programme_kind": "general", "hours": 144, **changes})


def test_the_example_of_the_page():
    found = calculate(RATES, [RURAL], traits(territory="rural"))
    assert found is not None and found.cost == 1_407_600
    assert found.line.replace("\u00a0", " ") == "Ставка 85,00 ₽ × 144 ч × 1,15 (сельская местность) = 14 076,00 ₽"
    shown = [[part.replace("\u00a0", " ") for part in row] for row in found.steps()]
    assert shown == [
        ["Ставка за человеко-час", "85,00 ₽", "85,00 ₽"],
        ["Академических часов", "144", "12 240,00 ₽"],
        ["Территория: сельская местность", "1,15", "14 076,00 ₽"],
        ["Округление до копейки, половина – вверх", "", "14 076,00 ₽"],
    ]


def test_a_half_kopeck_goes_up_once_at_the_end():
    factors = [RURAL, Coefficient("level", "basic", Decimal("1.0001"))]
    found = calculate({("technical", "general"): 1}, factors, traits(territory="rural", level="basic", hours=100))
    assert found is not None
    assert found.exact.replace("\u00a0", " ") == "1,150115 ₽" and found.cost == 115
    half = calculate(
        {("technical", "general"): 1}, [Coefficient("level", "basic", Decimal("0.5"))], traits(hours=1, level="basic")
    )
    assert half is not None and half.cost == 1


def test_no_rate_no_cost():
    assert calculate(RATES, [], traits(programme_kind="preprofessional")) is None
    assert calculate(RATES, [], traits(focus_area="sport")) is None


def test_the_smallest_step_that_holds_the_group_works():
    steps = [Coefficient("group_size", size, Decimal(value)) for size, value in (("12", "1.1"), ("8", "1.25"))]
    for size, wanted in ((8, "1.25"), (9, "1.1"), (12, "1.1")):
        assert [str(one.value) for one in choose(steps, traits(group_size=size))] == [wanted]
    assert choose(steps, traits(group_size=13)) == () and choose(steps, traits()) == ()


def test_a_mobile_programme_comes_before_a_network_one():
    both = [Coefficient("delivery", code, Decimal(value)) for code, value in (("mobile", "1.4"), ("network", "0.9"))]
    assert [one.code for one in choose(both, traits(mobile=True, network=True))] == ["mobile"]


_FACTORS = [
    Coefficient(kind, code, value)
    for kind, (_, codes) in CONDITIONS.items()
    for code in (codes or ("10",))
    for value in (Decimal("0.8"), Decimal("1.15"))
]


@given(
    st.integers(1, 100_000),
    st.integers(0, 2_000),
    st.lists(st.sampled_from(_FACTORS), max_size=8, unique_by=lambda one: (one.kind, one.code)),
)
def test_at_most_one_of_a_kind_and_the_steps_end_in_the_cost(rate, hours, factors):
    found = calculate({("technical", "general"): rate}, factors, traits(hours=hours, territory="rural", group_size=9))
    assert found is not None
    kinds = [one.kind for one in found.factors]
    assert len(kinds) == len(set(kinds))
    assert Calculation.from_json(found.to_json()) == found
    product = Decimal(rate * hours)
    for one in found.factors:
        product *= one.value
    assert abs(Decimal(found.cost) - product) <= Decimal("0.5")
    assert found.line.endswith(found.steps()[-1][2])
