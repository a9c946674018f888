"""Many quotes in one query say the same as one by one."""

import dataclasses

import pytest

from opora.core.reasons import Forbidden, Hidden
from opora.enrolment import services
from tests.enrolment.world import World


@pytest.mark.django_db
def test_many_quotes_equal_single_ones(world: World) -> None:
    family = world.family()
    [child] = family.children
    world.certificate(child)
    groups = [world.group(), world.group(capacity=1, price="1000.00"), world.group(for_certificate=False)]
    many = services.quotes(family.actor, child=child, groups=groups, funding="certificate")
    assert set(many) == {group.pk for group in groups}
    for group in groups:
        one = services.quote(family.actor, child=child, group=group, funding="certificate")
        assert dataclasses.replace(one, warnings=(), deadline=many[group.pk].deadline) == many[group.pk]
    assert services.quotes(family.actor, child=child, groups=[999_999], funding="certificate") == {}


@pytest.mark.django_db
def test_many_quotes_of_a_stranger_are_hidden(world: World) -> None:
    [child] = world.family().children
    with pytest.raises((Hidden, Forbidden)):
        services.quotes(world.family().actor, child=child, groups=[world.group()], funding="certificate")
