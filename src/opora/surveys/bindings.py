"""What cells may be bound to: a higher room that knows figures offers them here at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Choices = Callable[[], Iterable[tuple[str, str]]]
_offered: list[Choices] = []


def offer(choices: Choices) -> None:
    """Add a source of (code, name) of figures."""
    if choices not in _offered:
        _offered.append(choices)


def choices() -> list[tuple[str, str]]:
    """All figures that a cell may be filled from."""
    return [pair for source in _offered for pair in source()]
