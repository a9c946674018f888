"""Opora: the open information system of municipal support centres."""

__version__ = "0.1.0"
