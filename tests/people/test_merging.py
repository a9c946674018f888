"""Merging moves everything, logs each value, and can be undone while nothing new was done."""

import pytest

from opora.certificates import services as certificates
from opora.certificates import services_funding
from opora.certificates.models import Certificate
from opora.core.reasons import Forbidden, Refused
from opora.people import services, services_consents, services_merge
from opora.people.actors import actor_of
from opora.people.models import Child, MergeTask
from tests.people.town import Town, at_noon, snils

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    with at_noon():
        yield Town()


@pytest.fixture
def pair(town):
    """A known child and a guardian's repeat of it."""
    known = town.child(town.guardian(), first_name="Оля")
    repeat = town.child(town.guardian(), first_name="Оля", snils=snils(112233445), school_name="Школа № 2")
    return known, repeat, MergeTask.objects.get()


def codes(error) -> set[str]:
    return {reason.code for reason in error.value.reasons}


def test_everything_moves_and_is_logged(town, pair):
    known, repeat, task = pair
    guardian = actor_of(repeat.guardianships.get().account)
    certificate = certificates.apply_certificate(guardian, child=repeat)
    services_consents.give_consent(guardian, child=repeat, kind="publication")
    services_merge.merge_children(town.desk, task=task, kept=known)
    known.refresh_from_db()
    repeat.refresh_from_db()
    assert repeat.state == "merged" and repeat.matched_to_id == known.pk
    assert known.snils == snils(112233445) and known.school_name == "Школа № 2"
    assert known.guardianships.count() == 2 and known.consents.count() == 3
    certificate.refresh_from_db()
    assert certificate.child_id == known.pk
    task.refresh_from_db()
    moved = {(item["model"], item.get("field")) for item in task.moved}
    assert ("people.guardianship", "child_id") in moved
    assert ("certificates.certificate", "child_id") in moved
    assert ("people.child", "snils") in moved
    assert task.state == "merged" and task.decided_by_id == town.desk.account_id


def test_undo_puts_everything_back(town, pair):
    known, repeat, task = pair
    services_merge.merge_children(town.desk, task=task, kept=known)
    services_merge.undo_merge(town.desk, task=task, reason="это двоюродные сёстры")
    known.refresh_from_db()
    repeat.refresh_from_db()
    assert repeat.state == "provisional" and known.snils == ""
    assert known.guardianships.count() == 1 and repeat.guardianships.count() == 1
    task.refresh_from_db()
    assert task.state == "open"


def test_undo_is_refused_once_something_new_was_done(town, pair):
    known, _, task = pair
    services_merge.merge_children(town.desk, task=task, kept=known)
    services.confirm_identity(town.desk, child=known, documents="свидетельство")
    with pytest.raises(Refused) as error:
        services_merge.undo_merge(town.desk, task=task, reason="ошибка")
    assert codes(error) == {"merge_used"}


def test_only_one_living_certificate_remains(town, pair):
    known, repeat, task = pair
    first = certificates.apply_certificate(actor_of(known.guardianships.get().account), child=known)
    certificates.issue(town.desk, certificate=first)
    second = certificates.apply_certificate(actor_of(repeat.guardianships.get().account), child=repeat)
    services_merge.merge_children(town.desk, task=task, kept=known)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("issued", "refused")
    assert Certificate.objects.filter(child=known).count() == 2


def test_a_provisional_record_gets_no_certificate(town, pair):
    _, repeat, _ = pair
    certificate = certificates.apply_certificate(actor_of(repeat.guardianships.get().account), child=repeat)
    with pytest.raises(Refused) as error:
        certificates.issue(town.desk, certificate=certificate)
    assert codes(error) == {"record_undecided"}


def test_the_living_record_is_kept(town, pair):
    known, repeat, task = pair
    with pytest.raises(Refused) as error:
        services_merge.merge_children(town.desk, task=task, kept=repeat)
    assert codes(error) == {"living_is_kept"}
    known.refresh_from_db()
    assert known.state == "living"


def test_different_snils_are_different_children(town):
    first = town.child(town.guardian(), first_name="Оля", snils=snils(112233445))
    second = town.child(town.guardian(), first_name="Оля", snils=snils(556677889))
    task = MergeTask.objects.get()
    with pytest.raises(Refused) as error:
        services_merge.merge_children(town.desk, task=task, kept=first)
    assert codes(error) == {"merge_snils"}
    services_merge.keep_apart(town.desk, task=task, reason="разные СНИЛС")
    second.refresh_from_db()
    assert second.state == "living"


def test_keeping_apart_makes_a_child_of_its_own(town, pair):
    _, repeat, task = pair
    with pytest.raises(Refused):
        services_merge.keep_apart(town.desk, task=task, reason="")
    services_merge.keep_apart(town.desk, task=task, reason="тёзка, другие родители")
    repeat.refresh_from_db()
    assert repeat.state == "living" and repeat.matched_to_id is None
    with pytest.raises(Refused) as error:
        services_merge.keep_apart(town.desk, task=task, reason="ещё раз")
    assert codes(error) == {"decided"}


def test_guardians_and_foreign_desks_do_not_decide(town, pair):
    known, _, task = pair
    with pytest.raises(Forbidden):
        services_merge.merge_children(town.guardian(), task=task, kept=known)
    from opora.core.reasons import Hidden

    with pytest.raises(Hidden):
        services_merge.merge_children(town.other_desk, task=task, kept=known)


def test_used_balances_on_both_sides_forbid_a_merge(town, pair):
    from opora.certificates import ledger
    from opora.certificates.rules.ledger import request
    from opora.core.access import SYSTEM
    from opora.core.transactions import act

    known, repeat, task = pair
    period = town.period(certificates=5)
    Child.objects.filter(pk=repeat.pk).update(state="living", matched_to=None)
    for child in (known, repeat):
        guardian = actor_of(child.guardianships.get().account)
        certificate = certificates.apply_certificate(guardian, child=child)
        certificates.issue(town.desk, certificate=certificate)
        services.confirm_identity(town.desk, child=child, documents="свидетельство")
        certificates.activate(guardian, certificate=certificate)
        services_funding.request_funding(guardian, certificate=certificate)
        with act(SYSTEM):
            ledger.post(
                request(100),
                certificate_id=certificate.pk,
                period_id=period.pk,
                source_kind="contract",
                source_id=child.pk,
            )
    with pytest.raises(Refused) as error:
        services_merge.merge_children(town.desk, task=task, kept=known)
    assert codes(error) == {"merge_balances"}


def test_every_relation_to_a_child_is_reached(town, pair):
    """No room may keep a child's rows out of a merge: all foreign keys are Django's own."""
    labels = {relation.related_model._meta.label for relation in Child._meta.related_objects}
    assert {"certificates.Certificate", "enrolment.Application", "enrolment.Enrolment"} <= labels
