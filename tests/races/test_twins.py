"""The same child entered twice at one moment is noticed: one record lives, the other waits for a decision."""

import pytest

from opora.people import services
from opora.people.models import Child, MergeTask
from tests.people.town import Town

from .crowd import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_two_parents_enter_one_child_at_once():
    town = Town()
    data = town.data()
    parents = [town.guardian() for _ in range(6)]
    made = together(lambda actor: services.add_child(actor, data=data, relation="mother"), parents)
    assert all(isinstance(one, Child) for one in made), made
    assert sorted(Child.objects.values_list("state", flat=True)) == ["living"] + ["provisional"] * 5
    assert MergeTask.objects.count() == 5


def test_a_button_pressed_twice_makes_one_child():
    town = Town()
    data, parent = town.data(), town.guardian()

    def add(_: int) -> object:
        return services.add_child(town.again(parent), data=data, relation="mother")

    together(add, range(4))
    assert Child.objects.count() == 1
