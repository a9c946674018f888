"""Where a benchmark runs: databases of its own on an embedded server of its own, and servers started for it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from opora.core.embedded.binaries import find_binaries
from opora.core.embedded.connection import socket_parameters
from opora.core.embedded.layout import Layout
from opora.demo.bench import machine

SCALES = ("full", "quick", "tiny", "hundred")
"""`hundred`: as full, the region with 100 districts (`make soak`)."""
PATIENCE = 90.0


class CannotMeasure(Exception):
    """This installation lacks what the benchmark needs; the text (Russian) says what."""


@dataclass(frozen=True, slots=True)
class Server:
    """A web server started for a benchmark."""

    pid: int
    port: int

    def processor_seconds(self) -> float:
        return machine.processor_seconds(self.pid)


@dataclass(frozen=True, slots=True)
class Stage:
    """The benchmarks' home with its running database server; `scale` is one of SCALES, tiny for tests."""

    home: Path
    scale: str
    repetitions: int

    def size(self, full: int, quick: int, tiny: int) -> int:
        return {"full": full, "hundred": full, "quick": quick, "tiny": tiny}[self.scale]

    def say(self, text: str) -> None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    # databases

    def url(self, database: str) -> str:
        """DATABASE_URL of one of the benchmarks' databases."""
        layout = Layout(self.home)
        return f"postgresql:///{database}?host={layout.socket_folder}&user=opora"

    @contextmanager
    def server_connection(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        parameters = socket_parameters(Layout(self.home)) | {"dbname": database}
        with psycopg.connect(**parameters, autocommit=True) as connection:
            yield connection

    def is_ready(self, database: str) -> bool:
        """Whether the database was completed before with the same scale."""
        with self.server_connection() as server:
            row = server.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
            ).fetchone()
        return row is not None and row[0] == self.scale

    def create(self, database: str) -> None:
        """Make the database anew, empty."""
        self.drop(database)
        with self.server_connection() as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def copy(self, database: str, target: str) -> None:
        """Make a copy of a database that nobody uses now."""
        self.drop(target)
        with self.server_connection() as server:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    sql.Identifier(target), sql.Identifier(database)
                )
            )

    def drop(self, database: str) -> None:
        with self.server_connection() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def spoil(self, database: str) -> None:
        """What the benchmark does to the database cannot be undone: the next run makes it anew."""
        with self.server_connection() as server:
            server.execute(sql.SQL("COMMENT ON DATABASE {} IS NULL").format(sql.Identifier(database)))

    def set_ready(self, database: str) -> None:
        with self.server_connection() as server:
            server.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(self.scale))
            )

    def postmaster(self) -> int:
        """The process of the benchmarks' database server."""
        return int((Layout(self.home).data / "postmaster.pid").read_text().split("\n", 1)[0])

    # programs

    def environment(self, database: str | None, **more: str) -> dict[str, str]:
        """The environment of a program that works on the database (on its own home when None)."""
        kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "OPORA_BASE_URL")}
        if database:
            kept["DATABASE_URL"] = self.url(database)
        return kept | {"OPORA_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "opora.config.settings"} | more

    def opora(self, *arguments: str, database: str | None, **more: str) -> subprocess.CompletedProcess[str]:
        """Run an ``opora`` command to its end; raises CalledProcessError with what it said."""
        return subprocess.run(
            [sys.executable, "-m", "opora.config.cli", *arguments],
            env=self.environment(database, **more),
            capture_output=True,
            text=True,
            check=True,
        )

    @contextmanager
    def serving(self, database: str, *, workers: int | None = None, threads: int | None = None) -> Iterator[Server]:
        """Opora's web server as ``opora serve`` starts it."""
        port = free_port()
        command = [sys.executable, "-m", "opora.config.cli", "serve", "--port", str(port)]
        for option, value in (("--workers", workers), ("--threads", threads)):
            command += [option, str(value)] if value is not None else []
        with self.started(command, port, self.environment(database), "/healthz") as server:
            yield server

    @contextmanager
    def serving_bare(self, database: str, *, workers: int = 2, threads: int = 8) -> Iterator[Server]:
        """The bare Django application of :mod:`opora.demo.bench.bare` on the same server program."""
        port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--workers", str(workers), "--blocking-threads", str(threads), "--log-level", "error", "--no-ws"]
        command += ["opora.demo.bench.bare:application"]
        environment = self.environment(database, OPORA_BATCH="0", DJANGO_SETTINGS_MODULE="opora.demo.bench.bare")
        with self.started(command, port, environment, "/healthz") as server:
            yield server

    @contextmanager
    def started(self, command: list[str], port: int, environment: Mapping[str, str], path: str) -> Iterator[Server]:
        """Start a program that serves HTTP, wait for its first page, end it afterwards."""
        with open(self.home / "bench-server.log", "ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        try:
            wait_for_page(port, path, process)
            yield Server(process.pid, port)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_page(port: int, path: str, process: subprocess.Popen[Any]) -> None:
    """Ask until the page comes with status 200. Raises RuntimeError when the program ends or is too slow."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError) as error:
            last = error
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"the server does not answer: {last}")
        time.sleep(0.02)


def pgbench(stage: Stage, database: str, script: str, *, clients: int, transactions: int) -> dict[str, float]:
    """Run a script with pgbench: transactions per second and mean latency; `transactions` is per client."""
    folder = find_binaries()
    path = stage.home / "floor.sql"
    path.write_text(script, encoding="utf-8")
    layout = Layout(stage.home)
    command = [
        str(folder / "pgbench"),
        "-h",
        str(layout.socket_folder),
        "-U",
        "opora",
        "-n",
        "-M",
        "prepared",
        "-D",
        "n=0",
    ]
    command += ["-c", str(clients), "-j", "2", "-t", str(transactions), "-f", str(path), database]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pgbench: {done.stderr.strip()[-500:]}")
    found = {}
    for line in done.stdout.splitlines():
        if line.startswith("tps = "):
            found["tps"] = float(line.split()[2])
        if line.startswith("latency average"):
            found["latency_ms"] = float(line.split()[3])
        if "failed transactions" in line and not line.split(":")[1].strip().startswith("0 "):
            raise RuntimeError(f"pgbench: {line}")
    return found
