"""Two openings of enrolment in the showcase: the one that began the school year, and one that is announced."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from opora.catalogue.models import EnrolmentOpening, Group, GroupPlaces, Programme, Slot
from opora.demo.districts import showcase
from opora.demo.frame import Frame
from opora.territory.models import Municipality

NEW_GROUPS = 6
CAPACITY = 12
PREPARE = (
    "Подтвердите личность ребёнка в пункте приёма заранее: в день открытия это уже не задержит.\n\n"
    "Сертификат должен действовать. Его состояние видно в личном кабинете."
)


def write(frame: Frame) -> None:
    """After the district is in the database; the groups of the school year belong to the finished opening."""
    municipality = Municipality.objects.get(oktmo=showcase().oktmo)
    began = frame.moment(frame.year_start - dt.timedelta(days=17), 8)
    over = EnrolmentOpening.objects.create(
        municipality=municipality,
        name=f"Запись в кружки на {frame.school_year} учебный год",
        opens_at=began,
        state=EnrolmentOpening.State.FINISHED,
        finished_at=began + dt.timedelta(hours=9, minutes=30),
        note=PREPARE,
    )
    Group.objects.filter(municipality=municipality, window_from=began).update(opening=over)
    day = frame.working_days_after(frame.date, 7)
    ahead = EnrolmentOpening.objects.create(
        municipality=municipality,
        name="Дополнительный набор: новые группы",
        opens_at=frame.moment(day, 10),
        state=EnrolmentOpening.State.ANNOUNCED,
        note=PREPARE,
    )
    _new_groups(ahead, day + dt.timedelta(days=(6 - day.isoweekday()) % 7 + 7))


def _new_groups(opening: EnrolmentOpening, first: dt.date) -> None:
    """Saturday groups of programmes that are asked for most, at the providers' own places."""
    rows = Programme.objects.filter(municipality=opening.municipality, state="published", groups__for_certificate=True)
    asked = sorted(rows.distinct(), key=lambda one: (one.organisation_id, one.pk))
    seen: set[int] = set()
    for programme in asked:
        if len(seen) == NEW_GROUPS or programme.organisation_id in seen:
            continue
        seen.add(programme.organisation_id)
        like = programme.groups.select_related("venue").order_by("pk")[0]
        group = Group.objects.create(
            module_id=like.module_id,
            programme=programme,
            organisation_id=like.organisation_id,
            municipality_id=like.municipality_id,
            venue_id=like.venue_id,
            name="Субботняя группа",
            starts_on=first,
            ends_on=first + dt.timedelta(days=20 * 7),
            capacity=CAPACITY,
            age_from=like.age_from,
            age_to=like.age_to,
            for_budget=like.for_budget,
            for_certificate=like.for_certificate,
            for_paid=like.for_paid,
            price=like.price,
            normative_cost=like.normative_cost,
            opening=opening,
            window_from=opening.opens_at,
            state=Group.State.OPEN,
        )
        GroupPlaces.objects.create(group_id=group.pk, capacity=CAPACITY)
        Slot.objects.create(
            group=group,
            weekday=6,
            starts_at=dt.time(11),
            ends_at=dt.time(12, 30),
            academic_hours=Decimal(2),
            venue_id=like.venue_id,
        )
