"""Static files with hashed names, compressed; collected once per version into the data folder."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class PackagedManifestStorage(CompressedManifestStaticFilesStorage):
    """Manifest storage that does not fail a page for a missing entry."""

    manifest_strict = False
