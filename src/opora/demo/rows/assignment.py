"""Municipal assignments of the first organisations with the hours that their timetable gives; purchases of the centre."""

from __future__ import annotations

from decimal import Decimal

from opora.demo.districts import Organisation
from opora.demo.rows.catalogue import starts_on
from opora.demo.rows.money import Funding
from opora.demo.sink import Sink
from opora.demo.world import World

RATE = Decimal(38)
"""Roubles of a learner-hour in the money of an assignment."""
SHARES = (Decimal("1.00"), Decimal("0.96"), Decimal("1.04"))
PURCHASES = (
    ("Ноутбуки для обучения педагогов", "federal", 420_000, 418_600, "Муниципальный контракт № 14"),
    ("Печать методических пособий", "municipal", 60_000, 57_300, "Договор № 31"),
    ("Проведение муниципальных конкурсов", "municipal", 150_000, 96_450, "Договоры № 40, 44"),
    ("Мобильный планетарий", "regional", 310_000, 0, ""),
)


def with_assignment(world: World) -> list[Organisation]:
    """Organisations that the demo gives an assignment to: their journal is kept since the beginning of the year."""
    return [one for one in world.district.organisations if one.ownership != "private"][: len(SHARES)]


def write(sink: Sink, world: World, funding: Funding, centre: int) -> None:
    """Plans by the timetable of the running half-year; money by quarters."""
    frame = world.frame
    first = max(frame.year_start, funding.period.starts_on)
    last = min(frame.year_end, funding.period.ends_on)
    year = first.year
    for organisation, share in zip(with_assignment(world), SHARES, strict=False):
        hours = sum(
            (
                slot[3]
                * len(frame.lesson_days(slot[0], max(first, starts_on(frame, group)), last))
                * len(group.learners)
                for programme in world.programmes
                if programme.organisation is organisation
                for group in programme.groups
                for slot in group.slots
            ),
            0,
        )
        planned = Decimal(round(hours * share / 10) * 10)
        money = (planned * RATE / 2).quantize(Decimal("0.01"))
        quarters = (3, 4) if funding.running == 0 else (1, 2)
        begun = (frame.date.month - 1) // 3 + 1 if frame.date.year == year else 4
        sink.add(
            "settlement.MunicipalAssignment", organisation_id=organisation.id, municipality_id=world.district.id,
            year=year, number=f"{organisation.id}-МЗ/{year}", act=f"Постановление администрации от 25.12.{year - 1} № 1204",
            planned_hours=planned, **{f"plan_q{one}": money for one in quarters},
            **{f"fact_q{one}": money for one in quarters if one <= begun},
        )  # fmt: skip
    for number, (subject, source, planned_sum, actual, document) in enumerate(PURCHASES):
        day = frame.before(30 + 20 * number)
        sink.add(
            "settlement.CentreExpense", centre_id=centre, municipality_id=world.district.id, year=day.year,
            subject=subject, source=source, planned=Decimal(planned_sum), actual=Decimal(actual),
            date=day if actual else None, document=document,
        )  # fmt: skip
