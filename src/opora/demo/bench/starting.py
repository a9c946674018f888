"""``start``: the second ``opora demo`` up to the first page, and the memory of a web process that has worked."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from opora.demo.bench import load, machine
from opora.demo.bench.figures import Outcome, Repetition, Target
from opora.demo.bench.stage import Stage, free_port, wait_for_page

PAGES = ("/", "/navigator/", "/navigator/?q=шахматы", "/api/v1/programmes?q=футбол")


def start(stage: Stage) -> Outcome:
    """Load once; then start, ask for the first page, work a little, stop – again and again."""
    home = stage.home / "start"
    shutil.rmtree(home, ignore_errors=True)
    environment = stage.environment(None) | {"OPORA_HOME": str(home), "PORT": str(free_port()), "OPORA_BATCH": "0"}
    began = time.monotonic()
    with _demo(environment):
        first = time.monotonic() - began
    repetitions: list[Repetition] = []
    for _ in range(stage.repetitions):
        time.sleep(5)  # the database server stops some seconds after the last client
        began = time.monotonic()
        with _demo(environment) as process:
            figures: Repetition = {"second start s": time.monotonic() - began}
            requests = [{"method": "GET", "path": load.quoted(PAGES[n % len(PAGES)])} for n in range(200)]
            load.send(int(environment["PORT"]), requests, clients=8)
            figures |= _memory(process.pid)
        repetitions.append(figures)
    shutil.rmtree(home, ignore_errors=True)
    return Outcome(
        dataset={"district": "Зареченский район", "requests before memory": 200},
        repetitions=repetitions,
        targets=[Target("second start s", 10), Target("web process MB", 200)],
        notes=[f"первый запуск с загрузкой района, без установки пакетов: {first:.0f} с"],
    )


@contextlib.contextmanager
def _demo(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """``opora demo`` from its start to its first page; stopped with Ctrl-C afterwards."""
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(
            [sys.executable, "-m", "opora.config.cli", "demo"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=nowhere,
            stderr=nowhere,
        )
    try:
        wait_for_page(int(environment["PORT"]), "/", process)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _memory(root: int) -> Repetition:
    """Megabytes of the largest web process and of the worker, shared pages in proportion."""
    web, worker = [0.0], [0.0]
    for pid in machine.tree(root):
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if any(b"granian" in word for word in words):
                web.append(machine.memory_mb(pid))
            elif b"work" in words:
                worker.append(machine.memory_mb(pid))
    return {"web process MB": max(web), "worker MB": max(worker)}
