"""Shared pieces: the district of the worked example, a database of its own for every test."""

from __future__ import annotations

import pytest

from .world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()
