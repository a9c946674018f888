"""Settlement: requisites and signed terms of agreements, monthly documents with their rows, orders, statements."""

from opora.settlement.models.charges import Charge, FamilyPayment, PaymentRegister, PersonalAccount
from opora.settlement.models.control import AnomalyDecision, CentreExpense, MunicipalAssignment
from opora.settlement.models.documents import Completeness, SettlementDocument, SettlementRow
from opora.settlement.models.payments import BankStatement, PaymentOrder, StatementLine
from opora.settlement.models.refunds import FamilyRefund, PaymentUndo
from opora.settlement.models.requisites import AgreementTerms, PayerProfile
from opora.settlement.models.tax import TaxCertificate, TaxCertificateLine

__all__ = [
    "AgreementTerms",
    "AnomalyDecision",
    "BankStatement",
    "CentreExpense",
    "Charge",
    "Completeness",
    "FamilyPayment",
    "FamilyRefund",
    "MunicipalAssignment",
    "PayerProfile",
    "PaymentOrder",
    "PaymentRegister",
    "PaymentUndo",
    "PersonalAccount",
    "SettlementDocument",
    "SettlementRow",
    "StatementLine",
    "TaxCertificate",
    "TaxCertificateLine",
]
