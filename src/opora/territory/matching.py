"""Names of municipalities as people write them («Ровеньский район район», «Тутаевский м.р.», «г. Рыбинск»).

Pure: a written name is reduced to its kind and its stem; the best of the known names is chosen, a doubt is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz import fuzz

K = TypeVar("K")
_SIGNS = re.compile(r"[«»\"'`„“”()]")
_KINDS: tuple[tuple[str, str], ...] = (
    (r"городской\s+округ|гор\.?\s*округ|\bго\b|\bг\.?\s*о\.", "urban_okrug"),
    (r"муниципальный\s+округ|мун\.?\s*округ|\bмо\b|\bм\.?\s*о\.", "municipal_okrug"),
    (r"муниципальный\s+район|мун\.?\s*район|\bмр\b|\bм\.?\s*р\.|\bр-н\.?|\bрайон\b|\bр\.", "district"),
    (r"сельсовет|сельское\s+поселение|городское\s+поселение|\bсп\b|\bс\.?\s*п\.|\bгп\b", "settlement"),
    (r"\bгород\b|\bгор\.|\bг\.|\bг\b|\bзато\b", "urban_okrug"),
)
_REST = re.compile(r"\b(муниципальное\s+образование|муниципальный|округ|район|территория|области|край|обл)\b\.?")
SURE = 88


@dataclass(frozen=True, slots=True)
class WrittenName:
    """The stem (words that tell places apart, ё as е) and the kind told by the rest, "" when it is not told."""

    stem: str
    kind: str


def reduce_name(text: str) -> WrittenName:
    """«Городской округ «Город Белгород»» → («белгород», urban_okrug)."""
    name = _SIGNS.sub(" ", text.lower().replace("ё", "е").replace("\u00a0", " "))
    kind = ""
    for pattern, code in _KINDS:
        cleaned = re.sub(pattern, " ", name)
        if cleaned != name:
            kind = kind or code
            name = cleaned
    name = _REST.sub(" ", name)
    return WrittenName(" ".join(re.sub(r"[^\w\s-]", " ", name).split()).strip("- "), kind)


def best(text: str, known: Mapping[K, str] | Iterable[tuple[K, str]]) -> K | None:
    """The key of the known name that the written one means; None when nothing or several fit equally."""
    wanted = reduce_name(text)
    if not wanted.stem:
        return None
    pairs = known.items() if isinstance(known, Mapping) else known
    scored: list[tuple[float, K]] = []
    for key, name in pairs:
        other = reduce_name(name)
        score = fuzz.ratio(wanted.stem, other.stem)
        if wanted.kind and other.kind and not _kinds_agree(wanted.kind, other.kind):
            score -= 15
        if score >= SURE or (wanted.stem == other.stem and score >= SURE - 15):
            scored.append((score, key))
    scored.sort(key=lambda pair: -pair[0])
    if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    return scored[0][1]


def _kinds_agree(one: str, other: str) -> bool:
    """Districts became municipal or urban okrugs under the same name, so only settlements are told apart strictly."""
    if one == other:
        return True
    return "settlement" not in (one, other)
