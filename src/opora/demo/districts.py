"""What a district consists of before any child is in it: localities, organisations, venues with rooms, quotas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from opora.demo.content import FOCUS_AREAS, organisations, places
from opora.demo.splitting import shares

KINDS = {"г.": "city", "пгт": "town", "с.": "village", "д.": "village", "п.": "village"}


@dataclass(slots=True)
class Locality:
    name: str
    abbreviation: str
    oktmo: str
    urban: bool
    lat: float
    lon: float
    share: int
    """Thousandths of the district's children."""
    school: str
    """Key of the school most children go to; empty in the town, where there are several."""
    postcode: str
    id: int = 0

    @property
    def kind(self) -> str:
        return KINDS[self.abbreviation]

    @property
    def title(self) -> str:
        return f"{self.abbreviation} {self.name}"


@dataclass(slots=True)
class Venue:
    name: str
    locality: Locality
    street: str
    lat: float
    lon: float
    rooms: tuple[str, ...]
    accessible: bool
    id: int = 0

    @property
    def address(self) -> str:
        return f"{self.locality.postcode}, {self.locality.title}, {self.street}"


@dataclass(slots=True)
class Organisation:
    """A provider with what it must hold on D: enrolments, teachers and programmes by focus area."""

    key: str
    kind: str
    department: str
    full: str
    short: str
    site: str
    founded: int
    enrolments: dict[str, int]
    teachers: dict[str, int]
    programmes: dict[str, int]
    venues: list[Venue] = field(default_factory=list)
    ownership: str = "municipal"
    id: int = 0

    @property
    def is_school(self) -> bool:
        return self.kind == "school"


@dataclass(slots=True)
class District:
    """One municipality to be filled with people."""

    number: int
    slug: str
    name: str
    short: str
    oktmo: str
    centre_town: str
    lat: float
    lon: float
    outline: list[list[float]]
    population: tuple[int, ...]
    """Children aged 5 to 17 by single year of age."""
    enrolled: int
    """Unique children enrolled on D."""
    localities: list[Locality]
    organisations: list[Organisation]
    showcase: bool = False
    id: int = 0

    @property
    def town(self) -> Locality:
        return self.localities[0]


def showcase() -> District:
    """The district that reproduces the figures of spec/planning.md."""
    raw = places()["district"]
    localities = [
        Locality(
            one["name"], one["kind"], one["oktmo"], one["urban"], one["lat"], one["lon"], one["share"],
            one["school"], one["postcode"],
        )
        for one in places()["locality"]
    ]  # fmt: skip
    town = localities[0]
    return District(
        number=0,
        slug=raw["slug"],
        name=raw["name"],
        short=raw["short"],
        oktmo=raw["oktmo"],
        centre_town=town.name,
        lat=town.lat,
        lon=town.lon,
        outline=raw["outline"],
        population=tuple(raw["population"]),
        enrolled=3761,
        localities=localities,
        organisations=list(_showcase_organisations({one.name: one for one in localities})),
        showcase=True,
    )


def _showcase_organisations(localities: dict[str, Locality]) -> Iterator[Organisation]:
    for raw in organisations():
        enrolments = dict(zip(FOCUS_AREAS, raw["enrolments"], strict=True))
        yield Organisation(
            key=raw["key"],
            kind=raw["kind"],
            department=raw["department"],
            full=raw["full"],
            short=raw["short"],
            site=raw["site"],
            founded=raw["founded"],
            enrolments=enrolments,
            teachers=dict(zip(FOCUS_AREAS, raw["teachers"], strict=True)),
            programmes={area: max(1, round(count / 32)) for area, count in enrolments.items() if count},
            venues=[
                Venue(name, localities[place], street, lat, lon, tuple(rooms), accessible)
                for name, place, street, lat, lon, rooms, accessible in raw["venues"]
            ],
        )


def scatter(rng: Random, locality: Locality, spread: float = 0.012) -> tuple[float, float]:
    """Coordinates of a house in a locality: a village is smaller than the town."""
    size = spread if locality.urban else spread / 4
    return round(locality.lat + rng.gauss(0, size / 2), 5), round(locality.lon + rng.gauss(0, size), 5)


def children_by_locality(district: District, count: int) -> list[int]:
    """How many of ``count`` children live in each locality; adds up exactly."""
    return shares(count, [one.share for one in district.localities])
