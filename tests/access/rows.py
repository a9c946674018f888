"""What a row of the access matrix is: who opens an address, and whose object it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.access.world import Side

CENTRE = frozenset({"centre_head", "methodologist", "organiser"})
MODERATORS = frozenset({"centre_head", "methodologist"})
DESK = CENTRE | {"desk_operator"}
FAMILY = frozenset({"guardian", "learner"})
GUARDIAN = frozenset({"guardian"})
PROVIDER = frozenset({"provider_manager"})
FUNDERS = frozenset({"payer", "coordinator"})
ADMINISTRATOR = frozenset({"administrator"})
STAFF = frozenset(
    [
        "provider_manager",
        "teacher",
        "desk_operator",
        "centre_head",
        "methodologist",
        "organiser",
        "coordinator",
        "payer",
        "expert",
        "regional_operator",
        "observer",
        "administrator",
    ]
)
ALL = STAFF | FAMILY
"""Everybody who is signed in: any of them may be a parent too."""
NOBODY: frozenset[str] = frozenset()
WIDE = frozenset(
    [
        "desk_operator",
        "centre_head",
        "methodologist",
        "organiser",
        "coordinator",
        "payer",
        "regional_operator",
        "observer",
    ]
)
"""Roles whose place is a whole municipality or more: they reach the sibling provider and its families."""

IN_SESSION = "administrator in a session"
"""The administrator with an open session with personal data: walked everywhere besides the roles."""
RELATIONS = ("own", "sibling", "foreign")
OF_A_CHILD = ("child", "certificate")
"""Kinds of objects that a provider reaches for as long as the child studies there."""


@dataclass(frozen=True)
class Row:
    """`roles` open the address for an object of their own; the place of the role decides about others' objects.

    `about` names the kind of object (a key of `Side.objects`); without it the address has no object.
    `everywhere`: public facts, whose place does not matter. `post`: an act, asked with an empty body.
    `fill`: other parts of the path, «=text» as it is, else the name of an object. `session`: an administrator opens it
    too, but only in a session with personal data.
    """

    roles: frozenset[str] = NOBODY
    about: str = ""
    public: bool = False
    post: bool = False
    everywhere: bool = False
    fill: dict[str, Any] = field(default_factory=dict)
    session: bool = False
    alone: bool = False
    """What a centre writes, the other centre of the same municipality does not."""

    def address(self, path: str, side: Side) -> str:
        """The path of the resolver with the side's ids put in."""
        path = re.sub(r"\(\?P<(\w+)>[^/]*?\)(?=/)", r"<str:\1>", path.removeprefix("^").removesuffix("$"))
        return "/" + re.sub(r"[<{](?:\w+:)?(\w+)[>}]", lambda found: self._value(found[1], side), path)

    def _value(self, name: str, side: Side) -> str:
        value = self.fill.get(name, self.about)
        if value.startswith("="):
            return str(value[1:])
        thing = side.objects[value]
        if name in ("public_id", "key") or name.endswith("_id"):
            return str(getattr(thing, "public_id", getattr(thing, "key", thing.pk)))
        return str(getattr(thing, name) if name in ("number", "slug") else thing.pk)

    def opens(self, role: str, relation: str) -> bool:
        """What the row promises: the role is named and its place reaches the object."""
        if self.public or (role == IN_SESSION and self.session):
            return True
        role = "administrator" if role == IN_SESSION else role
        if role not in self.roles:
            return False
        if not self.about or self.everywhere or relation == "own" or role == "administrator":
            return True
        return relation in ("sibling", "former") and role in (WIDE - CENTRE if self.alone else WIDE)

    @property
    def relations(self) -> tuple[str, ...]:
        """Own, sibling, foreign; and «former» where the card of a child whose study has ended is meant."""
        if not self.about:
            return ("own",)
        return (*RELATIONS, "former") if self.about in OF_A_CHILD else RELATIONS
