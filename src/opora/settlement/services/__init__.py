"""Writes of settlement: actor first, keyword arguments, one transaction each.

Lock order: payment_agreement ascending → settlement_document → certificate → counter (docs/locking.md). Families' money
is apart: organisation → personal_account ascending → family_payment.
"""

from opora.settlement.services.assignment import save_assignment, save_expense
from opora.settlement.services.charges import charge_due, charge_municipality
from opora.settlement.services.corrections import correct, refund
from opora.settlement.services.decide import approve, send_back
from opora.settlement.services.drafts import delete_draft, prepare, refresh
from opora.settlement.services.family_payments import enter_payment, match_payment, read_register
from opora.settlement.services.issue import issue
from opora.settlement.services.monthly import prepare_due
from opora.settlement.services.orders import bank_file, cancel_order, make_orders
from opora.settlement.services.statements import read_statement
from opora.settlement.services.terms import draft_terms, save_profile, save_terms, sign_agreement

__all__ = [
    "approve",
    "bank_file",
    "cancel_order",
    "charge_due",
    "charge_municipality",
    "correct",
    "delete_draft",
    "draft_terms",
    "enter_payment",
    "issue",
    "make_orders",
    "match_payment",
    "prepare",
    "prepare_due",
    "read_register",
    "read_statement",
    "refresh",
    "refund",
    "save_assignment",
    "save_expense",
    "save_profile",
    "save_terms",
    "send_back",
    "sign_agreement",
]
