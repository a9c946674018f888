"""Programmes of a result list as ready JSON: kept per process while their stamps hold, places written in each time.

Serialising a page of twenty programmes with their groups costs ten times the search itself; what does not change
from answer to answer is kept as text (some kilobytes per programme, the least recently shown go first).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ninja.responses import NinjaJSONEncoder

from opora.catalogue import queries_cards
from opora.catalogue.kept_cards import KeptCards
from opora.catalogue.queries_cards import CardState

KEPT = 6000
"""Programmes; about 25 MB at three groups each."""


@dataclass(frozen=True, slots=True)
class Text:
    """One programme without the figures that change: the group's texts end where its places are written in."""

    programme: str
    groups: dict[int, str]

    def filled(self, state: CardState, distance_km: float | None) -> str:
        """The JSON object of the API's ProgrammeOut."""
        groups = ",".join(
            [
                f'{self.groups[pk]},"free":{free},"waiting":{waiting}}}'
                for pk, free, waiting in zip(state.groups, state.free, state.waiting, strict=True)
                if pk in self.groups
            ]
        )
        distance = "null" if distance_km is None else repr(distance_km)
        return f'{self.programme},"free":{state.free_open},"distance_km":{distance},"groups":[{groups}]}}'


class Texts(KeptCards[Text]):
    """The texts of this process."""

    def __init__(self, most: int = KEPT) -> None:
        super().__init__(_made, most)


def programmes_json(hits: Iterable[tuple[int, float | None]]) -> str:
    """The JSON array of the programmes (id, distance in km) that are published at this moment, in order."""
    wanted = dict(hits)
    states = queries_cards.states(wanted)
    ready = texts.of(states)
    return "[{}]".format(",".join(ready[pk].filled(states[pk], far) for pk, far in wanted.items() if pk in ready))


def dumps(value: Any) -> str:
    """JSON as the API writes it, Russian letters as they are."""
    return json.dumps(value, cls=NinjaJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def _made(ids: Iterable[int]) -> dict[int, Text]:
    return {
        row[0]: Text(_programme(row), {group[0]: _group(row[0], group) for group in groups})
        for row, groups in queries_cards.rows(ids)
    }


texts = Texts()


def _programme(row: tuple[Any, ...]) -> str:
    pk, name, slug, focus_area, level, study_form, age_from, age_to, organisation, municipality, annotation = row
    value = {
        "id": pk,
        "name": name,
        "url": f"/navigator/{slug}-{pk}/",
        "focus_area": focus_area,
        "level": level,
        "study_form": study_form,
        "age_from": age_from,
        "age_to": age_to,
        "organisation": organisation,
        "municipality": municipality,
        "annotation": annotation,
    }
    return dumps(value)[:-1]


def _group(programme_id: int, row: tuple[Any, ...]) -> str:
    pk, name, state, starts_on, ends_on, age_from, age_to, capacity, price, *flags = row[:12]
    venue, address, latitude, longitude, teacher, slots = row[12:]
    value = {
        "id": pk,
        "programme": programme_id,
        "name": name,
        "state": state,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "age_from": age_from,
        "age_to": age_to,
        "capacity": capacity,
        "price": price,
        "funding": [code for code, on in zip(("budget", "certificate", "paid"), flags, strict=True) if on],
        "venue": venue or "",
        "address": address or "",
        "latitude": latitude,
        "longitude": longitude,
        "teacher": teacher,
    }
    return f'{dumps(value)[:-1]},"slots":{slots or "[]"}'
