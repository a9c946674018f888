"""Jobs: run once, taken again after a crash, retried, planned once; the feed loses nothing."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django_tasks import task

from opora.core import clock, feed
from opora.core.jobs import worker
from opora.core.models import Job
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused

RAN: list[str] = []


@task()
def note(text: str) -> str:
    RAN.append(text)
    return text.upper()


@task()
def fail() -> None:
    raise ValueError("не вышло")


@task()
def fail_about(name: str) -> None:
    try:
        raise LookupError(f"нет такого: {name}")
    except LookupError as error:
        raise Refused(Reason("unknown_child", f"Ребёнка {name} нет в реестре.")) from error


@pytest.mark.django_db
def test_an_error_is_kept_without_values():
    fail_about.enqueue("Незабудкина Прасковья")
    worker.drain()
    job = Job.objects.get()
    assert "Незабудкина" not in job.error and "Прасковья" not in job.error
    assert "Refused" in job.error and "reason unknown_child" in job.error and "LookupError" in job.error
    assert "tests/test_jobs.py:" in job.error and " in fail_about" in job.error


@pytest.mark.django_db
def test_job_runs_once_and_keeps_its_result():
    RAN.clear()
    result = note.enqueue("раз")
    assert worker.drain() == 1
    assert worker.drain() == 0
    assert RAN == ["раз"]
    assert note.get_result(result.id).return_value == "РАЗ"


@pytest.mark.django_db
def test_crashed_run_is_taken_again_after_its_lease():
    RAN.clear()
    note.enqueue("снова")
    job = worker.take("dead")
    assert job is not None
    assert worker.take("other") is None
    with clock.frozen(clock.now() + worker.LEASE + dt.timedelta(seconds=1)):
        again = worker.take("other")
        assert again is not None and again.pk == job.pk and again.attempts == 2


@pytest.mark.django_db
def test_failure_is_retried_later_and_given_up_at_last():
    fail.enqueue()
    moment = clock.now()
    for _ in range(8):
        with clock.frozen(moment):
            worker.drain()
        moment += dt.timedelta(hours=2)
    job = Job.objects.get()
    assert job.state == Job.State.FAILED and job.attempts == job.max_attempts and "ValueError" in job.error


@pytest.mark.django_db
def test_stored_reader_returns_each_row_once_also_late_commits():
    emit("a", "x", 1)
    with transaction.atomic():
        assert [row.object_id for row in feed.read("r")] == [1]
    emit("a", "x", 2)
    with transaction.atomic():
        assert [row.object_id for row in feed.read("r")] == [2]
    with transaction.atomic():
        assert feed.read("r") == []


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_is_given_up_at_last():
    note.enqueue("тяжёлое")
    moment = clock.now()
    for _ in range(20):
        with clock.frozen(moment):
            worker.take("dies")
        moment += worker.LEASE + dt.timedelta(seconds=1)
    job = Job.objects.get()
    assert job.state == Job.State.FAILED and job.attempts == job.max_attempts and job.finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_transaction_longer_than_the_window_is_read_after_all():
    """A bulk act may take minutes; its rows carry moments long before its commit."""
    memory = feed.MemoryFeed()
    ready, go = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                emit("a", "x", 1)
                ready.set()
                go.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    ready.wait(10)
    with connection.cursor() as cursor:  # a later fact, far beyond the window
        cursor.execute(
            "INSERT INTO outbox (kind, object_kind, object_id, payload, at)"
            " VALUES ('a', 'x', 2, '{}', clock_timestamp() + interval '5 minutes')"
        )
    with transaction.atomic():
        assert [row.object_id for row in feed.read("r")] == [2]
    assert [row.object_id for row in memory.poll()] == [2]
    go.set()
    thread.join()
    with transaction.atomic():
        assert [row.object_id for row in feed.read("r")] == [1]
    assert [row.object_id for row in memory.poll()] == [1]
    with transaction.atomic():
        assert feed.read("r") == []
    assert memory.poll() == []
