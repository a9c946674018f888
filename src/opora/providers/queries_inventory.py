"""Reading inventories (B3): completeness, gaps by organisation and locality, comparison between years, what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from opora.core.access import Actor
from opora.providers import policy, rules
from opora.providers.models_inventory import (
    InventoryCampaign,
    InventoryItem,
    InventoryKind,
    InventoryLine,
    InventorySheet,
    ResourceRequest,
)

COUNTED = (InventorySheet.State.SENT, InventorySheet.State.ACCEPTED)
"""Sheets whose figures are shown: drafts are nobody's word yet."""


def campaign(actor: Actor, pk: int, right: str = "view") -> InventoryCampaign:
    """The campaign, or Hidden."""
    found: InventoryCampaign = policy.campaigns.get(actor, right, pk=pk)
    return found


def sheet(actor: Actor, pk: int, right: str = "view") -> InventorySheet:
    """The sheet, or Hidden."""
    found: InventorySheet = policy.sheets.get(actor, right, pk=pk)
    return found


def lines(of: InventorySheet) -> list[tuple[str, list[InventoryLine]]]:
    """Lines of a sheet by kind: (heading, lines in the order of names)."""
    rows = of.lines.select_related("item").order_by("item__sort_name", "pk")
    found: dict[str, list[InventoryLine]] = defaultdict(list)
    for row in rows:
        found[row.item.kind].append(row)
    return [(label, found[code]) for code, label in InventoryKind.choices if code in found]


def completeness(of: InventoryCampaign) -> dict[str, int]:
    """How many sheets stand in each state."""
    counted = of.sheets.values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(InventorySheet.State.values, 0) | dict(counted)


@dataclass(slots=True)
class Gap:
    """An item lacking somewhere: needed, usable, lacking, and beyond the norm."""

    item: str
    unit: str
    place: str
    url: str = ""
    needed: int = 0
    usable: int = 0
    lack: int = 0
    spare: int = 0


@dataclass(slots=True)
class Gaps:
    """The analysis of a campaign: by organisation, by locality, by item; `sheets` says of how many."""

    organisations: list[Gap] = field(default_factory=list)
    localities: list[Gap] = field(default_factory=list)
    items: list[Gap] = field(default_factory=list)
    sheets: int = 0

    @property
    def lacking(self) -> list[Gap]:
        """Organisations that lack something, the most lacking first."""
        return [gap for gap in self.organisations if gap.lack]

    @property
    def sparing(self) -> list[Gap]:
        """Organisations with more than their norm: they could lend it."""
        return sorted((gap for gap in self.organisations if gap.spare), key=lambda gap: (gap.item, -gap.spare))


def gaps(actor: Actor, of: InventoryCampaign, item: int | None = None) -> Gaps:
    """Needed against usable in sent and accepted sheets that the actor sees, in one query over the lines."""
    seen = policy.sheets.rows(actor, "view").filter(campaign=of, state__in=COUNTED)
    rows = InventoryLine.objects.filter(sheet__in=seen.values("pk"))
    rows = rows.filter(item_id=item) if item else rows
    values = rows.order_by("item__sort_name", "sheet__organisation__sort_name", "pk").values_list(
        "item__name",
        "item__unit",
        "sheet__organisation__short_name",
        "sheet__organisation__locality__name",
        "sheet_id",
        "needed",
        "usable",
    )
    found = Gaps(sheets=seen.count())
    places: dict[tuple[str, str], Gap] = {}
    items: dict[str, Gap] = {}
    for name, unit, organisation, locality, sheet_id, need, usable in values:
        one = Gap(name, unit, organisation, f"/office/inventory_sheets/{sheet_id}/")
        _add(one, need, usable)
        if one.lack or one.spare:
            found.organisations.append(one)
        where = locality or "Населённый пункт не указан"
        _add(places.setdefault((name, where), Gap(name, unit, where)), need, usable)
        _add(items.setdefault(name, Gap(name, unit, "")), need, usable)
    found.organisations.sort(key=lambda gap: (-gap.lack, gap.item, gap.place))
    found.localities = sorted((gap for gap in places.values() if gap.lack), key=lambda gap: (gap.place, -gap.lack))
    found.items = sorted(items.values(), key=lambda gap: (-gap.lack, gap.item))
    return found


