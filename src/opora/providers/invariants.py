"""What is always true of providers: part of ``opora doctor``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from opora.core import doctor
from opora.core.doctor import Check, Finding
from opora.providers import rules
from opora.providers.models_inventory import ResourceRequest

CHECKS = (
    Check(
        "providers.inventory_whole",
        "Отправленные и принятые листы инвентаризации заполнены целиком",
        """SELECT s.id FROM inventory_sheet s WHERE s.state IN ('sent', 'accepted') AND EXISTS
            (SELECT 1 FROM inventory_line l WHERE l.sheet_id = s.id AND l.present IS NULL)""",
        "Верните лист организации с замечанием.",
    ),
    Check(
        "providers.inventory_place",
        "Листы инвентаризации есть только у организаций её муниципалитета",
        """SELECT s.id FROM inventory_sheet s JOIN inventory_campaign c ON c.id = s.campaign_id
            JOIN organisation o ON o.id = s.organisation_id WHERE o.municipality_id <> c.municipality_id""",
        "Организацию перевели в другой муниципалитет: сообщите администратору системы.",
    ),
)


def findings() -> Iterable[Finding]:
    """SQL checks, then uses of one resource that meet in time."""
    yield from doctor.run(CHECKS)
    uses: dict[int, list[ResourceRequest]] = defaultdict(list)
    for row in ResourceRequest.objects.filter(state=ResourceRequest.State.AGREED).order_by("pk"):
        uses[row.offer_id].append(row)
    bad = []
    for rows in uses.values():
        for place, row in enumerate(rows):
            before = [rules.Use(one.starts_on, one.ends_on, one.hours) for one in rows[:place]]
            if rules.clashes(rules.Use(row.starts_on, row.ends_on, row.hours), before):
                bad.append(row.pk)
    title = "Согласованные сроки общих ресурсов не пересекаются"
    advice = "Откройте запрос и отзовите один из двух."
    yield Finding("providers.resource_clash", title, not bad, len(bad), advice, tuple(bad[:10]))


doctor.declare("providers", findings)
