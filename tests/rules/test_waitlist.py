"""The order of waiting lists and the fairness of promotion."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from opora.enrolment.rules import ORDER_BY, Waiting, positions, promote, queue_of, waitlist_key

START = datetime(2026, 9, 1, tzinfo=UTC)


def entry(number: int, group: int = 1, *, priority: int = 100, minute: int = 0, bundle=None) -> Waiting:
    return Waiting(number, group, priority, START + timedelta(minutes=minute), bundle)


@st.composite
def queues(draw):
    made = []
    for number in range(draw(st.integers(0, 12))):
        made.append(
            entry(
                number,
                draw(st.integers(1, 3)),
                priority=draw(st.sampled_from([10, 100])),
                minute=draw(st.integers(0, 5)),
                bundle=draw(st.sampled_from([None, None, "a", "b", "c"])),
            )
        )
    free = {group: draw(st.integers(0, 4)) for group in (1, 2, 3)}
    return made, free


def test_order() -> None:
    late_privileged = entry(3, priority=10, minute=9)
    early, same_minute = entry(2, minute=1), entry(5, minute=1)
    assert queue_of([same_minute, early, late_privileged], 1) == [late_privileged, early, same_minute]
    assert positions([same_minute, early, late_privileged]) == {3: 1, 2: 2, 5: 3}
    assert waitlist_key(early) == tuple(getattr(early, name) for name in ORDER_BY)


def test_a_bundle_that_does_not_fit_is_passed_over() -> None:
    siblings = [entry(1, 1, bundle="x"), entry(2, 2, bundle="x")]
    alone = entry(3, 1, minute=1)
    promotion = promote([*siblings, alone], {1: 1, 2: 0})
    assert [chosen.id for chosen in promotion.offered] == [3]
    assert promotion.passed_over == {"x"}
    both = promote([*siblings, alone], {1: 1, 2: 1})
    assert [chosen.id for chosen in both.offered] == [1, 2]
    assert both.passed_over == frozenset()


def test_a_bundle_overtakes_nobody() -> None:
    first = entry(1, 2)
    siblings = [entry(2, 1, minute=1, bundle="x"), entry(3, 2, minute=1, bundle="x")]
    promotion = promote([first, *siblings], {1: 1, 2: 1})
    assert [chosen.id for chosen in promotion.offered] == [1]


def test_who_does_not_fit_is_passed_over_with_the_whole_bundle() -> None:
    siblings = [entry(1, 1, bundle="x"), entry(2, 2, bundle="x")]
    promotion = promote([*siblings, entry(3)], {1: 2, 2: 2}, lambda waiting: waiting.id != 2)
    assert [chosen.id for chosen in promotion.offered] == [3]


@given(queues(), st.sets(st.integers(0, 12)))
def test_fairness(case, unfit) -> None:
    waiting, free = case

    def fits(candidate: Waiting) -> bool:
        return candidate.id not in unfit

    promotion = promote(waiting, free, fits)
    offered = {chosen.id for chosen in promotion.offered}
    for group, places in free.items():
        assert sum(chosen.group == group for chosen in promotion.offered) <= places
        line = [e for e in queue_of(waiting, group) if fits(e) and e.bundle not in promotion.passed_over]
        assert [e.id for e in line if e.id in offered] == [e.id for e in line[: max(0, places)]]
    for bundle in {e.bundle for e in waiting if e.bundle}:
        family = {e.id for e in waiting if e.bundle == bundle}
        if bundle in promotion.passed_over:
            assert not family & offered
        else:
            assert family <= offered
    assert not unfit & offered


@given(queues())
def test_no_bundle_is_left_out_that_could_be_seated(case) -> None:
    waiting, free = case
    promotion = promote(waiting, free)
    taken = [chosen.group for chosen in promotion.offered]
    left = {group: places - taken.count(group) for group, places in free.items()}
    for bundle in promotion.passed_over:
        family = [e.group for e in waiting if e.bundle == bundle]
        assert any(family.count(group) > left[group] for group in family)
