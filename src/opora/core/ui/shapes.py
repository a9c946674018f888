"""What the larger components are given: plain values, ready to show. Rooms build these, templates only lay them out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Literal

from opora.core import russian

FOCUS_AREAS = {
    "technical": "Техническая",
    "artistic": "Художественная",
    "social_humanitarian": "Социально-гуманитарная",
    "sport": "Физкультурно-спортивная",
    "natural_science": "Естественнонаучная",
    "tourism": "Туристско-краеведческая",
}

STATES = ("neutral", "info", "positive", "warning", "danger")


@dataclass(frozen=True, slots=True)
class ProgrammeCard:
    """A programme in the navigator. Sums are rubles; `distance_km` from the family's place, None when unknown.

    `price` is the full price of `price_unit`; `guardian_sum` and `certificate_sum` are what this child's family
    and certificate pay, None when no child is chosen.
    """

    title: str
    url: str
    focus_area: str
    provider: str
    age: str
    place: str
    schedule: str
    teacher: str = ""
    distance_km: Decimal | None = None
    free_places: int | None = None
    price: Decimal | None = None
    price_unit: str = "за учебный год"
    guardian_sum: Decimal | None = None
    certificate_sum: Decimal | None = None
    child_name: str = ""
    badge: str = ""
    compare_url: str = ""
    compared: bool = False
    level: int = 2

    @property
    def places(self) -> tuple[str, str, str]:
        """(state, icon, text) of the free places."""
        if self.free_places is None:
            return "neutral", "info", "О местах узнайте в организации"
        if self.free_places <= 0:
            return "neutral", "hourglass", "Мест нет, можно встать в очередь"
        shown = russian.plural(self.free_places, "место", "места", "мест")
        if self.free_places <= 3:
            verb = russian.plural_form(self.free_places, "Осталось", "Осталось", "Осталось")
            return "warning", "users", f"{verb} {shown}"
        return "positive", "users", f"Свободно {shown}"

    @property
    def price_text(self) -> str:
        """The one big figure: what this family pays."""
        payable = self.price if self.guardian_sum is None else self.guardian_sum
        if payable is None:
            return "Цена уточняется"
        return "Бесплатно" if payable == 0 else russian.money(payable)

    @property
    def price_note(self) -> str:
        """How the big figure comes about."""
        if self.price is None or self.guardian_sum is None or not self.certificate_sum:
            return "" if not self.price else self.price_unit
        whom = f"{self.child_name}: " if self.child_name else ""
        return (
            f"{whom}{russian.money(self.certificate_sum)} из{russian.NBSP}{russian.money(self.price)} платит сертификат"
        )

    @property
    def distance(self) -> str:
        """«1,2 км», «300 м»."""
        if self.distance_km is None:
            return ""
        if self.distance_km < 0.95:
            return f"{max(100, round(self.distance_km * 10) * 100)}{russian.NBSP}м"
        return f"{russian.number(self.distance_km, 1).removesuffix(',0')}{russian.NBSP}км"


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure with all that makes it honest: unit, comparison, date and the page with its rows."""

    title: str
    value: str
    unit: str = ""
    date: str = ""
    url: str = ""
    change: str = ""
    change_state: Literal["", "positive", "danger"] = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of a chart; values align with the chart's categories, None is a gap. `area` colours by focus area."""

    name: str
    values: Sequence[Decimal | int | None]
    area: str = ""
    drawn: bool = True
    """False: the values stand in the table only (another unit than the chart's)."""
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and the table beside it. `areas` gives a focus area per category when a single series is coloured so."""

    id: str
    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    kind: Literal["bar", "hbar", "line", "pie"] = "bar"
    unit: str = ""
    places: int = 0
    category_title: str = "Показатель"
    areas: Sequence[str] = ()
    source: str = ""

    @property
    def json_id(self) -> str:
        """The element that holds the data."""
        return f"{self.id}-data"

    def data(self) -> dict[str, Any]:
        """What the browser draws from; numbers only for drawing, the table shows exact ones."""
        return {
            "kind": self.kind,
            "unit": self.unit,
            "places": self.places,
            "categories": list(self.categories),
            "areas": list(self.areas),
            "series": [
                {"name": s.name, "area": s.area, "values": [None if v is None else float(v) for v in s.values]}
                for s in self.series
                if s.drawn
            ],
        }

    @property
    def headings(self) -> list[str]:
        """Heads of the table's columns, each with its own unit: «Охват, %», «Дети без повторов»."""
        units = [self.unit if series.drawn else "" for series in self.series]
        return [f"{s.name}, {unit}" if unit else s.name for s, unit in zip(self.series, units, strict=True)]

    def rows(self) -> list[tuple[str, list[str]]]:
        """Rows of the table: (category, shown values)."""
        return [(name, [self._shown(series, i) for series in self.series]) for i, name in enumerate(self.categories)]

    def _shown(self, series: Series, i: int) -> str:
        value = series.values[i]
        places = self.places if series.places is None else series.places
        return "–" if value is None else russian.number(value, places)


@dataclass(frozen=True, slots=True)
class Pin:
    """A place on the map, WGS 84 degrees."""

    lat: float
    lon: float
    title: str
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class OutlineMap:
    """Own outlines (GeoJSON features with `properties.name`, `properties.mine`) and pins, with a list of the places."""

    id: str
    title: str
    pins: Sequence[Pin] = ()
    outlines: Sequence[dict[str, Any]] = ()
    picks: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def json_id(self) -> str:
        """The element that holds the data."""
        return f"{self.id}-data"

    def data(self, tiles_url: str) -> dict[str, Any]:
        """What the browser draws from. `picks` names a "lat,lon" input that a click on the map fills."""
        return {
            "pins": [asdict(p) for p in self.pins],
            "outlines": {"type": "FeatureCollection", "features": list(self.outlines)},
            "tiles": tiles_url,
            "picks": self.picks,
        }
