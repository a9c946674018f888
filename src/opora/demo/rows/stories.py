"""Single stories that make the demo lived in: money that came back, certificates that wait at the desk."""

from __future__ import annotations

import datetime as dt
from random import Random

from opora.certificates.rules.ledger import release, spend
from opora.certificates.rules.money import to_roubles
from opora.certificates.rules.months import month_end
from opora.demo.courses import Group
from opora.demo.families import Child, Family
from opora.demo.frame import full_years
from opora.demo.funding import Deal, reserve
from opora.demo.rows.catalogue import starts_on
from opora.demo.rows.enrolment import Writer
from opora.demo.rows.money import number
from opora.demo.rows.waiting import Requests
from opora.demo.sink import Sink
from opora.demo.timetable import with_travel
from opora.demo.world import World

GROUND = "Заявление родителя: ребёнок выбрал другую программу"


def left_in_time(writer: Writer, family: Family, groups: list[Group]) -> None:
    """A child of the demo's guardian left a group in its first month: later months came back to the certificate.

    Told only when at least one whole month has passed since; otherwise there is nothing to show yet.
    """
    frame, period = writer.frame, writer.funding.period
    for index in family.children:
        child = writer.world.children[index]
        certificate = writer.certificates.get(index)
        if certificate is None or certificate.kind != "funded":
            continue
        for group in groups:
            start = max(starts_on(frame, group), period.starts_on)
            last = month_end(start)
            if last + dt.timedelta(days=10) > frame.date or not _suits(writer, group, child, start):
                continue
            asked = frame.moment(start - dt.timedelta(days=6), 20, 15)
            deal = writer.deal(group, child, start, asked)
            if deal:
                _tell(writer, deal, child, last)
                return


def _suits(writer: Writer, group: Group, child: Child, start: dt.date) -> bool:
    return (
        group.programme.certified
        and child.index not in group.learners
        and not child.busy & with_travel(group)
        and group.age_from <= full_years(child.birth, start) <= group.age_to
        and (not group.programme.organisation.is_school or group.programme.organisation.key == child.school)
        and not group.programme.sex
    )


def _tell(writer: Writer, deal: Deal, child: Child, last: dt.date) -> None:
    sink, frame, group, split = writer.sink, writer.frame, deal.group, deal.split
    organisation = group.programme.organisation.id
    decided = deal.requested_at + dt.timedelta(days=2, minutes=-340)
    notice = frame.moment(last - dt.timedelta(days=6), 19, 40)
    account = writer.account(child)
    application = sink.add(
        "enrolment.Application",
        child_id=child.id, group_id=group.id, organisation_id=organisation, municipality_id=writer.world.district.id,
        applicant_id=account, source="guardian", funding="certificate", state="finished", starts_on=split.start,
        total_sum=to_roubles(split.total), certificate_sum=to_roubles(split.certificate),
        guardian_sum=to_roubles(split.guardian), submitted_at=deal.requested_at,
        deadline=writer.deadline(deal.requested_at, group), decided_at=decided, reason=GROUND,
    )  # fmt: skip
    contract = sink.next_id("enrolment.Contract")
    reserve(deal, contract)
    first, *rest = split.months
    deal.certificate.move(
        spend(first.certificate), max(decided, frame.moment(first.month, 0, 5)), "contract", contract, first.month
    )
    returned = sum(part.certificate for part in rest)
    deal.certificate.move(release("terminate", returned), notice, "contract", contract)
    sink.add(
        "enrolment.Contract",
        id=contract, number=writer.number(group),
        application_id=application, certificate_id=deal.certificate.id, period_id=writer.funding.period_id,
        child_id=child.id, group_id=group.id, programme_id=group.programme.id, organisation_id=organisation,
        municipality_id=writer.world.district.id, focus_area=group.programme.template.focus_area, state="closed",
        starts_on=split.start, ends_on=split.end, price=deal.price, normative_cost=deal.normative_cost,
        total_sum=to_roubles(split.total), certificate_sum=to_roubles(split.certificate),
        guardian_sum=to_roubles(split.guardian), requested_at=deal.requested_at, offered_at=decided,
        accepted_at=decided, accepted_by_id=account, acceptance={"channel": "online"}, terminates_on=last,
        terminated_by="guardian", termination_ground=GROUND, notice_at=notice,
        closed_at=frame.moment(last + dt.timedelta(days=1), 0, 5),
    )  # fmt: skip
    for part in split.months:
        paid = part is first
        sink.add(
            "enrolment.ContractMonth", contract_id=contract, month=part.month,
            certificate_sum=to_roubles(part.certificate), guardian_sum=to_roubles(part.guardian),
            state="spent" if paid else "returned", moved_at=decided if paid else notice,
        )  # fmt: skip
    sink.add(
        "enrolment.Enrolment", child_id=child.id, group_id=group.id, organisation_id=organisation,
        municipality_id=writer.world.district.id, application_id=application, funding="certificate",
        focus_area=group.programme.template.focus_area, starts_on=split.start, ends_on=last, end_reason=GROUND,
    )  # fmt: skip


def hoping(requests: Requests, family: Family, groups: list[Group]) -> dict[int, int]:
    """Each child of the demo's guardian waits for one full group; waiting applications by group id."""
    waiting: dict[int, int] = {}
    for order, index in enumerate(family.children):
        child = requests.writer.world.children[index]
        for group in groups:
            if len(group.learners) == group.capacity and not waiting.get(group.id) and requests.suits(group, child):
                waiting[group.id] = requests.write(group, child, "waiting", 6 + order)
                break
    return waiting


def pending_certificates(sink: Sink, world: World, rng: Random, taken: set[int]) -> None:
    """Fresh applications and issued certificates whose identity is still to be proved at a desk."""
    frame = world.frame
    others = [child for child in world.children if child.index not in taken and 6 <= child.age <= 16]
    for position, child in enumerate(rng.sample(others, 32)):
        fresh = position < 14
        asked = frame.moment(frame.before(rng.randint(1, 3) if fresh else rng.randint(5, 40)), rng.randint(8, 21), 30)
        certificate = sink.next_id("certificates.Certificate")
        account = world.families[child.family].account
        sink.add(
            "certificates.Certificate",
            id=certificate,
            child_id=child.id,
            municipality_id=world.district.id,
            number=None if fresh else number(world.district, certificate),
            state="applied" if fresh else "issued",
            wants_funding=position % 2 == 0,
            applied_at=asked,
            applied_by_id=account or None,
            answer_due=frame.working_days_after(asked.date(), 3),
            issued_at=None if fresh else asked + dt.timedelta(days=1, hours=2),
        )
