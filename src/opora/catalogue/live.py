"""The search index of this process, kept true by polling the outbox every half second.

Built once in the background when the process first needs it; a programme published a second ago is found, free
places follow each application. Cards re-read their rows, so what is shown is true at the moment of showing.
"""

from __future__ import annotations

import gc
import logging
import threading
import time

from django.db import close_old_connections, connection

from opora.catalogue import queries
from opora.catalogue.search.index import Index, SearchQuery, SearchResult
from opora.catalogue.search.values import GroupPoint, Suggestion
from opora.core import clock
from opora.core.feed import MemoryFeed
from opora.core.models import Outbox

POLL_SECONDS = 0.4
REBUILD_SECONDS = 3600.0
logger = logging.getLogger("opora.search")


class LiveIndex:
    """An :class:`Index` with a thread that keeps it fresh."""

    def __init__(self) -> None:
        self._index = Index()
        self._ready = threading.Event()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None
        self._feed = MemoryFeed()
        self._built_at = 0.0
        self._ended = threading.Event()

    def ensure(self) -> Index:
        """Return the index, starting and building it when this process has none yet."""
        if not self._ready.is_set():
            self.start()
            if not connection.in_atomic_block:
                connection.close()  # back to the pool: those who wait must not keep the builder from reading
            self._ready.wait(60)
        return self._index

    def start(self) -> None:
        """Begin building, without waiting: a web process does so when it starts, so that its first visitor finds."""
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="search-feed", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread and give its connection back (the end of a test run, whose database goes away)."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(10)

    def search(self, query: SearchQuery) -> SearchResult:
        return self.ensure().search(query)

    def points(self, query: SearchQuery, limit: int = 2000) -> list[GroupPoint]:
        return self.ensure().points(query, limit)

    def suggest(self, prefix: str, n: int = 8) -> list[Suggestion]:
        return self.ensure().suggest(prefix, n)

    def rebuild(self) -> None:
        """Read everything again: windows open and groups end without an event. Readers keep the old index."""
        self._feed = MemoryFeed(since=clock.now())
        fresh = Index().build(queries.search_docs())
        self._index = fresh
        self._built_at = time.monotonic()

    def catch_up(self) -> int:
        """Apply what the outbox brought since the last call; returns how many rows were applied."""
        rows = self._feed.poll()
        if rows:
            self._apply(rows)
        return len(rows)

    def _apply(self, rows: list[Outbox]) -> None:
        programmes = {row.object_id for row in rows if row.object_kind == "programme"}
        groups = {int(row.payload["group"]) for row in rows if "group" in row.payload}
        groups |= {row.object_id for row in rows if row.object_kind == "group"}
        if programmes:
            documents = list(queries.search_docs(programmes))
            self._index.upsert(documents)
            self._index.remove(programmes - {document.id for document in documents})
        if groups:
            self._index.set_free_many(queries.free_places(groups))

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                close_old_connections()
                if not self._ready.is_set() or time.monotonic() - self._built_at > REBUILD_SECONDS:
                    self.rebuild()
                    if not self._ready.is_set():
                        gc.collect()
                        gc.freeze()  # the index stays: the collector's walks over it would hold up answers
                    self._ready.set()
                self.catch_up()
            except Exception as error:
                logger.error("search feed lost its database", extra={"event": "wait"}, exc_info=error)
                connection.close()
                self._ended.wait(2.0)
            self._ended.wait(POLL_SECONDS)
        connection.close()


live = LiveIndex()
