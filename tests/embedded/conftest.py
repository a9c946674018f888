from collections.abc import Iterator

import pytest

from tests.support.homes import Home, temporary_home


@pytest.fixture
def home() -> Iterator[Home]:
    """A fresh home: an empty folder with mode 0700, no server."""
    with temporary_home() as made:
        yield made
