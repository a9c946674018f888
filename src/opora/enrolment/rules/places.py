"""Place arithmetic of a group (spec/enrolment.md, "Places")."""

from __future__ import annotations

from dataclasses import dataclass, replace

from opora.core.reasons import Reason


@dataclass(frozen=True, slots=True)
class Places:
    """0 <= taken <= capacity always."""

    capacity: int
    taken: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.taken <= self.capacity:
            raise ValueError("Занято мест больше, чем есть в группе.")

    @property
    def free(self) -> int:
        """Places that may still be given."""
        return self.capacity - self.taken

    def take(self, count: int = 1) -> Places:
        """After giving places; ValueError when there are not enough."""
        return replace(self, taken=self.taken + count)

    def give_back(self, count: int = 1) -> Places:
        """After freeing places."""
        return replace(self, taken=self.taken - count)


def capacity_reasons(new_capacity: int, taken: int) -> list[Reason]:
    """A confirmed place is never taken back: capacity cannot go below the places taken."""
    if new_capacity >= taken:
        return []
    return [
        Reason(
            "capacity_below_taken",
            f"В группе уже занято мест: {taken}. Меньше мест поставить нельзя.",
            ground="порядок приёма: предоставленное место не отзывается",
            hint="Сначала переведите или отчислите детей, если для этого есть основания.",
        )
    ]


def goes_to_queue(places: Places, waiting_that_fit: int = 0) -> bool:
    """A new application waits when nothing is free or somebody who fits already waits for it.

    Those in the queue who do not fit (a bundle, a changed balance) do not stop others.
    """
    return places.free <= waiting_that_fit
