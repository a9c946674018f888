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

PLACES = 8
WAITING = 16
PATIENCE = 1.0
WINDOW = 5.0
SHORTEST, LONGEST = 2, 30


class Door:
    """Admits `places` requests at once, lets `waiting` more wait in the order of arrival, at most `patience` seconds.

    The process needs more threads than both together: the rest of them say quickly that it is full.
    """

    def __init__(self, places: int = PLACES, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self.places, self.waiting, self.patience = places, waiting, patience
        self._inside = 0
        self._queue: deque[threading.Event] = deque()
        self._lock = threading.Lock()
        self._refused: deque[float] = deque(maxlen=20_000)
        self._served: deque[float] = deque(maxlen=20_000)

    def enter(self) -> bool:
        """Take a place, waiting for it in turn; False when there are too many. Whoever entered must leave."""
        with self._lock:
            if self._inside < self.places and not self._queue:
                self._inside += 1
                return True
            if len(self._queue) >= self.waiting:
                self._refused.append(time.monotonic())
                return False
            turn = threading.Event()
            self._queue.append(turn)
        if turn.wait(self.patience):
            return True
        with self._lock:
            if turn in self._queue:
                self._queue.remove(turn)
                self._refused.append(time.monotonic())
                return False
        return True  # the turn came in the last moment

    def leave(self) -> None:
        """Give the place to the next in the queue."""
        with self._lock:
            self._served.append(time.monotonic())
            if self._queue:
                self._queue.popleft().set()
            else:
                self._inside -= 1

    def crowded(self) -> bool:
        """Was anybody asked to come again in the last seconds?"""
        with self._lock:
            return bool(self._refused) and time.monotonic() - self._refused[-1] < WINDOW

    def retry_after(self) -> int:
        """Seconds until those who were refused lately could have been served; spread, so that they do not return at once."""
        edge = time.monotonic() - WINDOW
        with self._lock:
            for moments in (self._refused, self._served):
                while moments and moments[0] < edge:
                    moments.popleft()
            seconds = WINDOW * len(self._refused) / max(len(self._served), 1)
        spread = max(SHORTEST, min(seconds, LONGEST))
        return min(LONGEST, math.ceil(spread * random.uniform(1, 1.5)))


door = Door()
