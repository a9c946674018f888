"""Registers of the room, found by itself at start."""

from opora.monitoring import registers_targets  # noqa: F401
from opora.monitoring.requests import registers as request_registers  # noqa: F401
