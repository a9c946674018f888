"""Typing errors as fingers make them, from a seed."""

from random import Random

_NEIGHBOURS = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_SOUND = {"о": "а", "а": "о", "е": "и", "и": "е", "д": "т", "т": "д", "з": "с", "с": "з", "б": "п", "п": "б"}


def _wrong_letter(random: Random, letter: str) -> str:
    """A letter heard alike or lying beside on the keyboard."""
    if letter in _SOUND and random.random() < 0.5:
        return _SOUND[letter]
    for row in _NEIGHBOURS:
        at = row.find(letter)
        if at >= 0:
            return random.choice([row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)])
    return "а"


def misspelt(random: Random, word: str, kind: str | None = None) -> str:
    """The word with one error: deletion, insertion, substitution or transposition of neighbours."""
    letters = list(word.lower())
    kind = kind or random.choice(("deletion", "insertion", "substitution", "transposition"))
    at = random.randrange(len(letters))
    if kind == "deletion":
        del letters[at]
    elif kind == "insertion":
        letters.insert(at, random.choice((letters[at], _wrong_letter(random, letters[at]))))
    elif kind == "substitution":
        letters[at] = _wrong_letter(random, letters[at])
    else:
        places = [i for i in range(len(letters) - 1) if letters[i] != letters[i + 1]]
        at = random.choice(places)
        letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)
