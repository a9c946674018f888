"""Latin spelling of Russian for addresses of pages (the usual machine-readable passport rule, simplified)."""

from __future__ import annotations

_SINGLE = dict(zip("абвгдезийклмнопрстуфыэё", "abvgdeziyklmnoprstufyee", strict=True))
_SEVERAL = {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
_TABLE = str.maketrans(_SINGLE | _SEVERAL)


def latin(text: str) -> str:
    """Return the text in lower case with Cyrillic letters spelt in Latin ones."""
    return text.lower().translate(_TABLE)
