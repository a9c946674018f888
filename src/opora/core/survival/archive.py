"""The file of a backup: a ZIP with the dump, the documents and the manifest, written as a stream, named when whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from opora.core.survival.errors import SurvivalError, of_system
from opora.core.survival.manifest import DUMP, NAME, Manifest

BLOCK = 1 << 20
Tell = Callable[[str], None]


@contextlib.contextmanager
def writing(target: Path) -> Iterator[zipfile.ZipFile]:
    """A new archive under a temporary name beside `target`; takes its name when the block ends well, else vanishes.

    Raises SurvivalError when the target is there already or the disk refuses.
    """
    doing = f"записать копию {target}"
    if target.exists():
        raise SurvivalError(f"Файл {target} уже есть: копия его не заменит. Укажите другое имя или уберите его.")
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)  # personal data: for the owner alone
    except OSError as error:
        raise of_system(error, doing) from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            archive = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True)
            try:
                yield archive
                archive.close()
            except BaseException:
                archive.fp = None  # nothing more is written into a file that goes away
                raise
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, target)  # unlike a rename it never replaces a file that appeared meanwhile
        _sync_folder(target.parent)
    except FileExistsError as error:
        raise SurvivalError(f"Файл {target} появился, пока снималась копия. Укажите другое имя.") from error
    except OSError as error:
        raise of_system(error, doing) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def reading(source: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup. Raises SurvivalError when it is missing, cut off, damaged or something else."""
    try:
        with zipfile.ZipFile(source) as archive:
            if NAME not in archive.namelist() or DUMP not in archive.namelist():
                raise SurvivalError(f"{source} не похож на копию Опоры: внутри нет базы или описи.")
            yield archive, Manifest.of_json(archive.read(NAME))
    except zipfile.BadZipFile as error:
        raise SurvivalError(f"Копия {source} повреждена или записана не до конца: {error}.") from error
    except OSError as error:
        raise of_system(error, f"прочитать копию {source}") from error


def verify(source: Path, tell: Tell = lambda _: None) -> Manifest:
    """Read a backup through and compare every checksum. Raises SurvivalError naming the first part that differs."""
    with reading(source) as (archive, manifest):
        members = {DUMP: manifest.dump_sha256} | {one.member: one.sha256 for one in manifest.files}
        missing = members.keys() - set(archive.namelist())
        if missing:
            raise SurvivalError(f"В копии {source} нет частей: {len(missing)}, например {min(missing)}.")
        for name, digest in members.items():
            if _digest(archive, name) != digest:
                raise SurvivalError(f"Копия {source} повреждена: содержимое {name} не сходится с описью.")
            tell(name)
        return manifest


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as part:
        while data := part.read(BLOCK):
            digest.update(data)
    return digest.hexdigest()
