"""Rate limits count for all web processes together, in one statement on an unlogged table."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from opora.core import clock
from opora.core.housekeeping import clean
from opora.core.models import SharedValue
from opora.core.rate import Rate
from opora.people.models import Account

NOW = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.mark.django_db
def test_a_window_is_common_to_all_and_opens_again(django_assert_num_queries) -> None:
    here, elsewhere = Rate("t", 2), Rate("t", 2)
    with clock.frozen(NOW):
        with django_assert_num_queries(1):
            assert here.take("a") == 0
        assert [elsewhere.take("a"), here.take("a"), here.take("b"), Rate("u", 2).take("a")] == [0, 60, 0, 0]
    with clock.frozen(NOW + 45 * SECOND):
        assert elsewhere.take("a") == 15
    with clock.frozen(NOW + 60 * SECOND):
        assert here.take("a") == 0
    assert not SharedValue.objects.filter(key__contains="a:").exists(), "keys are hashes"
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'shared_value'")
        assert cursor.fetchone() == ("u",)
    with clock.frozen(NOW + dt.timedelta(days=1)):
        clean.call()
    assert not SharedValue.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_the_limit_and_no_more() -> None:
    passed: list[int] = []

    def ask() -> None:
        with clock.frozen(NOW):
            passed.extend(Rate("crowd", 30).take("one") for _ in range(15))
        connection.close()

    crowd = [threading.Thread(target=ask) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(passed) == 60 and passed.count(0) == 30


@pytest.mark.django_db
def test_the_cache_of_sign_in_is_shared() -> None:
    with clock.frozen(NOW):
        assert cache.add("lock", True, timeout=10) and not cache.add("lock", True, timeout=10)
        cache.set("times", [1.5, 2.5], 60)
        assert cache.get("times") == [1.5, 2.5] and cache.get("nothing", 7) == 7
        assert cache.delete("times") and not cache.delete("times") and cache.get("times") is None
        cache.set("kept", 1)
        assert cache.touch("kept", 600) and not cache.touch("nothing", 600)
    with clock.frozen(NOW + 11 * SECOND):
        assert cache.get("lock") is None and cache.add("lock", True, timeout=10)
        cache.clear()
        assert cache.get("kept") is None


@pytest.mark.django_db
def test_wrong_passwords_are_counted_in_the_database() -> None:
    Account.objects.create_user("guess@example.org", "a long good phrase")
    form = {"login": "guess@example.org", "password": "wrong"}
    answers = [Client().post("/account/login/", form).content.decode() for _ in range(6)]
    assert SharedValue.objects.exists()
    assert "Слишком много" in answers[-1] and "Слишком много" not in answers[0]
