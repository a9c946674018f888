"""The one error of the embedded database, with a text for the person at the console."""


class DatabaseUnavailable(Exception):
    """The database cannot be started or reached; ``str(error)`` says why, in Russian."""
