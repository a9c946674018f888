"""Which rows answer the words of a query, and how well."""

from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .columns import State
from .interpret import ABOUT, BESIDES, Interpretation, Interpreter, Slot

MENTION = np.float32(0.4)
"""What a word said once in an annotation counts beside programmes that are about it."""
START_BONUS = 0.8
NEIGHBOURS_BONUS = 1.5
WHOLE_NAME_BONUS = 4.0


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Rows in ascending order with their scores; `rows` is None when the query has no words (all match)."""

    rows: NDArray[np.int64] | None
    scores: NDArray[np.float32]
    meaning: Interpretation
    partial: bool = False


def match_text(state: State, text: str) -> TextMatch:
    """Rows that fill all words of the text (or, when no row does, the most of them)."""
    interpreter = Interpreter(state.lexicon, lambda term: live_frequency(state, term))
    meaning = interpreter.read(text)
    if not meaning.slots:
        return TextMatch(None, np.zeros(0, np.float32), meaning)
    scores = np.zeros(state.rows, np.float32)
    filled = np.zeros(state.rows, np.int8)
    required = 0
    for slot in meaning.slots:
        strength = _slot_strength(state, slot)
        if strength is None:
            required += 0 if slot.optional else 1
            continue
        scores += strength
        if not slot.optional:
            filled += strength > 0
            required += 1
    filled[~state.alive] = 0
    most = int(filled.max(initial=0))
    if most == 0:
        return TextMatch(np.empty(0, np.int64), np.empty(0, np.float32), meaning)
    rows = np.flatnonzero(filled == most)
    _add_bonuses(state, meaning, scores)
    return TextMatch(rows, scores[rows], meaning, partial=most < required)


def live_frequency(state: State, term: int) -> int:
    """Number of live rows with a term."""
    rows, _ = state.postings.of(term)
    if not len(rows):
        return 0
    if state.live == state.rows and rows[-1] < state.rows:
        return len(rows)
    return int(np.count_nonzero(state.alive[_visible(state, rows)]))


def about_frequency(state: State, term: int, among: NDArray[np.bool_]) -> int:
    """Number of rows among the given ones that are about a term, not only mention it."""
    rows, impacts = state.postings.of(term)
    rows = _visible(state, rows)
    return int(np.count_nonzero(among[rows[impacts[: len(rows)] >= ABOUT]]))


def _visible(state: State, rows: NDArray[np.int32]) -> NDArray[np.int32]:
    """Rows of a list that this state already has (the writer may have added newer ones)."""
    if len(rows) and rows[-1] >= state.rows:
        return rows[: np.searchsorted(rows, state.rows)]
    return rows


class _Match(NamedTuple):
    """Rows that have all terms of an alternative: Σ rarity × impact, and the least impact, per row."""

    rows: NDArray[np.int32]
    values: NDArray[np.float32]
    impacts: NDArray[np.float32]


def _slot_strength(state: State, slot: Slot) -> NDArray[np.float32] | None:
    """Per row the best of the slot's alternatives: weight × Σ rarity × impact; None when nothing fits."""
    found = [(_match(state, terms), len(terms), how) for terms, how in slot.alternatives.items()]
    found = [one for one in found if len(one[0].rows)]
    if not found:
        return None
    demanding = any(how.least == 0.0 or match.impacts.max() >= ABOUT for match, _, how in found)
    strength = np.zeros(state.rows, np.float32)
    for (rows, values, impacts), count, how in found:
        if demanding and how.least:
            strong = impacts >= how.least
            rows, values = rows[strong], values[strong]
        elif demanding:
            values = values * np.where(impacts < BESIDES, MENTION, np.float32(1))
        strength[rows] = np.maximum(strength[rows], values * np.float32(how.weight / count))
    return strength


def _match(state: State, terms: tuple[int, ...]) -> _Match:
    rows, values, impacts = _term_match(state, terms[0])
    for term in terms[1:]:
        other = _term_match(state, term)
        rows, left, right = np.intersect1d(rows, other.rows, assume_unique=True, return_indices=True)
        values = values[left] + other.values[right]
        impacts = np.minimum(impacts[left], other.impacts[right])
    return _Match(rows, values, impacts)


def _term_match(state: State, term: int) -> _Match:
    """Visible rows of a term and rarity × impact of each (BM25 with the impact made at indexing time)."""
    rows, impacts = state.postings.of(term)
    rows = _visible(state, rows)
    impacts = impacts[: len(rows)]
    rarity = log(1 + (state.rows - len(rows) + 0.5) / (len(rows) + 0.5))
    return _Match(rows, impacts * np.float32(rarity), impacts)


def _add_bonuses(state: State, meaning: Interpretation, scores: NDArray[np.float32]) -> None:
    """Raise names that begin with the words, have them side by side, or consist of them."""
    stems = [slot.stem for slot in meaning.slots]
    marks = [(f"^{stems[0]}", START_BONUS), ("=" + " ".join(stems), WHOLE_NAME_BONUS)]
    marks += [(f"{left} {right}", NEIGHBOURS_BONUS) for left, right in pairwise(stems)]
    for mark, bonus in marks:
        term = state.lexicon.term_of.get(mark)
        if term is not None:
            scores[_visible(state, state.postings.of(term)[0])] += np.float32(bonus)
