"""Writing inventories (B3): campaigns, sheets, sharing of resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.registers.services import locked as stored_now
from opora.core.registers.services import plain_save
from opora.core.transactions import act
from opora.providers import policy, rules
from opora.providers.models import Organisation
from opora.providers.models_inventory import (
    InventoryCampaign,
    InventoryItem,
    InventoryLine,
    InventorySheet,
    ResourceOffer,
    ResourceRequest,
)

Learners = Callable[[frozenset[int]], Mapping[int, int]]
_learners: list[Learners] = []
SHEET = InventorySheet.State


def learners_from(source: Learners) -> None:
    """A higher room tells how many learners organisations have: ids → {id: number}."""
    if source not in _learners:
        _learners.append(source)


def bases(organisations: frozenset[int]) -> dict[int, rules.Base]:
    """What the norms of organisations are counted from today."""
    rows: Any = Organisation.objects.filter(pk__in=organisations).values_list("pk")
    rows = rows.annotate(
        venues_now=Count("venues", filter=Q(venues__is_active=True), distinct=True),
        teachers_now=Count("staff", filter=Q(staff__kind="teacher", staff__left_on__isnull=True), distinct=True),
    )
    learners: dict[int, int] = {}
    for source in _learners:
        learners |= dict(source(organisations))
    return {pk: rules.Base(venues, teachers, learners.get(pk, 0)) for pk, venues, teachers in rows}


def open_campaign(actor: Actor, *, campaign: InventoryCampaign) -> int:
    """Begin: each working organisation gets a sheet with the items in question. Returns how many sheets were made."""
    with act(actor):
        locked = _campaign(actor, campaign)
        if locked.state == InventoryCampaign.State.CLOSED:
            raise Refused(Reason("closed", "Инвентаризация завершена."))
        items = InventoryItem.objects.filter(is_active=True)
        items = items.filter(kind__in=locked.kinds) if locked.kinds else items
        listed = list(items)
        if not listed:
            hint = "Добавьте позиции в перечень для инвентаризации."
            raise Refused(Reason("no_items", "В перечне нет позиций выбранных видов.", hint=hint))
        has = InventorySheet.objects.filter(campaign=locked).values("organisation_id")
        rows = Organisation.objects.filter(municipality_id=locked.municipality_id, state="active").exclude(pk__in=has)
        made = [InventorySheet(campaign=locked, organisation=row) for row in rows]
        InventorySheet.objects.bulk_create(made)
        known = bases(frozenset(row.pk for row in rows))
        InventoryLine.objects.bulk_create(
            InventoryLine(sheet=sheet, item=item, needed=rules.needed(item.norm, item.norm_per, known[sheet.organisation_id]))
            for sheet in made
            for item in listed
        )  # fmt: skip
        locked.state = InventoryCampaign.State.OPEN
        locked.save(update_fields=["state"])
    return len(made)


def close_campaign(actor: Actor, *, campaign: InventoryCampaign) -> None:
    """End the campaign: sheets change no more."""
    with act(actor):
        locked = _campaign(actor, campaign)
        if locked.state != InventoryCampaign.State.OPEN:
            raise Refused(Reason("state", "Завершить можно только идущую инвентаризацию."))
        locked.state = InventoryCampaign.State.CLOSED
        locked.save(update_fields=["state"])


def _campaign(actor: Actor, campaign: InventoryCampaign) -> InventoryCampaign:
    locked = InventoryCampaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if not policy.campaigns.can(actor, "change", locked):
        raise Hidden("change")
    return locked


Line = tuple[int | None, int | None, str]
"""Present, usable, note."""
Counted = Mapping[int, Line]
"""Line id → what was counted."""


def fill_sheet(
    actor: Actor, *, sheet: InventorySheet, counted: Counted, seen: Counted | None = None, right: str = "fill"
) -> InventorySheet:
    """Write down what was counted; what is needed is counted anew by the norms of today.

    `seen`: lines as the writer saw them. Lines that the writer left alone keep what others wrote meanwhile; a line that
    both changed is refused with the other's figures, and nothing is written.
    """
    with act(actor):
        locked = _sheet(actor, sheet, right, SHEET.DRAFT, SHEET.RETURNED)
        lines = list(locked.lines.select_related("item"))
        base = bases(frozenset({locked.organisation_id}))[locked.organisation_id]
        problems = []
        for line in lines:
            line.needed = rules.needed(line.item.norm, line.item.norm_per, base)
            wanted = counted.get(line.pk)
            known = seen.get(line.pk) if seen is not None else None
            if wanted is None or wanted == known:
                continue
            stored = (line.present, line.usable, line.note)
            if known is not None and stored not in (known, wanted):
                problems.append(_changed_meanwhile(line))
                continue
            line.present, line.usable, line.note = wanted
            if line.usable is not None and line.usable > (line.present or 0):
                message = f"{line.item.name}: исправных больше, чем есть."
                problems.append(Reason("usable", message, field=f"usable_{line.pk}"))
        if problems:
            raise Refused(problems)
        InventoryLine.objects.bulk_update(lines, ["present", "usable", "note", "needed"])
        locked.filled = rules.filled(line.present for line in lines)
        locked.save(update_fields=["filled"])
    return locked


def _changed_meanwhile(line: InventoryLine) -> Reason:
    said = "строку очистил" if line.present is None else f"записал: есть {line.present}, исправно {line.usable}"
    message = f"{line.item.name}: пока вы заполняли лист, другой сотрудник {said}."
    return Reason("changed", message, hint="Проверьте и сохраните ещё раз.", field=f"present_{line.pk}")


def send_sheet(actor: Actor, *, sheet: InventorySheet) -> InventorySheet:
    """Give a whole sheet to the centre; what is not counted is named."""
    with act(actor):
        locked = _sheet(actor, sheet, "fill", SHEET.DRAFT, SHEET.RETURNED)
        left = list(
            locked.lines.filter(present__isnull=True).values_list("item__name", flat=True).order_by("item__sort_name")
        )
        if left:
            named = ", ".join(left[:5]) + (" и другие" if len(left) > 5 else "")
            raise Refused(Reason("incomplete", f"Не заполнено: {named}.", hint="Если этого нет, поставьте 0."))
        locked.state, locked.sent_at, locked.remark = SHEET.SENT, clock.now(), ""
        locked.save(update_fields=["state", "sent_at", "remark"])
    return locked


def accept_sheet(actor: Actor, *, sheet: InventorySheet) -> InventorySheet:
    """The centre takes the sheet: sent, or a whole one that the centre itself filled in from a file."""
    with act(actor):
        locked = _sheet(actor, sheet, "decide", SHEET.SENT, SHEET.DRAFT, SHEET.RETURNED)
        if locked.state != SHEET.SENT and locked.lines.filter(present__isnull=True).exists():
            raise Refused(Reason("incomplete", "Лист ещё не отправлен и заполнен не целиком: принимать нечего."))
        locked.state, locked.accepted_at = SHEET.ACCEPTED, clock.now()
        locked.save(update_fields=["state", "accepted_at"])
    return locked


def return_sheet(actor: Actor, *, sheet: InventorySheet, remark: str) -> InventorySheet:
    """The centre gives the sheet back with a remark; also one that it had accepted while the campaign runs."""
    with act(actor):
        locked = _sheet(actor, sheet, "decide", SHEET.SENT, SHEET.ACCEPTED)
        if not remark.strip():
            raise Refused(Reason("remark", "Напишите, что исправить.", field="remark"))
        locked.state, locked.remark, locked.accepted_at = SHEET.RETURNED, remark.strip(), None
        locked.save(update_fields=["state", "remark", "accepted_at"])
    return locked


def _sheet(actor: Actor, sheet: InventorySheet, right: str, *states: str) -> InventorySheet:
    """The sheet under its lock; before it the campaign is held open, so that it does not end meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM inventory_campaign WHERE id = %s FOR SHARE", [sheet.campaign_id])
    locked = InventorySheet.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=sheet.pk)
    if not policy.sheets.can(actor, right, locked):
        raise Hidden(right)
    if locked.campaign.state != InventoryCampaign.State.OPEN:
        raise Refused(Reason("closed", "Инвентаризация не идёт: листы не меняются."))
    if locked.state not in states:
        raise Refused(Reason("state", f"Лист уже в состоянии «{locked.get_state_display()}»."))
    return locked


