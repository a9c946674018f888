"""Writing legal acts (A6): no second row for a near-equal act, no circle of replacements, a replaced act ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q

from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.territory import rules
from opora.territory.models import LegalAct

COMPARED = ("kind", "issuer", "number", "date")


def label(act: LegalAct) -> str:
    """An act as lists of choices name it: requisites and title."""
    title = act.title if len(act.title) <= 80 else f"{act.title[:79]}…"
    return f"{act}. {title}"


def near(*, kind: str, issuer: str, number: str, date: dt.date, but: int | None = None) -> LegalAct | None:
    """An act that is probably the same: equal when spelling is left aside, or the same number and day by its kind."""
    key = rules.act_key(number, issuer)
    same = Q(match_key=key, date=date) | Q(match_key__startswith=f"{key.split('|')[0]}|", date=date, kind=kind)
    return LegalAct.objects.filter(same).exclude(pk=but or 0).order_by("pk").first()


def save_act(actor: Actor, act: LegalAct, data: dict[str, Any]) -> LegalAct:
    """Create or change an act. Refused with the near-equal one named unless `is_other` says that it is another."""
    is_other = data.pop("is_other", False)
    is_new = act.pk is None
    moved = is_new or any(name in data and data[name] != getattr(act, name) for name in COMPARED)
    for name, value in data.items():
        setattr(act, name, value)
    if moved and not is_other:
        twin = near(kind=act.kind, issuer=act.issuer, number=act.number, date=act.date, but=act.pk)
        if twin is not None:
            raise Refused(
                Reason(
                    "near_act",
                    f"Похожий акт уже есть: {label(twin)} ({twin.issuer}).",
                    hint="Если это он, откройте его карточку; если другой, отметьте «Это другой акт».",
                    field="is_other",
                )
            )
    _refuse_circle(act)
    act.match_key = rules.act_key(act.number, act.issuer)
    act.save()
    end_replaced(act)
    return act


def _refuse_circle(act: LegalAct) -> None:
    if act.replaced_by_id is None or act.pk is None:
        return
    chain: dict[int, int | None] = dict(
        LegalAct.objects.filter(replaced_by__isnull=False).values_list("pk", "replaced_by_id")
    )
    if rules.closes_circle(act.pk, act.replaced_by_id, chain):
        raise Refused(Reason("circle", "Акт не может заменить сам себя, даже через другие акты.", field="replaced_by"))


def end_replaced(act: LegalAct) -> None:
    """An act replaced by another is in force no longer than until the day before the other begins."""
    if act.replaced_by is None or act.in_force_to is not None:
        return
    begins = act.replaced_by.in_force_from or act.replaced_by.date
    act.in_force_to = max(begins - dt.timedelta(days=1), act.in_force_from or act.date)
    act.save(update_fields=["in_force_to"])
