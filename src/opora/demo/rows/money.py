"""Funding programme, periods, agreements, registers of programmes, certificates with balances and entries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from random import Random

from opora.certificates.rules.ledger import ACT_LABELS
from opora.certificates.rules.money import to_roubles
from opora.demo.content import places
from opora.demo.courses import Programme
from opora.demo.districts import District
from opora.demo.frame import Frame
from opora.demo.funding import NOMINALS, SOURCE, Certificate, Period, periods
from opora.demo.rows import requisites
from opora.demo.sink import Sink

GROUP_NAMES = {
    "common": "Дети 5–17 лет",
    "support": "Дети с ограниченными возможностями здоровья и из многодетных семей",
}

RATES = {
    "technical": (7_800, 8_600),
    "artistic": (6_900, 7_900),
    "social_humanitarian": (6_200, 7_000),
    "sport": (7_100, 8_300),
    "natural_science": (7_400, 8_200),
    "tourism": (7_000, 7_800),
}
"""Focus area → kopecks of a learner-hour of general and of pre-professional programmes."""
FACTORS = (
    ("study_form", "distance", "0.80"),
    ("territory", "rural", "1.15"),
    ("special_needs", "yes", "1.30"),
    ("group_size", "8", "1.25"),
    ("group_size", "12", "1.10"),
)

VACANT = 60
"""Funded certificates that the common group can still give: a family that comes to the demo gets one."""


class Funding:
    """Ids of a district's funding tables."""

    def __init__(self, district: District, frame: Frame) -> None:
        self.district = district
        self.autumn, self.spring, self.running = periods(frame)
        self.period_ids: list[int] = []
        self.group_ids: list[dict[str, int]] = []
        self.payer_side: dict[str, str] = {}
        """The payer's requisites as terms of agreements keep them."""

    @property
    def period(self) -> Period:
        return (self.autumn, self.spring)[self.running]

    @property
    def period_id(self) -> int:
        return self.period_ids[self.running]


def payer_name(district: District) -> str:
    return f"Муниципальное казённое учреждение «Центр обслуживания образования», {district.short}"


def programme(sink: Sink, frame: Frame, district: District, certificates: list[Certificate], act_id: int) -> Funding:
    """The funding programme of the school year with both periods and their groups of certificates."""
    funding = Funding(district, frame)
    parent = sink.add(
        "certificates.FundingProgramme",
        municipality_id=district.id,
        name=f"Программа персонифицированного финансирования на {frame.school_year} учебный год",
        payer_name=payer_name(district),
        payer_code=f"{(district.number + 1) % 100:02d}",
    )
    counts = Counter(one.group for one in certificates if one.kind == "funded")
    for index, period in enumerate((funding.autumn, funding.spring)):
        period_id = sink.add(
            "certificates.FundingPeriod",
            programme_id=parent,
            municipality_id=district.id,
            name=period.name,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            state=period.state,
            act_id=act_id,
            approved_at=frame.moment(frame.year_start - dt.timedelta(days=12), 12),
        )
        funding.period_ids.append(period_id)
        groups = {}
        for code, nominals in NOMINALS.items():
            # the common group has a few vacancies, the supported one is full and has a queue
            limit = counts[code] + (VACANT if code == "common" else 0)
            nominal = to_roubles(nominals[index])
            groups[code] = sink.add(
                "certificates.CertificateGroup",
                period_id=period_id,
                code=code,
                name=GROUP_NAMES[code],
                category="special_needs" if code == "support" else "",
                nominal=nominal,
                limit_certificates=limit,
                limit_money=nominal * limit,
            )
        funding.group_ids.append(groups)
        _rates(sink, period_id)
    _next_year(sink, frame, district, counts)
    return funding


