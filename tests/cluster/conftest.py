"""The installation fixture of the survival tests serves here too."""

from tests.survival.conftest import here

__all__ = ["here"]
