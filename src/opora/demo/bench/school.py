"""A house with 2 000 learners at the end of a school year, one for each repetition of ``rollover``."""

from __future__ import annotations

import datetime as dt

from opora.core import clock
from opora.demo import loading
from opora.demo.bench import crowd
from opora.demo.sink import Sink

IN_GROUP = 20
FUNDINGS = ("budget", "budget", "budget", "paid", "certificate")
"""Learners of a group are paid for in turn."""
SLOTS = ((2, dt.time(16)), (4, dt.time(16)))
REPETITIONS = 12
"""Houses that are loaded: more repetitions than that are not measured."""


def load_schools(learners: int, houses: int = REPETITIONS) -> None:
    """Write the houses, each in a district of its own with an approved period of the coming autumn."""
    today = clock.today()
    with crowd.loading_sink("school") as sink:
        region = crowd.region(sink)
        for number in range(houses):
            place = _autumn(sink, crowd.district(sink, region, number, today), today)
            _house(sink, place, number * learners, learners, today)
            loading.copy(sink)
    loading.analyse()


def _autumn(sink: Sink, place: dict[str, int], today: dt.date) -> dict[str, int]:
    """The period that pays for the first months of the next school year, with its agreement."""
    year, here = today.year + 1, {"municipality_id": place["municipality_id"]}
    funding = sink.add("certificates.FundingProgramme", name="Осень", payer_name="Плательщик", **here)
    period = sink.add(
        "certificates.FundingPeriod", programme_id=funding, name="Осень", starts_on=dt.date(year, 9, 1),
        ends_on=dt.date(year, 12, 31), state="approved", **here,
    )  # fmt: skip
    group = sink.add(
        "certificates.CertificateGroup", period_id=period, code="main", name="Все дети", nominal=crowd.NOMINAL,
        limit_certificates=1_000_000, limit_money="9000000000.00",
    )  # fmt: skip
    sink.add(
        "certificates.PaymentAgreement", period_id=period, organisation_id=place["organisation_id"], number="2",
        date=today, state="signed", **here,
    )  # fmt: skip
    sink.add(
        "providers.Signatory", organisation_id=place["organisation_id"], name="Орлова Мария Ивановна", post="Директор",
        starts_on=dt.date(today.year - 1, 1, 1),
    )  # fmt: skip
    return place | {"period": period, "certificate_group": group}


def _house(sink: Sink, place: dict[str, int], first: int, learners: int, today: dt.date) -> None:
    here = {key: place[key] for key in ("municipality_id", "organisation_id")}
    groups = max(1, learners // IN_GROUP)
    for number in range(groups):
        group = _group(sink, here, number, today)
        for seat in range(number, learners, groups):
            child, _ = crowd.family(sink, place, first + seat, today)
            funding = FUNDINGS[(seat // groups) % len(FUNDINGS)]
            common = {"child_id": child, "group_id": group, "starts_on": dt.date(today.year, 9, 15), **here}
            application = sink.add("enrolment.Application", funding=funding, state="enrolled", **common)
            sink.add(
                "enrolment.Enrolment", application_id=application, funding=funding, focus_area="technical", **common
            )


def _group(sink: Sink, here: dict[str, int], number: int, today: dt.date) -> int:
    """A programme of two years with a group in its first."""
    programme = sink.add(
        "catalogue.Programme", slug=f"school-{here['municipality_id']}-{number}", name=f"Робототехника {number}",
        focus_area="technical", state="published", **here,
    )  # fmt: skip
    modules = [
        sink.add(
            "catalogue.Module", programme_id=programme, number=place, name=name, hours=72, price=crowd.PRICE,
            normative_cost=crowd.NORMATIVE_COST,
        )
        for place, name in ((1, "Первый год"), (2, "Второй год"))
    ]  # fmt: skip
    sink.add(
        "certificates.ProgrammeRegisterEntry", programme_id=programme, register="certified", decision="Решение 1",
        starts_on=today - dt.timedelta(days=300), municipality_id=here["municipality_id"],
    )  # fmt: skip
    group = sink.add(
        "catalogue.Group", module_id=modules[0], programme_id=programme, name=f"Первый год, группа {number}",
        capacity=IN_GROUP + 5, starts_on=dt.date(today.year, 9, 15), ends_on=dt.date(today.year + 1, 5, 31), age_from=5,
        age_to=17, for_budget=True, for_paid=True, for_certificate=True, price=crowd.PRICE,
        normative_cost=crowd.NORMATIVE_COST, state="open", **here,
    )  # fmt: skip
    sink.add("catalogue.GroupPlaces", group_id=group, capacity=IN_GROUP + 5, places_taken=IN_GROUP)
    for weekday, starts in SLOTS:
        sink.add(
            "catalogue.Slot", group_id=group, weekday=weekday, starts_at=starts, ends_at=dt.time(17, 30),
            academic_hours=2,
        )  # fmt: skip
    return group
