"""The access matrix: one row per address. Read it as: who opens this, and whose object it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.access.world import Side

NOT_OURS = ("account/", "static/", "api/v1/openapi.json", "api/v1/docs")
"""Sign-in belongs to allauth; the description of the API is public by design."""

CENTRE = frozenset({"centre_head", "methodologist", "organiser"})
MODERATORS = frozenset({"centre_head", "methodologist"})
FAMILY = frozenset({"guardian", "learner"})
ALL = frozenset({"*"})
STAFF = frozenset(
    "provider_manager teacher desk_operator centre_head methodologist organiser coordinator payer expert"
    " regional_operator observer administrator".split()
)
WIDE = frozenset(
    "desk_operator centre_head methodologist organiser coordinator payer regional_operator observer".split()
)
"""Roles whose place is a whole municipality or more: they reach the sibling provider and its families."""


@dataclass(frozen=True)
class Row:
    """`roles` open the address; `about` names the kind of object; `post` for acts; `wide`: siblings are reached too."""

    path: str
    roles: frozenset[str] = frozenset()
    about: str = ""
    public: bool = False
    post: bool = False
    wide: bool = True
    fill: dict[str, Any] | None = None

    def address(self, side: Side) -> str:
        """The path with the side's ids put in."""
        path = self.path.replace("^", "").replace("$", "")
        path = re.sub(r"\(\?P<(\w+)>.*?\)(?=/)", r"<str:\1>", path)
        return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: self._value(found[2], side), path)

    def _value(self, name: str, side: Side) -> str:
        values = {**_DEFAULTS, **(self.fill or {})}
        value = values.get(name, self.about)
        if isinstance(value, str) and value.startswith("="):
            return value[1:]
        thing = side.objects[str(value)]
        if name in ("public_id", "key") and hasattr(thing, "public_id"):
            return str(thing.public_id)
        if name == "key" and hasattr(thing, "key"):
            return str(thing.key)
        if name == "number":
            return str(thing.number)
        return str(thing.pk)


_DEFAULTS = {"module": "module", "slug": "=x", "act": "=unknown", "what": "=consent", "code": "=coverage"}
