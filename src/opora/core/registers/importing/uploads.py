"""Files waiting between "check" and "load": kept in the data folder for a day, seen only by who uploaded them."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from opora.core import clock
from opora.core.registers.importing.reading import MOST_UPLOAD, Unreadable

KEPT_SECONDS = 24 * 3600
_TOKEN = re.compile(r"^[A-Za-z0-9_-]{20,60}$")


@dataclass
class Upload:
    """An uploaded file of an account for a register; `report` is the verdict once it is checked."""

    token: str
    account_id: int
    register: str
    name: str
    progress: int = 0
    """Whole per cents of the work under way."""
    rows: int = 0
    """Rows read so far."""
    writing: bool = False
    """The work under way writes (else it only checks)."""
    state: str = "new"
    """new, running, checked, written, refused."""
    refusal: str = ""
    layout: str = ""
    report: dict[str, Any] | None = None
    into: str = ""
    """The key of the parent that the rows go into, when the page was opened for one."""

    @property
    def path(self) -> Path:
        return _folder() / f"{self.token}.bin"

    def save(self) -> None:
        meta = _folder() / f"{self.token}.json"
        fresh = meta.with_suffix(".tmp")
        fresh.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        fresh.replace(meta)

    def refuse(self, why: str) -> None:
        """Keep why nothing was done with the file."""
        self.state, self.refusal = "refused", why
        self.save()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        (_folder() / f"{self.token}.json").unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keep(file: UploadedFile, account_id: int, register: str, into: str = "") -> Upload:
    """Store an uploaded file. Raises Unreadable when it is too big or empty."""
    forget_old()
    if file.size is None or file.size > MOST_UPLOAD:
        raise Unreadable("Файл больше 64 МБ. Разделите его или загрузите командой opora import.")
    name = Path(file.name or "файл").name[:200]
    upload = Upload(secrets.token_urlsafe(24), account_id, register, name, into=into[:200])
    with upload.path.open("wb") as target:
        for portion in file.chunks():
            target.write(portion)
    upload.save()
    return upload


def find(token: str, account_id: int | None, register: str) -> Upload | None:
    """The upload of that account for that register, None when there is none (any more)."""
    if not _TOKEN.match(token):
        return None
    meta = _folder() / f"{token}.json"
    if not meta.is_file():
        return None
    upload = Upload(**json.loads(meta.read_text(encoding="utf-8")))
    return upload if (upload.account_id, upload.register) == (account_id, register) else None


def forget_old() -> None:
    """Remove files older than a day."""
    limit = clock.now().timestamp() - KEPT_SECONDS
    for path in _folder().iterdir():
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
