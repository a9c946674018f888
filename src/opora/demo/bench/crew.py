"""Programs that work for a benchmark: several processes of several threads that start together and report.

The benchmark calls :func:`run`; each process calls :func:`plan`, :func:`together` and :func:`say`. A process connects
its threads, says ``ready``, waits for a line. Nothing of Opora is imported here: a process starts at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeVar

Task = TypeVar("Task")
Gate = Callable[[], None]
"""Called by a thread that is ready; returns when all may start."""


@dataclass(frozen=True, slots=True)
class Reports:
    """What the processes said; `seconds` from the start of all to the end of the last."""

    seconds: float
    parts: list[dict[str, Any]]

    @property
    def processor_seconds(self) -> float:
        """Processor time of the processes at this work."""
        return sum(part["processor"] for part in self.parts)

    def joined(self, name: str) -> list[Any]:
        """The lists of that name, one after another."""
        return [item for part in self.parts for item in part[name]]

    def counted(self, name: str) -> dict[str, int]:
        """The counts of that name, added up."""
        total: Counter[str] = Counter()
        for part in self.parts:
            total.update(part[name])
        return dict(total)


def run(module: str, plans: Sequence[Mapping[str, Any]], environment: Mapping[str, str] | None = None) -> Reports:
    """Start a process of the module for each plan, let all begin at once, and gather what they say."""
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", module],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=os.environ | (environment or {}),
                )
            )
            for _ in plans
        ]
        for process, one in zip(started, plans, strict=True):
            _tell(process, json.dumps(one))
        for process in started:
            _hear(process)
        began = time.monotonic()
        for process in started:
            _tell(process, "go")
        parts = [json.loads(_hear(process)) for process in started]
    return Reports(max(part["ended"] for part in parts) - began, parts)


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("a process of the benchmark ended without an answer")
    return line


# what a process calls


def plan() -> dict[str, Any]:
    """What this process is to do."""
    return dict(json.loads(sys.stdin.readline()))


def together(shares: Iterable[Sequence[Task]], work: Callable[[Sequence[Task], Gate], None]) -> None:
    """Run `work(share, gate)` in a thread for each share: all get ready, then all start at the benchmark's word."""
    given = list(shares)
    barrier = threading.Barrier(len(given) + 1)

    def gate() -> None:
        barrier.wait()  # this one is ready
        barrier.wait()  # all may start

    threads = [threading.Thread(target=work, args=(share, gate)) for share in given]
    for thread in threads:
        thread.start()
    barrier.wait()
    _write("ready")
    sys.stdin.readline()
    global _began
    _began = time.process_time()
    barrier.wait()
    for thread in threads:
        thread.join()


_began = 0.0
"""Processor time of this process when the work began."""


def say(**report: Any) -> None:
    """Report, and that this process has ended now."""
    _write(json.dumps(report | {"ended": time.monotonic(), "processor": time.process_time() - _began}))


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
