import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

import pytest

PAGE = "/account/login/"


class Served:
    """``opora serve`` in its own process on this worker's database."""

    def __init__(self, database_url: str, arguments: list[str]) -> None:
        self.port = free_port()
        environment = os.environ | {"DATABASE_URL": database_url, "OPORA_BATCH": "0"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "opora.config.cli", "serve", "--port", str(self.port), *arguments],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )

    def status(self, path: str = PAGE) -> int | None:
        """HTTP status, or None when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return None

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + 60
        while self.status() != 200:
            assert self.process.poll() is None, self.end()
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def end(self) -> str:
        """Terminate, wait, and return what it said on standard error."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.communicate(timeout=30)[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(pid: int) -> set[int]:
    """Ids of all processes started by ``pid`` or by those it started."""
    done = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    parents = dict(map(int, line.split()) for line in done.stdout.splitlines())
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pid: int) -> bool:
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")


@pytest.fixture
def serve(database_url: str) -> Iterator[Callable[..., Served]]:
    """Factory: ``serve("--workers", "1")`` starts the server; all are ended after the test."""
    started: list[Served] = []

    def start(*arguments: str) -> Served:
        started.append(Served(database_url, list(arguments)))
        return started[-1]

    yield start
    for served in started:
        served.end()
