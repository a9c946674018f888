"""What was before the running period: its periods, groups, contracts and journal; nothing of it lives on D.

In autumn it is the whole school year before, in spring the autumn of the same school year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from opora.certificates.rules.arithmetic import split_contract
from opora.certificates.rules.money import to_kopecks, to_roubles
from opora.certificates.rules.months import month_end
from opora.demo.courses import Group, Programme
from opora.demo.frame import full_years
from opora.demo.funding import NOMINALS, Certificate
from opora.demo.rows import money
from opora.demo.rows.catalogue import module_price
from opora.demo.rows.enrolment import Writer
from opora.demo.rows.halves import halves_of
from opora.demo.rows.journal import MARKS, TOPICS
from opora.demo.rows.past_money import PastLedger

ENOUGH = 12
"""Children of a past group; certificates that were there by then decide how many groups fill."""
SMALLEST = 5
EARLY = 0.09
"""Share of the contracts that ended before their time: families that moved away or chose something else."""
IDLE = 0.16
"""Certificates that got money and made no contract, of all that got it."""
LEFT = "Заявление родителя: ребёнок выбрал другую программу"


@dataclass(slots=True)
class Course:
    """A past group: what it is a copy of, its id, whose certificates paid for it; `left`: who ended early."""

    programme: Programme
    group: Group
    id: int
    certificates: list[Certificate]
    left: set[int]


class Past:
    """Writes the finished halves of a district, one after another."""

    def __init__(self, writer: Writer, heads: dict[str, str], act_id: int, rng: Random) -> None:
        self.writer, self.sink, self.rng = writer, writer.sink, rng
        self.frame, self.world, self.funding = writer.frame, writer.world, writer.funding
        self.halves = halves_of(self.frame, self.funding.running)
        self.half = self.halves[0]
        self.heads, self.act_id, self.parent = heads, act_id, 0

    def write(self) -> None:
        """Periods, agreements, groups with their learners, lessons. Numbers of contracts begin here."""
        courses, idle = self._courses()
        for half in self.halves if courses else ():
            self.half = half
            used = [[one for one in course.certificates if self._there(course, one)] for course in courses]
            unused = idle[: round(IDLE / (1 - IDLE) * sum(map(len, used)))]
            self.period, groups = self._period(len(unused) + sum(map(len, used)))
            self.ledger = PastLedger(self.sink, self.period, groups, half.starts_on.replace(day=1))
            for course, chosen in zip(courses, used, strict=True):
                enrolments = [self._contract(course, certificate) for certificate in chosen]
                self._journal(course.group, course.id, enrolments)
            for certificate in unused:
                nominal = NOMINALS[certificate.group][half.nominal]
                self.ledger.idle(certificate, nominal, self.frame.moment(half.starts_on - dt.timedelta(days=13), 9))

    def _courses(self) -> tuple[list[Course], list[Certificate]]:
        """The groups that fill with certificates of the time, and certificates that stay idle."""
        before = self.frame.moment(self.halves[-1].starts_on - dt.timedelta(days=30))
        pool = [one for one in self.writer.certificates.values() if one.kind == "funded" and one.applied < before]
        self.rng.shuffle(pool)
        room = len(self.writer.certificates) // 6
        courses = []
        for one in self.world.programmes:
            if not one.certified or not one.groups or room < SMALLEST:
                continue
            group = one.groups[0]
            fitting = [certificate for certificate in pool if self._fits(group, certificate)]
            # most of those who learnt there before learn in the programme now
            now = {index for other in one.groups for index in other.learners}
            stayed = [certificate for certificate in fitting if certificate.child.index in now][:ENOUGH]
            gone_since = [certificate for certificate in fitting if certificate.child.index not in now]
            chosen = (stayed + gone_since[: max(SMALLEST - len(stayed), len(stayed) // 2)])[: min(ENOUGH, room)]
            if len(chosen) >= SMALLEST:
                courses.append(Course(one, group, self._group(one, group), chosen, set()))
                room -= len(chosen)
                gone = {id(certificate) for certificate in chosen}
                pool = [certificate for certificate in pool if id(certificate) not in gone]
        return courses, pool

    def _there(self, course: Course, certificate: Certificate) -> bool:
        """Active a month before the half began, and its child has not left."""
        before = self.frame.moment(self.half.starts_on - dt.timedelta(days=30))
        return certificate.applied < before and certificate.id not in course.left

    def _fits(self, group: Group, certificate: Certificate) -> bool:
        child = certificate.child
        organisation, sex = group.programme.organisation, group.programme.sex
        return (
            all(group.age_from <= full_years(child.birth, half.starts_on) <= group.age_to for half in self.halves)
            and (not sex or sex == child.sex)
            and (not organisation.is_school or organisation.key == child.school)
        )

    def _period(self, count: int) -> tuple[int, dict[str, int]]:
        """The closed period with its certificate groups and signed agreements; ids of the period and the groups."""
        if self.funding.running == 1:  # the autumn of this school year is there already
            return self.funding.period_ids[0], self.funding.group_ids[0]
        district, frame, half = self.world.district, self.frame, self.half
        self.parent = self.parent or self.sink.add(
            "certificates.FundingProgramme",
            municipality_id=district.id,
            name=f"Программа персонифицированного финансирования на {half.year_name} учебный год",
            payer_name=money.payer_name(district),
            payer_code=f"{district.number + 1:02d}",
        )
        first = half.starts_on.replace(day=1)
        period = self.sink.add(
            "certificates.FundingPeriod",
            programme_id=self.parent,
            municipality_id=district.id,
            name=f"{'Январь – август' if half.nominal else 'Сентябрь – декабрь'} {first.year}",
            starts_on=first,
            ends_on=first.replace(month=8 if half.nominal else 12, day=31),
            state="closed",
            act_id=self.act_id,
            approved_at=frame.moment(first - dt.timedelta(days=16), 12),
        )
        groups = {}
        for code, nominals in NOMINALS.items():
            nominal = to_roubles(nominals[half.nominal])
            groups[code] = self.sink.add(
                "certificates.CertificateGroup",
                period_id=period,
                code=code,
                name=money.GROUP_NAMES[code],
                category="special_needs" if code == "support" else "",
                nominal=nominal,
                limit_certificates=count,
                limit_money=nominal * count,
            )
        money.sign_agreements(
            self.sink,
            frame,
            self.funding,
            self.world.programmes,
            self.heads,
            period,
            first - dt.timedelta(days=11),
            3 - half.nominal,
        )
        return period, groups

    def _group(self, one: Programme, group: Group) -> int:
        """A finished group with the timetable, teacher and place of the present one."""
        assert group.teacher is not None and group.venue is not None
        first, last, year_name = self.halves[0].starts_on, self.halves[-1].ends_on, self.halves[0].year_name
        price, norm = self._price(group)
        made = self.sink.add(
            "catalogue.Group",
            module_id=group.module_id,
            programme_id=one.id,
            organisation_id=one.organisation.id,
            municipality_id=self.world.district.id,
            venue_id=group.venue.id,
            teacher_id=group.teacher.id,
            name=f"Группа {group.number}, {year_name}",
            starts_on=first,
            ends_on=last,
            capacity=max(ENOUGH, group.capacity),
            age_from=group.age_from,
            age_to=group.age_to,
            sex=one.sex,
            for_budget=False,
            for_certificate=True,
            price=price,
            normative_cost=norm,
            state="finished",
            created_at=self.frame.moment(first - dt.timedelta(days=40)),
        )
        self.sink.add("catalogue.GroupPlaces", group_id=made, capacity=max(ENOUGH, group.capacity), places_taken=0)
        for weekday, start, end, hours, room in group.slots:
            self.sink.add(
                "catalogue.Slot",
                group_id=made,
                weekday=weekday,
                starts_at=dt.time(start // 60, start % 60),
                ends_at=dt.time(end // 60, end % 60),
                academic_hours=Decimal(hours),
                venue_id=group.venue.id,
                room=room,
                teacher_id=group.teacher.id,
                valid_to=last,
            )
        return made

    def _price(self, group: Group) -> tuple[Decimal, Decimal]:
        """The year's price and normative cost; half of them where only a half of the year is told."""
        price, norm = module_price(group.programme, group.module)
        assert norm is not None
        if len(self.halves) > 1:
            return price, norm
        return (price / 2).quantize(Decimal("0.01")), (norm / 2).quantize(Decimal("0.01"))

    def _left(self) -> dt.date | None:
        """The last day of a study that ended early: the end of one of its months; mostly None."""
        if self.rng.random() >= EARLY:
            return None
        half = self.half
        ends = [month_end(half.starts_on.replace(day=1) + dt.timedelta(days=31 * n)) for n in range(1, 4)]
        return self.rng.choice([day for day in ends if day < half.ends_on])

    def _contract(self, course: Course, certificate: Certificate) -> tuple[int, dt.date]:
        """A contract from the first day to the last or to an earlier notice; the enrolment's id and its last day."""
        half, frame, sink, child = self.half, self.frame, self.sink, certificate.child
        one, group = course.programme, course.id
        price, norm = self._price(one.groups[0])
        nominal = NOMINALS[certificate.group][half.nominal]
        split = split_contract(
            price=to_kopecks(price), normative_cost=to_kopecks(norm), balance=nominal, group_start=self.halves[0].starts_on,
            group_end=self.halves[-1].ends_on, start=half.starts_on, end=half.ends_on,
        )  # fmt: skip
        asked = frame.moment(half.starts_on - dt.timedelta(days=3), 9, self.rng.randrange(60))
        decided = asked + dt.timedelta(hours=30)
        left = self._left()
        last = left or half.ends_on
        if left:
            course.left.add(certificate.id)
        closed = frame.moment(last + dt.timedelta(days=1), 0, 30)
        notice = frame.moment(last - dt.timedelta(days=6), 19, 40)
        account = self.writer.account(child)
        common = {
            "child_id": child.id, "group_id": group, "organisation_id": one.organisation.id,
            "municipality_id": self.world.district.id, "starts_on": half.starts_on,
        }  # fmt: skip
        sums = {
            "total_sum": to_roubles(split.total),
            "certificate_sum": to_roubles(split.certificate),
            "guardian_sum": to_roubles(split.guardian),
        }
        application = sink.add(
            "enrolment.Application", applicant_id=account or None, source="guardian" if account else "desk",
            funding="certificate", state="withdrawn" if left else "finished", submitted_at=asked, decided_at=closed,
            reason=LEFT if left else "Обучение окончено", **common, **sums,
        )  # fmt: skip
        contract = sink.add(
            "enrolment.Contract", number=self.writer.number_of(one.organisation.id, asked.year),
            application_id=application, certificate_id=certificate.id, period_id=self.period, programme_id=one.id,
            focus_area=one.template.focus_area, state="closed", ends_on=half.ends_on, price=price, normative_cost=norm,
            requested_at=asked, offered_at=asked + dt.timedelta(hours=20), accepted_at=decided,
            accepted_by_id=account or None, acceptance={"channel": "online" if account else "desk"}, closed_at=closed,
            terminates_on=left, terminated_by="guardian" if left else "", termination_ground=LEFT if left else "",
            notice_at=notice if left else None, **common, **sums,
        )  # fmt: skip
        months = [
            (part, max(decided, frame.moment(part.month, 0, 5)) if part.month <= last else None)
            for part in split.months
        ]
        self.ledger.contract(certificate, contract, split, nominal, asked=asked, months=months, notice=notice)
        enrolment = sink.add(
            "enrolment.Enrolment", application_id=application, funding="certificate",
            focus_area=one.template.focus_area, ends_on=last, end_reason=LEFT if left else "Обучение окончено",
            **common,
        )  # fmt: skip
        return enrolment, last

    def _journal(self, group: Group, made: int, enrolments: list[tuple[int, dt.date]]) -> None:
        """Every lesson of the half-year with its marks; one in fifty was cancelled."""
        rng = self.rng
        for weekday, start, end, hours, _room in group.slots:
            for day in self.frame.lesson_days(weekday, self.half.starts_on, self.half.ends_on):
                cancelled = rng.random() < 0.02
                lesson = self.sink.add(
                    "enrolment.Lesson", group_id=made, organisation_id=group.programme.organisation.id,
                    municipality_id=self.world.district.id, date=day, starts_at=dt.time(start // 60, start % 60),
                    ends_at=dt.time(end // 60, end % 60), academic_hours=Decimal(hours), for_month=day.replace(day=1),
                    teacher_id=group.teacher.id if group.teacher else None, state="cancelled" if cancelled else "held",
                    topic="" if cancelled else rng.choice(TOPICS), reason="Болезнь педагога" if cancelled else "",
                    version=1,
                )  # fmt: skip
                if not cancelled:
                    at = self.frame.moment(day, end // 60, end % 60)
                    there = [enrolment for enrolment, last in enrolments if day <= last]
                    marks = rng.choices(MARKS[0], weights=MARKS[1], k=len(there))
                    for enrolment, mark in zip(there, marks, strict=True):
                        self.sink.add(
                            "enrolment.Attendance", lesson_id=lesson, enrolment_id=enrolment, mark=mark, marked_at=at
                        )


def write(writer: Writer, heads: dict[str, str], act_id: int, rng: Random) -> None:
    """The finished half-year of the writer's district."""
    Past(writer, heads, act_id, rng).write()
