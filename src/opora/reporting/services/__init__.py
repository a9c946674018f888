"""Writing reports: opening, freezing, texts, agreement and signature, files, evidence of a plan, self-assessment."""

from opora.reporting.services.assessment import begin, publish, withdraw
from opora.reporting.services.files import make, order, order_all
from opora.reporting.services.life import do, freeze, open_report, save_text
from opora.reporting.services.proof import link_item

__all__ = [
    "begin",
    "do",
    "freeze",
    "link_item",
    "make",
    "open_report",
    "order",
    "order_all",
    "publish",
    "save_text",
    "withdraw",
]
