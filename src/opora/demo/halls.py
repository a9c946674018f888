"""Kinds of halls read from room names, so that swimmers get the pool and programmers the computers."""

from __future__ import annotations

from functools import cache

from opora.demo.districts import Organisation

MARKS = {
    "pool": ("бассейн",),
    "ice": ("Каток", "Хоккейная", "Малая арена"),
    "ski": ("Лыжный стадион", "лыжной базы"),
    "mat": ("Татами", "единоборств"),
    "box": ("бокса",),
    "weights": ("Тренажёрный", "общей подготовки"),
    "climb": ("Скалодром",),
    "field": ("Поле", "Игровой зал", "Спортивный зал", "Манеж"),
    "athletics": ("манеж", "Поле", "Спортивный зал"),
    "gymnastics": ("Зал гимнастики", "Спортивный зал", "Малый спортивный зал", "Малый хореографический зал", "Зал"),
    "gym": ("Спортивный зал", "Малый спортивный зал", "Игровой зал", "Зал общей", "Зал", "Хореографический"),
    "dance": ("Хореографический", "хореографии", "Балетный", "Зал народного", "Актовый зал", "Зал"),
    "computer": ("Компьютерный", "информатики", "Кабинет", "Лаборатория"),
    "lab": ("Лаборатория", "физики", "химии", "биологии", "Кабинет", "Компьютерный"),
    "workshop": ("мастерская", "Мастерская", "Кабинет"),
}
STRICT = ("pool", "ice", "ski", "mat", "box", "climb")
"""Without such a hall the programme cannot be taught; in a school the gym stands in for a mat."""
SPORT_ROOMS = ("зал", "Зал", "Поле", "манеж", "бассейн", "Татами", "Каток", "Хоккейная", "арена", "Лыжный", "Скалодром")


@cache
def fits(room: str, hall: str) -> bool:
    """Whether lessons that need ``hall`` may be held in this room."""
    if hall == "room":
        return not any(mark in room for mark in SPORT_ROOMS)
    if hall in ("computer", "lab", "workshop"):
        return any(mark in room for mark in MARKS[hall]) and not any(mark in room for mark in SPORT_ROOMS)
    return any(mark in room for mark in MARKS[hall])


def has_hall(organisation: Organisation, hall: str) -> bool:
    """Whether the organisation can hold such lessons at all."""
    if hall in ("mat", "ski") and organisation.kind in ("school", "supplementary"):
        return True
    if hall not in STRICT:
        return True
    return any(fits(room, hall) for venue in organisation.venues for room in venue.rooms)


def rooms_for(organisation: Organisation, hall: str) -> list[tuple[int, str]]:
    """(index of venue, room) in order of fitness: the right halls first, then what can stand in for them."""
    rooms = [(index, room) for index, venue in enumerate(organisation.venues) for room in venue.rooms]
    right = [one for one in rooms if fits(one[1], hall)]
    if right:
        return right
    second = "room" if hall in ("computer", "lab", "workshop", "room") else "gym"
    return [one for one in rooms if fits(one[1], second)] or rooms
