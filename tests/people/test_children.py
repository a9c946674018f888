"""Adding and changing children: who may, what is refused, what a guardian never learns."""

import dataclasses
import datetime as dt

import pytest

from opora.core.access import Actor
from opora.core.models import Letter
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.people import queries, services
from opora.people.models import Child, Consent, Guardianship, MergeTask
from tests.people.town import TODAY, Town, at_noon, snils

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    with at_noon():
        yield Town()


def codes(error) -> set[str]:
    return {reason.code for reason in error.value.reasons}


def test_a_guardian_adds_a_child_with_consent(town):
    guardian = town.guardian()
    child = town.child(guardian, last_name="РЯБИНИНА", first_name="маша", snils=snils(112233445))
    assert (child.last_name, child.first_name) == ("Рябинина", "Маша")
    assert child.municipality_id == town.municipality.pk
    assert Guardianship.objects.get(child=child).account_id == guardian.account_id
    consent = Consent.objects.get(child=child)
    assert consent.text.kind == "processing" and consent.account_id == guardian.account_id
    assert queries.my_children(town.again(guardian)).count() == 1


def test_all_wrong_fields_are_named_at_once(town):
    data = town.data(
        last_name="123", first_name=" ", birth_date=TODAY + dt.timedelta(days=1), snils="11223344500", sex="x"
    )
    with pytest.raises(Refused) as error:
        services.add_child(town.guardian(), data=data, relation="mother")
    assert {reason.field for reason in error.value.reasons} == {
        "last_name",
        "first_name",
        "birth_date",
        "snils",
        "sex",
    }
    assert not Child.objects.exists()


def test_a_locality_that_is_not_served_is_refused(town):
    town.other.is_served = False
    town.other.save()
    with pytest.raises(Refused) as error:
        town.child(town.guardian(), locality_id=town.other_locality.pk)
    assert codes(error) == {"locality"}


def test_a_match_makes_a_provisional_record_and_reveals_nothing(town):
    first = town.child(town.guardian(), first_name="Фёкла", snils=snils(112233445))
    stranger = town.guardian()
    second = town.child(stranger, first_name="Фекла")
    assert second.state == "provisional" and second.matched_to_id == first.pk
    task = MergeTask.objects.get()
    assert (task.left_id, task.right_id) == (first.pk, second.pk)
    # the stranger reaches only the record of its own making
    stranger = town.again(stranger)
    assert [child.pk for child in queries.my_children(stranger)] == [second.pk]
    with pytest.raises(Hidden):
        queries.my_child(stranger, first.public_id)


def test_twins_are_both_living_and_go_to_the_queue(town):
    guardian = town.guardian()
    first = town.child(guardian, first_name="Оля")
    second = town.child(town.again(guardian), first_name="Юля")
    assert {first.state, second.state} == {"living"}
    assert MergeTask.objects.get().ground == "Возможно, двойняшки"


def test_the_same_child_twice_in_one_family_is_told(town):
    guardian = town.guardian()
    town.child(guardian, first_name="Оля")
    with pytest.raises(Refused) as error:
        town.child(town.again(guardian), first_name="ОЛЯ")
    assert codes(error) == {"own_repeat"}


def test_a_desk_is_told_of_a_match(town):
    town.child(town.guardian(), first_name="Оля")
    with pytest.raises(Refused) as error:
        services.add_child(
            town.desk, data=town.data(first_name="Оля"), relation="mother", channel="desk", giver_name="Лесная А."
        )
    assert codes(error) == {"child_exists"}


def test_a_desk_serves_only_its_own_territory(town):
    data = town.data(locality_id=town.other_locality.pk)
    with pytest.raises(Refused) as error:
        services.add_child(town.desk, data=data, relation="mother", channel="desk", giver_name="Лесная А.")
    assert codes(error) == {"foreign_locality"}


def test_identity_is_confirmed_once_by_a_desk_with_documents(town):
    guardian = town.guardian()
    child = town.child(guardian)
    with pytest.raises(Forbidden):
        services.confirm_identity(town.again(guardian), child=child, documents="паспорт")
    with pytest.raises(Hidden):
        services.confirm_identity(town.other_desk, child=child, documents="паспорт")
    with pytest.raises(Refused):
        services.confirm_identity(town.desk, child=child, documents=" ")
    services.confirm_identity(town.desk, child=child, documents="свидетельство II-РУ 123456")
    child.refresh_from_db()
    assert child.identity == "confirmed" and child.identity_confirmed_by_id == town.desk.account_id
    assert Letter.objects.filter(account_id=guardian.account_id, kind="child").count() == 1
    with pytest.raises(Refused) as error:
        services.confirm_identity(town.desk, child=child, documents="паспорт")
    assert codes(error) == {"already_confirmed"}


def test_confirmed_fields_change_only_at_a_desk_with_a_reason(town):
    guardian = town.guardian()
    child = town.child(guardian, first_name="Маша")
    services.confirm_identity(town.desk, child=child, documents="свидетельство")
    new = town.data(first_name="Мария")
    with pytest.raises(Refused) as error:
        services.update_child(town.again(guardian), child=child, data=new)
    assert codes(error) == {"identity_confirmed"}
    # what is not identity the guardian still changes
    same = dataclasses.replace(new, first_name="Маша", school_class="3 «Б»")
    assert services.update_child(town.again(guardian), child=child, data=same).school_class == "3 «Б»"
    with pytest.raises(Refused) as error:
        services.update_child(town.desk, child=child, data=new)
    assert codes(error) == {"reason_missing"}
    changed = services.update_child(town.desk, child=child, data=new, reason="Ошибка в имени, свидетельство")
    assert changed.first_name == "Мария"


def test_an_unconfirmed_record_that_becomes_alike_turns_provisional(town):
    known = town.child(town.guardian(), first_name="Оля", snils=snils(112233445))
    guardian = town.guardian()
    child = town.child(guardian, first_name="Катя")
    town_actor = town.again(guardian)
    alike = town.data(first_name="Оля", snils=snils(112233445))
    child = services.update_child(town_actor, child=child, data=alike)
    assert child.state == "provisional" and child.matched_to_id == known.pk
    child = services.update_child(town_actor, child=child, data=town.data(first_name="Катя"))
    assert child.state == "living" and child.matched_to_id is None


def test_strangers_cannot_change_a_child(town):
    child = town.child(town.guardian())
    for actor in (town.guardian(), town.other_desk, town.coordinator, town.payer, Actor()):
        with pytest.raises((Hidden, Forbidden)):
            services.update_child(actor, child=child, data=town.data())


def test_a_second_guardian_comes_through_a_desk_and_the_last_one_stays(town):
    guardian = town.guardian()
    child = town.child(guardian)
    other = town.account(first_name="Пётр")
    services.add_guardian(town.desk, child=child, account=other, relation="father")
    assert {row.account_id for row in queries.guardians_of(child)} == {guardian.account_id, other.pk}
    mine = Guardianship.objects.get(child=child, account_id=guardian.account_id)
    services.end_guardianship(town.again(guardian), guardianship=mine)
    last = Guardianship.objects.get(child=child, account=other)
    from opora.people.actors import actor_of

    with pytest.raises(Refused) as error:
        services.end_guardianship(actor_of(other), guardianship=last)
    assert codes(error) == {"last_guardian"}
