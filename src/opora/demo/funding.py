"""Who has a certificate and who pays for what: decided in memory, with the arithmetic of the certificates room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from opora.certificates.rules.arithmetic import Split, split_contract
from opora.certificates.rules.ledger import Entry, Totals, request, set_nominal, spend
from opora.certificates.rules.money import Kopecks, to_kopecks
from opora.demo.courses import Group, Programme
from opora.demo.families import Child
from opora.demo.frame import Frame
from opora.demo.rows.catalogue import module_price, starts_on
from opora.demo.world import World

SOURCE = "funding_queue"
"""What the entry of a nominal points at: the served request."""
NOMINALS: dict[str, tuple[Kopecks, Kopecks]] = {"common": (640_000, 1_120_000), "support": (820_000, 1_440_000)}
"""Certificate group → nominals of the autumn and of the spring period, kopecks."""


LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """A funding period; both lie in one calendar year each."""

    code: str
    name: str
    starts_on: dt.date
    ends_on: dt.date
    state: str


@dataclass(slots=True)
class Movement:
    entry: Entry
    at: dt.datetime
    source: str
    source_id: int
    month: dt.date | None = None


@dataclass(slots=True)
class Certificate:
    """A certificate of a child with its movements in the running period."""

    child: Child
    kind: str
    state: str
    group: str = "common"
    totals: Totals = field(default_factory=Totals)
    movements: list[Movement] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    """Served requests for funding, one for each period."""
    queued: bool = False
    applied: dt.datetime = LONG_AGO
    id: int = 0

    def move(self, entry: Entry, at: dt.datetime, source: str, source_id: int, month: dt.date | None = None) -> None:
        self.totals = self.totals.after(entry)
        self.movements.append(Movement(entry, at, source, source_id, month))


def periods(frame: Frame) -> tuple[Period, Period, int]:
    """Autumn and spring periods of the school year, and the index of the running one."""
    year = frame.year_start.year
    running = 0 if frame.date.year == year else 1
    autumn = Period(
        "autumn", f"Сентябрь – декабрь {year}", frame.year_start, dt.date(year, 12, 31),
        "approved" if running == 0 else "closed",
    )  # fmt: skip
    spring = Period(
        "spring", f"Январь – август {year + 1}", dt.date(year + 1, 1, 1), dt.date(year + 1, 8, 31), "approved"
    )
    return autumn, spring, running


def choose_certified(rng: Random, programmes: list[Programme], enough: int) -> set[int]:
    """Mark programmes as certified until enough children learn in them; returns their learners' indexes.

    Programmes of the certified kind that are not needed become ordinary budget ones.
    """
    learners: set[int] = set()
    candidates = [one for one in programmes if one.template.register == "certified" and one.groups]
    rng.shuffle(candidates)
    candidates.sort(key=lambda one: one.organisation.is_school)  # centres first, schools after them
    for one in candidates:
        if len(learners) >= enough:
            one.on_budget = True
            continue
        learners.update(index for group in one.groups for index in group.learners)
    return learners


def issue(rng: Random, world: World, funded: int, total: int, learners: set[int], first: set[int]) -> list[Certificate]:
    """Certificates of a district: `funded` of `total` with money, given to those who learn in certified groups.

    ``first`` are served before others.
    """
    by_index = [world.children[index] for index in sorted(learners)]
    rng.shuffle(by_index)
    by_index.sort(key=lambda child: child.index not in first)
    chosen = by_index[:funded]
    taken = {child.index for child in chosen}
    others = [child for child in world.children if child.active and child.index not in taken]
    rng.shuffle(others)
    certificates = []
    for position, child in enumerate([*chosen, *others[: total - len(chosen)]]):
        kind = "funded" if position < len(chosen) else "accounting"
        group = "support" if kind == "funded" and rng.random() < 0.12 else "common"
        certificates.append(Certificate(child, kind, "active", group))
    certificates.sort(key=lambda one: one.child.index)
    return certificates


def give_nominal(certificate: Certificate, nominal: Kopecks, at: dt.datetime, request_id: int) -> None:
    certificate.move(set_nominal(certificate.totals, nominal), at, SOURCE, request_id)


@dataclass(slots=True)
class Deal:
    """A contract to be: its split and the moments of its life so far."""

    certificate: Certificate
    group: Group
    split: Split
    price: Decimal
    normative_cost: Decimal
    requested_at: dt.datetime
    accepted_at: dt.datetime | None


def agree(
    frame: Frame, certificate: Certificate, group: Group, period: Period, start: dt.date, requested_at: dt.datetime
) -> Deal | None:
    """Split a contract for this certificate; None when it has no money left or the period is over."""
    price, norm = module_price(group.programme, group.module)
    end = min(frame.year_end, period.ends_on)
    if norm is None or certificate.totals.balance <= 0 or start > end:
        return None
    split = split_contract(
        price=to_kopecks(price),
        normative_cost=to_kopecks(norm),
        balance=certificate.totals.balance,
        group_start=starts_on(frame, group),
        group_end=frame.year_end,
        start=start,
        end=end,
    )
    return Deal(certificate, group, split, price, norm, requested_at, None)


def reserve(deal: Deal, contract_id: int) -> None:
    """requested: the whole certificate part goes from balance to reserve."""
    deal.certificate.move(request(deal.split.certificate), deal.requested_at, "contract", contract_id)


def activate(frame: Frame, deal: Deal, contract_id: int, at: dt.datetime) -> list[dt.date]:
    """Months due by D move from reserve to spent, at the later of activation and the 1st; returns them."""
    deal.accepted_at = at
    spent = []
    for part in deal.split.months:
        if part.month <= frame.date:
            moment = max(at, frame.moment(part.month, 0, 5))
            deal.certificate.move(spend(part.certificate), moment, "contract", contract_id, part.month)
            spent.append(part.month)
    return spent
