"""Repair of typing errors: candidates from a deletion index, ranked by likeness, sound and frequency.

The deletion index (the way of SymSpell): two words within distance d share a string that both reach by
deleting at most d letters. Keys are made of the first `PREFIX` letters, seven bits each: one exact integer.
"""

from collections.abc import Callable
from functools import cache
from itertools import combinations
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import DamerauLevenshtein

from .text import phonetic, stem

PREFIX = 7
_BITS = 7
_SHIFTS = np.arange(PREFIX, dtype=np.int64) * _BITS
_CODES = np.full(0x500, 127, np.int64)
for _number, _letter in enumerate("абвгдежзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789", start=1):
    _CODES[ord(_letter)] = _number
_CODES[0] = 0
_CODE_OF = {chr(point): int(code) for point, code in enumerate(_CODES) if code != 127}


def allowed_distance(length: int) -> int:
    """How many errors are repaired in a word of this length."""
    if length < 3:
        return 0
    return 1 if length < 6 else 2


def _patterns(length: int, distance: int) -> list[tuple[int, ...]]:
    """Places that may be deleted from a beginning of `length` letters."""
    return [places for d in range(distance + 1) for places in combinations(range(length), d)]


@cache
def _kept_places(length: int, distance: int) -> NDArray[np.int64]:
    """One line per pattern: the places kept, in order, padded by `length` (where a zero stands)."""
    lines = []
    for places in _patterns(length, distance):
        kept = [at for at in range(length) if at not in places]
        lines.append(kept + [length] * (PREFIX - len(kept)))
    return np.array(lines, np.int64)


def _keys(word: str, distance: int) -> NDArray[np.int64]:
    """Keys of one word; the same integers as the bulk build makes. Repetitions stay."""
    codes = [_CODE_OF.get(letter, 127) for letter in word[:PREFIX]]
    letters = np.array([*codes, 0], np.int64)
    return (letters[_kept_places(len(codes), distance)] << _SHIFTS).sum(axis=1)


class DeletionIndex:
    """Key → numbers of words. Short words (under 5 letters) are reached by one deletion, others by two."""

    def __init__(self, keys: NDArray[np.int64], numbers: NDArray[np.int32]) -> None:
        self._keys = keys
        self._numbers = numbers
        self._added: dict[int, tuple[int, ...]] = {}

    @classmethod
    def build(cls, words: list[str]) -> "DeletionIndex":
        """Index all words at once (vectorised: one pass per pattern of deleted places)."""
        if not words:
            return cls(np.empty(0, np.int64), np.empty(0, np.int32))
        letters = np.array(words, dtype=f"U{PREFIX}").view(np.uint32).reshape(len(words), PREFIX)
        codes = _CODES[np.minimum(letters, 0x4FF)]
        lengths = np.array([len(word) for word in words])
        all_keys, all_numbers = [], []
        for places in _patterns(PREFIX, 2):
            fits = lengths > places[-1] if places else lengths > 0
            if len(places) == 2:
                fits &= lengths >= 5
            numbers = np.flatnonzero(fits)
            kept = [at for at in range(PREFIX) if at not in places]
            keys = np.zeros(len(numbers), np.int64)
            for position, at in enumerate(kept):
                keys |= codes[numbers, at] << (_BITS * position)
            all_keys.append(keys)
            all_numbers.append(numbers.astype(np.int32))
        every_key, every_number = np.concatenate(all_keys), np.concatenate(all_numbers)
        order = np.lexsort((every_number, every_key))
        every_key, every_number = every_key[order], every_number[order]
        repeated = (every_key[1:] == every_key[:-1]) & (every_number[1:] == every_number[:-1])
        fresh = np.concatenate(([True], ~repeated))
        return cls(every_key[fresh], every_number[fresh])

    def add(self, word: str, number: int) -> None:
        """Index one more word (writer only)."""
        for key in set(_keys(word, 2 if len(word) >= 5 else 1).tolist()):
            self._added[key] = (*self._added.get(key, ()), number)

    def candidates(self, word: str, distance: int) -> set[int]:
        """Numbers of words that may lie within the distance."""
        wanted = _keys(word, distance)
        starts = np.searchsorted(self._keys, wanted, "left").tolist()
        ends = np.searchsorted(self._keys, wanted, "right").tolist()
        found: set[int] = set()
        for start, end in zip(starts, ends, strict=True):
            if start < end:
                found.update(self._numbers[start:end].tolist())
        if self._added:
            for key in wanted.tolist():
                found.update(self._added.get(key, ()))
        return found


class Correction(NamedTuple):
    """A known term that a word may stand for; `cost` counts errors, made cheaper by sound and frequency."""

    term: int
    distance: int
    cost: float


SOUND_DISCOUNT = 0.6
FREQUENCY_DISCOUNT = 0.08
STEM_PENALTY = 0.1
FIRST_LETTER_PENALTY = 0.25


def corrections(
    word: str,
    similar: Callable[[str, int], list[tuple[str, int]]],
    frequency: Callable[[int], int],
    limit: int = 5,
) -> list[Correction]:
    """The most likely terms for a misspelt word, best first.

    `similar(word, distance)` proposes (spelling, term) pairs, `frequency(term)` counts live programmes.
    Both the word and its stem are compared: a wrong ending must not hide a right root.
    """
    best: dict[int, Correction] = {}
    stemmed = stem(word)
    forms = [(word, 0.0)] + ([(stemmed, STEM_PENALTY)] if stemmed != word and len(stemmed) >= 3 else [])
    for form, penalty in forms:
        allowed = allowed_distance(len(form))
        sound = phonetic(form)
        for spelling, term in similar(form, allowed) if allowed else ():
            if abs(len(spelling) - len(form)) > allowed:
                continue
            distance = DamerauLevenshtein.distance(form, spelling, score_cutoff=allowed)
            if distance > allowed:
                continue
            cost = distance + penalty + (FIRST_LETTER_PENALTY if form[0] != spelling[0] else 0.0)
            if phonetic(spelling) == sound:
                cost -= SOUND_DISCOUNT
            known = best.get(term)
            if known is None or cost < known.cost:
                best[term] = Correction(term, distance, cost)
    ranked = []
    for term, correction in best.items():
        times = frequency(term)
        if times:
            ranked.append(correction._replace(cost=correction.cost - FREQUENCY_DISCOUNT * log(1 + times)))
    ranked.sort(key=lambda correction: (correction.cost, correction.term))
    return ranked[:limit]
