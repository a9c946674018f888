"""Items of a plan: what people write is kept, what it means is worked out here; measures, cancelling (I1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import models

from opora.core import measures
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.planning.models import Plan, PlanItem, PlanSection
from opora.planning.queries import counter_of, today_of
from opora.planning.rules import quantity as quantities
from opora.planning.rules import terms
from opora.planning.rules.table import is_number, order_of
from opora.planning.services.plans import locked, require, require_editable
from opora.planning.services.recount import recount_item

YEARS = 3
"""A plan reaches over its year and two planning years."""
WRITTEN = ("content", "quantity", "report_form", "due", "responsible")


def position_of(number: str) -> int:
    """A number to sort by: 2.4.1 → 2 004 001."""
    parts = (*order_of(number), 0, 0)[:3]
    return parts[0] * 1_000_000 + parts[1] * 1_000 + parts[2]


def understand(values: Mapping[str, str], plan: Plan) -> tuple[dict[str, Any], list[Reason]]:
    """What the written quantity and term mean, and why they cannot be so."""
    reasons: list[Reason] = []
    asked = quantities.parse(values.get("quantity", ""))
    meant: dict[str, Any] = {"operator": asked.operator, "amount": asked.amount, "unit": asked.unit}
    meant |= {"starts_on": None, "due_on": None}
    if values.get("due"):
        try:
            term = terms.parse(values["due"], plan.year)
        except terms.UnknownTerm as error:
            reasons.append(Reason("term_unknown", str(error), field="due"))
        else:
            if not plan.year <= term.last.year < plan.year + YEARS:
                text = f"Срок вне плана: он на {plan.year} год и два следующих."
                reasons.append(Reason("term_outside", text, field="due"))
            meant |= {"starts_on": term.first if term.is_span else None, "due_on": term.last}
    return meant, reasons


def save_item(actor: Actor, item: PlanItem, data: dict[str, Any]) -> PlanItem:
    """The kit's form and the import: a new item, or other words in an old one. Raises Refused naming the field."""
    section: PlanSection = data.get("section") or item.section
    plan = locked(section.plan_id)
    require(actor, "write", plan)
    if item.pk is not None and not _changes(item, data):
        return item
    require_editable(plan)
    if item.pk is not None and plan.pk != item.plan_id:
        raise Refused(Reason("item_moved", "Пункт не переносится в другой план.", field="section"))
    item.plan, item.section = plan, section
    item.number = _number(item, section, str(data.get("number", item.number)).strip(" ."))
    item.parent = _parent(item)
    item.position = position_of(item.number)
    reasons = [reason for name in WRITTEN if name in data for reason in _write(item, name, data[name])]
    meant, more = understand({name: getattr(item, name) for name in WRITTEN}, plan)
    if reasons := [*reasons, *more]:
        raise Refused(reasons)
    for name, value in meant.items():
        setattr(item, name, value)
    item.save()
    return item


def _write(item: PlanItem, name: str, value: Any) -> list[Reason]:
    """Put the words into the item, blanks squeezed; a lone dash says nothing."""
    words = " ".join(str(value or "").split())
    words = "" if words in ("-", "–", "—") else words
    setattr(item, name, words)
    column = PlanItem._meta.get_field(name)
    assert isinstance(column, models.Field)
    most = column.max_length or 0
    if "\x00" in words:
        return [Reason("sign_wrong", "В тексте недопустимый знак.", field=name)]
    if len(words) > most:
        return [Reason("too_long", f"Не длиннее {most} знаков, получено {len(words)}.", field=name)]
    if not words and not column.blank:
        return [Reason("required", "Напишите содержание работы.", field=name)]
    return []


def _changes(item: PlanItem, data: Mapping[str, Any]) -> bool:
    return any(getattr(item, name) != value for name, value in data.items())


def _number(item: PlanItem, section: PlanSection, wanted: str) -> str:
    """The number asked for, or the next of the section."""
    others = PlanItem.objects.filter(plan=item.plan).exclude(pk=item.pk)
    if not wanted:
        taken = others.filter(section=section, parent__isnull=True).values_list("number", flat=True)
        return f"{section.number}.{max((order_of(one)[1] for one in taken), default=0) + 1}"
    if not is_number(wanted):
        text = f"Номер пункта пишут как {section.number}.1, номер его части – как {section.number}.1.1."
        raise Refused(Reason("number_wrong", text, field="number"))
    if order_of(wanted)[0] != section.number:
        text = f"Номер {wanted} не из раздела {section.number}."
        raise Refused(Reason("number_section", text, field="number"))
    if others.filter(number=wanted).exists():
        raise Refused(Reason("number_taken", f"Номер {wanted} в этом плане занят.", field="number"))
    return wanted


