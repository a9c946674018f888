"""From programmes to index entries: which terms a programme has and how strongly.

Besides stems there are three kinds of marks, made of a name alone and therefore good for phrase bonuses:
`^stem` (the name begins so), `stem stem` (neighbours), `=stem … stem` (the whole name).
"""

from array import array
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .lexicon import Lexicon
from .text import STOP_WORDS, hyphenated, stem, tokenise
from .values import ProgrammeDoc

NAME_WEIGHT = 8.0
FIELD_WEIGHTS = (
    ("keywords", 5.0),
    ("activity_direction", 5.0),
    ("teachers", 3.0),
    ("organisation", 2.0),
    ("venue", 1.5),
    ("locality", 2.0),
    ("annotation", 1.0),
)
VOCABULARY = ("keywords", "activity_direction")
"""Fields beside the name whose words are worth suggesting."""
SATURATION = 3.0
USUAL_NAME_LENGTH = 4.0
BATCH = 1000

Entries = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]


def name_stems(name: str) -> list[str]:
    """Stems of a name in order, stop words left out."""
    return [stem(token) for token in tokenise(name) if token not in STOP_WORDS]


def name_marks(stems: list[str]) -> list[str]:
    """Marks of a name given by its stems."""
    if not stems:
        return []
    return [f"^{stems[0]}", "=" + " ".join(stems), *(f"{left} {right}" for left, right in pairwise(stems))]


class Analyser:
    """Turns documents into entries; remembers texts that repeat (organisations, venues) while it lives."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._texts: dict[str, list[int]] = {}

    def entries(self, docs: Sequence[ProgrammeDoc], first_row: int) -> Entries:
        """Terms, rows and impacts (0 … 1) of documents numbered from `first_row` on, rows ascending."""
        batches = [
            self._batch(docs[start : start + BATCH], first_row + start) for start in range(0, len(docs), BATCH)
        ] or [self._batch((), first_row)]
        terms, rows, impacts = (np.concatenate(parts) for parts in zip(*batches, strict=True))
        return terms, rows, impacts

    def _batch(self, docs: Sequence[ProgrammeDoc], first_row: int) -> Entries:
        """Entries of a few documents: repeated words of all at once would take the memory of the whole index."""
        terms, rows, weights = array("i"), array("i"), array("f")
        for row, doc in enumerate(docs, start=first_row):
            before = len(terms)
            self._add_name(doc.name, terms, weights)
            for field, weight in FIELD_WEIGHTS:
                value = getattr(doc, field)
                text = " ".join(value) if isinstance(value, tuple) else value
                if text:
                    found = self._terms(text, field) if field != "annotation" else self._lexicon.terms(tokenise(text))
                    terms.extend(found)
                    weights.extend([weight] * len(found))
            rows.extend([row] * (len(terms) - before))
        return _summed(np.array(terms, np.int32), np.array(rows, np.int32), np.array(weights, np.float32))

    def _add_name(self, name: str, terms: array, weights: array) -> None:
        tokens = tokenise(name)
        found = self._lexicon.terms(tokens, shown=True)
        for word in hyphenated(name):
            self._lexicon.hyphenated(word)
        weight = NAME_WEIGHT / (0.7 + 0.3 * len(found) / USUAL_NAME_LENGTH)
        marks = [self._lexicon.mark(mark) for mark in name_marks(name_stems(name))]
        terms.extend(found)
        weights.extend([weight] * len(found))
        terms.extend(marks)
        weights.extend([1.0] * len(marks))

    def _terms(self, text: str, field: str) -> list[int]:
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = self._lexicon.terms(tokenise(text), shown=field in VOCABULARY)
        return known


def _summed(terms: NDArray[np.int32], rows: NDArray[np.int32], weights: NDArray[np.float32]) -> Entries:
    """Entries with repeated (row, term) summed and saturated (BM25's tf / (tf + k))."""
    if not len(terms):
        return terms, rows, weights
    keys = (rows.astype(np.int64) << 32) | terms
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    sums = np.add.reduceat(weights[order], starts)
    keys = keys[starts]
    return (
        (keys & 0xFFFFFFFF).astype(np.int32),
        (keys >> 32).astype(np.int32),
        (sums / (sums + SATURATION)).astype(np.float32),
    )
