"""Append-only tables: closed to every setting and to the serving role; an erasure leaves its act; months of history."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from opora.core import history, history_guard, housekeeping
from opora.core.access import SYSTEM
from opora.core.journal import log_access
from opora.core.models import AccessLog
from opora.core.transactions import act
from tests.people.town import Town, at_noon

pytestmark = pytest.mark.django_db
ROLE = "opora_serving_test"


@pytest.fixture
def child():
    with at_noon():
        town = Town()
        made = town.child(town.guardian(), last_name="Незабудкина", first_name="Прасковья")
        log_access(town.desk, "card", made, by="desk_operator", reason="Звонила Незабудкина")
        yield made


def refused(statement: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except Error:
        return True
    return False


@pytest.mark.parametrize("table", ["history", "access_log", "erasure_act", "certificate_entry", "period_amendment"])
def test_no_setting_opens_an_append_only_table(table, child):
    with act(SYSTEM):
        history_guard.erase(SYSTEM, child, keys=["school_name"], ground="Проверка")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('opora.erasure', 'on', true), set_config('opora.bulk', 'on', true)")
    if table in ("history", "access_log", "erasure_act"):
        assert refused(f"DELETE FROM {table}")
        assert refused(f"TRUNCATE {table}")
        assert refused(f"UPDATE {table} SET at = now()")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = %s", [f"{table}_append_only"])
            assert cursor.fetchone() == (1,)
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'refuse_change'")
            assert "current_setting" not in cursor.fetchone()[0]


def test_an_erasure_takes_the_named_keys_and_leaves_its_act(child):
    with act(SYSTEM):
        done = history_guard.erase(SYSTEM, child, keys=["last_name", "first_name"], ground="Заявление № 5")
    first = history.of(child)[-1]
    assert (first.after["last_name"], first.after["first_name"]) == (f"erased:{done.pk}",) * 2
    assert first.after["patronymic"] == child.patronymic
    assert AccessLog.objects.get(action="card").reason == f"erased:{done.pk}"
    assert done.ground == "Заявление № 5" and len(done.sha256) == 64 and done.keys == ["last_name", "first_name"]
    assert refused('UPDATE history SET after = after || \'{"patronymic": "x"}\' WHERE "table" = \'child\'')
    assert refused("UPDATE history SET actor = 1 WHERE \"table\" = 'child'")
    assert refused("SELECT erase_personal('child', 'people.child', %s, '{last_name}', ' ', NULL)", child.pk)


@pytest.mark.django_db(transaction=True)
def test_an_act_of_another_transaction_opens_nothing():
    with at_noon():
        town = Town()
        made = town.child(town.guardian())
    with act(SYSTEM):
        done = history_guard.erase(SYSTEM, made, keys=["first_name"], ground="Заявление")
    change = "UPDATE history SET after = erased(after, %s, '{first_name,last_name}') WHERE \"table\" = 'child'"
    assert refused(change, done.pk)


def test_the_serving_role_only_adds(child):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE IF EXISTS {ROLE}")
        cursor.execute(f"CREATE ROLE {ROLE}")
    call_command("runtime_role", ROLE, stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    for table in ("history", "history_rest", "access_log", "certificate_entry", "erasure_act"):
        assert refused(f"DELETE FROM {table}") and refused(f"TRUNCATE {table}")
        assert refused(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    with act(SYSTEM):
        child.school_name = "Школа № 2"
        child.save(update_fields=["school_name"])
        history_guard.erase(SYSTEM, child, keys=["school_name"], ground="Заявление")
    assert history.of(child)[0].after["school_name"].startswith("erased:")
    assert history_guard.make_partitions(9) > 0
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    with pytest.raises(CommandError, match="владелец"):
        call_command("runtime_role", "opora")


def partitions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'history'::regclass ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def test_months_of_history_are_made_ahead(child):
    now = dt.datetime.now(dt.UTC)
    assert f"history_{now:%Y_%m}" in partitions() and len(partitions()) >= history_guard.MONTHS_AHEAD + 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM history_rest")
        assert cursor.fetchone() == (0,)
        cursor.execute(f"SELECT count(*) FROM history_{now:%Y_%m}")
        assert cursor.fetchone()[0] > 0
    assert housekeeping.history_partitions.func() == 0
    assert history_guard.make_partitions(history_guard.MONTHS_AHEAD + 2) == 2


def test_rows_that_found_no_month_become_a_partition_of_their_own(child):
    """The worker was off for years: nothing is lost, nothing is moved, and the same act may be erased there."""
    insert = (
        "INSERT INTO history (\"table\", pk, op, after, at) VALUES ('child', %s, 'U', '{\"first_name\": \"А\"}', %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert, [child.pk, dt.datetime(2031, 3, 31, 23, 59, tzinfo=dt.UTC)])
        cursor.execute(insert, [child.pk, dt.datetime(2031, 5, 2, tzinfo=dt.UTC)])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert history_guard.make_partitions() == 1
    assert "history_2031_03_2031_05" in partitions()
    assert refused("DELETE FROM history_2031_03_2031_05") and refused("TRUNCATE history_2031_03_2031_05")
    with act(SYSTEM):
        history_guard.erase(SYSTEM, child, keys=["first_name"], ground="Заявление")
    assert all(change.after["first_name"].startswith("erased:") for change in history.of(child)[:2])
    with connection.cursor() as cursor:
        cursor.execute(insert, [child.pk, dt.datetime(2040, 1, 1, tzinfo=dt.UTC)])
        cursor.execute("SELECT count(*) FROM history_rest")
        assert cursor.fetchone() == (1,)


def test_no_function_of_the_database_asks_a_setting_whether_it_may() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE prosrc LIKE '%opora.erasure%'")
        assert cursor.fetchall() == []
