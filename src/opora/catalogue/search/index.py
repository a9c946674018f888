"""The search index of one process: built in bulk, changed in small steps, read without waiting.

Writers take a lock and publish a new `State`; readers take the state that is there and never wait.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from ctypes import CDLL
from dataclasses import replace
from threading import Lock

import numpy as np

from . import evaluate
from .analysis import Analyser
from .columns import (
    FREE,
    State,
    extended,
    fill_groups,
    fill_programmes,
    folded_bits,
    group_bits,
    taken,
)
from .matching import TextMatch, match_text
from .memory import Memory
from .postings import Postings
from .suggest import suggestions
from .values import GroupFacts, GroupPoint, Hit, ProgrammeDoc, SearchQuery, SearchResult, Suggestion

__all__ = ["GroupFacts", "Hit", "Index", "ProgrammeDoc", "SearchQuery", "SearchResult"]

FEWEST_DEAD_TO_COMPACT = 4096


class Index:
    """All published programmes, searchable. Safe to use from many threads."""

    def __init__(self) -> None:
        self._state = State.empty()
        self._lock = Lock()
        self._row_of: dict[int, int] = {}
        self._group_at: dict[int, int] = {}
        self._answers: Memory[SearchResult] = Memory(lambda result: 20 + len(result.items))
        self._texts: Memory[TextMatch] = Memory(lambda text: 20 + len(text.scores))

    def __len__(self) -> int:
        return self._state.live

    def __contains__(self, programme_id: int) -> bool:
        return programme_id in self._row_of

    def build(self, docs: Iterable[ProgrammeDoc]) -> "Index":
        """Replace everything by these documents (the last of equal ids stays); returns the index itself."""
        unique = list({doc.id: doc for doc in docs}.values())
        with self._lock:
            former = self._row_of, self._group_at
            self._row_of, self._group_at = {}, {}
            try:
                state = self._appended(State.empty(), unique, bulk=True)
            except Exception:
                self._row_of, self._group_at = former
                raise
            state.lexicon.index_spellings()
            evaluate.search(state, SearchQuery(q="кружок"))  # the first visitor shall not pay for warming up
            self._state = state
        _return_freed_memory()
        return self

    def upsert(self, docs: Iterable[ProgrammeDoc]) -> None:
        """Add new programmes and replace changed ones, all at one moment for readers."""
        unique = list({doc.id: doc for doc in docs}.values())
        if not unique:
            return
        with self._lock:
            if not self._state.rows:
                self._state.lexicon.index_spellings()
            self._state = self._appended(self._state, unique, bulk=False)
            self._compact_when_worth()

    def remove(self, ids: Iterable[int]) -> None:
        """Take programmes out; unknown ids are ignored."""
        with self._lock:
            rows = [row for row in (self._row_of.pop(i, None) for i in set(ids)) if row is not None]
            if rows:
                alive = self._state.alive.copy()
                self._bury(self._state, alive, rows)
                self._state = replace(self._state, alive=alive, live=self._state.live - len(rows))
                self._compact_when_worth()

    def set_free(self, group_id: int, free: int) -> bool:
        """Set the free places of one group; False when the group is not in the index."""
        return bool(self.set_free_many({group_id: free}))

    def set_free_many(self, free_of_group: Mapping[int, int]) -> int:
        """Set free places of several groups at one moment; returns how many of them are in the index."""
        with self._lock:
            known = {at: free_of_group[i] for i in free_of_group if (at := self._group_at.get(i)) is not None}
            if not known:
                return 0
            state = self._state
            bits, free, row_bits = state.bits.copy(), state.free.copy(), state.row_bits.copy()
            for at, places in known.items():
                free[at] = places
                bits[at] = bits[at] | FREE if places > 0 else bits[at] & ~FREE
            for row in {int(state.groups.row[at]) for at in known}:
                first = state.programmes.first_group[row]
                own = bits[first : first + state.programmes.group_count[row]]
                row_bits[row] = np.bitwise_or.reduce(own)
            self._state = replace(state, bits=bits, free=free, row_bits=row_bits)
            return len(known)

    def search(self, query: SearchQuery) -> SearchResult:
        """One page of programmes for the query, with facets; never waits for a writer.

        The result may be shared with others who asked the same: it is not to be changed.
        """
        state = self._state
        return self._answers.get(state, query, lambda: evaluate.search(state, query, self._matched(state, query.q)))

    def _matched(self, state: State, text: str) -> TextMatch:
        """Words matched in this state; places that are taken leave them as they are, other changes exchange `alive`."""
        return self._texts.get(state.alive, text, lambda: match_text(state, text))

    def points(self, query: SearchQuery, limit: int = 2000) -> list[GroupPoint]:
        """Places of all matching groups for the map, in order of programme id, at most `limit`."""
        return evaluate.points(self._state, query, limit)

    def suggest(self, prefix: str, n: int = 8) -> list[Suggestion]:
        """Lines for the type-ahead list: phrases first, then programmes."""
        return suggestions(self._state, prefix, n)

    def compact(self) -> None:
        """Drop the rows of replaced and removed programmes (readers go on with the old state meanwhile)."""
        with self._lock:
            self._compact()

    def _appended(self, state: State, docs: list[ProgrammeDoc], *, bulk: bool) -> State:
        """The state with documents added at the end and their former rows dead."""
        bits = np.array([group_bits(group) for doc in docs for group in doc.groups], np.uint32)
        row, group, rows, groups = state.rows, state.group_rows, len(docs), len(bits)
        programmes = extended(state.programmes, row, rows)
        group_columns = extended(state.groups, group, groups)
        fill_programmes(programmes, state.codes, docs, row, group)
        fill_groups(group_columns, docs, row, group)
        entries = Analyser(state.lexicon).entries(docs, row)
        if bulk:
            postings = Postings.from_entries(*entries, count=len(state.lexicon))
        else:
            postings = state.postings
            postings.append(*entries)
        state.names.extend(doc.name for doc in docs)
        alive = np.concatenate((state.alive, np.ones(rows, bool)))
        former = [at for at in (self._row_of.get(doc.id) for doc in docs) if at is not None]
        self._bury(state, alive, former)
        self._row_of.update((doc.id, row + number) for number, doc in enumerate(docs))
        self._group_at.update(
            zip(group_columns.ids[group : group + groups].tolist(), range(group, group + groups), strict=True)
        )
        first = programmes.first_group[row : row + rows] - group
        own_bits = folded_bits(bits, first, programmes.group_count[row : row + rows])
        places = np.array([found.free for doc in docs for found in doc.groups], np.int32)
        return replace(
            state,
            programmes=programmes,
            groups=group_columns,
            rows=row + rows,
            group_rows=group + groups,
            alive=alive,
            bits=np.concatenate((state.bits, bits)),
            row_bits=np.concatenate((state.row_bits, own_bits)),
            free=np.concatenate((state.free, places)),
            postings=postings,
            live=state.live + rows - len(former),
        )

    def _bury(self, state: State, alive: np.ndarray, rows: list[int]) -> None:
        """Mark rows dead and forget their groups."""
        for row in rows:
            alive[row] = False
            first = int(state.programmes.first_group[row])
            for at in range(first, first + int(state.programmes.group_count[row])):
                group_id = int(state.groups.ids[at])
                if self._group_at.get(group_id) == at:
                    del self._group_at[group_id]

    def _compact_when_worth(self) -> None:
        dead = self._state.rows - self._state.live
        if dead > max(FEWEST_DEAD_TO_COMPACT, self._state.live // 2):
            self._compact()

    def _compact(self) -> None:
        state = self._state
        kept = np.flatnonzero(state.alive)
        new_row = np.full(state.rows, -1, np.int32)
        new_row[kept] = np.arange(len(kept), dtype=np.int32)
        group_kept = np.flatnonzero(state.alive[state.groups.row[: state.group_rows]])
        counts = state.programmes.group_count[kept]
        programmes = taken(state.programmes, kept)
        programmes.first_group[:] = np.cumsum(counts) - counts
        groups = taken(state.groups, group_kept)
        groups.row[:] = new_row[groups.row]
        self._row_of = {int(i): row for row, i in enumerate(programmes.ids)}
        self._group_at = {int(i): at for at, i in enumerate(groups.ids)}
        self._state = replace(
            state,
            programmes=programmes,
            groups=groups,
            rows=len(kept),
            group_rows=len(group_kept),
            alive=np.ones(len(kept), bool),
            bits=state.bits[group_kept],
            row_bits=state.row_bits[kept],
            free=state.free[group_kept],
            names=[state.names[row] for row in kept.tolist()],
            postings=state.postings.renumbered(new_row, len(state.lexicon)),
        )


def _return_freed_memory() -> None:
    """Give what a build used in passing back to the system: glibc would keep 33 MB in each process."""
    with suppress(OSError, AttributeError, TypeError):
        CDLL(None).malloc_trim(0)
