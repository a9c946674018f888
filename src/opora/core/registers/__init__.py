"""The registers kit: one declaration gives list, card, edit, history, import, export, API and print.

See docs/registers.md for the recipe.
"""

from opora.core.registers.declaration import Action, Column, Filter, Register, Section
from opora.core.registers.importing.declaration import ImportColumn, Importer, Layout, Ref
from opora.core.registers.registry import every, find, get, register

__all__ = [
    "Action",
    "Column",
    "Filter",
    "ImportColumn",
    "Importer",
    "Layout",
    "Ref",
    "Register",
    "Section",
    "every",
    "find",
    "get",
    "register",
]
