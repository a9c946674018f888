"""Files of acts and documents: see :mod:`opora.core.papers`."""

from __future__ import annotations

from opora.core.papers import ACCEPT, MOST_BYTES, keep, latest_of, latest_of_each

__all__ = ["ACCEPT", "MOST_BYTES", "keep", "latest_of", "latest_of_each"]
