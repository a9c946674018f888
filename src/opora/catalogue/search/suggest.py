"""Type-ahead: phrases completed from words of names, then programmes that begin with or contain the words."""

from .columns import State
from .evaluate import search
from .matching import live_frequency
from .text import STOP_WORDS, stem, swap_layout, words
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
    """The typed words with the last one completed, the most frequent completion first."""
    for text in (prefix, swap_layout(prefix)):
        typed = words(text)
        if not typed or text[-1:].isspace():
            continue
        *before, last = typed
        best: dict[int, int] = {}
        for word in state.lexicon.beginning_with(last, MOST_SPELLINGS):
            term = state.lexicon.term_of_spelling(word)
            if term is not None and word not in STOP_WORDS:
                best[term] = live_frequency(state, term)
        ranked = sorted((term for term in best if best[term]), key=lambda term: (-best[term], term))
        shown = [word for term in ranked if (word := state.lexicon.display(term)) and stem(word) != last]
        completed = [" ".join([*before, word]) for word in shown if word.startswith(last)]
        if completed:
            return completed[:limit]
    return []
