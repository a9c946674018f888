"""The ledger: totals and entries change together, once per act, never below nothing."""

from __future__ import annotations

import pytest

from opora.certificates import ledger
from opora.certificates.models import CertificateEntry
from opora.certificates.rules import Totals
from opora.certificates.rules.ledger import request, spend
from opora.core.access import SYSTEM
from opora.core.models import Outbox
from opora.core.reasons import Refused
from opora.core.transactions import act

from .world import make_world

pytestmark = pytest.mark.django_db


def test_an_act_is_recorded_once_with_its_totals() -> None:
    world = make_world()
    certificate = world.certificate(world.family().child)
    where = {"certificate_id": certificate.pk, "period_id": world.period_a.pk}
    source = {"source_kind": "contract", "source_id": 7}
    with act(SYSTEM):
        posted = ledger.post(request(506640), **where, **source)
    assert posted.totals == Totals(600000, 93360, 506640, 0)
    with pytest.raises(ledger.AlreadyPosted), act(SYSTEM):
        ledger.post(request(506640), **where, **source)
    assert ledger.totals(**where) == Totals(600000, 93360, 506640, 0)
    assert Outbox.objects.filter(kind="certificate.entry", payload__act="request").count() == 1


def test_money_that_is_not_there_is_refused_and_nothing_is_written() -> None:
    world = make_world()
    certificate = world.certificate(world.family().child)
    where = {"certificate_id": certificate.pk, "period_id": world.period_a.pk}
    with pytest.raises(Refused) as refusal, act(SYSTEM):
        ledger.post(spend(1), **where, source_kind="contract", source_id=7)
    assert refusal.value.reasons[0].code == "not_enough_money"
    assert CertificateEntry.objects.filter(certificate=certificate, period=world.period_a).count() == 1
