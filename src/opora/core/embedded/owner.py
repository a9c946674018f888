"""Under which system user the server runs: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .errors import DatabaseUnavailable
from .layout import Layout, blocking_folder, is_ours, private_folder

USER = "opora"

# The same wish in the dialects of shadow-utils, Debian and BusyBox, tried in this order.
CREATE_COMMANDS = (
    ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", USER],
    ["adduser", "--system", "--group", "--no-create-home", "--shell", "/usr/sbin/nologin", USER],
    ["adduser", "-S", "-D", "-H", USER],
)


@dataclass(frozen=True)
class Owner:
    """Ids of the server's user; ``other`` is true when it is not who started us (that was root)."""

    uid: int
    gid: int
    other: bool

    @property
    def popen_arguments(self) -> dict[str, object]:
        """Arguments that make ``subprocess`` start a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.other else {}


def server_owner() -> Owner:
    """The current user, or for root the system user ``opora``, created when it is missing."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid(), other=False)
    entry = _find() or _create()
    return Owner(entry.pw_uid, entry.pw_gid, other=True)


def _find() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    search_path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    complaints = []
    for command in CREATE_COMMANDS:
        program = shutil.which(command[0], path=search_path)
        if program is None:
            continue
        done = subprocess.run(
            [program, *command[1:]], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if entry := _find():  # another process may have won the race: then the command failed rightly
            return entry
        complaints.append(done.stderr.strip())
    raise DatabaseUnavailable(
        f"Не удалось завести системного пользователя {USER}: от имени root сервер базы не работает. "
        f"Создайте его командой «useradd --system {USER}» или запустите Опору не от root. " + " ".join(complaints)
    )


def prepare_folders(layout: Layout, owner: Owner) -> None:
    """Make the folders of the server; let its user pass through a home of ours, never a foreign folder."""
    if owner.other:
        _open_way(layout.home, owner)
    private_folder(layout.cluster, owner.uid, owner.gid)
    private_folder(layout.socket_folder, owner.uid, owner.gid)


def _open_way(home: Path, owner: Owner) -> None:
    blocked = blocking_folder(home, owner.uid, [owner.gid])
    if blocked == home and is_ours(home) and home.stat().st_uid == 0:
        # Passage for the server's group alone: nobody else gets in, nothing can be listed.
        os.chown(home, -1, owner.gid)
        home.chmod(home.stat().st_mode | 0o010)
        blocked = blocking_folder(home, owner.uid, [owner.gid])
    if blocked is not None:
        raise DatabaseUnavailable(
            f"Сервер базы работает от имени пользователя {USER} и не может пройти в {home}: "
            f"папка {blocked} закрыта. "
            "Укажите в OPORA_HOME папку, к которой есть путь, например /var/lib/opora."
        )