def _rates(sink: Sink, period_id: int) -> None:
    """What a learner-hour costs and which conditions change it."""
    for area, sums in RATES.items():
        for kind, kopecks in zip(("general", "preprofessional"), sums, strict=True):
            sink.add(
                "certificates.FundingRate",
                period_id=period_id,
                focus_area=area,
                programme_kind=kind,
                rate=to_roubles(kopecks),
            )
    for kind, code, value in FACTORS:
        sink.add("certificates.FundingCoefficient", period_id=period_id, kind=kind, code=code, value=Decimal(value))


def _next_year(sink: Sink, frame: Frame, district: District, counts: Counter[str]) -> None:
    """The draft of the next autumn: the payer tries its parameters on the children of the district."""
    year = frame.year_start.year + 1
    parent = sink.add(
        "certificates.FundingProgramme",
        municipality_id=district.id,
        name=f"Программа персонифицированного финансирования на {year}/{year + 1} учебный год",
        payer_name=payer_name(district),
        payer_code=f"{district.number + 1:02d}",
    )
    period_id = sink.add(
        "certificates.FundingPeriod",
        programme_id=parent,
        municipality_id=district.id,
        name=f"Сентябрь – декабрь {year}",
        starts_on=dt.date(year, 9, 1),
        ends_on=dt.date(year, 12, 31),
        state="draft",
    )
    for code, nominals in NOMINALS.items():
        nominal = to_roubles(nominals[0])
        sink.add(
            "certificates.CertificateGroup",
            period_id=period_id,
            code=code,
            name=GROUP_NAMES[code],
            category="special_needs" if code == "support" else "",
            nominal=nominal,
            limit_certificates=counts[code],
            limit_money=nominal * counts[code],
        )
    _rates(sink, period_id)


def agreements(sink: Sink, frame: Frame, funding: Funding, programmes: list[Programme], heads: dict[str, str]) -> None:
    """Payment agreements with every provider of a certified programme, and the registers of programmes.

    `heads`: full names of the heads by the organisation's key; they sign.
    """
    funding.payer_side = requisites.payer(sink, funding.district, payer_name(funding.district))
    date = frame.year_start - dt.timedelta(days=8)
    for index, period_id in enumerate(funding.period_ids):
        sign_agreements(sink, frame, funding, programmes, heads, period_id, date, index)
    for one in programmes:
        if one.state == "published":
            register = "certified" if one.certified else one.template.register
            sink.add(
                "certificates.ProgrammeRegisterEntry",
                programme_id=one.id,
                municipality_id=funding.district.id,
                register="other" if register == "certified" and not one.certified else register,
                decision=f"Приказ управления образования от 22.08.{frame.year_start.year} № 312",
                starts_on=frame.year_start,
            )


def sign_agreements(
    sink: Sink,
    frame: Frame,
    funding: Funding,
    programmes: list[Programme],
    heads: dict[str, str],
    period_id: int,
    date: dt.date,
    index: int,
) -> None:
    """Signed agreements of a period with their terms; `index` tells the periods' numbers apart."""
    providers = {one.organisation.id: one.organisation for one in programmes if one.certified}
    for number, organisation in enumerate(providers.values(), 1):
        agreement = sink.add(
            "certificates.PaymentAgreement",
            period_id=period_id,
            municipality_id=funding.district.id,
            organisation_id=organisation.id,
            number=f"{number}-ПФ/{index + 1}",
            date=date,
            state="signed",
        )
        side = requisites.provider(funding.district, organisation, heads[organisation.key])
        private = organisation.ownership == "private"
        requisites.terms(sink, frame, agreement, funding.payer_side, side, date, private)


def number(district: District, certificate_id: int) -> str:
    """Ten digits: region, payer, and six that look random yet never repeat within a payer."""
    return f"{places()['region']['code']}{(district.number + 1) % 100:02d}{certificate_id * 700_001 % 1_000_000:06d}"


