"""The words known to the index: stem → term number, written forms, words by beginning or part.

Numbers are given once and never change; dictionaries and lists only grow, so readers need no lock.
"""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from .spelling import DeletionIndex
from .text import STOP_WORDS, stem

MARKS = "^= "
"""Characters that only marks of names have (see `analysis`)."""


MOST_NEWER = 256
"""So many new words are looked through one by one before they are sorted in."""


class Lookup(NamedTuple):
    """Spellings in order, one text of them all with the place where each begins, and words newer than these."""

    ordered: list[str]
    text: str
    places: list[int]
    newer: list[str]

    @classmethod
    def of(cls, spellings: list[str]) -> "Lookup":
        """Sort spellings (repetitions fall away)."""
        ordered = sorted(dict.fromkeys(spellings))
        places = list(accumulate((len(word) + 1 for word in ordered), initial=1))
        return cls(ordered, "\n" + "\n".join(ordered) + "\n", places[:-1], [])


class Lexicon:
    """Terms and spellings. Spellings are the written forms and the bare stems; each belongs to one term."""

    def __init__(self) -> None:
        self.term_of: dict[str, int] = {}
        self._term_of_word: dict[str, int] = {}
        self.spellings: list[str] = []
        self.spelling_terms: list[int] = []
        self._stem_of_term: dict[int, str] = {}
        self._written: dict[int, tuple[str, int]] = {}
        self._counts: dict[str, int] = {}
        self._hyphenated: dict[str, str] = {}
        self._deletions: DeletionIndex | None = None
        self._lookup = Lookup([], "", [], [])

    def __len__(self) -> int:
        return len(self.term_of)

    def terms(self, tokens: Iterable[str], *, shown: bool = False) -> list[int]:
        """Term numbers of tokens without stop words; unknown ones are added (writer only).

        `shown` tokens stand where people look for what a programme is: their forms are used when the word is named.
        """
        found = []
        known = self._term_of_word
        for token in tokens:
            term = known.get(token)
            if term is None:
                if token in STOP_WORDS:
                    continue
                term = self._add(token)
            found.append(term)
            if shown:
                self._count(token, term)
        return found

    def mark(self, mark: str) -> int:
        """Term number of a mark of a name; added when unknown (writer only)."""
        return self.term_of.setdefault(mark, len(self.term_of))

    def hyphenated(self, word: str) -> None:
        """Remember that the joined spelling of a word is written with hyphens (writer only)."""
        self._hyphenated.setdefault(word.replace("-", ""), word)

    def display(self, term: int) -> str:
        """How a term is shown to people: its form most often met in names."""
        written = self._written.get(term)
        return self.as_written(written[0] if written else self._stem_of_term.get(term, ""))

    def as_written(self, word: str) -> str:
        """The word with the hyphen that names have in it."""
        return self._hyphenated.get(word, word)

    def is_shown(self, term: int) -> bool:
        """Whether the word stood in a name, in keywords or in a direction, not only in running text."""
        return self._written.get(term, ("", 0))[1] > 0

    def stem_of(self, term: int) -> str:
        """The stem of a term."""
        return self._stem_of_term[term]

    def _add(self, token: str) -> int:
        stemmed = stem(token)
        term = self.term_of.get(stemmed)
        if term is None:
            term = self.term_of[stemmed] = len(self.term_of)
            self._stem_of_term[term] = stemmed
            self._written[term] = (token, 0)
            if stemmed != token:
                self._add_spelling(stemmed, term)
        self._term_of_word[token] = term
        self._add_spelling(token, term)
        return term

    def _add_spelling(self, word: str, term: int) -> None:
        if len(word) < 3 or word.isdigit():
            return
        self.spelling_terms.append(term)
        self.spellings.append(word)
        if self._deletions is not None:
            self._deletions.add(word, len(self.spellings) - 1)
            self._lookup.newer.append(word)
            if len(self._lookup.newer) > MOST_NEWER:
                self._lookup = Lookup.of(self._lookup.ordered + self._lookup.newer)

    def _count(self, token: str, term: int) -> None:
        times = self._counts[token] = self._counts.get(token, 0) + 1
        if times > self._written[term][1]:
            self._written[term] = (token, times)

    def index_spellings(self) -> None:
        """Build both indexes over the words known so far; later words are added one by one (writer only)."""
        self._deletions = DeletionIndex.build(self.spellings)
        self._lookup = Lookup.of(self.spellings)

    def similar(self, word: str, distance: int) -> list[tuple[str, int]]:
        """Spellings that may lie within the distance of a word, with their terms (unverified, unordered)."""
        if self._deletions is None:
            return []
        return [(self.spellings[i], self.spelling_terms[i]) for i in self._deletions.candidates(word, distance)]

    def beginning_with(self, prefix: str, limit: int) -> list[str]:
        """Spellings that begin so, in alphabetical order but for the newest, at most `limit`."""
        lookup = self._lookup
        start = bisect_left(lookup.ordered, prefix)
        end = bisect_left(lookup.ordered, prefix + "\uffff", start)
        newer = [word for word in lookup.newer if word.startswith(prefix)]
        return (lookup.ordered[start : min(end, start + limit)] + newer)[:limit]

    def containing(self, part: str, limit: int) -> list[str]:
        """Spellings with this part inside, at most `limit`."""
        lookup = self._lookup
        found: list[str] = []
        at = lookup.text.find(part)
        while at >= 0 and len(found) < limit:
            number = bisect_left(lookup.places, at + 1) - 1
            found.append(lookup.ordered[number])
            at = lookup.text.find(part, lookup.places[number] + len(lookup.ordered[number]))
        return (found + [word for word in lookup.newer if part in word])[:limit]

    def term_of_spelling(self, word: str) -> int | None:
        """Term of a written form or of a bare stem."""
        term = self._term_of_word.get(word)
        return self.term_of.get(word) if term is None else term
