"""The registers kit: one declaration gives list, card, edit, history, import, export, API and print.

See docs/registers.md for the recipe.
"""

from opora.core.registers.declaration import Action, Column, Filter, Register, Section
from opora.core.registers.importing.declaration import Found, ImportColumn, Importer, Layout, Ref, SoftKey
from opora.core.registers.registry import every, find, get, register

__all__ = [
    "Action",
    "Column",
    "Filter",
    "Found",
    "ImportColumn",
    "Importer",
    "Layout",
    "Ref",
    "Register",
    "Section",
    "SoftKey",
    "every",
    "find",
    "get",
    "register",
]
