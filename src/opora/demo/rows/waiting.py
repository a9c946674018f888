"""Applications that are not enrolments yet: new ones, confirmed ones, waiting lists, offered places, past refusals."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

from opora.certificates.rules.money import to_roubles
from opora.demo.courses import Group
from opora.demo.families import Child
from opora.demo.frame import full_years
from opora.demo.rows.enrolment import Writer
from opora.demo.timetable import with_travel

REFUSALS = (
    ("no_medical", "Нет медицинского допуска к занятиям."),
    ("tests_failed", "Вступительное прослушивание не пройдено."),
    ("documents", "Документы не принесены в срок."),
)


class Requests:
    """Picks children who would like to come too and writes what they asked for."""

    def __init__(self, writer: Writer, rng: Random) -> None:
        self.writer = writer
        self.rng = rng
        self.by_age: dict[int, list[Child]] = {}
        self.asked: set[tuple[int, int]] = set()
        for child in writer.world.children:
            self.by_age.setdefault(child.age, []).append(child)

    def around(self, group: Group, rates: tuple[float, float]) -> tuple[int, int]:
        """Requests for one group: (places held besides the learners, waiting). ``rates``: free groups, full groups."""
        free = group.capacity - len(group.learners)
        if free:
            return self._new(group, min(free, self.rng.choice((1, 1, 2)))) if self.rng.random() < rates[0] else 0, 0
        if self.rng.random() >= rates[1]:
            return 0, 0
        waiting = sum(self._write(group, "waiting", self.rng.randint(2, 60)) for _ in range(self.rng.randint(1, 5)))
        return 0, waiting

    def _new(self, group: Group, count: int) -> int:
        states = self.rng.choices(("submitted", "confirmed", "place_offered"), weights=(62, 30, 8), k=count)
        return sum(self._write(group, state, self.rng.choices((1, 2, 3, 5), weights=(5, 4, 2, 1))[0]) for state in states)

    def refused(self, group: Group) -> None:
        """A past refusal or withdrawal: keeps no place."""
        self._write(group, self.rng.choice(("refused", "withdrawn", "withdrawn", "expired")), self.rng.randint(8, 60))

    def _candidate(self, group: Group) -> Child | None:
        frame, bits = self.writer.frame, with_travel(group)
        pool = [child for age in range(group.age_from, group.age_to + 1) for child in self.by_age.get(age, ())]
        for child in self.rng.sample(pool, min(len(pool), 60)):
            fits = group.age_from <= full_years(child.birth, frame.date) <= group.age_to
            same_sex = not group.programme.sex or group.programme.sex == child.sex
            if group.programme.organisation.is_school and child.school != group.programme.organisation.key:
                continue
            if (group.id, child.index) in self.asked or child.index in group.learners:
                continue
            if fits and same_sex and not child.busy & bits:
                self.asked.add((group.id, child.index))
                return child
        return None

    def _write(self, group: Group, state: str, days_ago: int) -> int:
        """Write one application; returns 1, or 0 when nobody fits."""
        writer, rng = self.writer, self.rng
        child = self._candidate(group)
        if child is None:
            return 0
        frame = writer.frame
        day = max(frame.before(days_ago), frame.year_start - dt.timedelta(days=17))
        asked = frame.moment(day, rng.randint(8, 21), rng.randrange(60))
        start = max(frame.date, frame.late_start)
        deal = None
        if group.programme.certified and state in ("submitted", "confirmed"):
            deal = writer.deal(group, child, start, asked)
        funding = "certificate" if deal else ("paid" if group.programme.certified else "budget")
        price = writer.price(group, start) if funding == "paid" else Decimal(0)
        decided = writer.later(asked, rng, frame.date) if state not in ("submitted", "waiting", "place_offered") else None
        code, text = rng.choice(REFUSALS) if state == "refused" else ("", "")
        account = writer.account(child)
        application = writer.sink.add(
            "enrolment.Application",
            child_id=child.id,
            group_id=group.id,
            organisation_id=group.programme.organisation.id,
            municipality_id=writer.world.district.id,
            applicant_id=account or None,
            source="guardian" if account else "desk",
            funding=funding,
            state=state,
            starts_on=start,
            total_sum=to_roubles(deal.split.total) if deal else price,
            certificate_sum=to_roubles(deal.split.certificate) if deal else Decimal(0),
            guardian_sum=to_roubles(deal.split.guardian) if deal else price,
            submitted_at=asked,
            deadline=None if state in ("waiting", "place_offered") else writer.deadline(asked, group),
            offer_expires_at=frame.moment(frame.date + dt.timedelta(days=2), 12) if state == "place_offered" else None,
            decided_at=decided,
            reason_code=code,
            reason=text,
        )
        if deal:
            writer.contract(deal, application, "requested" if state == "submitted" else "offered", decided)
        return 1
