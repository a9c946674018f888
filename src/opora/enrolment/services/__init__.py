"""Writes of enrolment: actor first, keyword arguments, one transaction each.

Lock order everywhere: group_places by ascending id → certificate → numbers (see services.holding).
"""

from opora.enrolment.services.apply import Applied, Wish, apply
from opora.enrolment.services.bundle import apply_together
from opora.enrolment.services.bundle_once import apply_together_once
from opora.enrolment.services.contracts import accept_contract
from opora.enrolment.services.decide import confirm, enrol, offer_contract, refuse, withdraw
from opora.enrolment.services.expiry import expire_answers, expire_due
from opora.enrolment.services.groups import close_group, ensure_places, open_group, set_capacity
from opora.enrolment.services.month import month_turn, month_turn_everywhere
from opora.enrolment.services.quote import Quote, quote, quotes
from opora.enrolment.services.terminate import leave, terminate
from opora.enrolment.services.terms import terms, terms_hash, terms_in_letter
from opora.enrolment.services.transfer import transfer
from opora.enrolment.services.waitlist import accept_place, decline_place, position, set_priority

__all__ = [
    "Applied",
    "Quote",
    "Wish",
    "accept_contract",
    "accept_place",
    "apply",
    "apply_together",
    "apply_together_once",
    "close_group",
    "confirm",
    "decline_place",
    "enrol",
    "ensure_places",
    "expire_answers",
    "expire_due",
    "leave",
    "month_turn",
    "month_turn_everywhere",
    "offer_contract",
    "open_group",
    "position",
    "quote",
    "quotes",
    "refuse",
    "set_capacity",
    "set_priority",
    "terminate",
    "terms",
    "terms_hash",
    "terms_in_letter",
    "transfer",
    "withdraw",
]
