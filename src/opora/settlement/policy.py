"""Who may do what in settlement: the provider issues, the payer decides and pays, the authority and the centre read."""

from __future__ import annotations

from opora.certificates.models import PaymentAgreement
from opora.core.access import Paths, Policy
from opora.settlement.models import (
    BankStatement,
    CentreExpense,
    Charge,
    FamilyPayment,
    FamilyRefund,
    MunicipalAssignment,
    PayerProfile,
    PaymentOrder,
    PaymentRegister,
    PersonalAccount,
    SettlementDocument,
    TaxCertificate,
)

READERS = ("payer", "coordinator", "centre_head", "regional_operator")
VIEW = (*READERS, "provider_manager")
_BOTH = Paths(municipality="municipality", organisation="organisation")
_HERE = Paths(municipality="municipality")

DOCUMENT = Policy(
    SettlementDocument,
    _BOTH,
    {
        "view": VIEW,
        "issue": ("provider_manager",),
        "decide": ("payer",),
        "correct": ("provider_manager",),
        "pay": ("payer",),
        "attach": ("provider_manager", "payer"),
    },
)
AGREEMENT = Policy(
    PaymentAgreement,
    _BOTH,
    {
        "view": VIEW,
        "prepare": ("provider_manager", "payer"),
        "terms": ("payer",),
        "sign": ("payer",),
        "attach": ("provider_manager", "payer"),
    },
)
ORDER = Policy(PaymentOrder, _BOTH, {"view": VIEW, "export": ("payer",), "cancel": ("payer",)})
STATEMENT = Policy(BankStatement, _HERE, {"view": ("payer", "coordinator"), "upload": ("payer",)})
PROFILE = Policy(PayerProfile, _HERE, {"view": ("payer", "coordinator"), "edit": ("payer",)})
ASSIGNMENT = Policy(
    MunicipalAssignment,
    _BOTH,
    {
        "view": (*VIEW, "observer"),
        "create": ("coordinator", "payer"),
        "change": ("coordinator", "payer"),
        "import": ("coordinator", "payer"),
    },
)
EXPENSE = Policy(
    CentreExpense,
    Paths(municipality="municipality", centre="centre"),
    {
        "view": ("payer", "coordinator", "centre_head", "methodologist", "organiser", "regional_operator", "observer"),
        "create": ("centre_head",),
        "change": ("centre_head",),
    },
)
CASH = ("payer", "coordinator", "centre_head", "regional_operator")
"""Who sees the need for cash of a municipality."""

# Families' own money is between them and the provider: the authority and the payer do not see it.
PERSONAL_ACCOUNT = Policy(
    PersonalAccount,
    Paths(organisation="organisation", child="child"),
    {
        "view": ("provider_manager", "guardian"),
        "refund": ("guardian",),
        "certificate": ("guardian",),
        "begin_refund": ("provider_manager",),
    },
)
CHARGE = Policy(Charge, Paths(organisation="organisation"), {"view": ("provider_manager",)})
FAMILY_PAYMENT = Policy(
    FamilyPayment,
    Paths(organisation="organisation"),
    {"view": ("provider_manager",), "enter": ("provider_manager",), "match": ("provider_manager",)},
)
PAYMENT_REGISTER = Policy(PaymentRegister, Paths(organisation="organisation"), {"view": ("provider_manager",)})
FAMILY_REFUND = Policy(
    FamilyRefund,
    Paths(organisation="organisation"),
    {"view": ("provider_manager",), "decide": ("provider_manager",)},
)
TAX_CERTIFICATE = Policy(
    TaxCertificate,
    Paths(organisation="organisation", child="child"),
    {"view": ("provider_manager",), "issue": ("provider_manager",), "paper": ("guardian",)},
)
"""A paper names its payer's document: of a child's guardians only the one who asked opens it (`queries_tax`)."""
