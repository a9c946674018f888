"""Region, municipalities, localities, population, centres and the acts behind them."""

from __future__ import annotations

import datetime as dt

from opora.demo.content import places
from opora.demo.districts import District
from opora.demo.families import FIRST_AGE
from opora.demo.frame import Frame
from opora.demo.identifiers import phone
from opora.demo.sink import Sink
from opora.territory.rules import act_key

TARGETS = (
    ("certificates", 2117, "Дети с сертификатами: не менее 25 % детей 5–17 лет"),
    ("coverage", 49, "Охват: прирост на 376 детей"),
)
"""Shares of children with certificates stand in the concept itself, see :mod:`opora.demo.planning`."""


def region(sink: Sink) -> int:
    raw = places()["region"]
    return sink.add(
        "territory.Region", code=raw["code"], name=raw["name"], oktmo=raw["oktmo"], time_zone=raw["time_zone"]
    )


def municipality(sink: Sink, frame: Frame, region_id: int, district: District) -> None:
    """The district itself with everything that is true of it before any provider is named."""
    ring = district.outline
    district.id = sink.add(
        "territory.Municipality",
        region_id=region_id,
        oktmo=district.oktmo,
        name=district.name,
        short_name=district.short,
        centre_name=district.centre_town,
        latitude=district.lat,
        longitude=district.lon,
        outline={"type": "Polygon", "coordinates": [ring]},
        is_served=True,
        enrolment_opens_at=frame.moment(frame.year_start - dt.timedelta(days=17), 8),
    )
    for locality in district.localities:
        locality.id = sink.add(
            "territory.Locality",
            municipality_id=district.id,
            name=locality.name,
            kind=locality.kind,
            is_urban=locality.urban,
            oktmo=locality.oktmo,
            latitude=locality.lat,
            longitude=locality.lon,
        )
    _population(sink, frame, district)
    _acts(sink, frame, district)
    if district.showcase:
        due = dt.date(frame.date.year, 12, 31)
        for code, value, title in TARGETS:
            sink.add(
                "monitoring.IndicatorTarget",
                municipality_id=district.id,
                code=code,
                due=due,
                value=value,
                source=f"Концепция развития опорного центра. {title}",
            )


def _population(sink: Sink, frame: Frame, district: District) -> None:
    for index, count in enumerate(district.population):
        sink.add(
            "territory.Population",
            municipality_id=district.id,
            year=frame.date.year,
            age=FIRST_AGE + index,
            count=count,
            source="Сведения органа статистики о численности детей по возрастам",
            source_date=dt.date(frame.date.year, 1, 1),
        )


def _acts(sink: Sink, frame: Frame, district: District) -> None:
    issuer = f"Администрация: {district.name}"
    year = frame.year_start.year
    acts = (
        ("decree", "118-п", dt.date(year - 2, 3, 14), "О создании муниципального опорного центра"),
        ("decree", "402-п", dt.date(year - 1, 8, 20), "Об утверждении правил персонифицированного финансирования"),
        ("decree", "391-п", dt.date(year, 8, 18), "Об утверждении программы персонифицированного финансирования"),
    )  # fmt: skip
    for kind, number, date, title in acts:
        sink.add(
            "territory.LegalAct",
            municipality_id=district.id,
            kind=kind,
            issuer=issuer,
            number=number,
            date=date,
            title=title,
            in_force_from=date,
            match_key=act_key(number, issuer),
        )


def centre(sink: Sink, frame: Frame, district: District, host: str, head: str, suffix: str = "") -> int:
    """A support centre of the district at a host organisation.

    The first serves the whole municipality; one with a ``suffix`` serves single organisations, named by the caller.
    """
    title = "культуры и спорта" if suffix else "дополнительного образования детей"
    act = f"Постановление администрации от 14.03.{frame.year_start.year - 2} № 118-п"
    since = dt.date(frame.year_start.year - 2, 4, 1)
    centre_id = sink.add(
        "territory.Centre",
        slug=f"moc-{district.slug}{suffix}",
        name=f"Муниципальный опорный центр {title}, {district.short}",
        municipality_id=district.id,
        head_name=head,
        head_order=f"Приказ от 02.04.{since.year} № 41-о",
        founding_act=f"{act}; на базе: {host}",
        founded_on=since,
        address=f"{district.town.postcode}, г. {district.town.name}, ул. Соборная, д. 18",
        phone=phone(9000000 + district.number * 10 + bool(suffix)),
        email=f"moc{suffix}@{district.slug}.example",
        website=f"https://moc-{district.slug}.example",
    )
    if not suffix:
        sink.add(
            "territory.CentreService", centre_id=centre_id, municipality_id=district.id, act=act, starts_on=since
        )  # fmt: skip
    return centre_id
