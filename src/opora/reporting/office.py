"""What reports give to the office: the menu entry."""

from __future__ import annotations

from opora.core.office import menu
from opora.reporting import policy

menu.add("Отчёты", "/office/reports/", section="monitoring", icon="file-text", order=30, roles=policy.READERS)
