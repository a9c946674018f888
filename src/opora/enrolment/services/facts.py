"""Reading what a decision stands on: one round trip, then plain values for the rules."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from opora.certificates.rules import (
    PeriodParameters,
    Split,
    contract_end,
    split_contract,
    to_kopecks,
)
from opora.certificates.rules.termination import ends_with_ageing
from opora.core import clock
from opora.core.models import CalendarException
from opora.core.reasons import Reason
from opora.core.workdays import WorkCalendar, official_calendar
from opora.enrolment import rules
from opora.enrolment.rules import (
    CertificateFacts,
    ChildFacts,
    EligibilityFacts,
    GroupFacts,
    PeriodFacts,
    ProviderFacts,
    Stage,
)
from opora.people.rules import certificate_last_day


class Facts(NamedTuple):
    """One row of the database function enrolment_facts(), in its order. Money in roubles."""

    child_id: int
    birth_date: dt.date
    sex: str
    child_municipality: int | None
    child_name: str
    medical_until: dt.date | None
    group_id: int
    group_name: str
    group_stamp: str
    group_state: str
    group_starts: dt.date
    group_ends: dt.date
    age_from: int
    age_to: int
    group_sex: str
    residents_only: bool
    needs_medical: bool
    entrance_tests: bool
    for_budget: bool
    for_certificate: bool
    for_paid: bool
    window_from: dt.datetime | None
    window_to: dt.datetime | None
    price: Decimal
    normative_cost: Decimal | None
    capacity: int
    taken: int
    waiting: int
    programme_id: int
    programme_name: str
    programme_state: str
    programme_stamp: str
    focus_area: str
    organisation_id: int
    organisation_name: str
    organisation_state: str
    ownership: str
    provider_since: dt.date | None
    municipality_id: int
    time_zone: str
    region_id: int
    calendar_stamp: str
    today: dt.date
    start: dt.date
    registers: list[str]
    living: bool
    key_hash: str | None
    key_answer: str | None
    certificate_id: int | None
    certificate_state: str | None
    certificate_kind: str | None
    certificate_stamp: str | None
    period_id: int | None
    period_starts: dt.date | None
    period_ends: dt.date | None
    contracting_closes_at: dt.datetime | None
    parameters_text: str | None
    act: str
    agreement: bool
    balance: Decimal | None
    balance_version: int | None
    certificate_group_id: int | None
    group_money: Decimal | None
    focus_allowed: bool | None
    focus_limit: int | None
    programme_limit_row: int | None
    contracts: int
    focus_contracts: int
    programme_contracts: int | None
    committed: Decimal | None
    budget_places: str | None
    consent_withdrawn: bool

    @property
    def free(self) -> int:
        return self.capacity - self.taken

    @property
    def parameters(self) -> PeriodParameters:
        return _parameters(self.parameters_text or "{}")

    @property
    def programme_limit(self) -> int | None:
        row = self.programme_limit_row
        return self.parameters.programme_limit if row is None else row

    @property
    def calendar(self) -> WorkCalendar:
        return _calendar(self.region_id, self.calendar_stamp)

    @property
    def budget_by_register(self) -> dict[str, int]:
        """Budget places of the child by programme register, "*" for all; empty when no quota is set."""
        return json.loads(self.budget_places) if self.budget_places else {}


def read(
    *,
    child_id: int,
    group_id: int,
    funding: str,
    starts_on: dt.date | None,
    account_id: int = 0,
    key: str | None = None,
    application_id: int | None = None,
) -> Facts | None:
    """Read the facts of one child and one group; None when either does not exist.

    `application_id` names the application that is being decided, so that it does not stand in its own way.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM enrolment_facts(%s, %s, %s, %s::date, %s, %s, %s, %s)",
            [child_id, group_id, funding, starts_on, clock.now(), account_id, key, application_id],
        )
        row = cursor.fetchone()
    return Facts._make(row) if row else None


