"""Own certificate numbers: region 2 + payer 2 + random 6."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

ATTEMPTS = 200


class RandomSource(Protocol):
    """random.Random or secrets.SystemRandom."""

    def randrange(self, stop: int, /) -> int: ...


class NumbersExhausted(RuntimeError):
    """No free number was found; the payer needs another two-digit code."""


def own_number(region: str, payer: str, source: RandomSource, is_taken: Callable[[str], bool]) -> str:
    """A free number of 10 digits; `is_taken` looks in the register."""
    prefix = region + payer
    if len(region) != 2 or len(payer) != 2 or not (prefix.isascii() and prefix.isdigit()):
        raise ValueError("Коды региона и плательщика в номере сертификата – по две цифры.")
    for _ in range(ATTEMPTS):
        number = f"{prefix}{source.randrange(1_000_000):06d}"
        if number != "0" * 10 and not is_taken(number):
            return number
    raise NumbersExhausted("Свободные номера сертификатов заканчиваются, задайте плательщику новый код.")
