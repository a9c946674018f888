"""Small facts about processes that the standard library does not tell."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def die_with_parent(order: signal.Signals) -> Callable[[], None] | None:
    """A ``preexec_fn``: the child gets ``order`` when its parent dies in any way. Linux only.

    subprocess changes the user before it calls this; the other way round the kernel would forget the wish.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded before the fork: dlopen after it is not safe
    parent = os.getpid()

    def request() -> None:
        libc.prctl(PR_SET_PDEATHSIG, order)
        if os.getppid() != parent:
            os._exit(1)

    return request


def is_server_of(pid: int, data: Path) -> bool:
    """Whether ``pid`` is a living PostgreSQL server working in ``data`` (a zombie is not living)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    if not sys.platform.startswith("linux"):
        return _ps_says_server(pid, data)
    folder = Path("/proc") / str(pid)
    try:
        state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        name = (folder / "comm").read_text().strip()
        return state not in "ZX" and name == "postgres" and os.readlink(folder / "cwd") == str(data.resolve())
    except OSError:
        return False


def _ps_says_server(pid: int, data: Path) -> bool:
    done = subprocess.run(["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, command = done.stdout.strip().partition(" ")
    return not state.startswith("Z") and "postgres" in command and str(data) in command
