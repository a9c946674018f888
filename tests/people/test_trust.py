"""Logins without a session, relations that have ended, the role in the journal, keys and addresses (spec/trust.md)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.journal import log_access
from opora.core.models import AccessLog
from opora.core.registers import get, masks
from opora.core.registers.api import api_card, api_rows
from opora.enrolment.models import Application, Enrolment
from opora.people import policy, queries, services_accounts, services_merge
from opora.people.actors import actor_of
from opora.people.models import Account, Child, Guardianship, MergeTask, RoleAssignment
from opora.providers.models import Staff
from tests.enrolment.world import World, make_world
from tests.people.test_pages import page, signed_in, text
from tests.people.town import Town, at_noon

pytestmark = pytest.mark.django_db
START = dt.date(2020, 1, 1)
SECRETS = ("Сосновская", "Прасковья", "Ильинична", "sosnovskaya@example.org", "+7 900 123-45-67")


@pytest.fixture
def town():
    with at_noon():
        yield Town()


@pytest.fixture
def known(town) -> Account:
    return town.account(
        email="sosnovskaya@example.org",
        last_name="Сосновская",
        first_name="Прасковья",
        patronymic="Ильинична",
        phone="+7 900 123-45-67",
    )


@pytest.fixture
def administrator(town):
    account = town.account(last_name="Кедров", first_name="Олег")
    RoleAssignment.objects.create(account=account, role="administrator", place_kind="system", starts_on=START)
    return actor_of(account)


def hidden(shown: str) -> bool:
    return not any(secret in shown for secret in SECRETS)


def test_logins_are_kept_under_masks(town, known, administrator):
    role = RoleAssignment.objects.create(
        account=known, role="observer", place_kind="region", place_id=town.region.pk, starts_on=START
    )
    client = signed_in(administrator)
    listed = page(client, "/office/accounts/")
    assert hidden(listed) and "so…@example.org" in listed and "…67" in listed and "Открыть сеанс" in listed
    card = page(client, f"/office/accounts/{known.public_id}/")
    assert hidden(card) and "so…@example.org" in card and "Наблюдатель" in card
    for address in ("", "new/", f"{role.pk}/", f"{role.pk}/edit/"):
        assert hidden(page(client, f"/office/roles/{address}")), address
    assert hidden(page(client, "/office/accounts/?print=1"))
    assert hidden(str(api_rows(administrator, get("accounts"), {})))
    assert hidden(str(api_card(administrator, get("accounts"), str(known.public_id))))
    for address in ("edit/", "history/"):
        assert "Нужен сеанс" in page(client, f"/office/accounts/{known.public_id}/{address}", 403)
    for address in ("accounts/export.csv", "accounts/import/", "roles/export.xlsx", f"roles/{role.pk}/history/"):
        assert "Нужен сеанс" in page(client, f"/office/{address}", 403)


@pytest.mark.parametrize(
    ("words", "found"),
    [("sosnovskaya@example.org", True), ("SOSNOVSKAYA@example.org", True), ("sosn", False), ("Сосновская", False)],
)
def test_a_masked_login_is_found_by_its_whole_address_alone(town, known, administrator, words, found):
    rows = api_rows(administrator, get("accounts"), {"q": words})["items"]
    assert [row["id"] for row in rows] == ([str(known.public_id)] if found else [])


def test_a_role_is_given_without_a_session_to_a_whole_address(town, known, administrator):
    client = signed_in(administrator)
    values = {"role": "observer", "place_kind": "region", "place": town.region.name, "starts_on": "2026-10-12"}
    guessed = client.post("/office/roles/new/", values | {"account": "sosn"})
    assert guessed.status_code == 422 and hidden(text(guessed))
    given = client.post("/office/roles/new/", values | {"account": "sosnovskaya@example.org"})
    assert given.status_code == 302
    role = RoleAssignment.objects.get(account=known)
    form = page(client, f"/office/roles/{role.pk}/edit/")
    assert f"so…@example.org № {known.pk}" in form
    ended = values | {"account": f"so…@example.org № {known.pk}", "ends_on": "2026-12-31"}
    assert client.post(f"/office/roles/{role.pk}/edit/", ended).status_code == 302
    role.refresh_from_db()
    assert (role.account_id, role.ends_on) == (known.pk, dt.date(2026, 12, 31))


def test_a_session_opens_logins_and_ends_by_itself(town, known, administrator):
    services_accounts.open_personal_session(administrator, reason="Обращение № 5: сменилась почта")
    client = signed_in(administrator)
    assert not hidden(page(client, "/office/accounts/"))
    page(client, f"/office/accounts/{known.public_id}/edit/")
    assert AccessLog.objects.filter(action="edit", object_id=known.pk, role="administrator").exists()
    with clock.frozen(clock.now() + dt.timedelta(minutes=31)):
        assert hidden(page(client, "/office/accounts/"))
        page(client, f"/office/accounts/{known.public_id}/edit/", 403)


def test_masks():
    assert [masks.email(one) for one in ("anna@example.org", "io@e.org", "", "nobody")] == [
        "an…@example.org",
        "i…@e.org",
        "",
        "N.",
    ]
    assert (masks.initial("ёлка"), masks.initial(None), masks.phone("123"), masks.phone("8 (900) 1-23")) == (
        "Ё.",
        "",
        "",
        "…23",
    )


# --- relations that have ended -------------------------------------------------------------------------------


@pytest.fixture
def world(db) -> World:
    return make_world()


def learner(world: World, teacher: Staff, ended: int | None) -> Child:
    """A child whose study at the provider ended so many days ago (None: goes on)."""
    family = world.family()
    group = world.group(teacher=teacher)
    today = clock.today("Europe/Moscow")
    application = Application.objects.create(
        child=family.child,
        group=group,
        organisation=world.organisation,
        municipality=world.municipality,
        applicant=family.account,
        funding="budget",
        state="enrolled" if ended is None else "finished",
        starts_on=START,
    )
    Enrolment.objects.create(
        child=family.child,
        group=group,
        organisation=world.organisation,
        municipality=world.municipality,
        application=application,
        funding="budget",
        focus_area="technical",
        starts_on=START,
        ends_on=None if ended is None else today - dt.timedelta(days=ended),
    )
    return family.child


def test_a_provider_reaches_children_while_they_study_and_a_month_longer(world):
    account = Account.objects.create(email="teacher@example.org", first_name="Вера", last_name="Липова")
    teacher = Staff.objects.create(
        organisation=world.organisation, last_name="Липова", first_name="Вера", post="педагог", account=account
    )
    place = {"place_kind": "organisation", "place_id": world.organisation.pk, "starts_on": START}
    RoleAssignment.objects.create(account=account, role="teacher", **place)
    manager = Account.objects.create(email="manager@example.org", first_name="Ольга", last_name="Дубова")
    RoleAssignment.objects.create(account=manager, role="provider_manager", **place)
    children = {days: learner(world, teacher, days) for days in (None, 0, 29, 32, 400)}
    for worker in (actor_of(account), actor_of(manager)):
        seen = {days for days, child in children.items() if policy.CHILD.can(worker, "view", child)}
        assert seen == {None, 0, 29}
        listed = set(policy.CHILD.rows(worker, "view").values_list("pk", flat=True))
        assert listed == {children[days].pk for days in seen}


# --- the journal ---------------------------------------------------------------------------------------------


def test_the_journal_names_the_role_that_opened_the_card(town):
    child = town.child(town.guardian())
    account = Account.objects.get(pk=town.desk.account_id)
    for role, place in (("centre_head", town.other), ("coordinator", town.municipality)):
        RoleAssignment.objects.create(
            account=account, role=role, place_kind="municipality", place_id=place.pk, starts_on=START
        )
    worker = actor_of(account)
    log_access(worker, "child.open", child, by=policy.CHILD)
    assert AccessLog.objects.latest("pk").role == "desk_operator"
    Guardianship.objects.create(account=account, child=child, relation="mother")
    parent = actor_of(account)
    log_access(parent, "child.open", child, by=policy.CHILD)
    assert AccessLog.objects.latest("pk").role == "desk_operator"
    log_access(SYSTEM, "child.open", child, by=policy.CHILD)
    assert AccessLog.objects.latest("pk").role == ""


def test_a_member_of_staff_who_is_only_a_parent_there_is_noted_as_parent(town):
    child = town.child(town.guardian())
    account = Account.objects.get(pk=town.other_desk.account_id)
    Guardianship.objects.create(account=account, child=child, relation="mother")
    log_access(actor_of(account), "child.open", child, by=policy.CHILD)
    assert AccessLog.objects.latest("pk").role == "guardian"


def test_the_page_of_a_card_writes_that_role(town):
    child = town.child(town.guardian())
    account = Account.objects.get(pk=town.desk.account_id)
    RoleAssignment.objects.create(
        account=account, role="coordinator", place_kind="municipality", place_id=town.municipality.pk, starts_on=START
    )
    page(signed_in(town.desk), f"/office/children/{child.public_id}/")
    assert AccessLog.objects.latest("pk").role == "desk_operator"


# --- keys and addresses --------------------------------------------------------------------------------------


def test_a_filled_patronymic_enters_the_match_key_and_leaves_it_at_undo(town):
    known = town.child(town.guardian(), first_name="Оля", patronymic="")
    repeat = town.child(town.guardian(), first_name="Оля", patronymic="Игоревна")
    task = MergeTask.objects.get()
    services_merge.merge_children(town.desk, task=task, kept=known)
    known.refresh_from_db()
    assert (known.patronymic, known.match_key) == ("Игоревна", repeat.match_key)
    services_merge.undo_merge(town.desk, task=task, reason="Это сёстры")
    known.refresh_from_db()
    assert (known.patronymic, known.match_key) == ("", "рябинина|оля|")


def test_a_login_is_looked_up_by_index(town, known):
    # so many that the planner has a reason to choose
    Account.objects.bulk_create(Account(email=f"sosed{number}@example.org") for number in range(2000))
    rows = queries.accounts_by_address(" Sosnovskaya@Example.org ")
    assert rows.get() == known
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE account")
        plan = rows.explain()
    assert "account_email_ci" in plan
    given = services_accounts.account_for_desk(
        town.desk, email="SOSNOVSKAYA@example.org", last_name="Сосновская", first_name="Прасковья"
    )
    assert given == known
