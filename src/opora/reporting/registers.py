"""Registers of the room, found by itself at start."""

from opora.reporting.statistics import registers as statistics_registers  # noqa: F401
