"""``month.turn``: the 1st of the month for 300 000 contracts of 42 municipalities, once with the process killed."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import time

from django.db import connection

from opora.core import clock
from opora.demo.bench import machine
from opora.demo.bench.contracts import MONTHS, MUNICIPALITIES
from opora.demo.bench.figures import Outcome, Repetition, Target
from opora.demo.bench.stage import Stage
from opora.demo.bench.turn_month import turn


def month_turn(stage: Stage) -> Outcome:
    """Each repetition turns a month of all contracts in one go; the last month is turned by a process that is killed."""
    contracts = _count("contract")
    last = min(stage.repetitions + 1, MONTHS)
    stage.spoil("months")  # the months turn once: the next run loads them again
    repetitions = [_turned(stage, month) for month in range(1, last)]
    moved_before_kill = _killed(stage, last, contracts)
    resumed = _turned(stage, last)
    wrong = contracts - moved_before_kill - int(resumed["months moved"]) + _wrong(last)
    for one in repetitions:
        one["wrong"] = abs(contracts - int(one["months moved"])) + abs(wrong)
    return Outcome(
        dataset={"contracts": contracts, "certificates": _count("certificate"), "municipalities": MUNICIPALITIES},
        repetitions=repetitions,
        targets=[Target("s", 60), Target("wrong", 0, worst=True)],
        notes=[
            f"убит посреди работы (kill -9) на {moved_before_kill} из {contracts}, продолжен за {resumed['s']:.1f} с",
            "wrong: месяцы, списанные не ровно один раз, и нарушенные правила денег, также после прерывания",
        ],
    )


def _turned(stage: Stage, month: int) -> Repetition:
    """Turn a month in this process, as the hourly job does."""
    postmaster = stage.postmaster()
    began, database = time.monotonic(), machine.processor_seconds(postmaster)
    moved = turn(_first(month))
    return {
        "s": time.monotonic() - began,
        "CPU s": machine.processor_seconds(postmaster) - database,
        "months moved": moved,
    }


def _killed(stage: Stage, month: int, contracts: int) -> int:
    """Turn a month in another process and kill it when about half is done; returns the months it moved."""
    command = [sys.executable, "-m", "opora.demo.bench.turn_month", _first(month).isoformat()]
    with subprocess.Popen(command, env=stage.environment("months")) as process:
        try:
            while process.poll() is None and _moved(month) < contracts // 2:
                time.sleep(0.01)
        finally:
            process.kill()
    if process.returncode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"the turn of the month ended with code {process.returncode}")
    while _others():  # the server finishes or undoes what the dead process had begun
        time.sleep(0.05)
    return _moved(month)


def _others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _moved(month: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM contract_month WHERE month = %s AND state = 'spent'", [_first(month)])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _wrong(months: int) -> int:
    """Rows that break a rule of money, and months of contracts that are spent too early or not at all."""
    from opora.enrolment import invariants

    checks = [one for one in invariants.CHECKS if one.name.startswith(("certificate.", "contract."))]
    found = sum(result.figure for result in invariants.check(checks))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM contract_month WHERE (state = 'spent') <> (month <= %s)", [_first(months)])
        row = cursor.fetchone()
    return found + (int(row[0]) if row else 0)


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _first(month: int) -> dt.date:
    return dt.date(clock.today().year + 1, month, 1)
