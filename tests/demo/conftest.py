"""A district in memory and the same district in the database, each made once for a module."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import transaction

from opora.demo import loading
from opora.demo.districts import showcase
from opora.demo.filling import SHOWCASE, Common, Filling
from opora.demo.frame import Frame, shown_date
from opora.demo.sink import Sink
from opora.demo.world import SEED, World, build

DAY = dt.date(2026, 11, 22)
CONSENTS = {"processing": 1, "sensitive": 2, "publication": 3, "messages": 4}


def filled(day: dt.date, seed: str = SEED) -> tuple[World, Sink]:
    """The showcase district with all its rows, without a database."""
    frame = Frame(shown_date(day))
    sink = Sink(frame.moment(frame.before(1), 9), seed)
    world = build(frame, showcase(), seed)
    Filling(sink, world, Common(sink, CONSENTS), SHOWCASE, seed).run()
    return world, sink


@pytest.fixture(scope="module")
def world() -> World:
    return build(Frame(DAY), showcase())


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker) -> Iterator[dt.date]:  # type: ignore[no-untyped-def]
    """The district in the database; taken back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        loading.load_district(DAY)
        yield DAY
        transaction.set_rollback(True)
