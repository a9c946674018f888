"""The invented region: the showcase district and 41 further municipalities, to the size of spec/mission.md.

Every total is met exactly: what the showcase does not hold is shared among the others by size.
"""

from __future__ import annotations

import datetime as dt
import math
import sys
from dataclasses import dataclass
from random import Random

from tqdm import tqdm

from opora.demo.content import FOCUS_AREAS, places
from opora.demo.content.words import PROPER_WORDS
from opora.demo.districts import District, Locality, Organisation, Venue, scatter, showcase
from opora.demo.filling import REGION, SHOWCASE, Shares
from opora.demo.loading import load
from opora.demo.splitting import shares
from opora.demo.world import SEED

AREA_SHARES = (27, 12, 5, 12, 20, 24)
"""Enrolments of an ordinary municipality by focus area, per cent, in the order of FOCUS_AREAS."""
KINDS: dict[str, tuple[float, tuple[float, ...]]] = {
    "supplementary": (1.0, (3.0, 2.0, 0.6, 1.2, 2.0, 0.6)),
    "ecotourism": (1.0, (0.2, 0.2, 2.2, 3.0, 0.3, 0.0)),
    "sport": (1.0, (0.0, 0.0, 0.0, 0.0, 0.0, 6.0)),
    "arts": (1.0, (5.0, 0.0, 0.0, 0.0, 0.0, 0.0)),
    "psychological": (0.5, (0.0, 0.0, 0.0, 0.0, 2.0, 0.0)),
    "school": (1.0, (1.0, 0.6, 0.35, 0.9, 1.1, 1.2)),
    "private": (0.5, (1.2, 1.0, 0.0, 0.2, 1.4, 0.8)),
}
"""Kind of organisation → (usual size, appetite by focus area)."""
TOWN_KINDS = ("supplementary", "sport", "arts", "ecotourism", "psychological", "supplementary", "sport", "arts")
FURTHER_KINDS = ("private", "private", "supplementary", "arts")
VILLAGES = 9
TOWN_SHARE = 700
TOWN_SCHOOLS = 8
LON, LAT, WIDTH, HEIGHT, COLUMNS = 35.5, 56.23, 1.0, 0.52, 7
SHOWCASE_CELL = 24
BUDGET = ("Муниципальное бюджетное учреждение дополнительного образования", "МБУ ДО")
FORMS = {
    "supplementary": (*BUDGET, "Центр детского творчества"),
    "ecotourism": (*BUDGET, "Станция юных натуралистов и туристов"),
    "sport": ("Муниципальное автономное учреждение дополнительного образования", "МАУ ДО", "Спортивная школа"),
    "arts": (*BUDGET, "Детская школа искусств"),
    "psychological": ("Муниципальное бюджетное учреждение", "МБУ", "Центр психолого-педагогической помощи"),
    "private": ("Автономная некоммерческая организация дополнительного образования", "АНО ДО", "Студия"),
}
"""Kind of organisation → legal form, its abbreviation, what comes before the name."""
DEPARTMENTS = {"sport": "sport", "arts": "culture"}


@dataclass(frozen=True, slots=True)
class Size:
    """Totals of a region."""

    municipalities: int
    centres: int
    children: int
    organisations: int
    programmes: int
    enrolments: int
    covered: float = 0.8
    """Share of the children who learn somewhere."""


WHOLE = Size(42, 49, 336_100, 1_500, 20_000, 750_000)


def load_region(date: dt.date, size: Size = WHOLE, seed: str = SEED) -> None:
    """Load the whole region with a progress bar on standard error."""
    plan = districts(size, seed)
    with tqdm(total=len(plan), unit=" муниц.", desc="Область", file=sys.stderr) as bar:
        load(date, plan, seed, progress=lambda done: bar.update(done - bar.n))


def districts(size: Size = WHOLE, seed: str = SEED) -> list[tuple[District, Shares]]:
    """The showcase first, then the others."""
    first = showcase()
    rng = Random(f"{seed}/region")
    weights = [rng.uniform(0.7, 1.35) for _ in range(size.municipalities - 1)]
    held = _held(first)
    children = shares(size.children - held.children, weights)
    organisations = shares(size.organisations - held.organisations, [weight**0.5 for weight in weights])
    programmes = shares(size.programmes - held.programmes, weights)
    enrolments = shares(size.enrolments - held.enrolments, weights)
    plan = [(first, SHOWCASE)]
    for index in range(size.municipalities - 1):
        own = Size(1, 1, children[index], organisations[index], programmes[index], enrolments[index], size.covered)
        district = municipality(Random(f"{seed}/region/{index}"), index + 1, own)
        district.second_centre = index < size.centres - size.municipalities
        plan.append((district, REGION))
    return plan


