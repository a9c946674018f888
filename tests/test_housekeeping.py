"""Answers to repeats live 7 days; facts of the outbox 30 days, longer when a reader has fallen behind."""

import datetime as dt

import pytest

from opora.core import clock, housekeeping
from opora.core.models import IdempotentCall, Outbox, OutboxReader

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_old_answers_and_read_facts_go():
    now = clock.now()
    for age in (1, 6, 8, 20, 40):
        IdempotentCall.objects.create(account_id=1, key=str(age), request_hash="h", at=now - age * DAY)
        Outbox.objects.create(kind="k", object_kind="o", object_id=age, at=now - age * DAY)
    reader = OutboxReader.objects.create(name="slow", last_at=now - 50 * DAY)
    assert housekeeping.clean.func() == {"answers": 3, "facts": 0}
    assert set(IdempotentCall.objects.values_list("key", flat=True)) == {"1", "6"}
    reader.last_at = now
    reader.save()
    assert housekeeping.clean.func() == {"answers": 0, "facts": 1}
    assert housekeeping.clean.func() == {"answers": 0, "facts": 0}