def _add(gap: Gap, need: int, usable: int | None) -> None:
    """Lacks are summed by organisation: what is spare in one house does not stand in another."""
    gap.needed += need
    gap.usable += usable or 0
    gap.lack += rules.lack(need, usable)
    gap.spare += rules.spare(need, usable)


@dataclass(frozen=True, slots=True)
class Compared:
    """An item in two years: usable and lacking then and now."""

    item: InventoryItem
    was: int | None
    now: int | None
    lacked: int
    lacks: int

    @property
    def change(self) -> int | None:
        return None if self.was is None or self.now is None else self.now - self.was


def earlier(of: InventoryCampaign) -> QuerySet[InventoryCampaign]:
    """Campaigns of the same municipality in earlier years, newest first."""
    rows = InventoryCampaign.objects.filter(municipality_id=of.municipality_id, year__lt=of.year)
    return rows.order_by("-year", "-pk")


def compared(of: InventoryCampaign, with_: InventoryCampaign) -> tuple[list[Compared], int]:
    """Items in two campaigns, of the organisations whose sheets are in both; and how many they are."""
    sheets = InventorySheet.objects.filter(campaign__in=(of, with_), state__in=COUNTED)
    pairs = sheets.values("organisation_id").annotate(n=Count("campaign_id", distinct=True)).filter(n=2)
    both = frozenset(row["organisation_id"] for row in pairs)
    figures: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    rows = InventoryLine.objects.filter(
        sheet__campaign__in=(of, with_), sheet__organisation_id__in=both, sheet__state__in=COUNTED
    )
    for campaign_id, item_id, usable, lack in _sums(rows):
        figures[item_id][campaign_id] = (usable, lack)
    items = InventoryItem.objects.filter(pk__in=figures).order_by("kind", "sort_name")
    made = []
    for item in items:
        was, now = figures[item.pk].get(with_.pk), figures[item.pk].get(of.pk)
        made.append(
            Compared(item, was[0] if was else None, now[0] if now else None, was[1] if was else 0, now[1] if now else 0)
        )
    return made, len(both)


def _sums(rows: QuerySet[InventoryLine]) -> Iterable[tuple[int, int, int, int]]:
    found: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for campaign_id, item_id, need, usable in rows.values_list("sheet__campaign_id", "item_id", "needed", "usable"):
        sums = found[campaign_id, item_id]
        sums[0] += usable or 0
        sums[1] += rules.lack(need, usable)
    return [(campaign_id, item_id, *sums) for (campaign_id, item_id), sums in found.items()]  # type: ignore[misc]


# --- what waits ------------------------------------------------------------------------------------------------


def to_fill(actor: Actor) -> QuerySet[InventorySheet]:
    """Sheets that the actor's organisations still have to send."""
    rows: QuerySet[InventorySheet] = policy.sheets.rows(actor, "fill")
    states = (InventorySheet.State.DRAFT, InventorySheet.State.RETURNED)
    return rows.filter(state__in=states, campaign__state=InventoryCampaign.State.OPEN)


def to_decide(actor: Actor) -> QuerySet[InventorySheet]:
    """Sheets that wait for the centre."""
    rows: QuerySet[InventorySheet] = policy.sheets.rows(actor, "decide")
    return rows.filter(state=InventorySheet.State.SENT, campaign__state=InventoryCampaign.State.OPEN)


def agreed_uses(of: ResourceRequest) -> QuerySet[ResourceRequest]:
    """Agreed uses of the same resource that are not over before the asked one begins."""
    rows = ResourceRequest.objects.filter(offer_id=of.offer_id, state=ResourceRequest.State.AGREED)
    return rows.filter(ends_on__gte=of.starts_on).select_related("organisation").order_by("starts_on", "pk")


def to_answer(actor: Actor) -> QuerySet[ResourceRequest]:
    """Requests for resources of the actor's organisations."""
    offers = policy.offers.rows(actor, "change")
    return ResourceRequest.objects.filter(offer__in=offers.values("pk"), state=ResourceRequest.State.ASKED)
