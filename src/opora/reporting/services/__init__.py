"""Writing reports: opening, freezing, texts, agreement and signature, files."""

from opora.reporting.services.files import make, order, order_all
from opora.reporting.services.life import do, freeze, open_report, save_text

__all__ = ["do", "freeze", "make", "open_report", "order", "order_all", "save_text"]