def _held(first: District) -> Size:
    idle = sum(count for _, count in SHOWCASE.idle)
    return Size(
        1,
        1,
        sum(first.population),
        len(first.organisations),
        sum(sum(one.programmes.values()) for one in first.organisations) + idle,
        sum(sum(one.enrolments.values()) for one in first.organisations),
    )


def municipality(rng: Random, number: int, size: Size) -> District:
    """An ordinary municipality: a town, nine villages, organisations of every kind."""
    town, adjective = _name(number)
    cell = number - 1 if number - 1 < SHOWCASE_CELL else number
    lat = LAT + HEIGHT * (cell // COLUMNS) + HEIGHT * rng.uniform(0.4, 0.6)
    lon = LON + WIDTH * (cell % COLUMNS) + WIDTH * rng.uniform(0.4, 0.6)
    code = number if number < 43 else number + 1
    oktmo = str(62_600 + code)
    localities = _localities(rng, town, oktmo, lat, lon, number)
    return District(
        number=number,
        slug=f"m{number:02d}",
        name=f"{adjective} муниципальный район",
        short=f"{adjective} район",
        oktmo=f"{oktmo}000",
        centre_town=town,
        lat=round(lat, 4),
        lon=round(lon, 4),
        outline=_outline(cell),
        population=tuple(shares(size.children, showcase().population)),
        enrolled=round(size.children * size.covered),
        localities=localities,
        organisations=_organisations(rng, localities, size),
    )


def _name(number: int) -> tuple[str, str]:
    """Town and adjective; more districts than there are names get names with a number, as closed towns had."""
    names = places()["parts"]["towns"]
    town, adjective = names[(number - 1) % len(names)]
    series = (number - 1) // len(names) + 1
    return (town, adjective) if series == 1 else (f"{town}-{series}", f"{adjective}-{series}")


def _localities(rng: Random, town: str, oktmo: str, lat: float, lon: float, number: int) -> list[Locality]:
    postcode = f"88{number:02d}"
    made = [Locality(town, "г.", f"{oktmo}101001", True, round(lat, 4), round(lon, 4), TOWN_SHARE, "", f"{postcode}00")]
    names = rng.sample(places()["parts"]["villages"], VILLAGES)
    counts = shares(1000 - TOWN_SHARE, [rng.uniform(0.6, 1.6) for _ in range(VILLAGES)])
    for index, (name, share) in enumerate(zip(names, counts, strict=True)):
        angle = 2 * math.pi * (index + rng.uniform(0, 0.6)) / VILLAGES
        reach = rng.uniform(0.35, 0.85)
        made.append(
            Locality(
                name, rng.choice(("с.", "д.", "с.")), f"{oktmo}{410 + index * 10}101", False,
                round(lat + HEIGHT / 2 * reach * math.sin(angle) * 0.7, 4),
                round(lon + WIDTH / 2 * reach * math.cos(angle) * 0.7, 4),
                share, f"village_{index}", f"{postcode}{index + 20}",
            )
        )  # fmt: skip
    return made


def _outline(cell: int) -> list[list[float]]:
    """A cell of the region's grid with crooked edges; neighbours share them."""
    column, row = cell % COLUMNS, cell // COLUMNS
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    ring: list[list[float]] = []
    for (x, y), (to_x, to_y) in zip(corners, corners[1:] + corners[:1], strict=True):
        ring.append(_bent(x, y, 0.08))
        ring.append(_bent((x + to_x) / 2, (y + to_y) / 2, 0.1))
    return [*ring, ring[0]]


def _bent(x: float, y: float, by: float) -> list[float]:
    rng = Random(f"outline/{x}/{y}")
    return [
        round(LON + WIDTH * (x + rng.uniform(-by, by)), 4),
        round(LAT + HEIGHT * (y + rng.uniform(-by, by)), 4),
    ]


def _organisations(rng: Random, localities: list[Locality], size: Size) -> list[Organisation]:
    made = [_school(rng, f"village_{index}", village, index, 2.0 * village.share / 1000 * (TOWN_SCHOOLS + 3))
            for index, village in enumerate(localities[1:])]  # fmt: skip
    town = localities[0]
    schools = min(TOWN_SCHOOLS, max(2, size.organisations - len(made) - len(TOWN_KINDS)))
    made += [_school(rng, f"school_{index}", town, index, rng.uniform(0.8, 1.3) * TOWN_SCHOOLS / schools)
             for index in range(schools)]  # fmt: skip
    used: set[str] = set()
    while len(made) < size.organisations:
        index = len(made) - schools - VILLAGES
        kind = (
            TOWN_KINDS[index]
            if index < len(TOWN_KINDS)
            else rng.choice(("private", "private", "supplementary", "arts"))
        )
        made.append(_other(rng, kind, town, index, used))
    made.sort(key=lambda pair: pair[0].kind != "supplementary" or pair[0].ownership == "private")
    _quotas([one for one, _ in made], [appetite for _, appetite in made], size)
    for one, _ in made:
        one.venues = [_venue(rng, one)]
    return [one for one, _ in made]


Weighted = tuple[Organisation, tuple[float, ...]]


def _school(rng: Random, key: str, locality: Locality, index: int, factor: float) -> Weighted:
    where = locality.title
    title = f"Средняя школа № {index + 1}" if locality.urban else f"Средняя школа {where}"
    place = f" {where}" if locality.urban else ""
    return _organisation(
        key, "school", f"Муниципальное общеобразовательное учреждение «{title}»{place}",
        f"МОУ «{title}»{place}", factor, rng, locality,
    )  # fmt: skip


def _other(rng: Random, kind: str, town: Locality, index: int, used: set[str]) -> Weighted:
    word = rng.choice([one for one in PROPER_WORDS if one not in used])
    used.add(word)
    form, abbreviation, title = FORMS[kind]
    name = f"{title} «{word}»"
    return _organisation(
        f"{kind}_{index}", kind, f"{form} «{name}» {town.title}", f"{abbreviation} «{name}» {town.title}",
        rng.uniform(0.7, 1.3), rng, town,
    )  # fmt: skip


def _organisation(
    key: str, kind: str, full: str, short: str, factor: float, rng: Random, locality: Locality
) -> Weighted:
    size, appetite = KINDS[kind]
    private = kind == "private"
    lat, lon = scatter(rng, locality)
    made = Organisation(
        key=key,
        kind="supplementary" if private else kind,
        department=DEPARTMENTS.get(kind, "education"),
        full=full,
        short=short,
        site=f"https://{key.replace('_', '-')}.{locality.oktmo}.example",
        founded=rng.randint(2008, 2020) if private else rng.randint(1931, 1996),
        enrolments={},
        teachers={},
        programmes={},
        venues=[Venue("Главное здание", locality, "", lat, lon, (), rng.random() < 0.6)],
        ownership="private" if private else "municipal",
    )
    return made, tuple(weight * size * factor for weight in appetite)


def _quotas(made: list[Organisation], appetites: list[tuple[float, ...]], size: Size) -> None:
    """Enrolments, teachers and programmes of each organisation by focus area; sums are exact."""
    cells: list[tuple[Organisation, str, int]] = []
    for position, (area, count) in enumerate(zip(FOCUS_AREAS, shares(size.enrolments, AREA_SHARES), strict=True)):
        quotas = shares(count, [appetite[position] for appetite in appetites])
        for one, quota in zip(made, quotas, strict=True):
            if quota >= 8:
                cells.append((one, area, quota))
            elif quota:  # too few for a group of their own: the largest cell of the area takes them
                index = max(range(len(cells)), key=lambda at: (cells[at][1] == area, cells[at][2]))
                cells[index] = (cells[index][0], cells[index][1], cells[index][2] + quota)
    idle = sum(count for _, count in REGION.idle)
    extra = shares(size.programmes - idle - len(cells), [quota for *_, quota in cells])
    for (one, area, quota), more in zip(cells, extra, strict=True):
        one.enrolments[area] = quota
        one.programmes[area] = 1 + more
        one.teachers[area] = max(1, round(quota / 45))


def _venue(rng: Random, one: Organisation) -> Venue:
    venue = one.venues[0]
    streets = places()["streets"]["town" if venue.locality.urban else "village"]
    venue.street = f"ул. {rng.choice([street for street in streets if ' ' not in street])}, д. {rng.randint(1, 90)}"
    total = sum(one.enrolments.values())
    sport = one.enrolments.get("sport", 0)
    cabinets = tuple(f"Кабинет {101 + index}" for index in range(4 + (total - sport) // 60))
    gyms = tuple(f"Спортивный зал {index + 1}" for index in range(2 + sport // 70))
    halls = {
        "school": ("Актовый зал",),
        "sport": ("Бассейн, плавательный бассейн", "Татами 1", "Татами 2", "Поле, сектор А", "Поле, сектор Б", "Каток"),
        "arts": ("Балетный зал", "Концертный зал", "Зал народного танца"),
        "ecotourism": ("Скалодром", "Зелёный класс", "Мастерская"),
    }.get(one.kind, ("Хореографический зал", "Малый хореографический зал", "Лаборатория робототехники", "Мастерская"))
    venue.rooms = (*halls, *cabinets, *gyms)
    return venue
