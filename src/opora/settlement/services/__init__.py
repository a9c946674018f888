"""Writes of settlement: actor first, keyword arguments, one transaction each.

Lock order: payment_agreement ascending → settlement_document → certificate → counter (docs/locking.md). Families' money
is apart: organisation → personal_account ascending → family_payment, family_refund, tax_certificate → counter.
"""

from opora.settlement.services.assignment import save_assignment, save_expense
from opora.settlement.services.charges import charge_due, charge_municipality
from opora.settlement.services.corrections import correct, refund
from opora.settlement.services.decide import approve, send_back
from opora.settlement.services.drafts import delete_draft, prepare, refresh
from opora.settlement.services.family_payments import enter_payment, match_payment, read_register
from opora.settlement.services.family_refunds import (
    approve_refund,
    ask_refund,
    begin_refund,
    pay_refund,
    refuse_refund,
    withdraw_refund,
)
from opora.settlement.services.family_undo import set_aside, take_back, undo_match
from opora.settlement.services.issue import issue
from opora.settlement.services.monthly import prepare_due
from opora.settlement.services.orders import bank_file, cancel_order, make_orders
from opora.settlement.services.reminders import remind_families
from opora.settlement.services.statements import read_statement
from opora.settlement.services.tax import (
    annul_certificate,
    ask_certificate,
    correct_certificate,
    issue_certificate,
    refuse_certificate,
)
from opora.settlement.services.terms import draft_terms, save_profile, save_terms, sign_agreement

__all__ = [
    "annul_certificate",
    "approve",
    "approve_refund",
    "ask_certificate",
    "ask_refund",
    "bank_file",
    "begin_refund",
    "cancel_order",
    "charge_due",
    "charge_municipality",
    "correct",
    "correct_certificate",
    "delete_draft",
    "draft_terms",
    "enter_payment",
    "issue",
    "issue_certificate",
    "make_orders",
    "match_payment",
    "pay_refund",
    "prepare",
    "prepare_due",
    "read_register",
    "read_statement",
    "refresh",
    "refund",
    "refuse_certificate",
    "refuse_refund",
    "remind_families",
    "save_assignment",
    "save_expense",
    "save_profile",
    "save_terms",
    "send_back",
    "set_aside",
    "sign_agreement",
    "take_back",
    "undo_match",
    "withdraw_refund",
]
