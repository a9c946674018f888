"""Running the web server, and beside it the job worker, as supervised children."""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from opora.config.env import env
from opora.core.embedded import DatabaseUnavailable, hold
from opora.core.embedded.process import die_with_parent

HOST = "127.0.0.1"  # a reverse proxy stands before us
WORKERS = 2
THREADS = (
    96  # per worker process; core.admission lets 8 of them work at once, the others wait in turn or refuse quickly
)
LOOK_EVERY = 0.2
RESTART_PAUSE = 1.0
QUICK_DEATHS = 5  # deaths in a row, each within STABLE seconds of the start, after which we give up
STABLE = 10.0
PATIENCE = 15.0  # seconds a child has to finish its requests or its job


@dataclass
class Child:
    """A process that is started again when it dies."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            env=os.environ | self.environment,
            start_new_session=True,  # Ctrl-C reaches only us, and we end the children in order
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    def look(self) -> None:
        """Start again when dead; a child that keeps dying raises SystemExit(1)."""
        if self.process is None or self.process.poll() is None:
            return
        self._kill_group()
        quick = time.monotonic() - self.started < STABLE
        self.deaths = self.deaths + 1 if quick else 1
        _say(f"Процесс «{self.name}» завершился с кодом {self.process.returncode}.")
        if self.deaths >= QUICK_DEATHS:
            _say(f"Процесс «{self.name}» не запускается, останавливаемся.")
            raise SystemExit(1)
        time.sleep(RESTART_PAUSE if quick else 0)
        self.start()

    def stop(self, deadline: float) -> None:
        """Wait for the end that was asked for; what has not ended by ``deadline`` is killed."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(deadline - time.monotonic(), 0.1))
        self._kill_group()
        self.process.wait()

    def _kill_group(self) -> None:
        """End what is left of the child's own session: processes whose parent was killed live on without it."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def run(
    port: int,
    with_worker: bool,
    *,
    host: str = HOST,
    workers: int = WORKERS,
    threads: int = THREADS,
    on_ready: Callable[[], None] | None = None,
) -> int:
    """Serve until SIGINT or SIGTERM, then end everything that was started; returns the exit code.

    Must be called in the main thread. The database must be migrated. ``on_ready`` is called once, when
    the port answers.
    """
    if not _port_is_free(host, port):
        _say(f"Порт {port} занят другой программой. Укажите свободный: PORT=8001.")
        return 1
    held = hold(env)
    from opora.core.staticfiles import ensure_collected  # needs configured settings

    ensure_collected()
    children = [Child("веб-сервер", _web_command(host, port, workers, threads), environment={"OPORA_BATCH": "0"})]
    waiting = [Child("исполнитель заданий", [sys.executable, "-m", "opora.config.cli", "work"])] if with_worker else []
    stop = _StopFlag()
    try:
        for child in children:
            child.start()
        while not stop.wanted:
            time.sleep(LOOK_EVERY)
            for child in children:
                child.look()
            if held:
                held.ensure()
            if (on_ready or waiting) and not _port_is_free(host, port):
                if on_ready:
                    on_ready()
                    on_ready = None
                for child in waiting:  # the worker starts after the first page can be had: two cores are few
                    child.start()
                    children.append(child)
                waiting = []
        return 0
    except SystemExit:
        return 1
    finally:
        _stop_all(children)
        stop.restore()


def main(arguments: list[str]) -> int:
    """``opora serve``: refuses when migrations are missing."""
    parser = argparse.ArgumentParser(prog="opora serve", description="Веб-сервер Опоры.")
    parser.add_argument("--host", default=HOST, help=f"адрес, по умолчанию {HOST}")
    parser.add_argument("--port", type=int, default=env.port, help="порт, по умолчанию из PORT или 8000")
    parser.add_argument("--workers", type=int, default=WORKERS, help="число процессов")
    parser.add_argument("--threads", type=int, default=THREADS, help="число потоков в процессе")
    parser.add_argument("--with-worker", action="store_true", help="запустить и исполнителя заданий")
    chosen = parser.parse_args(arguments)
    try:
        hold(env)
        missing = missing_migrations()
    except DatabaseUnavailable as error:
        _say(str(error))
        return 1
    if missing:
        _say(f"База не готова: не применены миграции ({missing}). Выполните «opora manage migrate».")
        return 1
    return run(
        chosen.port,
        chosen.with_worker,
        host=chosen.host,
        workers=chosen.workers,
        threads=chosen.threads,
        on_ready=lambda: _say(f"Опора работает: {env.base_url or own_url(chosen.port)}"),
    )


def own_url(port: int) -> str:
    """Where a browser on this machine finds us."""
    return f"http://localhost:{port}/"


def missing_migrations() -> int:
    """How many migrations the database lacks. Raises DatabaseUnavailable when it cannot be reached."""
    import django
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import OperationalError

    django.setup()
    try:
        executor = MigrationExecutor(connection)
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except OperationalError as error:
        raise DatabaseUnavailable(f"База недоступна: {error}") from error
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


class _StopFlag:
    """Turns SIGINT and SIGTERM into ``wanted`` for as long as we serve."""

    def __init__(self) -> None:
        self.wanted = False
        self._before = {number: signal.signal(number, self._want) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _want(self, *_: object) -> None:
        self.wanted = True


def _stop_all(children: list[Child]) -> None:
    for child in children:
        if child.process and child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        child.stop(deadline)


def _web_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(threads),
        "--log-level": "error",
        "--workers-kill-timeout": "10",
    }
    flat = [word for pair in options.items() for word in pair]
    return [
        sys.executable,
        "-m",
        "granian",
        *flat,
        "--no-ws",
        "--respawn-failed-workers",
        "opora.config.wsgi:application",
    ]


def _port_is_free(host: str, port: int) -> bool:
    """The server shares its port among its processes, so it would also share with a stranger: ask before."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201