# --- sharing ---------------------------------------------------------------------------------------------------


def save_request(actor: Actor, request: ResourceRequest, data: dict[str, Any]) -> ResourceRequest:
    """Ask for another organisation's resource; an answered request is not changed."""
    offer: ResourceOffer = data["offer"]
    request = stored_now(request)
    changed = request.pk is None or any(value != getattr(request, name) for name, value in data.items())
    if changed and request.pk is not None and request.state != ResourceRequest.State.ASKED:
        raise Refused(Reason("answered", "На запрос уже ответили. Отправьте новый."))
    if changed and offer.state != ResourceOffer.State.OPEN:
        raise Refused(Reason("closed", "Этот ресурс больше не предлагается.", field="offer"))
    if changed and offer.organisation_id == data["organisation"].pk:
        raise Refused(Reason("own", "Это ресурс самой организации.", field="organisation"))
    if data["hours"] != request.hours and rules.weekly(data["hours"]) is None:
        hint = "Например: вт и чт, 16:00–18:00. Пусто – весь день."
        raise Refused(Reason("hours", f"Дни недели и часы не удалось понять. {hint}", field="hours"))
    plain_save(actor, request, data)
    return request


def answer_request(actor: Actor, *, request: ResourceRequest, agreed: bool, answer: str) -> ResourceRequest:
    """The owner agrees for the term or declines with a reason; two uses never meet in time."""
    with act(actor):
        offer = _locked_offer(request.offer_id)
        if not policy.offers.can(actor, "change", offer):
            raise Hidden("change")
        locked = ResourceRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if locked.state != ResourceRequest.State.ASKED:
            raise Refused(Reason("answered", "На запрос уже ответили."))
        if not agreed and not answer.strip():
            raise Refused(Reason("reason", "Напишите, почему отказано.", field="answer"))
        if agreed:
            if offer.state != ResourceOffer.State.OPEN:
                raise Refused(Reason("closed", "Этот ресурс больше не предлагается: верните его в предложения."))
            _refuse_clash(locked)
        locked.state = ResourceRequest.State.AGREED if agreed else ResourceRequest.State.DECLINED
        locked.answer = answer.strip()
        locked.save(update_fields=["state", "answer"])
    return locked


def _locked_offer(pk: int) -> ResourceOffer:
    """Answers about one resource are given one after the other."""
    return ResourceOffer.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _refuse_clash(wanted: ResourceRequest) -> None:
    rows = ResourceRequest.objects.filter(offer_id=wanted.offer_id, state=ResourceRequest.State.AGREED)
    taken = [rules.Use(row.starts_on, row.ends_on, row.hours) for row in rows]
    if rules.clashes(rules.Use(wanted.starts_on, wanted.ends_on, wanted.hours), taken):
        raise Refused(
            Reason(
                "clash",
                "На эти дни ресурс уже согласован другой организации.",
                hint="Согласуйте другой срок или разные дни и часы.",
            )
        )


def withdraw_request(actor: Actor, *, request: ResourceRequest) -> None:
    """The asking organisation takes its request back."""
    with act(actor):
        locked = ResourceRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if not policy.requests.can(actor, "change", locked):
            raise Hidden("change")
        if locked.state not in (ResourceRequest.State.ASKED, ResourceRequest.State.AGREED):
            raise Refused(Reason("answered", "Запрос уже закрыт."))
        locked.state = ResourceRequest.State.WITHDRAWN
        locked.save(update_fields=["state"])
