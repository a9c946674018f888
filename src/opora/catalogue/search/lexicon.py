"""The words known to the index: stem → term number, spellings as people wrote them, words by their beginning or part.

Numbers are given once and never change; dictionaries and lists only grow, so readers need no lock.
"""

from bisect import bisect_left
from collections.abc import Iterable

from .spelling import DeletionIndex
from .text import STOP_WORDS, stem

MARKS = "^= "
"""Characters that only marks of names have (see `analysis`)."""


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
        self._deletions: DeletionIndex | None = None
        self._lookup: tuple[int, list[str], str, list[int]] = (0, [], "", [])

    def __len__(self) -> int:
        return len(self.term_of)

    def terms(self, tokens: Iterable[str], *, in_name: bool = False) -> list[int]:
        """Term numbers of tokens without stop words; unknown ones are added (writer only)."""
        found = []
        known = self._term_of_word
        for token in tokens:
            term = known.get(token)
            if term is None:
                if token in STOP_WORDS:
                    continue
                term = self._add(token)
            found.append(term)
            if in_name:
                self._count(token, term)
        return found

    def mark(self, mark: str) -> int:
        """Term number of a mark of a name; added when unknown (writer only)."""
        return self.term_of.setdefault(mark, len(self.term_of))

    def display(self, term: int) -> str:
        """How a term is shown to people: its form most often met in names."""
        written = self._written.get(term)
        return written[0] if written else self._stem_of_term.get(term, "")

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

    def _count(self, token: str, term: int) -> None:
        times = self._counts[token] = self._counts.get(token, 0) + 1
        if times > self._written[term][1]:
            self._written[term] = (token, times)

    def index_spellings(self) -> None:
        """Build the deletion index over the words known so far; later words are added to it one by one."""
        self._deletions = DeletionIndex.build(self.spellings)

    def similar(self, word: str, distance: int) -> list[tuple[str, int]]:
        """Spellings that may lie within the distance of a word, with their terms (unverified, unordered)."""
        if self._deletions is None:
            return []
        return [(self.spellings[i], self.spelling_terms[i]) for i in self._deletions.candidates(word, distance)]

    def _sorted(self) -> tuple[int, list[str], str, list[int]]:
        """Spellings in order, and one text of them all with the places where each begins; made when words came."""
        lookup = self._lookup
        count = len(self.spellings)
        if lookup[0] != count:
            ordered = sorted(set(self.spellings[:count]))
            places, at = [], 1
            for word in ordered:
                places.append(at)
                at += len(word) + 1
            lookup = self._lookup = (count, ordered, "\n" + "\n".join(ordered) + "\n", places)
        return lookup

    def beginning_with(self, prefix: str, limit: int) -> list[str]:
        """Spellings that begin so, in alphabetical order, at most `limit`."""
        ordered = self._sorted()[1]
        start = bisect_left(ordered, prefix)
        end = bisect_left(ordered, prefix + "\uffff", start, len(ordered))
        return ordered[start : min(end, start + limit)]

    def containing(self, part: str, limit: int) -> list[str]:
        """Spellings with this part inside, at most `limit`."""
        _, ordered, text, places = self._sorted()
        found: list[str] = []
        at = text.find(part)
        while at >= 0 and len(found) < limit:
            number = bisect_left(places, at + 1) - 1
            found.append(ordered[number])
            at = text.find(part, places[number] + len(ordered[number]))
        return found

    def term_of_spelling(self, word: str) -> int | None:
        """Term of a written form or of a bare stem."""
        term = self._term_of_word.get(word)
        return self.term_of.get(word) if term is None else term
