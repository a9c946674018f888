"""Acts inside acts: history names who really acted."""

import pytest
from django.db import connection

from opora.core.access import SYSTEM, Actor
from opora.core.transactions import act


def settings() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('opora.actor', true), current_setting('opora.request', true),"
            " coalesce(current_setting('opora.bulk', true), '')"
        )
        return cursor.fetchone()


@pytest.mark.django_db(transaction=True)
def test_the_outer_actor_is_named_again_after_an_inner_act():
    with act(Actor(account_id=7, request_id="outer")):
        with act(SYSTEM, quiet_history=True):
            assert settings() == ("", "", "on")
        assert settings() == ("7", "outer", "")
        with pytest.raises(ValueError), act(Actor(account_id=8)):
            raise ValueError
        assert settings() == ("7", "outer", "")
