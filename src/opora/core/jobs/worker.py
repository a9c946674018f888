"""The worker: takes due jobs under a lease, keeps it alive by a heartbeat, retries with growing pauses.

A worker that dies leaves a lease that runs out; the job is then taken by another one. So every job may run more
than once and must be idempotent.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import threading
import traceback
import uuid
from pathlib import Path
from typing import Any

from django.db import DatabaseError, close_old_connections, connection
from django.utils.module_loading import import_string
from django_tasks.utils import normalize_json

from opora.core import clock
from opora.core.jobs.periodic import registered
from opora.core.models import Job, Schedule
from opora.core.reasons import Refused

LEASE = dt.timedelta(seconds=60)
HEARTBEAT_SECONDS = 15.0
POLL_SECONDS = 0.5
MOST_FRAMES = 60
BACKOFF_SECONDS = (5, 20, 60, 300, 900, 3600)
logger = logging.getLogger("opora.jobs")

_TAKE = """
WITH hopeless AS (
    -- it took its worker with it each time
    UPDATE job SET state = 'failed', finished_at = %(now)s, error = 'lease ran out'
     WHERE state = 'running' AND leased_until < %(now)s AND attempts >= max_attempts
)
UPDATE job SET state = 'running', leased_by = %(worker)s, leased_until = %(until)s, attempts = attempts + 1
 WHERE id = (SELECT id FROM job
              WHERE (state = 'ready' AND run_after <= %(now)s) OR (state = 'running' AND leased_until < %(now)s
                                                                AND attempts < max_attempts)
              ORDER BY priority DESC, run_after, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def worker_name() -> str:
    """A name that no other living worker has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"


def release_dead() -> int:
    """End the leases of workers of this machine whose process is gone: their jobs need not wait for the lease."""
    host = socket.gethostname()
    freed = 0
    for job in Job.objects.filter(state=Job.State.RUNNING, leased_by__startswith=f"{host}:"):
        pid = job.leased_by.split(":")[1]
        if pid.isdigit() and not _lives(int(pid)):
            same = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, leased_by=job.leased_by)
            freed += same.update(leased_until=clock.now())
    return freed


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def take(worker: str) -> Job | None:
    """Lease the next due job, or one whose lease ran out; None when nothing is due."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"worker": worker, "until": now + LEASE, "now": now})
        row = cursor.fetchone()
    return Job.objects.get(pk=row[0]) if row else None


def plan_periodic() -> int:
    """Enqueue each periodic task once per due moment; returns how many were enqueued."""
    planned = 0
    now = clock.now()
    for item in registered():
        _, created = Schedule.objects.get_or_create(code=item.code, municipality_id=0, due=item.due(now))
        if created:
            Job.objects.create(task=item.path, run_after=now)
            planned += 1
    if planned:
        Schedule.objects.filter(due__lt=now - dt.timedelta(days=8)).delete()
        Job.objects.filter(state=Job.State.DONE, finished_at__lt=now - dt.timedelta(days=8)).delete()
    return planned


def run(job: Job, worker: str) -> bool:
    """Run one leased job; returns True when it is done. Failures are kept with their place and retried."""
    stop = threading.Event()
    beat = threading.Thread(target=_heartbeat, args=(job.pk, worker, stop), daemon=True)
    beat.start()
    try:
        value = import_string(job.task).call(*job.args, **job.kwargs)
    except Exception as error:
        _failed(job, worker, error)
        return False
    finally:
        stop.set()
        beat.join()
    Job.objects.filter(pk=job.pk, leased_by=worker).update(
        state=Job.State.DONE, finished_at=clock.now(), result=normalize_json(value), error="", progress=100
    )
    return True


def _failed(job: Job, worker: str, error: Exception) -> None:
    given_up = job.attempts >= job.max_attempts
    pause = BACKOFF_SECONDS[min(job.attempts, len(BACKOFF_SECONDS)) - 1]
    logger.error("job failed", extra={"job": job.task, "event": "given up" if given_up else "retry"}, exc_info=error)
    changes: dict[str, Any] = {"error": told(error)}
    if given_up:
        changes |= {"state": Job.State.FAILED, "finished_at": clock.now()}
    else:
        changes |= {"state": Job.State.READY, "run_after": clock.now() + dt.timedelta(seconds=pause)}
    Job.objects.filter(pk=job.pk, leased_by=worker).update(**changes)


def told(error: BaseException) -> str:
    """What is kept of an error: its type and the places it passed, never a value (it may be somebody's name).

    «ValueError», then «opora/enrolment/jobs.py:41 in send» per frame, innermost last; causes follow.
    """
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < MOST_FRAMES:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}".removeprefix("builtins."))
        if isinstance(seen, Refused):
            lines += [f"  reason {reason.code}" for reason in seen.reasons]
        lines += [
            f"  {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(seen.__traceback__)
        ]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(lines[:MOST_FRAMES])


def _heartbeat(job_id: int, worker: str, stop: threading.Event) -> None:
    try:
        while not stop.wait(HEARTBEAT_SECONDS):
            try:
                Job.objects.filter(pk=job_id, leased_by=worker).update(leased_until=clock.now() + LEASE)
            except DatabaseError:  # a failover may end before the lease does
                connection.close()
    finally:
        connection.close()


def drain(worker: str | None = None, limit: int = 1000) -> int:
    """Run all jobs that are due now, in this thread; returns how many ran (tests, `opora work --once`)."""
    name = worker or worker_name()
    count = 0
    while count < limit and (job := take(name)) is not None:
        run(job, name)
        count += 1
    return count


def loop(stop: threading.Event) -> None:
    """Work until `stop` is set; a lost database is waited for, not died of."""
    name = worker_name()
    begun = False
    while not stop.is_set():
        try:
            close_old_connections()
            begun = begun or release_dead() >= 0
            plan_periodic()
            if drain(name, limit=50) == 0:
                stop.wait(POLL_SECONDS)
        except Exception as error:
            logger.error("worker lost its database", extra={"event": "wait"}, exc_info=error)
            connection.close()
            stop.wait(2.0)
