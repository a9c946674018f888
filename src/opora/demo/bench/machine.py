"""The machine and its processes: what stood under the figures, processor time and memory from /proc."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from opora import __version__
from opora.core.embedded.binaries import find_binaries

PACKAGES = ("django", "psycopg", "django-ninja", "granian", "numpy")
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
RSS_UNIT = 2**20 if sys.platform == "darwin" else 1024
"""What getrusage counts peak memory in, per megabyte."""


def description() -> dict[str, object]:
    """Processor, memory, system, versions and the load before the run; nothing that names the machine."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(PAGE * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load": [round(value, 2) for value in os.getloadavg()],
        "versions": {
            "opora": __version__,
            "python": platform.python_version(),
            "postgresql": _postgresql(),
            **{name: version(name) for name in PACKAGES},
        },
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _postgresql() -> str:
    answer = subprocess.run([find_binaries() / "postgres", "--version"], capture_output=True, text=True, check=True)
    return answer.stdout.split()[2]


def tree(root: int) -> list[int]:
    """The process and everything below it that lives now."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and (found := _stat(int(path.name))):
            parents.setdefault(int(found[1]), []).append(int(path.name))
    found_ids, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found_ids.append(pid)
        waiting += parents.get(pid, [])
    return found_ids


def processor_seconds(root: int) -> float:
    """Processor time of a process tree so far, with children that have ended and were waited for."""
    return sum(sum(map(int, found[11:15])) for pid in tree(root) if (found := _stat(pid))) / TICK


def memory_mb(pid: int) -> float:
    """Memory of a process, its share of shared pages counted in proportion (Pss)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/<pid>/stat after the name: state, parent, …; None when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()
