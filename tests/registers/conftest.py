"""The world of the suite and its registers."""

from __future__ import annotations

import pytest
from django.test import Client

from .samples import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def signed_in(client: Client, world: World):
    """Sign in as one of the world's people."""

    def sign_in(name: str) -> Client:
        client.force_login(world.people[name], backend="opora.people.backends.AccountBackend")
        return client

    return sign_in
