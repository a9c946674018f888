"""Inverted index: term number → rows and how strongly each row speaks of the term.

A base in compressed rows (three flat arrays) plus replaced lists for terms touched since. Lists only grow;
whether a row is visible is decided by the reader's snapshot, so a reader may hold on to any list it got.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
Impacts = NDArray[np.float32]

_NO_ROWS: Rows = np.empty(0, np.int32)
_NO_IMPACTS: Impacts = np.empty(0, np.float32)


@dataclass(slots=True)
class Postings:
    """Lists of (row, impact) per term; rows ascend within a list."""

    offsets: NDArray[np.int32] = field(default_factory=lambda: np.zeros(1, np.int32))
    rows: Rows = field(default_factory=lambda: _NO_ROWS)
    impacts: Impacts = field(default_factory=lambda: _NO_IMPACTS)
    replaced: dict[int, tuple[Rows, Impacts]] = field(default_factory=dict)

    @classmethod
    def from_entries(cls, terms: NDArray[np.int32], rows: Rows, impacts: Impacts, count: int) -> "Postings":
        """Bulk build from parallel arrays of entries, rows ascending per term; `count` = number of terms."""
        order = np.argsort(terms, kind="stable")
        offsets = np.zeros(count + 1, np.int32)
        np.cumsum(np.bincount(terms, minlength=count), out=offsets[1:])
        return cls(offsets, rows[order], impacts[order])

    def of(self, term: int) -> tuple[Rows, Impacts]:
        """Rows and impacts of a term, dead and not yet visible rows included."""
        found = self.replaced.get(term)
        if found is not None:
            return found
        if term + 1 >= len(self.offsets):
            return _NO_ROWS, _NO_IMPACTS
        start, end = self.offsets[term], self.offsets[term + 1]
        return self.rows[start:end], self.impacts[start:end]

    def frequency(self, term: int) -> int:
        """Length of a term's list: programmes that had the term, dead rows included."""
        found = self.replaced.get(term)
        if found is not None:
            return len(found[0])
        if term + 1 >= len(self.offsets):
            return 0
        return int(self.offsets[term + 1] - self.offsets[term])

    def append(self, terms: NDArray[np.int32], rows: Rows, impacts: Impacts) -> None:
        """Add entries of rows newer than all present ones (writer only)."""
        order = np.argsort(terms, kind="stable")
        terms, rows, impacts = terms[order], rows[order], impacts[order]
        starts = np.flatnonzero(np.concatenate(([True], terms[1:] != terms[:-1]))) if len(terms) else terms
        ends = np.append(starts[1:], len(terms))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            term = int(terms[start])
            old_rows, old_impacts = self.of(term)
            self.replaced[term] = (
                np.concatenate((old_rows, rows[start:end])),
                np.concatenate((old_impacts, impacts[start:end])),
            )

    def renumbered(self, new_row: NDArray[np.int32], count: int) -> "Postings":
        """A new index with each row replaced by `new_row[row]`; rows mapped to −1 are left out."""
        terms = np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))
        touched = np.zeros(max(count, len(self.offsets)), bool)
        touched[list(self.replaced)] = True
        stay = ~touched[terms]
        changed = sorted(self.replaced.items())
        all_terms = [terms[stay], *(np.full(len(rows), term, np.int32) for term, (rows, _) in changed)]
        all_rows = [self.rows[stay], *(rows for _, (rows, _) in changed)]
        all_impacts = [self.impacts[stay], *(impacts for _, (_, impacts) in changed)]
        rows = new_row[np.concatenate(all_rows)]
        live = rows >= 0
        return Postings.from_entries(
            np.concatenate(all_terms)[live], rows[live], np.concatenate(all_impacts)[live], count
        )
