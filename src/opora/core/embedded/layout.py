"""Where the embedded server keeps its things, computed from the home folder alone."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from .errors import DatabaseUnavailable

PORT = 5432  # names the socket file only: the server never listens on a network address
DATABASE = ROLE = "opora"
SOCKET_PATH_LIMIT = 100  # bytes; the system's own limit is 104 on macOS and 108 on Linux
HOME_MARK = ".opora-home"


@dataclass(frozen=True)
class Layout:
    """Paths of one home. ``service`` belongs to who starts Opora, ``cluster`` to the server's user."""

    home: Path

    @property
    def service(self) -> Path:
        return self.home / "service"

    @property
    def clients_lock(self) -> Path:
        return self.service / "clients.lock"

    @property
    def supervisor_lock(self) -> Path:
        return self.service / "supervisor.lock"

    @property
    def supervisor_log(self) -> Path:
        return self.service / "supervisor.log"

    @property
    def failure(self) -> Path:
        """Why the last supervisor gave up, in Russian; absent while all is well."""
        return self.service / "failure"

    @property
    def server_log(self) -> Path:
        return self.service / "postgres.log"

    @property
    def server_copy(self) -> Path:
        return self.home / "server"

    @property
    def cluster(self) -> Path:
        return self.home / "pg"

    @property
    def data(self) -> Path:
        return self.cluster / "data"

    @property
    def socket_folder(self) -> Path:
        """Inside the home, or, when that path is too long for a socket, a short folder of its own."""
        inside = self.cluster / "run"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
            return inside
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        base = "/run" if os.geteuid() == 0 and os.path.isdir("/run") else "/tmp"
        return Path(base) / f"opora-{os.geteuid()}-{digest}"


def claim_home(home: Path) -> None:
    """Create the home or check that it can be used; a home that was missing or empty gets our mark.

    Raises DatabaseUnavailable naming the folder that blocks.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any(home.iterdir()):
            (home / HOME_MARK).touch()
    except OSError as error:
        folder = blocking_folder(home, os.geteuid(), os.getgroups()) or error.filename or home
        raise DatabaseUnavailable(
            f"Папка данных {home} недоступна: мешает {folder} ({error.strerror}). "
            "Дайте доступ к ней или укажите другую папку в OPORA_HOME."
        ) from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise DatabaseUnavailable(
            f"В папку данных {home} нельзя писать. Дайте доступ к ней или укажите другую папку в OPORA_HOME."
        )


def is_ours(home: Path) -> bool:
    """Whether this program made the home (or found it empty), so that it may set its permissions."""
    return (home / HOME_MARK).is_file()


def blocking_folder(path: Path, uid: int, groups: list[int]) -> Path | None:
    """The first folder on the way to ``path`` that a user with these ids cannot enter, or None.

    ``path`` itself is looked at too when it exists; access lists beyond the mode bits are not read.
    """
    if uid == 0:
        return None
    for folder in [*reversed(path.parents), path]:
        try:
            info = folder.stat()
        except FileNotFoundError:
            return None
        except PermissionError:
            return folder.parent
        if info.st_uid == uid:
            bit = stat.S_IXUSR
        elif info.st_gid in groups:
            bit = stat.S_IXGRP
        else:
            bit = stat.S_IXOTH
        if not info.st_mode & bit or not stat.S_ISDIR(info.st_mode):
            return folder
    return None


def private_folder(folder: Path, uid: int, gid: int) -> None:
    """Make ``folder`` (0700, owned by ``uid``), or check that the one there is exactly that.

    Raises DatabaseUnavailable when something of another owner stands in its place.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        info = folder.lstat()
        if not stat.S_ISDIR(info.st_mode) or info.st_uid not in (uid, os.geteuid()):
            raise DatabaseUnavailable(
                f"На месте папки сервера базы {folder} чужая папка или файл. Уберите её и запустите снова."
            ) from None
    if os.geteuid() == 0:
        os.chown(folder, uid, gid, follow_symlinks=False)
    folder.chmod(0o700)
