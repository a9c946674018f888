"""The door of a web process: so many requests work at once, a few wait in order, the others are told to come again.

Few workers are the cheapest queue (design/performance.md): more requests at once would only make each of them slower,
until all of them time out. What is refused here has cost nothing and changed nothing, so the same request may simply be
sent again; an application carries its key and is written once.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections import deque
from collections.abc import Callable

PLACES = 8
WAITING = 64
PATIENCE = 1.0
WINDOW = 5.0
GUESS = 0.1
"""Seconds that a request is thought to take before any has ended."""
SHORTEST, LONGEST = 2, 30


class Door:
    """Admits `places` requests at once, lets `waiting` more wait in the order of arrival, at most `patience` seconds.

    The process needs more threads than both together: the rest of them say quickly that it is full.
    """

    def __init__(
        self,
        places: int = PLACES,
        waiting: int = WAITING,
        patience: float = PATIENCE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.places, self.waiting, self.patience = places, waiting, patience
        self._now = now
        self._inside = 0
        self._queue: deque[threading.Event] = deque()
        self._lock = threading.Lock()
        self._refused: deque[float] = deque(maxlen=20_000)
        self._pace = _Pace(now())

    def enter(self) -> bool:
        """Take a place, waiting for it in turn; False when there are too many. Whoever entered must leave."""
        with self._lock:
            if self._inside < self.places and not self._queue:
                self._pace.pass_time(self._now(), self._inside)
                self._inside += 1
                return True
            if len(self._queue) >= self.waiting:
                self._refused.append(self._now())
                return False
            turn = threading.Event()
            self._queue.append(turn)
        if turn.wait(self.patience):
            return True
        with self._lock:
            if turn in self._queue:
                self._queue.remove(turn)
                self._refused.append(self._now())
                return False
        return True  # the turn came in the last moment

    def leave(self) -> None:
        """Give the place to the next in the queue."""
        with self._lock:
            self._pace.pass_time(self._now(), self._inside)
            self._pace.serve()
            if self._queue:
                self._queue.popleft().set()
            else:
                self._inside -= 1

    def crowded(self) -> bool:
        """Was anybody asked to come again in the last seconds?"""
        with self._lock:
            return bool(self._refused) and self._now() - self._refused[-1] < WINDOW

    def retry_after(self) -> int:
        """Seconds to wait for one of those refused lately: spread evenly over the time that serving all of them takes.

        They come back as places become free: neither all at once, nor to a server that has been idle meanwhile.
        """
        edge = self._now() - WINDOW
        with self._lock:
            while self._refused and self._refused[0] < edge:
                self._refused.popleft()
            waiting = len(self._refused) + len(self._queue)
            seconds = waiting * self._pace.seconds_inside(edge) / self.places
        spread = max(SHORTEST, min(seconds, LONGEST))
        return math.ceil(random.uniform(SHORTEST - 1, spread))


class _Pace:
    """How long requests stay inside, by Little's law: time spent inside by all, divided by how many left."""

    def __init__(self, now: float) -> None:
        self._at = now
        self._spent = 0.0
        self._left: deque[tuple[float, float]] = deque(maxlen=20_000)

    def pass_time(self, now: float, inside: int) -> None:
        """Count what those inside spent since the last change."""
        self._spent += inside * (now - self._at)
        self._at = now

    def serve(self) -> None:
        """One of them is ready."""
        self._left.append((self._at, self._spent))

    def seconds_inside(self, since: float) -> float:
        """Mean seconds inside of those served since then, or of the last one before."""
        while len(self._left) > 2 and self._left[0][0] < since:
            self._left.popleft()
        if len(self._left) < 2:
            return GUESS
        return (self._left[-1][1] - self._left[0][1]) / (len(self._left) - 1)


door = Door()
