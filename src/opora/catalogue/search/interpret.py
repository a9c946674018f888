"""What the typed words mean: layout, spelling, synonyms, parts of words → slots of alternatives.

A slot stands for one word of the query; a programme fills it by any of the slot's alternatives. Only words
the index does not know are corrected.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from .lexicon import Lexicon
from .spelling import Correction, corrections
from .synonyms import Synonyms, default_synonyms
from .text import (
    OPTIONAL_STEMS,
    STOP_WORDS,
    has_latin,
    relatives,
    stem,
    swap_layout,
    transliterate,
    words,
)

MOST_LETTERS = 200
MOST_WORDS = 12
MOST_EXPANSIONS = 48
RELATIVE_WEIGHT = 0.8
JOINED_WEIGHT = 0.9
PREFIX_WEIGHT = 0.45
UNKNOWN_PREFIX_WEIGHT = 0.8
INFIX_WEIGHT = 0.6
RARE, USUAL = 2, 40
SUGGESTION_GAP = 0.4
ABOUT = 0.61
"""Impact of a word in a name, in keywords or in the direction; fields beside the point do not reach it together."""
BESIDES = 0.3
"""Impact of a word in some field other than the annotation, or more than once there."""


class Strength(NamedTuple):
    """How much a match counts, and how strongly a programme must speak of the terms (its impact) once some
    programme is really about the word: otherwise a robot that serves balls would bring table tennis to robotics.
    """

    weight: float
    least: float = 0.0


@dataclass(slots=True)
class Slot:
    """One word of the query. `optional` words rank but do not select."""

    stem: str
    alternatives: dict[tuple[int, ...], Strength] = field(default_factory=dict)
    optional: bool = False

    def add(self, terms: tuple[int, ...], weight: float, least: float = 0.0) -> None:
        """Remember an alternative (terms that must all be there) with its best weight and its mildest demand."""
        known = self.alternatives.get(terms, Strength(0.0, least))
        self.alternatives[terms] = Strength(max(weight, known.weight), min(least, known.least))


@dataclass(slots=True)
class Interpretation:
    """Slots in the order of the words and what to tell the person about them."""

    slots: list[Slot]
    corrected: str | None = None
    suggestion: str | None = None
    layout_swapped: bool = False
    unknown: bool = False


class Reading(NamedTuple):
    """How one typed word is read. `quality` 1 = known … 0 = nothing found."""

    token: str
    quality: float
    corrections: tuple[Correction, ...] = ()
    changed: bool = False


class Interpreter:
    """Reads queries against one lexicon; `frequency(term)` is the number of live programmes with the term."""

    def __init__(self, lexicon: Lexicon, frequency: Callable[[int], int], synonyms: Synonyms | None = None) -> None:
        self._lexicon = lexicon
        self._frequency = frequency
        self._synonyms = synonyms or default_synonyms()
        self._named: frozenset[str] = frozenset()

    def read(self, text: str) -> Interpretation:
        """The meaning of a query; no slots when it has no words."""
        text = text[:MOST_LETTERS]
        self._named = self._parts_of_phrases(words(text))
        readings, shown, swapped = self._readings(text)
        result = Interpretation([], layout_swapped=swapped)
        result.unknown = any(reading.quality == 0 for reading in readings)
        if any(reading.changed for reading in readings) or swapped:
            result.corrected = " ".join(shown)
        result.slots = [self._slot(reading) for reading in readings]
        self._add_joined(readings, result.slots)
        self._add_phrases(result.slots)
        if result.slots and all(slot.optional for slot in result.slots):
            for slot in result.slots:
                slot.optional = False
        result.suggestion = self._suggestion(readings, shown)
        return result

    def _readings(self, text: str) -> tuple[list[Reading], list[str], bool]:
        """Readings of the words that count, all words as searched, whether a layout was swapped."""
        readings: list[Reading] = []
        shown: list[str] = []
        swapped = False
        for chunk in text.split():
            found, was_swapped = self._chunk(chunk)
            swapped |= was_swapped
            for reading in found:
                word = reading.token
                if reading.corrections:
                    word = self._lexicon.display(reading.corrections[0].term)
                shown.append(word)
                if reading.token not in STOP_WORDS:
                    readings.append(reading)
        if not readings:
            readings = [Reading(word, 1.0) for word in shown]
        return readings[:MOST_WORDS], shown, swapped

    def _chunk(self, chunk: str) -> tuple[list[Reading], bool]:
        """The best reading of what stands between blanks: as typed, in the other layout, transliterated."""
        best = [self._word(token) for token in words(chunk)]
        quality = _quality(best)
        if quality >= 1.0:
            return best, False
        swapped = False
        variants = [(swap_layout(chunk), True, 0.02)]
        if has_latin(chunk):
            variants.append((transliterate(chunk), False, 0.03))
        for variant, is_swap, handicap in variants:
            if quality >= 0.5 and not any(self._readily_known(token) for token in words(variant)):
                continue
            other = [self._word(token) for token in words(variant)]
            if _quality(other) - handicap > quality:
                quality = _quality(other) - handicap
                best = [reading._replace(changed=True) for reading in other]
                swapped = is_swap
        return best, swapped

    def _word(self, token: str) -> Reading:
        """One word as typed: known, the beginning or a part of known words, misspelt, or unknown."""
        stemmed = stem(token)
        if token in STOP_WORDS or stemmed in OPTIONAL_STEMS or stemmed in self._named:
            return Reading(token, 1.0)
        if self._known(stemmed) is not None:
            return Reading(token, 1.0)
        if any(self._known(relative) is not None for relative in relatives(stemmed)):
            return Reading(token, 0.98)
        if any(self._terms(phrase) for phrase, _ in self._synonyms.of((stemmed,))):
            return Reading(token, 0.95)
        if len(token) >= 2 and self._live(self._lexicon.beginning_with(token, MOST_EXPANSIONS)):
            return Reading(token, 0.3 + 0.1 * min(len(token), 6))
        if len(token) < 3 or token.isdigit():
            return Reading(token, 0.0)
        found = tuple(corrections(token, self._lexicon.similar, self._frequency))
        if found and found[0].distance == 1:
            return Reading(token, 0.6, found, changed=True)
        if len(token) >= 4 and self._live(self._lexicon.containing(token, MOST_EXPANSIONS)):
            return Reading(token, 0.55)
        if found:
            return Reading(token, 0.5, found, changed=True)
        return Reading(token, 0.0)

    def _readily_known(self, token: str) -> bool:
        """Whether a word needs no looking around: worth trying even when the typed one can be corrected."""
        return token in STOP_WORDS or self._known(stem(token)) is not None

    def _parts_of_phrases(self, tokens: list[str]) -> frozenset[str]:
        """Stems that stand in a phrase whose other name the index knows: «пинг-понг» needs no correction."""
        stems = [stem(token) for token in tokens]
        found: set[str] = set()
        for length in range(2, min(self._synonyms.longest, len(stems)) + 1):
            for start in range(len(stems) - length + 1):
                phrase = tuple(stems[start : start + length])
                if any(self._terms(other) for other, _ in self._synonyms.of(phrase)):
                    found.update(phrase)
        return frozenset(found)

    def _known(self, stemmed: str) -> int | None:
        """Term of a stem when a live programme has it."""
        term = self._lexicon.term_of.get(stemmed)
        return term if term is not None and self._frequency(term) else None

    def _terms(self, phrase: tuple[str, ...]) -> tuple[int, ...] | None:
        """Terms of all stems of a phrase, None when one is unknown."""
        found = [self._known(stemmed) for stemmed in phrase]
        return None if any(term is None for term in found) else tuple(found)  # type: ignore[arg-type]

    def _live(self, spellings: list[str]) -> bool:
        return any(
            (term := self._lexicon.term_of_spelling(word)) is not None and self._frequency(term) for word in spellings
        )

    def _slot(self, reading: Reading) -> Slot:
        """All ways to fill one word of the query."""
        stemmed = stem(reading.token)
        if reading.corrections:
            stemmed = self._lexicon.stem_of(reading.corrections[0].term)
        slot = Slot(stemmed, optional=stemmed in OPTIONAL_STEMS or reading.token.isdigit())
        known = self._known(stemmed)
        if known is not None:
            slot.add((known,), 1.0)
        for relative in relatives(stemmed):
            term = self._known(relative)
            if term is not None:
                slot.add((term,), RELATIVE_WEIGHT)
                for phrase, weight in self._synonyms.of((relative,)):
                    self._add(slot, phrase, weight * RELATIVE_WEIGHT)
        for phrase, weight in self._synonyms.of((stemmed,)):
            self._add(slot, phrase, weight)
        if not slot.optional:
            self._add_parts(slot, reading, stemmed, known is not None)
        return slot

    def _add_parts(self, slot: Slot, reading: Reading, stemmed: str, known: bool) -> None:
        """Words that begin with the typed one, and, when it is unknown, words that contain it."""
        start = stemmed if known else reading.token
        if len(start) >= (4 if known else 2) and not reading.corrections:
            strength = Strength(PREFIX_WEIGHT, ABOUT) if known else Strength(UNKNOWN_PREFIX_WEIGHT, BESIDES)
            self._add_spellings(slot, self._lexicon.beginning_with(start, MOST_EXPANSIONS), strength)
        if not slot.alternatives and len(reading.token) >= 4:
            found = self._lexicon.containing(reading.token, MOST_EXPANSIONS)
            self._add_spellings(slot, found, Strength(INFIX_WEIGHT, BESIDES))

    def _add_spellings(self, slot: Slot, spellings: list[str], strength: Strength) -> None:
        for word in spellings:
            term = self._lexicon.term_of_spelling(word)
            if term is not None:
                slot.add((term,), *strength)

    def _add(self, slot: Slot, phrase: tuple[str, ...], weight: float) -> None:
        """Another name of the word."""
        terms = self._terms(phrase)
        if terms:
            slot.add(terms, weight, ABOUT)

    def _add_joined(self, readings: list[Reading], slots: list[Slot]) -> None:
        """Neighbours that the index knows as one word: «робото техника»."""
        for number, (left, right) in enumerate(pairwise(readings)):
            joined = self._known(stem(left.token + right.token))
            if joined is not None:
                slots[number].add((joined,), JOINED_WEIGHT)
                slots[number + 1].add((joined,), JOINED_WEIGHT)

    def _add_phrases(self, slots: list[Slot]) -> None:
        """Synonyms of several words: «настольный теннис» → пинг-понг."""
        stems = [slot.stem for slot in slots]
        for length in range(2, min(self._synonyms.longest, len(slots)) + 1):
            for start in range(len(slots) - length + 1):
                for phrase, weight in self._synonyms.of(tuple(stems[start : start + length])):
                    terms = self._terms(phrase)
                    for slot in slots[start : start + length] if terms else ():
                        slot.add(terms, weight, ABOUT)  # type: ignore[arg-type]

    def _suggestion(self, readings: list[Reading], shown: list[str]) -> str | None:
        """Another spelling: the second choice of a correction, or a usual word near a very rare one."""
        for reading in readings:
            other = None
            first, *more = reading.corrections or (None,)
            if first is not None and more and more[0].cost - first.cost < SUGGESTION_GAP:
                other, current = self._lexicon.display(more[0].term), self._lexicon.display(first.term)
            elif first is None and len(reading.token) >= 5:
                other, current = self._usual_neighbour(reading.token), reading.token
            if other is not None and other != current:
                return " ".join(other if word == current else word for word in shown)
        return None

    def _usual_neighbour(self, token: str) -> str | None:
        """A word in wide use one error away from a known but very rare one."""
        term = self._known(stem(token))
        if term is None or self._frequency(term) > RARE:
            return None
        for found in corrections(token, self._lexicon.similar, self._frequency):
            if found.term != term and found.distance == 1 and self._frequency(found.term) >= USUAL:
                return self._lexicon.display(found.term)
        return None


def _quality(readings: list[Reading]) -> float:
    """Mean quality of the words of one chunk; 0 without words."""
    return sum(reading.quality for reading in readings) / len(readings) if readings else 0.0
