"""Money of a certificate group is never given beyond its limits, however many ask at once."""

import threading

import pytest
from django.db import connection

from opora.certificates import queries, services, services_desk, services_funding
from opora.certificates.models import CertificateBalance, CertificateGroup, FundingQueue
from opora.core import clock
from opora.core.reasons import Busy
from tests.people.town import Town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
FAMILIES, VACANCIES = 12, 3


def prepared():
    today = clock.today()
    town = Town()
    period = town.period(certificates=VACANCIES, money="6000000.00")
    period.starts_on, period.ends_on = today.replace(month=1, day=1), today.replace(month=12, day=31)
    period.save()
    rows = []
    for _ in range(FAMILIES):
        guardian = town.guardian()
        child = town.child(guardian)
        services.apply_certificate(town.again(guardian), child=child)
        services_desk.prove_identity(town.desk, child=child, documents="паспорт", go_on=True)
        rows.append((town.again(guardian), child.certificates.get()))
    return town, rows


def race(rows):
    start = threading.Barrier(len(rows))
    failed = []

    def ask(actor, row):
        try:
            start.wait()
            for _ in range(20):
                try:
                    services_funding.request_funding(actor, certificate=row)
                    return
                except Busy:
                    continue
            failed.append(row.pk)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=pair) for pair in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


def test_vacancies_are_never_oversold():
    _, rows = prepared()
    race(rows)
    assert CertificateBalance.objects.filter(nominal__gt=0).count() == VACANCIES
    waiting = FundingQueue.objects.filter(state="waiting").order_by("requested_at", "pk")
    assert waiting.count() == FAMILIES - VACANCIES
    assert [queries.queue_position(row) for row in waiting] == list(range(1, FAMILIES - VACANCIES + 1))


def test_without_the_lock_they_would_be(monkeypatch):
    """The negative control: the same race with the group's lock off gives out too many."""
    _, rows = prepared()
    meeting = threading.Barrier(FAMILIES)

    def unlocked(group_id):
        group = CertificateGroup.objects.select_related("period").get(pk=group_id)
        queries.group_load(group)
        return group

    seen = services_funding._may_give

    def slow(group, request):
        answer = seen(group, request)
        meeting.wait(timeout=30)
        return answer

    monkeypatch.setattr(services_funding, "lock_group", unlocked)
    monkeypatch.setattr(services_funding, "_may_give", slow)
    race(rows)
    assert CertificateBalance.objects.filter(nominal__gt=0).count() > VACANCIES
