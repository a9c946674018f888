"""The small process that owns the embedded server: ``python -m opora.core.embedded.supervisor HOME``.

It starts ``postgres`` as its direct child, starts it again when it dies, and stops it some seconds
after the last client is gone. Clients hold a shared lock on ``clients.lock``; the kernel takes it back
when a client ends in whatever way. One supervisor per home: it holds ``supervisor.lock``.
"""

import fcntl
import logging
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from .binaries import binaries_for
from .cluster import Cluster
from .errors import DatabaseUnavailable
from .layout import Layout
from .owner import prepare_folders, server_owner

GRACE = 3.0  # seconds without clients before the server stops: two commands in a row share one server
LOOK_EVERY = 0.5
QUICK_DEATHS = 5  # this many deaths, each within STABLE seconds of the start, and we give up
STABLE = 5.0
LOG_LIMIT = 5 * 2**20

log = logging.getLogger("opora.supervisor")


class Supervisor:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.stopping = False
        self.idle_since: float | None = None
        self.clients = os.open(layout.clients_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.wake, wake_write = os.pipe()
        for end in (self.wake, wake_write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)

    def run(self) -> None:
        """Serve until nobody needs the server or a signal says stop."""
        owner = server_owner()
        prepare_folders(self.layout, owner)
        cluster = Cluster(self.layout, owner, binaries_for(owner, self.layout))
        cluster.create()
        deaths = 0
        while not self._finished():
            started = time.monotonic()
            server = cluster.start(_server_log(self.layout.server_log))
            log.info("server started, pid %d", server.pid)
            self._watch(server)
            if server.returncode is None:
                shut_down(server)
                break
            log.warning("server ended with %d", server.returncode)
            deaths = deaths + 1 if time.monotonic() - started < STABLE else 0
            if deaths >= QUICK_DEATHS:
                raise DatabaseUnavailable(f"Сервер базы не запускается, причина в {self.layout.server_log}.")
            if deaths > 1:
                # Processes of the dead server may still hold its memory for a moment.
                time.sleep(0.1 * deaths)

    def _watch(self, server: subprocess.Popen[bytes]) -> None:
        while server.poll() is None and not self._finished():
            readable, _, _ = select.select([self.wake], [], [], LOOK_EVERY)
            if readable:
                os.read(self.wake, 512)

    def _finished(self) -> bool:
        return self.stopping or self._abandoned()

    def _abandoned(self) -> bool:
        """True when no client has been there for GRACE; then the lock is kept, so that a new one waits."""
        try:
            fcntl.flock(self.clients, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.idle_since = None
            return False
        now = time.monotonic()
        self.idle_since = self.idle_since or now
        if now - self.idle_since >= GRACE:
            return True
        fcntl.flock(self.clients, fcntl.LOCK_UN)
        return False

    def _stop(self, *_: object) -> None:
        self.stopping = True


def shut_down(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; harder and harder when it does not obey."""
    for request, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        server.send_signal(request)
        try:
            server.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return


def _server_log(path: Path) -> int:
    """Open the server's log, begun anew when it has grown too long. The descriptor lives as long as we do."""
    global _log_descriptor
    if _log_descriptor is None:
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        _log_descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return _log_descriptor


_log_descriptor: int | None = None


def _detach() -> None:
    """Leave the starter: own session, no terminal, nobody has to wait for us."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    os.umask(0o077)


def main(home: str) -> int:
    """Run the supervisor of ``home`` in the background; at once 0 when there is one already."""
    layout = Layout(Path(home))
    _detach()
    lock = os.open(layout.supervisor_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    # From here on the log belongs to this run; what it ends with is what clients show on failure.
    os.ftruncate(sys.stderr.fileno(), 0)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        Supervisor(layout).run()
    except DatabaseUnavailable as error:
        log.error("%s", error)
        layout.failure.write_text(str(error), encoding="utf-8")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
