"""Homes of their own for tests that start, kill and inspect embedded servers."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from opora.core.embedded.connection import socket_parameters
from opora.core.embedded.layout import Layout
from opora.core.embedded.process import is_server_of

HOLD = """
import sys, types, pathlib
from opora.core.embedded import DatabaseUnavailable, hold
try:
    hold(types.SimpleNamespace(home=pathlib.Path(sys.argv[1]), database_url=None, batch=True))
except DatabaseUnavailable as error:
    print(error)
    sys.exit(1)
print("ready", flush=True)
sys.stdin.read()
"""


class Home:
    """One home folder with the means to look at its server."""

    def __init__(self, path: Path) -> None:
        self.layout = Layout(path)

    @contextmanager
    def client(self) -> Iterator[subprocess.Popen[str]]:
        """A separate process that holds the server; waits until it answers."""
        process = self.begin_client()
        with process:
            try:
                assert process.stdout is not None
                first = process.stdout.readline()
                assert first == "ready\n", first
                yield process
            finally:
                process.kill()

    def begin_client(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLD, str(self.layout.home)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def failure(self) -> str:
        """What a client that cannot start says."""
        with self.begin_client() as process:
            said, _ = process.communicate()
        assert process.returncode == 1, said
        return said

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(**socket_parameters(self.layout), autocommit=True)

    def connect_when_back(self) -> psycopg.Connection:
        """Connect to a server that is just being started again."""
        deadline = time.monotonic() + 20
        while True:
            try:
                return self.connect()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    @property
    def server_pid(self) -> int:
        return int((self.layout.data / "postmaster.pid").read_text().split("\n", 1)[0])

    @property
    def supervisor_pid(self) -> int:
        return int(self.layout.supervisor_lock.read_text())

    @property
    def supervised(self) -> bool:
        with open(self.layout.supervisor_lock) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def stop(self) -> None:
        """End the server at once and wait until it is gone."""
        if self.layout.supervisor_lock.exists() and self.supervised:
            with suppress(ProcessLookupError):
                os.kill(self.supervisor_pid, signal.SIGTERM)
            wait_for(lambda: not self.supervised)

    def server_lives(self, pid: int) -> bool:
        return is_server_of(pid, self.layout.data)


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@contextmanager
def temporary_home(prefix: str = "opora-home-") -> Iterator[Home]:
    """A home in a folder that only we may enter (0700), removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    home = Home(folder)
    try:
        yield home
    finally:
        home.stop()
        shutil.rmtree(home.layout.socket_folder, ignore_errors=True)
        shutil.rmtree(folder)
