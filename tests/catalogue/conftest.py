"""The same district and people as in the tests of orders."""

from tests.orders.conftest import (  # noqa: F401
    guardian,
    manager,
    methodologist,
    signatory,
    staff,
    stranger,
    taught,
    world,
)