def certificate(sink: Sink, frame: Frame, district: District, one: Certificate, rng: Random, account: int) -> None:
    """The register entry; its balance follows when all movements are known."""
    applied = one.applied
    day = applied.date()
    issued = frame.moment(frame.working_days_after(day, rng.randint(1, 3)), rng.randint(9, 17))
    active = one.state in ("active", "frozen")
    proved = min(frame.working_days_after(day, rng.randint(4, 9)), frame.date)
    activated = frame.moment(proved, rng.randint(9, 17)) if active else None
    sink.add(
        "certificates.Certificate",
        id=one.id,
        child_id=one.child.id,
        municipality_id=district.id,
        number=None if one.state == "applied" else number(district, one.id),
        kind=one.kind,
        state=one.state,
        wants_funding=one.kind == "funded" or one.queued,
        applied_at=applied,
        applied_by_id=account or None,
        answer_due=frame.working_days_after(day, 3),
        issued_at=None if one.state == "applied" else issued,
        activated_at=activated,
        funded_since=activated if one.kind == "funded" else None,
        last_act_at=max((move.at for move in one.movements), default=activated),
    )


def ledger(sink: Sink, funding: Funding, certificates: list[Certificate], system_reason: str = "") -> None:
    """Entries in order of time and the balances that equal their sums."""
    for one in certificates:
        if one.kind != "funded":
            continue
        for move in sorted(one.movements, key=lambda move: move.at):
            entry = move.entry
            sink.add(
                "certificates.CertificateEntry",
                certificate_id=one.id,
                period_id=funding.period_id,
                act=entry.act,
                source_kind=move.source,
                source_id=move.source_id,
                month=move.month,
                d_nominal=to_roubles(entry.d_nominal),
                d_balance=to_roubles(entry.d_balance),
                d_reserve=to_roubles(entry.d_reserve),
                d_spent=to_roubles(entry.d_spent),
                reason=system_reason or ACT_LABELS[entry.act],
                at=move.at,
            )
        totals = one.totals
        sink.add(
            "certificates.CertificateBalance",
            certificate_id=one.id,
            period_id=funding.period_id,
            certificate_group_id=funding.group_ids[funding.running][one.group],
            nominal=to_roubles(totals.nominal),
            balance=to_roubles(totals.balance),
            reserve=to_roubles(totals.reserve),
            spent=to_roubles(totals.spent),
            version=len(one.movements),
        )
        if funding.running == 0:
            _future(sink, funding, one)


def _future(sink: Sink, funding: Funding, one: Certificate) -> None:
    """The next period's nominal is already given, so that contracts can be prolonged over New Year."""
    nominal = to_roubles(NOMINALS[one.group][1])
    given = min(move.at for move in one.movements)
    sink.add(
        "certificates.CertificateEntry",
        certificate_id=one.id,
        period_id=funding.period_ids[1],
        act="nominal",
        source_kind=SOURCE,
        source_id=one.requests[1],
        d_nominal=nominal,
        d_balance=nominal,
        reason=ACT_LABELS["nominal"],
        at=given,
    )
    sink.add(
        "certificates.CertificateBalance",
        certificate_id=one.id,
        period_id=funding.period_ids[1],
        certificate_group_id=funding.group_ids[1][one.group],
        nominal=nominal,
        balance=nominal,
        reserve=Decimal(0),
        spent=Decimal(0),
        version=1,
    )


def queue(sink: Sink, frame: Frame, funding: Funding, certificates: list[Certificate]) -> None:
    """Served requests of the funded certificates; accounting ones that wait for money, in order of request."""
    for one in certificates:
        for index, request in enumerate(one.requests):
            given = min(move.at for move in one.movements)
            sink.add(
                "certificates.FundingQueue",
                id=request,
                certificate_id=one.id,
                period_id=funding.period_ids[index],
                certificate_group_id=funding.group_ids[index][one.group],
                requested_at=min(one.applied, given),
                state="served",
                ended_at=given,
            )
    for position, one in enumerate([one for one in certificates if one.queued]):
        sink.add(
            "certificates.FundingQueue",
            certificate_id=one.id,
            period_id=funding.period_id,
            certificate_group_id=funding.group_ids[funding.running]["support"],
            requested_at=frame.moment(frame.before(20), 9, 0) + dt.timedelta(hours=19 * position),
        )
