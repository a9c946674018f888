"""The PostgreSQL that Opora brings along: used whenever ``DATABASE_URL`` is unset.

``hold(env)`` makes sure a server runs and keeps it running until this process ends;
``database_settings(env)`` gives Django's ``DATABASES["default"]`` for it or for ``DATABASE_URL``.
"""

from .client import Hold, hold
from .connection import database_settings
from .errors import DatabaseUnavailable

__all__ = ["DatabaseUnavailable", "Hold", "database_settings", "hold"]
