"""Legal acts compared (A6): how their numbers and issuers are reduced, whether two are near-equal, who is in force."""

from __future__ import annotations

import datetime as dt
import re

_NOT_CODE = re.compile(r"[^0-9a-zа-я]")
_WORD = re.compile(r"[a-zа-я]{2,}|\d+")
_DROPPED = ("муниципальн", "городск", "район", "округ", "област", "образовани", "росси", "федерац", "рф")
"""Words that one writer uses and another leaves out: «Администрация Озёрного района», «… муниципального района»."""
_STEM = 5


def act_key(number: str, issuer: str) -> str:
    """Number and issuer of an act without what people write differently: «№ 402-П», «402-п» → «402п».

    >>> act_key("№ 402-П", "Администрация Озёрного муниципального района")
    '402п|админ озерн'
    """
    code = _NOT_CODE.sub("", _folded(number).replace("№", ""))
    words = [word[:_STEM] for word in _WORD.findall(_folded(issuer)) if not word.startswith(_DROPPED)]
    return f"{code}|{' '.join(sorted(set(words)))}"[:300]


def _folded(text: str) -> str:
    return text.lower().replace("ё", "е")


def in_force(day: dt.date, start: dt.date | None, end: dt.date | None, signed: dt.date) -> bool:
    """Is an act in force on the day? Without a beginning it is in force from the day of its date."""
    return (start or signed) <= day and (end is None or day <= end)


def closes_circle(act: int, replaced_by: int | None, chain: dict[int, int | None]) -> bool:
    """Would replacing `act` by another lead back to it? `chain`: act → what replaced it."""
    seen: set[int] = set()
    following = replaced_by
    while following is not None and following not in seen:
        if following == act:
            return True
        seen.add(following)
        following = chain.get(following)
    return False
