"""The data folder of the embedded server: making it, its settings, its leftovers after a crash."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import DatabaseUnavailable
from .layout import PORT, ROLE, Layout
from .owner import Owner
from .process import die_with_parent, is_server_of

FSYNC = "OPORA_PG_FSYNC"
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Cluster:
    """One data folder with the programs and the user that serve it."""

    layout: Layout
    owner: Owner
    binaries: Path

    def create(self) -> None:
        """Run initdb unless the data folder is complete; an interrupted run leaves nothing usable behind."""
        if (self.layout.data / "PG_VERSION").is_file():
            self._check_version()
            return
        unfinished = self.layout.data.with_name("data.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        done = subprocess.run(
            [
                self.binaries / "initdb",
                f"--pgdata={unfinished}",
                f"--username={ROLE}",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--auth-local=trust",  # the socket's folder is 0700: only its owner and root come here
                "--auth-host=reject",
                "--no-instructions",
                *(["--no-sync"] if not _durable() else []),
            ],
            capture_output=True,
            text=True,
            check=False,
            **self._process_arguments(),
        )
        if done.returncode:
            raise DatabaseUnavailable(f"Не удалось создать базу в {self.layout.data}: {done.stderr.strip()}")
        unfinished.rename(self.layout.data)

    def start(self, log: int) -> subprocess.Popen[bytes]:
        """Start ``postgres`` as a direct child that dies with us; ``log`` is a file descriptor."""
        self._remove_leftovers()
        settings = [f"--{name}={value}" for name, value in server_settings(self.layout).items()]
        return subprocess.Popen(
            [self.binaries / "postgres", "-D", self.layout.data, *settings],
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(signal.SIGINT),  # SIGINT: fast shutdown
            **self._process_arguments(),
        )

    def _process_arguments(self) -> dict[str, Any]:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.layout.cluster)}
        return {"cwd": "/", "env": environment, "stdin": subprocess.DEVNULL, **self.owner.popen_arguments}

    def _check_version(self) -> None:
        theirs = (self.layout.data / "PG_VERSION").read_text().strip()
        answer = subprocess.run([self.binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
        ours = answer.stdout.split()[2].partition(".")[0]
        if ours != theirs:
            raise DatabaseUnavailable(
                f"Данные в {self.layout.data} записаны PostgreSQL {theirs}, а установлен PostgreSQL {ours}. "
                f"Запустите прежнюю версию Опоры, сделайте «opora backup» и восстановите копию в новой."
            )

    def _remove_leftovers(self) -> None:
        """Take away a ``postmaster.pid`` whose process is dead, a zombie or not a server of this folder.

        A server that still lives (its supervisor was killed a moment ago) is first told to stop:
        starting beside it is refused by PostgreSQL itself, which also looks at the shared memory.
        """
        pid_file = self.layout.data / "postmaster.pid"
        for step, request in enumerate((None, signal.SIGINT, signal.SIGQUIT)):
            try:
                pid = int(pid_file.read_text().split("\n", 1)[0])
            except FileNotFoundError:
                return
            except ValueError:
                break
            if request is not None:
                _signal(pid, request)
            deadline = time.monotonic() + (1, 20, 5)[step]
            while is_server_of(pid, self.layout.data) and time.monotonic() < deadline:
                time.sleep(0.05)
            if not is_server_of(pid, self.layout.data):
                break
        pid_file.unlink(missing_ok=True)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _durable() -> bool:
    return os.environ.get(FSYNC, "on").lower() != "off"


def _memory() -> int:
    """Bytes of memory this machine (or container) has."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(total, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    except (OSError, ValueError):  # no such file, or the word "max"
        return total


def server_settings(layout: Layout) -> dict[str, str]:
    """Settings on the server's command line; a test server (OPORA_PG_FSYNC=off) trades safety for speed."""
    durable = _durable()
    memory = _memory() // MEBIBYTE
    shared_buffers = min(max(memory // 8, 64), 1024) if durable else 64
    shared_memory = os.statvfs("/dev/shm") if os.path.isdir("/dev/shm") else None
    roomy = shared_memory is not None and shared_memory.f_frsize * shared_memory.f_blocks >= 256 * MEBIBYTE
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(layout.socket_folder),
        "unix_socket_permissions": "0700",
        "max_connections": "60" if durable else "100",
        "shared_buffers": f"{shared_buffers}MB",
        "effective_cache_size": f"{max(memory // 2, 128)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(max(memory // 16, 32), 256)}MB",
        "dynamic_shared_memory_type": "posix" if roomy else "mmap",
        "jit": "off",
        "random_page_cost": "1.1",
        # One server without replicas: bulk loads into fresh tables and index builds skip the log.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "fsync": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # Personal data stay out of the log: errors of statements, which quote values, go to the client alone.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
    }
