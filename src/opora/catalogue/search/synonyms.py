"""Synonyms read from `synonyms.txt`: what a phrase of the query may also be called in a programme."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .text import stem, words

EQUAL_WEIGHT = 0.7
BROADER_WEIGHT = 0.5

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Stemmed phrases → other stemmed phrases with the weight of such a match."""

    table: dict[Phrase, tuple[tuple[Phrase, float], ...]]
    longest: int
    written: dict[str, str]
    """Stem → the word as the list has it: the form that dictionaries have."""

    def of(self, phrase: Phrase) -> tuple[tuple[Phrase, float], ...]:
        """Other names of exactly this stemmed phrase; empty when none is known."""
        return self.table.get(phrase, ())


def parse(lines: list[str]) -> Synonyms:
    """Build the table from lines of the data file; raises ValueError naming a line it cannot read."""
    table: dict[Phrase, dict[Phrase, float]] = {}
    written: dict[str, str] = {}
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        left, arrow, right = line.partition("=>")
        sources = _phrases(left)
        for part in f"{left},{right}".split(","):
            if len(single := words(part)) == 1:
                written.setdefault(stem(single[0]), single[0])
        targets = _phrases(right) if arrow else sources
        if not sources or not targets or (not arrow and len(sources) < 2):
            raise ValueError(f"synonyms, line {number}: nothing to connect in {raw!r}")
        weight = BROADER_WEIGHT if arrow else EQUAL_WEIGHT
        for source in sources:
            known = table.setdefault(source, {})
            for target in targets:
                if target != source:
                    known[target] = max(weight, known.get(target, 0.0))
    return Synonyms(
        {source: tuple(targets.items()) for source, targets in table.items()},
        max((len(source) for source in table), default=0),
        written,
    )


def _phrases(text: str) -> list[Phrase]:
    """Stemmed phrases of one side of a line, without repetitions."""
    phrases = (tuple(stem(word) for word in words(part)) for part in text.split(","))
    return list(dict.fromkeys(phrase for phrase in phrases if phrase))


@cache
def default_synonyms() -> Synonyms:
    """The curated list that comes with the catalogue."""
    path = Path(__file__).with_name("synonyms.txt")
    return parse(path.read_text(encoding="utf-8").splitlines())
