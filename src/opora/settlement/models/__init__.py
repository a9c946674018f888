"""Settlement: requisites and signed terms of agreements, monthly documents with their rows, orders, statements."""

from opora.settlement.models.charges import Charge, FamilyPayment, PaymentRegister, PersonalAccount
from opora.settlement.models.control import AnomalyDecision, CentreExpense, MunicipalAssignment
from opora.settlement.models.documents import Completeness, SettlementDocument, SettlementRow
from opora.settlement.models.payments import BankStatement, PaymentOrder, StatementLine
from opora.settlement.models.requisites import AgreementTerms, PayerProfile

__all__ = [
    "AgreementTerms",
    "AnomalyDecision",
    "BankStatement",
    "CentreExpense",
    "Charge",
    "Completeness",
    "FamilyPayment",
    "MunicipalAssignment",
    "PayerProfile",
    "PaymentOrder",
    "PaymentRegister",
    "PersonalAccount",
    "SettlementDocument",
    "SettlementRow",
    "StatementLine",
]