def read_many(*, child_id: int, group_ids: list[int], funding: str) -> list[Facts]:
    """The same for many groups in one round trip; groups that do not exist are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.* FROM unnest(%s::bigint[]) wanted(id)"
            " CROSS JOIN LATERAL enrolment_facts(%s, wanted.id, %s, NULL, %s, 0, NULL, NULL) f",
            [group_ids, child_id, funding, clock.now()],
        )
        return [Facts._make(row) for row in cursor.fetchall()]


def split_of(facts: Facts, funding: str) -> Split | None:
    """Who pays what; None for a budget place or when the dates leave no day to study."""
    if funding == rules.BUDGET or not facts.group_starts <= facts.start <= facts.group_ends:
        return None
    price, end = to_kopecks(facts.price), facts.group_ends
    if funding == rules.PAID:
        return _split(facts, end, price, 0, 0)
    if facts.period_ends is None:
        return None
    end = ends_with_ageing(certificate_last_day(facts.birth_date), contract_end(end, facts.period_ends))
    if end < facts.start:
        return None
    return _split(facts, end, price, to_kopecks(facts.normative_cost or 0), to_kopecks(facts.balance or 0))


def _split(facts: Facts, end: dt.date, price: int, norm: int, balance: int) -> Split:
    return split_contract(
        price=price,
        normative_cost=norm,
        balance=balance,
        group_start=facts.group_starts,
        group_end=facts.group_ends,
        start=facts.start,
        end=end,
    )


def reasons_of(facts: Facts, funding: str, stage: Stage, split: Split | None) -> list[Reason]:
    """Every reason against, by the one pure function of the rules."""
    found = rules.eligibility(_eligibility(facts, funding, stage, split))
    if funding == rules.CERTIFICATE and facts.normative_cost is None:
        found.append(
            Reason(
                "no_normative_cost",
                "Для группы не установлена нормативная стоимость, оплатить её сертификатом нельзя.",
                ground="правила персонифицированного финансирования",
                hint="Сообщите об этом в организацию.",
            )
        )
    return found


def _eligibility(facts: Facts, funding: str, stage: Stage, split: Split | None) -> EligibilityFacts:
    offered = {
        rules.BUDGET: facts.for_budget,
        rules.CERTIFICATE: facts.for_certificate,
        rules.PAID: facts.for_paid,
    }
    quotas = facts.parameters.budget_quotas if facts.budget_places else {}
    tightest = _tightest_quota(facts, quotas)
    return EligibilityFacts(
        funding=funding,
        now=clock.now(),
        today=facts.today,
        start=facts.start,
        child=ChildFacts(
            facts.birth_date, facts.sex, facts.child_municipality, facts.medical_until, facts.consent_withdrawn
        ),
        group=GroupFacts(
            starts_on=facts.group_starts,
            ends_on=facts.group_ends,
            municipality=facts.municipality_id,
            open=facts.group_state == "open",
            programme_published=facts.programme_state == "published",
            registers=frozenset(facts.registers),
            fundings=frozenset(code for code, yes in offered.items() if yes),
            free_places=facts.free,
            age_from=facts.age_from,
            age_to=facts.age_to,
            sex=facts.group_sex,
            residents_only=facts.residents_only,
            needs_medical=facts.needs_medical,
            window_from=facts.window_from,
            window_to=facts.window_to,
            focus_area=facts.focus_area,
            time_zone=facts.time_zone or "Europe/Moscow",
        ),
        provider=ProviderFacts(facts.organisation_state == "active", facts.ownership != "private"),
        certificate=_certificate(facts),
        period=_period(facts, split),
        stage=stage,
        living_in_group=facts.living,
        budget_places=tightest[0],
        budget_limit=tightest[1],
    )


def _certificate(facts: Facts) -> CertificateFacts | None:
    if facts.certificate_id is None:
        return None
    return CertificateFacts(
        state=facts.certificate_state or "",
        kind=facts.certificate_kind or "",
        balance=to_kopecks(facts.balance or 0),
    )


def _period(facts: Facts, split: Split | None) -> PeriodFacts | None:
    if facts.period_starts is None or facts.period_ends is None:
        return None
    parameters = facts.parameters
    left = None
    if parameters.over_commitment and facts.group_money is not None:
        left = to_kopecks(facts.group_money) - to_kopecks(facts.committed or 0)
    allowed = facts.focus_allowed
    return PeriodFacts(
        starts_on=facts.period_starts,
        ends_on=facts.period_ends,
        contracting_open=facts.contracting_closes_at is None or clock.now() < facts.contracting_closes_at,
        agreement_signed=facts.agreement,
        focus_area_allowed=facts.focus_area in parameters.focus_areas_allowed if allowed is None else allowed,
        contracts=facts.contracts,
        contracts_limit=parameters.simultaneous_limit,
        focus_area_contracts=facts.focus_contracts,
        focus_area_limit=(
            parameters.focus_area_limits.get(facts.focus_area) if facts.focus_limit is None else facts.focus_limit
        ),
        programme_contracts=facts.programme_contracts or 0,
        programme_limit=facts.programme_limit,
        commitment_left=left,
        certificate_sum=split.certificate if split else 0,
        act=facts.act,
    )


def _tightest_quota(facts: Facts, quotas: Any) -> tuple[int, int | None]:
    """(places used, quota) of the register of this programme that leaves the least room."""
    used = facts.budget_by_register
    rows = [(used.get(code, 0), quotas[code]) for code in facts.registers if code in quotas]
    return min(rows, key=lambda row: row[1] - row[0]) if rows else (0, None)


@lru_cache(maxsize=256)
def _parameters(text: str) -> PeriodParameters:
    return PeriodParameters.from_json(json.loads(text))


@lru_cache(maxsize=64)
def _calendar(region_id: int, stamp: str) -> WorkCalendar:
    """The official calendar with the days of the country and of the region; `stamp` changes with the table."""
    if stamp.startswith("0:"):
        return official_calendar()
    rows = CalendarException.objects.filter(region_id__isnull=True) | CalendarException.objects.filter(
        region_id=region_id
    )
    ordered = rows.order_by("region_id", "date").values_list("date", "kind", "region_id")
    own = {date: kind for date, kind, region in ordered if region is None}
    own.update({date: kind for date, kind, region in ordered if region is not None})
    return official_calendar().with_exceptions(own)


def calendar_of(region_id: int) -> WorkCalendar:
    """The working days of a region as they are now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*)::text || ':' || coalesce(max(xmin::text::bigint), 0) FROM calendar_exception")
        row = cursor.fetchone()
    assert row is not None
    return _calendar(region_id, row[0])
