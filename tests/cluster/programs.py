"""What the cluster test needs beside Opora: etcd and HAProxy from Debian, Patroni from PyPI.

``python -m tests.cluster.programs`` installs what is missing (as root by apt), else names it and ends with code 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

PATRONI = "patroni[etcd3]==4.1.5"
PACKAGES = {"etcd": "etcd-server", "haproxy": "haproxy"}
SEARCH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin"


def find(name: str) -> str | None:
    """Path of etcd or haproxy."""
    return shutil.which(name, path=SEARCH)


def patroni() -> Path:
    """Patroni's own environment: outside the clone, where the database's system user may read it."""
    return Path(tempfile.gettempdir()) / f"opora-patroni-{os.geteuid()}" / "bin" / "patroni"


def missing() -> list[str]:
    """Debian packages that are not here."""
    return [package for name, package in PACKAGES.items() if find(name) is None]


def install() -> None:
    """Install by apt when we may, and Patroni by pip."""
    lacking = missing()
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        # Installing starts the services of the packages where systemd runs; the test needs only the programs.
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for words in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *lacking]):
            subprocess.run(["apt-get", *words], env=environment, stdout=sys.stderr, check=False)
    if not patroni().exists():
        folder = patroni().parent.parent
        venv.create(folder, with_pip=True, clear=True)
        folder.chmod(0o755)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, PATRONI, "psycopg[binary]"], stdout=sys.stderr, check=False)


def main() -> int:
    install()
    if lacking := missing():
        sys.stderr.write(f"The cluster test needs etcd and HAProxy: apt-get install {' '.join(lacking)}.\n")
        return 1
    if not patroni().exists():
        sys.stderr.write(f"The cluster test needs Patroni: pip install '{PATRONI}' from PyPI failed.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
