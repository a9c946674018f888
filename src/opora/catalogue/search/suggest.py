"""Type-ahead: phrases completed from words of names, then programmes that begin with or contain the words."""

import numpy as np
from numpy.typing import NDArray

from .columns import State
from .evaluate import search
from .matching import about_frequency, match_text
from .synonyms import default_synonyms
from .text import OPTIONAL_STEMS, STOP_WORDS, stem, swap_layout, words
from .values import SearchQuery, Suggestion

MOST_PHRASES = 4
MOST_SPELLINGS = 200


def suggestions(state: State, prefix: str, n: int) -> list[Suggestion]:
    """At most `n` lines for what was typed so far; empty for fewer than two letters."""
    if n < 1 or len(prefix.strip()) < 2:
        return []
    found = [Suggestion(phrase, "phrase", None) for phrase in _phrases(state, prefix, min(n, MOST_PHRASES))]
    result = search(state, SearchQuery(q=prefix, per_page=min(2 * n, 1000), facets=()))
    seen = {line.text.casefold() for line in found}
    for hit in result.items:
        name = state_name(state, hit.id)
        if name and name.casefold() not in seen and len(found) < n:
            seen.add(name.casefold())
            found.append(Suggestion(name, "programme", hit.id))
    return found


def state_name(state: State, programme_id: int) -> str | None:
    """Name of a live programme in this state."""
    columns = state.programmes
    for row in (columns.ids[: state.rows] == programme_id).nonzero()[0].tolist():
        if state.alive[row]:
            return state.names[row]
    return None


def _phrases(state: State, prefix: str, limit: int) -> list[str]:
    """The typed words with the last one completed by a word that names programmes, the most usual first."""
    for text in (prefix, swap_layout(prefix)):
        typed = words(text)
        if not typed or text[-1:].isspace():
            continue
        *before, last = typed
        if not all(word in STOP_WORDS or stem(word) in state.lexicon.term_of for word in before):
            continue  # what stands before makes no sense in this layout
        among = _rows_of(state, before)
        best: dict[int, int] = {}
        for spelling in state.lexicon.beginning_with(last, MOST_SPELLINGS):
            term = state.lexicon.term_of_spelling(spelling)
            if term is not None and term not in best and spelling not in STOP_WORDS and state.lexicon.is_shown(term):
                best[term] = about_frequency(state, term, among)
        ranked = sorted((term for term in best if best[term]), key=lambda term: (-best[term], term))
        shown = [word for term in ranked if stem(word := _written(state, term)) not in (last, *OPTIONAL_STEMS)]
        shown = [word for word in shown if word != last and word.replace("-", "").startswith(last)]
        completed = [" ".join([*before, word]) for word in shown]
        if completed:
            return completed[:limit]
    return []


def _rows_of(state: State, before: list[str]) -> NDArray[np.bool_]:
    """The live rows that the words typed before the last one leave."""
    if not before:
        return state.alive
    rows = match_text(state, " ".join(before)).rows
    if rows is None:
        return state.alive
    among = np.zeros(state.rows, bool)
    among[rows] = True
    return among


def _written(state: State, term: int) -> str:
    """A word as dictionaries have it, where our list of other names does; else its usual form in names."""
    known = default_synonyms().written.get(state.lexicon.stem_of(term))
    return state.lexicon.as_written(known) if known else state.lexicon.display(term)
