"""What eligibility looks at: plain values read in one query before the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

BUDGET, CERTIFICATE, PAID = "budget", "certificate", "paid"
FUNDINGS: Mapping[str, str] = {BUDGET: "бюджет", CERTIFICATE: "сертификат", PAID: "платно"}


class Stage(StrEnum):
    """Where in its life the application is; decides which rules are asked."""

    APPLY = "apply"  # a new application that takes a place at once
    WAIT = "wait"  # joining the queue: everything but the place
    OFFER = "offer"  # a place offer: recomputed split, the window no longer matters
    ACCEPT = "accept"  # the guardian accepts: place and sum are already held by this application


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """sex: "m" / "f"; municipality: of residence, None when unknown; medical_until: admission.

    consent_withdrawn: the family took back its consent to the processing of personal data and gave no new one.
    """

    birth_date: date
    sex: str = ""
    municipality: int | None = None
    medical_until: date | None = None
    consent_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """is_public: state or municipal organisation."""

    active: bool = True
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """The group with its programme; fundings: what it accepts; registers: programme registers in force."""

    starts_on: date
    ends_on: date
    municipality: int
    open: bool = True
    programme_published: bool = True
    registers: frozenset[str] = frozenset()
    fundings: frozenset[str] = frozenset({BUDGET})
    free_places: int = 1
    age_from: int | None = None
    age_to: int | None = None
    sex: str = ""
    residents_only: bool = False
    needs_medical: bool = False
    window_from: datetime | None = None
    window_to: datetime | None = None
    focus_area: str = ""
    time_zone: str = "Europe/Moscow"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """state and kind as in certificates.rules.life; balance in kopecks in the period of the contract."""

    state: str = "active"
    kind: str = "funded"
    balance: int = 0


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """The funding period that the start date falls into, with limits (None = no limit) and their use now.

    Counts exclude this application itself and follow states.counts_in_limits; act: the approving act for
    people; commitment_left: kopecks left in the certificate group when over-commitment is on, else None.
    """

    starts_on: date
    ends_on: date
    approved: bool = True
    contracting_open: bool = True
    agreement_signed: bool = True
    focus_area_allowed: bool = True
    contracts: int = 0
    contracts_limit: int | None = None
    focus_area_contracts: int = 0
    focus_area_limit: int | None = None
    programme_contracts: int = 0
    programme_limit: int | None = None
    commitment_left: int | None = None
    certificate_sum: int = 0
    act: str = ""


@dataclass(frozen=True, slots=True)
class EligibilityFacts:
    """Everything about one child, one group and one way of paying at one moment.

    today: date in the municipality's zone; start: the child's own wished start; budget_limit: quota of budget
    places for the child in this programme register (None = no quota); living_in_group: another living
    application or contract of this child in this group.
    """

    funding: str
    now: datetime
    today: date
    start: date
    child: ChildFacts
    group: GroupFacts
    provider: ProviderFacts = field(default_factory=ProviderFacts)
    certificate: CertificateFacts | None = None
    period: PeriodFacts | None = None
    stage: Stage = Stage.APPLY
    living_in_group: bool = False
    budget_places: int = 0
    budget_limit: int | None = None
