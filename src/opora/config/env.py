"""Settings from the environment: one typed object that checks itself.

A wrong value ends the program with exit code 2 and a message that names the variable.
"""

import os
import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from opora.core.embedded.errors import DatabaseUnavailable
from opora.core.embedded.layout import claim_home

SECRET_LENGTH = 50
EMAIL_SCHEMES = ("smtp", "smtp+tls", "smtps")
FILES_SCHEMES = ("s3", "s3+http")
YES = ("1", "true", "yes", "on", "да")
NO = ("0", "false", "no", "off", "нет")


class WrongSetting(Exception):
    """A value of the environment that cannot be used; the text is for the administrator."""


@dataclass(frozen=True)
class Env:
    """What the installation decides. Addresses are checked for their form, not reached."""

    home: Path
    database_url: str | None  # None: the embedded PostgreSQL in ``home``
    secret_key: str
    base_url: str | None  # without a slash at the end; None: whatever address is asked for
    email_url: str | None  # smtp:// with user:password@host:port, smtp+tls, smtps; None: letters are stored
    files_url: str | None  # s3://key:secret@host/bucket (https) or s3+http://…; None: ``home``/files
    tiles_url: str | None  # with {z}, {x}, {y}; None: maps without tiles
    backup_dir: Path | None  # the worker puts a backup there once a day; None: it makes none
    backup_keep: int  # so many of them are kept
    require_mfa: bool  # second factor for staff
    port: int
    demo: bool
    batch: bool  # a command or the job worker, not a web process: no statement limit, no pool


def default_home(environ: Mapping[str, str], is_root: bool) -> Path:
    """OPORA_HOME, else /var/lib/opora for root, else ~/.local/share/opora."""
    if chosen := environ.get("OPORA_HOME"):
        return Path(chosen).expanduser().absolute()
    if is_root:
        return Path("/var/lib/opora")
    return Path("~/.local/share/opora").expanduser()


def load(environ: Mapping[str, str]) -> Env:
    """Read and check everything; makes the home and the secret key when they are missing.

    Raises WrongSetting, or DatabaseUnavailable when the home cannot be used.
    """
    home = default_home(environ, os.geteuid() == 0)
    port = _port(environ.get("PORT", ""))
    settings = {
        "database_url": _database_url(environ.get("DATABASE_URL", "")),
        "base_url": _base_url(environ.get("OPORA_BASE_URL", "")),
        "email_url": _url("OPORA_EMAIL_URL", environ.get("OPORA_EMAIL_URL", ""), EMAIL_SCHEMES),
        "files_url": _url("OPORA_FILES_URL", environ.get("OPORA_FILES_URL", ""), FILES_SCHEMES),
        "tiles_url": _tiles_url(environ.get("OPORA_TILES_URL", "")),
        "backup_dir": _folder("OPORA_BACKUP_DIR", environ.get("OPORA_BACKUP_DIR", "")),
        "backup_keep": _count("OPORA_BACKUP_KEEP", environ.get("OPORA_BACKUP_KEEP", ""), default=14),
    }
    switches = {
        "require_mfa": _switch("OPORA_REQUIRE_MFA", environ.get("OPORA_REQUIRE_MFA", ""), default=True),
        "demo": _switch("OPORA_DEMO", environ.get("OPORA_DEMO", ""), default=False),
        "batch": _switch("OPORA_BATCH", environ.get("OPORA_BATCH", ""), default=False),
    }
    key = _given_key(environ.get("OPORA_SECRET_KEY", ""))
    if not key or not settings["database_url"]:  # a stateless web process needs no folder
        claim_home(home)
    key = key or stored_key(home / "secret_key")
    return Env(home=home, port=port, secret_key=key, **settings, **switches)  # type: ignore[arg-type]


def stored_key(path: Path) -> str:
    """The key kept in ``path`` (0600), made on the first start; two first starts at once agree on one."""
    if not path.exists():
        draft = path.with_name(f"secret_key.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(SECRET_LENGTH))
        try:
            os.link(draft, path)  # fails when another process has put its key there already
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"Секретный ключ {path} не читается: {error}.") from error
    if len(key) < 32:
        raise WrongSetting(f"Секретный ключ в {path} короче 32 знаков: удалите файл, и он будет создан заново.")
    return key


def _given_key(value: str) -> str:
    if value and len(value) < 32:
        raise WrongSetting("OPORA_SECRET_KEY: нужно не меньше 32 знаков.")
    return value


def _port(value: str) -> int:
    if not value:
        return 8000
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise WrongSetting(f"PORT: «{value}» — не номер порта. Нужно число от 1 до 65535.")
    return int(value)


def _folder(name: str, value: str) -> Path | None:
    if not value:
        return None
    folder = Path(value).expanduser()
    if not folder.is_absolute():
        raise WrongSetting(f"{name}: нужен полный путь к папке, который начинается с «/».")
    return folder


def _count(name: str, value: str, *, default: int) -> int:
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 10_000:
        raise WrongSetting(f"{name}: «{value}» не подходит. Нужно целое число от 1 до 10000.")
    return int(value)


def _switch(name: str, value: str, *, default: bool) -> bool:
    word = value.strip().lower()
    if not word:
        return default
    if word in YES:
        return True
    if word in NO:
        return False
    raise WrongSetting(f"{name}: «{value}» не понято. Напишите 1 или 0.")


def _database_url(value: str) -> str | None:
    """Messages never repeat the value: it holds a password."""
    if not value:
        return None
    try:
        parameters = conninfo_to_dict(value)
    except ProgrammingError:
        parameters = {}
    if not re.match("postgres(ql)?://", value) or not parameters.get("dbname"):
        raise WrongSetting("DATABASE_URL: нужен адрес вида postgresql://имя:пароль@сервер:5432/база.")
    return value


def _base_url(value: str) -> str | None:
    url = _url("OPORA_BASE_URL", value, ("http", "https"))
    return url and url.rstrip("/")


def _url(name: str, value: str, schemes: tuple[str, ...]) -> str | None:
    if not value:
        return None
    try:
        parts = urlsplit(value)
        good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        good = False
    if not good:
        example = " или ".join(f"{scheme}://" for scheme in schemes)
        raise WrongSetting(f"{name}: нужен адрес, который начинается с {example} и называет сервер.")
    return value


def _tiles_url(value: str) -> str | None:
    url = _url("OPORA_TILES_URL", value, ("http", "https"))
    if url and not all(mark in url for mark in ("{z}", "{x}", "{y}")):
        raise WrongSetting("OPORA_TILES_URL: в адресе должны быть {z}, {x} и {y}.")
    return url


def _load_or_exit() -> Env:
    try:
        return load(os.environ)
    except (WrongSetting, DatabaseUnavailable) as error:
        print(f"Опора не запущена. {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from error


env = _load_or_exit()
