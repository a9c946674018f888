"""Writes of planning: actor first, keyword arguments, one transaction."""

from opora.planning.services.concepts import save_concept, save_stage, save_target
from opora.planning.services.evidence import add_evidence, withdraw_evidence
from opora.planning.services.forecast import take_needs
from opora.planning.services.founding import begin_founding, close_step, save_step
from opora.planning.services.items import bind, cancel_item, restore_item, save_item
from opora.planning.services.plans import (
    act_on_plan,
    approve,
    create_plan,
    save_plan,
    save_publication,
    save_section,
    send_back,
)
from opora.planning.services.recount import recount, recount_all

__all__ = [
    "act_on_plan",
    "add_evidence",
    "approve",
    "begin_founding",
    "bind",
    "cancel_item",
    "close_step",
    "create_plan",
    "recount",
    "recount_all",
    "restore_item",
    "save_concept",
    "save_item",
    "save_plan",
    "save_publication",
    "save_section",
    "save_stage",
    "save_step",
    "save_target",
    "send_back",
    "take_needs",
    "withdraw_evidence",
]
