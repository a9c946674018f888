"""The guardian's children on the public pages: for whom prices and distances are counted."""

from __future__ import annotations

from dataclasses import dataclass

from opora.core.access import Actor
from opora.navigator import queries
from opora.people.models import Child

NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Family:
    """Own children of who is signed in, and the one that is chosen (None: nobody)."""

    children: tuple[Child, ...] = ()
    child: Child | None = None

    @property
    def name(self) -> str:
        return self.child.first_name if self.child else ""

    @property
    def code(self) -> str:
        """The chosen child as it stands in addresses."""
        return str(self.child.public_id) if self.child else ""

    @property
    def home(self) -> tuple[float, float] | None:
        """The child's home: its own point, else its locality."""
        if self.child is None:
            return None
        if self.child.latitude is not None and self.child.longitude is not None:
            return self.child.latitude, self.child.longitude
        place = self.child.locality
        if place is not None and place.latitude is not None and place.longitude is not None:
            return place.latitude, place.longitude
        return None


NO_FAMILY = Family()


def chosen(actor: Actor, code: str) -> Family:
    """The family of the actor with the child named by its public id; a stranger's id chooses nobody.

    An only child is chosen by itself; the code "none" chooses nobody.
    """
    if not actor.children:
        return Family()
    own = tuple(queries.own_children(actor))
    if not code and len(own) == 1:
        return Family(own, own[0])
    return Family(own, next((child for child in own if str(child.public_id) == code), None))
