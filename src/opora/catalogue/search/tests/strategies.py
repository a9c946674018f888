"""Small random documents and queries, with few values each so that conditions often meet."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from ..values import FACETS, FUNDINGS, GroupFacts, ProgrammeDoc, SearchQuery

WORDS = ("альфа", "береза", "вымпел", "гвоздика")
START = datetime(2026, 1, 1, tzinfo=UTC)
NEAR = (51.0, 46.0)
CLOCK = st.sampled_from((540, 600, 840, 900, 1020))


def groups(number: int) -> st.SearchStrategy[GroupFacts]:
    """A group with this id."""
    low = st.integers(3, 17)
    coordinates = st.sampled_from((None, 0.0, 0.1, 0.25, 0.4))
    return st.builds(
        lambda low, more, start, place, **rest: GroupFacts(
            id=number,
            age_from=low,
            age_to=min(18, low + more),
            start_minutes=start,
            end_minutes=None if start is None else start + 60,
            lat=None if place is None else NEAR[0] + place,
            lon=None if place is None else NEAR[1] + place,
            **rest,
        ),
        low=low,
        more=st.integers(0, 5),
        start=st.none() | CLOCK,
        place=coordinates,
        weekdays=st.frozensets(st.integers(1, 7), max_size=3),
        free=st.integers(-2, 3),
        price_kopecks=st.sampled_from((0, 0, 100_000, 250_000)),
        funding=st.frozensets(st.sampled_from(FUNDINGS), max_size=2),
        special_needs=st.booleans(),
        window_open=st.booleans(),
    )


@st.composite
def programmes(draw: st.DrawFn, number: int) -> ProgrammeDoc:
    """A programme with this id; its groups have ids that belong to it alone."""
    count = draw(st.integers(0, 3))
    return ProgrammeDoc(
        id=number,
        name=" ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True))),
        focus_area=draw(st.sampled_from(("technical", "sport", "artistic"))),
        level=draw(st.sampled_from(("", "starter", "basic"))),
        study_form=draw(st.sampled_from(("", "full_time", "distance"))),
        municipality_id=draw(st.sampled_from((None, 1, 2, 3))),
        organisation_id=draw(st.sampled_from((None, 10, 20))),
        locality_id=draw(st.sampled_from((None, 100, 200))),
        published_at=draw(st.none() | st.integers(0, 5).map(lambda days: START + timedelta(days=days))),
        completeness=draw(st.sampled_from((0, 50, 100))),
        groups=tuple(draw(groups(number * 10 + i)) for i in range(count)),
    )


def some(values: st.SearchStrategy) -> st.SearchStrategy[tuple]:
    """Mostly nothing, otherwise one or two values."""
    return st.just(()) | st.lists(values, max_size=2, unique=True).map(tuple)


def rarely(values: st.SearchStrategy) -> st.SearchStrategy:
    """Mostly None."""
    return st.none() | st.none() | values


@st.composite
def queries(draw: st.DrawFn) -> SearchQuery:
    """A query with any mixture of conditions, all facets and a page that holds everything."""
    near = draw(rarely(st.just(NEAR)))
    return SearchQuery(
        q=" ".join(draw(st.just([]) | st.lists(st.sampled_from(WORDS), max_size=2, unique=True))),
        focus_areas=draw(some(st.sampled_from(("technical", "sport", "tourism")))),
        ages=draw(some(st.integers(3, 18))),
        municipality=draw(some(st.integers(1, 4))),
        locality=draw(some(st.sampled_from((100, 200)))),
        organisation=draw(some(st.sampled_from((10, 20)))),
        level=draw(some(st.sampled_from(("starter", "basic")))),
        study_form=draw(some(st.sampled_from(("full_time", "distance")))),
        weekdays=draw(some(st.integers(1, 7))),
        time_from=draw(rarely(CLOCK)),
        time_to=draw(rarely(CLOCK.map(lambda minutes: minutes + 60))),
        free_only=draw(st.booleans()),
        open_only=draw(st.sampled_from((False, False, True))),
        funding=draw(some(st.sampled_from(FUNDINGS))),
        price_max=draw(rarely(st.sampled_from((0, 100_000)))),
        special_needs=draw(st.sampled_from((False, False, True))),
        near=near,
        within_km=draw(rarely(st.sampled_from((5.0, 20.0, 40.0)))) if near else None,
        sort=draw(st.sampled_from(("relevance", "price", "newest", "free"))),
        per_page=1000,
        facets=FACETS,
    )
