"""The centre's reports of the showcase: monthly snapshots of a year, a signed report of last year, this year's in work.

The records of the demo begin with this school year, so what was before is told from today's figures, a little smaller
month by month; numerators, denominators and shares stay true to one another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from opora.catalogue.vocabulary import FocusArea
from opora.core import clock
from opora.core.access import SYSTEM
from opora.demo.content import report_texts
from opora.demo.districts import showcase
from opora.demo.frame import Frame
from opora.monitoring import snapshots
from opora.monitoring.indicators import get
from opora.monitoring.indicators.coverage import POPULATION
from opora.monitoring.models import Snapshot
from opora.people.models import Account
from opora.reporting import services
from opora.reporting.models import Report, ReportText
from opora.territory.models import Centre, Municipality

MONTHS = 12
STEP = Decimal("0.006")
"""How much smaller the figures of a month were than those of the next."""
LAST_YEAR = Decimal("0.93")
STILL = ("organisations", "private_share", "navigator_organisations", "personalised_municipalities")
"""What was the same a year before."""
COUNTED = ("int", "people", "money")
HEAD, COORDINATOR = "centre_head@opora.demo", "coordinator@opora.demo"


def write(frame: Frame) -> None:
    """After the district is in the database."""
    municipality = Municipality.objects.select_related("region").get(oktmo=showcase().oktmo)
    centre = Centre.objects.select_related("municipality__region").get(slug=f"moc-{showcase().slug}")
    with clock.frozen(frame.moment(frame.date, 11)):
        report = services.open_report(SYSTEM, year=frame.date.year, centre=centre)
        now = services.freeze(SYSTEM, report=report)
    _texts(report, frame, finished=False)
    _months(frame, municipality, now.values["figures"])
    _last_year(frame, centre, now)


def _months(frame: Frame, municipality: Municipality, figures: Mapping[str, Any]) -> None:
    place = snapshots.place_of_municipality(municipality)
    month = frame.date.replace(day=1)
    for back in range(MONTHS):
        share = 1 - STEP * back
        keep(place, month, figures, share, kind=Snapshot.Kind.MONTHLY, month=month, at=frame.moment(month, 4))
        month = (month - dt.timedelta(days=1)).replace(day=1)


def keep(
    place: snapshots.Place, date: dt.date, figures: Mapping[str, Any], share: Decimal, *, at: dt.datetime, **fields: Any
) -> Snapshot:
    data = fields.pop("data", {})
    past = {code: scaled(one, share, date) for code, one in figures.items()}
    for label, enrolments, *_ in data.get("tables", {}).get("by_focus", {}).get("rows", ()):
        area = next(area for area in FocusArea if area.label == label)
        if f"enrolments.{area.value}" in past:  # not of a single organisation
            past[f"enrolments.{area.value}"] |= {"value": enrolments, "numerator": enrolments}
    return Snapshot.objects.create(
        **place.fields(),
        **{"title": f"{place.name}, {date:%d.%m.%Y}"} | fields,
        date=date,
        values={"figures": past, "data": data},
        created_at=at,
    )  # fmt: skip


def scaled(figure: Mapping[str, Any], share: Decimal, date: dt.date) -> dict[str, Any]:
    """A figure as it was when there was `share` of everything but the population."""
    one = get(figure["code"])
    still = one.numerator is POPULATION or one.code in STILL
    numerator = figure["numerator"] if still else _less(figure["numerator"], share, one.digits == 2 and one.unit == "₽")
    denominator = figure["denominator"]
    if denominator is not None and one.denominator is not POPULATION and not still:
        denominator = _less(denominator, share, False)
    value = one.ratio(Decimal(str(numerator)), None if denominator is None else Decimal(str(denominator)))
    shown = None if value is None else int(value) if value == value.to_integral_value() else float(value)
    return {**figure, "value": shown, "numerator": numerator, "denominator": denominator, "date": date.isoformat()}


def _less(number: float, share: Decimal, money: bool) -> int | float:
    exact = Decimal(str(number)) * share
    if money:
        return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def _last_year(frame: Frame, centre: Centre, now: Snapshot) -> None:
    """Signed in January: agreed by the coordinator before."""
    year = frame.date.year - 1
    date, made = dt.date(year, 12, 31), frame.moment(dt.date(year + 1, 1, 12), 10)
    made = min(made, frame.moment(frame.date, 9))
    where = centre.municipality
    place = snapshots.Place(centre.name, where.time_zone, where.region, where, centre=centre)
    general = now.values["data"]["general"]
    tables = {name: past_table(name, one, year) for name, one in now.values["data"]["tables"].items()}
    snapshot = keep(
        place, date, now.values["figures"], LAST_YEAR, kind=Snapshot.Kind.ANNUAL, year=year, at=made,
        title=f"{centre}: годовой отчёт за {year} год", data={"general": general, "tables": tables},
    )  # fmt: skip
    report = Report.objects.create(
        region=where.region, centre=centre, municipality=where, year=year, snapshot=snapshot, created_at=made
    )
    _texts(report, frame, finished=True)
    head, coordinator = (Account.objects.filter(email=email).first() for email in (HEAD, COORDINATOR))
    Report.objects.filter(pk=report.pk).update(
        state=Report.State.SIGNED,
        agreed_by=coordinator,
        agreed_at=made,
        signed_by=head,
        signed_at=min(made + dt.timedelta(days=2), frame.moment(frame.date, 10)),
        signatory_name=centre.head_name,
        signatory_post="Руководитель муниципального опорного центра",
    )
    services.order(SYSTEM, report=report)


def past_table(name: str, frozen: Mapping[str, Any], year: int) -> dict[str, Any]:
    """Counts of a table a little smaller, totals added up again where they were sums."""
    if name == "acts":  # none of the year that came after
        return {**frozen, "rows": [row for row in frozen["rows"] if f".{year + 1} " not in row[1]]}
    if name in ("targets", "plan_items", "agreements", "trainings"):  # of this year alone
        return {**frozen, "rows": []}
    if name in ("organisations_by_kind", "venues"):
        return dict(frozen)
    columns = frozen["columns"]
    counted = [
        place
        for place, column in enumerate(columns)
        if column["kind"] in COUNTED and not column["title"].startswith("Живёт")
    ]
    rows = [
        [_past(value, columns[x]["kind"]) if x in counted else _earlier(value, year) for x, value in enumerate(row)]
        for row in frozen["rows"]
    ]
    total = frozen["total"]
    if total is not None:
        total = [
            _summed(frozen, rows, place, columns[place]["kind"]) if place in counted else value
            for place, value in enumerate(total)
        ]
    return {**frozen, "rows": rows, "total": total}


def _earlier(value: Any, year: int) -> Any:
    """Names of periods of a year before."""
    return value.replace(str(year + 1), str(year)) if isinstance(value, str) else value


def _summed(frozen: Mapping[str, Any], rows: list[list[Any]], place: int, kind: str) -> Any:
    """The total a little smaller; where it was the sum of the rows it is so again, the largest row takes the rest."""
    before = sum(Decimal(str(row[place] or 0)) for row in frozen["rows"])
    total = _past(frozen["total"][place], kind)
    if before == Decimal(str(frozen["total"][place])):
        rest = Decimal(str(total)) - sum(Decimal(str(row[place] or 0)) for row in rows)
        largest = max(rows, key=lambda row: Decimal(str(row[place] or 0)))
        largest[place] = str(Decimal(largest[place]) + rest) if kind == "money" else largest[place] + int(rest)
    return total


def _past(value: Any, kind: str) -> Any:
    if value is None:
        return None
    exact = Decimal(str(value)) * LAST_YEAR
    if kind == "money":
        return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def _texts(report: Report, frame: Frame, *, finished: bool) -> None:
    written = report_texts()
    chosen = written if finished else {code: written[code] for code in ("network", "events")}
    ReportText.objects.bulk_create(
        ReportText(report=report, section=code, text=text) for code, text in sorted(chosen.items())
    )
