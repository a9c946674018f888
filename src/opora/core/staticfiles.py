"""Static files with hashed names, compressed; collected into the data folder when the package changed."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PackagedManifestStorage(CompressedManifestStaticFilesStorage):
    """Manifest storage that does not fail a page for a missing entry; a page asks for fifteen addresses."""

    manifest_strict = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str | None, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The address by the manifest, which is read once per process."""
        found = self._addresses.get(name)
        if found is None or force:
            found = self._addresses[name] = super().url(name, force)
        return found


def ensure_collected() -> bool:
    """Collect the static files when they differ from what was collected last; returns whether it was needed."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".stamp"
    wanted = _fingerprint()
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", "--noinput", "--clear", verbosity=0, stdout=io.StringIO())
    stamp.write_text(wanted)
    return True


def _fingerprint() -> str:
    """A hash over names, sizes and change times of all source files."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path}:{storage.size(path)}:{storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()
