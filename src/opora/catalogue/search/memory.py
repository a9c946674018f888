"""What a process remembers of its last searches: popular words are asked again and again.

A search is a function of a state and a query, and states never change, so an answer is good for as long as its
state is the current one. Nothing shown from it is older than the index itself.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")

MOST_ANSWERS = 1024
MOST_WEIGHT = 400_000
"""Hits and rows kept in all by one memory; about 10 MB of matched rows."""


class Memory(Generic[Value]):
    """Answers by question while one owner lives; the oldest go first. Safe to use from many threads."""

    def __init__(self, weigh: Callable[[Value], int]) -> None:
        self._weigh = weigh
        self._current: tuple[object, dict[Hashable, Value]] = (None, {})
        self._weight = 0
        self._lock = Lock()

    def get(self, owner: object, question: Hashable, answer: Callable[[], Value]) -> Value:
        """The remembered answer of this very owner, or a new one."""
        current, kept = self._current  # one read: owner and answers always belong together
        if current is owner and (found := kept.get(question)) is not None:
            return found
        made = answer()
        weight = self._weigh(made)
        if weight <= MOST_WEIGHT // 4:
            with self._lock:
                self._keep(owner, question, made, weight)
        return made

    def _keep(self, owner: object, question: Hashable, made: Value, weight: int) -> None:
        current, kept = self._current
        if current is not owner:
            kept, self._weight = {}, 0
            self._current = (owner, kept)
        if question in kept:
            return
        kept[question] = made
        self._weight += weight
        while len(kept) > MOST_ANSWERS or self._weight > MOST_WEIGHT:
            self._weight -= self._weigh(kept.pop(next(iter(kept))))