def _parent(item: PlanItem) -> PlanItem | None:
    """The item whose part this is, by the number; the parts of a part are none."""
    head, _, _ = item.number.rpartition(".")
    if "." not in head:
        return None
    parent = PlanItem.objects.filter(plan=item.plan, number=head).first()
    if parent is None:
        raise Refused(Reason("parent_missing", f"Пункта {head} нет, а {item.number} – его часть.", field="number"))
    return parent


def bind(
    actor: Actor,
    *,
    item: PlanItem,
    measure: str,
    narrowing: Mapping[str, str] | None = None,
    baseline: Decimal | None = None,
    baseline_on: dt.date | None = None,
    counted_from: dt.date | None = None,
) -> PlanItem:
    """Let the item count itself by a measure ("" = by hand again). An increase stores its baseline.

    Allowed in a plan in force too: what must be reached does not change. Without a given baseline the value at the
    end of the day before the plan's year is stored, with its date.
    """
    require(actor, "write", item.plan)
    narrowed = {name: value for name, value in (narrowing or {}).items() if value}
    if measure:
        found = measures.get(measure)
        places = counter_of(item.plan).municipalities
        options = {one.name: one.options_in(places) for one in found.narrowings if one.name in narrowed}
        if any(value not in options.get(name, {}) for name, value in narrowed.items()):
            raise Refused(Reason("narrowing_unknown", "Такого отбора у показателя нет.", field="measure"))
    with act(actor):
        locked(item.plan_id)
        item.measure, item.narrowing, item.counted_from = measure, narrowed if measure else {}, counted_from
        item.baseline, item.baseline_on = _baseline(item, baseline, baseline_on)
        item.save(update_fields=["measure", "narrowing", "counted_from", "baseline", "baseline_on"])
    recount_item(item)
    return item


def _baseline(item: PlanItem, given: Decimal | None, on: dt.date | None) -> tuple[Decimal | None, dt.date | None]:
    """The stored baseline of an increase: as given, else counted on the eve of the plan's year."""
    if item.operator != "increase" or not item.measure:
        return None, None
    if given is not None:
        return given, on or today_of(item.plan)
    eve = on or dt.date(item.plan.year - 1, 12, 31)
    counter = counter_of(item.plan)
    measure = measures.get(item.measure)
    span = measures.Span(counter.municipalities, dt.date(eve.year, 1, 1), eve, item.plan.centre_id)
    return counter.value(measure, span, item.narrowing), eve


def cancel_item(actor: Actor, *, item: PlanItem, reason: str) -> PlanItem:
    """Cancel an item with its parts, with the reason; only while the plan may be changed."""
    require(actor, "write", item.plan)
    if not reason.strip():
        raise Refused(Reason("reason_required", "Напишите, почему пункт отменяется.", field="reason"))
    with act(actor):
        plan = locked(item.plan_id)
        require_editable(plan)
        for one in PlanItem.objects.filter(plan=plan, cancelled_on__isnull=True, pk__in=_with_parts(item)):
            one.cancelled_on, one.cancel_reason = today_of(plan), reason.strip()
            one.save(update_fields=["cancelled_on", "cancel_reason"])
    item.refresh_from_db()
    return item


def restore_item(actor: Actor, *, item: PlanItem) -> PlanItem:
    """Take the cancelling back."""
    require(actor, "write", item.plan)
    with act(actor):
        require_editable(locked(item.plan_id))
        for one in PlanItem.objects.filter(pk__in=_with_parts(item)):
            one.cancelled_on, one.cancel_reason = None, ""
            one.save(update_fields=["cancelled_on", "cancel_reason"])
    item.refresh_from_db()
    return item


def _with_parts(item: PlanItem) -> list[int]:
    return [item.pk, *PlanItem.objects.filter(parent=item).values_list("pk", flat=True)]
