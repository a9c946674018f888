"""Who may do what to certificates, their money and the funding programmes (spec/trust.md)."""

from __future__ import annotations

from opora.catalogue.models import Module, Programme
from opora.certificates.models import (
    Certificate,
    CertificateGroup,
    FocusAreaLimit,
    FundingPeriod,
    FundingProgramme,
    FundingQueue,
    PaymentAgreement,
    ProgrammeLimit,
    ProgrammeRegisterEntry,
)
from opora.certificates.models_funding import SimulationVariant
from opora.core.access import CENTRE_ROLES, Paths, Policy
from opora.people.policy import DESK, ChildPolicy, PersonalPolicy

FUNDERS = ("payer", "coordinator")
WATCHERS = (*FUNDERS, *CENTRE_ROLES, "regional_operator", "observer", "administrator")

SETTLING = ("payer", "coordinator", "centre_head", "regional_operator", "provider_manager")
"""Roles that read the settlement of an agreement."""

CERTIFICATE = ChildPolicy(
    Certificate,
    Paths(municipality="municipality", child="child"),
    {
        "view": ("guardian", "learner", *DESK, "payer", "provider_manager", "administrator"),
        "statement": ("guardian", "learner", *DESK, "payer", "administrator"),
        "apply": ("guardian", *DESK),
        "withdraw": ("guardian", *DESK),
        "issue": ("desk_operator", "centre_head"),
        "activate": ("guardian", *DESK),
        "freeze": ("guardian", *DESK),
        "annul": ("guardian", *DESK),
        "move": ("guardian", *DESK),
        "fund": ("guardian", *DESK),
        "regroup": ("desk_operator", "centre_head", "payer"),
        "work": ("desk_operator", "centre_head"),
    },
    via="child__",
)
QUEUE = PersonalPolicy(
    FundingQueue,
    Paths(municipality="period__municipality", child="certificate__child"),
    {"view": ("guardian", *DESK, "payer"), "leave": ("guardian", *DESK)},
)
PROGRAMME = Policy(
    FundingProgramme,
    Paths(municipality="municipality"),
    {"view": WATCHERS, "edit": FUNDERS, "add": FUNDERS},
)
PERIOD = Policy(
    FundingPeriod,
    Paths(municipality="municipality"),
    {
        "view": WATCHERS,
        "edit": FUNDERS,
        "add": FUNDERS,
        "submit": FUNDERS,
        "approve": ("coordinator",),
        "amend": FUNDERS,
        "close_contracting": ("payer",),
        "give_nominals": FUNDERS,
        "simulate": FUNDERS,
    },
)
VARIANT = Policy(SimulationVariant, Paths(municipality="period__municipality"), {"view": FUNDERS, "edit": FUNDERS})
CERTIFICATE_GROUP = Policy(
    CertificateGroup,
    Paths(municipality="period__municipality"),
    {"view": WATCHERS, "edit": FUNDERS, "queue": (*DESK, "payer")},
)
FOCUS_LIMIT = Policy(FocusAreaLimit, Paths(municipality="period__municipality"), {"view": WATCHERS, "edit": FUNDERS})
PROGRAMME_LIMIT = Policy(
    ProgrammeLimit,
    Paths(municipality="period__municipality"),
    {"view": WATCHERS, "edit": FUNDERS, "create": FUNDERS},
)
AGREEMENT = Policy(
    PaymentAgreement,
    Paths(municipality="municipality", organisation="organisation"),
    {"view": (*WATCHERS, "provider_manager"), "edit": FUNDERS, "create": FUNDERS},
)
REGISTER_ENTRY = Policy(
    ProgrammeRegisterEntry,
    Paths(municipality="municipality", organisation="programme__organisation"),
    {
        "view": (*WATCHERS, "provider_manager"),
        "edit": (*FUNDERS, "centre_head", "methodologist"),
        "create": (*FUNDERS, "centre_head", "methodologist"),
    },
)
NORMATIVE_COST = Policy(
    Module,
    Paths(municipality="programme__municipality", organisation="programme__organisation"),
    {"view": (*WATCHERS, "provider_manager"), "edit": FUNDERS},
)
STANDING = Policy(
    Programme,
    Paths(municipality="municipality", organisation="organisation"),
    {
        "view": (*WATCHERS, "provider_manager"),
        "decide": (*FUNDERS, "centre_head", "methodologist"),
        "cost": FUNDERS,
    },
)
CERTIFICATE_REGISTER = ChildPolicy(
    Certificate,
    Paths(municipality="municipality"),
    {"view": (*DESK, "payer", "administrator"), "serve": DESK, "export": ("desk_operator", "centre_head", "payer")},
    via="child__",
)
