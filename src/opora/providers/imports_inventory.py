"""Files of inventories: campaigns and counted resources; a sheet is written by its service, whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import CharField, F, IntegerField, Value
from django.db.models.functions import Cast, Coalesce, Concat, Greatest

from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.registers.declaration import Register
from opora.core.registers.importing.declaration import Level
from opora.core.registers.importing.parsing import folded
from opora.core.registers.importing.rowwise import Known, RowWriter, Values
from opora.providers import policy, services_inventory
from opora.providers.models_inventory import InventoryCampaign, InventoryItem, InventoryLine, InventorySheet
from opora.providers.services_inventory import Line

LACK = Greatest(F("needed") - Coalesce(F("usable"), Value(0)), Value(0), output_field=IntegerField())
OPEN_SHEETS = (InventorySheet.State.DRAFT, InventorySheet.State.RETURNED)


def campaign_written(path: str = "sheet__campaign") -> Concat:
    """Name and year of a campaign."""
    year = Cast(f"{path}__year", CharField())
    return Concat(f"{path}__name", Value(", "), year, output_field=CharField())


def check_campaign(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    """The sheets are not due before the beginning."""
    start, due = values.get("starts_on"), values.get("due_on")
    if start and due and due < start:
        yield "Сдать до", "term", "Срок сдачи раньше начала.", "error"


class LineRows(RowWriter):
    """What was counted, by organisation and item; written sheet by sheet when all rows are read."""

    def __init__(self, actor: Actor, register: Register) -> None:
        super().__init__(actor, register)
        self.sheets: dict[int, list[InventorySheet]] = defaultdict(list)
        rows = policy.sheets.rows(actor, "load").select_related("campaign", "organisation")
        for sheet in rows.order_by("-campaign__year", "-pk"):
            self.sheets[sheet.organisation_id].append(sheet)
        organisations = {sheets[0].organisation_id: sheets[0].organisation for sheets in self.sheets.values()}.values()
        self.organisations = Known(
            "organisation", organisations, lambda row: row.slug, lambda row: row.inn, lambda row: row.short_name,
            lambda row: row.full_name,
        )  # fmt: skip
        self.own = next(iter(organisations)) if len(organisations) == 1 else None
        self.items = Known("item", InventoryItem.objects.all(), lambda row: row.name, lambda row: row.code)
        self.lines: dict[int, dict[int, InventoryLine]] = {}
        self.counted: dict[InventorySheet, dict[int, Line]] = defaultdict(dict)

    def write(self, values: Values) -> str:
        item = self.items.find(values["item"])
        sheet = self._sheet(values)
        line = self._lines(sheet).get(item.pk)
        present = values.get("present")
        usable = values.get("usable")
        usable = present if usable is None else usable
        wanted: Line = (present, usable, str(values.get("note") or ""))
        if line is not None and wanted == (line.present, line.usable, line.note):
            return "unchanged"
        self._require_open(sheet)
        if usable is not None and usable > (present or 0):
            raise Refused(Reason("usable", "Исправных больше, чем есть.", field="usable"))
        made = line or InventoryLine.objects.create(sheet=sheet, item=item)
        self._lines(sheet)[item.pk] = made
        self.counted[sheet][made.pk] = wanted
        return "updated" if line is not None else "created"

    def finish(self) -> None:
        """Each sheet at once: its share of filled lines and its norms are counted with it."""
        for sheet, counted in self.counted.items():
            services_inventory.fill_sheet(self.actor, sheet=sheet, counted=counted, right="load")

    def _sheet(self, values: Values) -> InventorySheet:
        said, name = values.get("organisation"), values.get("campaign")
        organisation = self.organisations.find(said) if said else self.own
        if organisation is None:
            raise Refused(Reason("organisation", "Укажите организацию.", field="organisation"))
        fitting = [one for one in self.sheets[organisation.pk] if _named(one.campaign, name)]
        if not fitting:
            message = f"Листа организации «{organisation}» в такой инвентаризации нет."
            hint = "Начните инвентаризацию или дополните её листами."
            raise Refused(Reason("no_sheet", message, hint=hint, field="campaign"))
        return fitting[0]

    def _lines(self, sheet: InventorySheet) -> dict[int, InventoryLine]:
        if sheet.pk not in self.lines:
            self.lines[sheet.pk] = {line.item_id: line for line in sheet.lines.all()}
        return self.lines[sheet.pk]

    def _require_open(self, sheet: InventorySheet) -> None:
        if sheet.campaign.state != InventoryCampaign.State.OPEN:
            raise Refused(Reason("closed", f"Инвентаризация «{sheet.campaign}» не идёт.", field="campaign"))
        if sheet.state not in OPEN_SHEETS:
            state = sheet.get_state_display().lower()
            raise Refused(
                Reason("state", f"Лист организации «{sheet.organisation}» уже {state}.", field="organisation")
            )


def _named(campaign: InventoryCampaign, name: str | None) -> bool:
    if not name:
        return campaign.state == InventoryCampaign.State.OPEN
    return folded(name) in (folded(str(campaign)), folded(campaign.name))
