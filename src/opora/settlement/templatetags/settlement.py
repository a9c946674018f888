"""`{% load settlement %}`: the state of a document, addresses of its acts, hours."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from opora.core import russian
from opora.core.templatetags.opora import tag
from opora.settlement.registers import DOCUMENT_STATES

register = template.Library()


@register.simple_tag
def document_state(document: Any) -> SafeString:
    """The state as a tag: «На проверке»; an approved document without money to pay says so."""
    text = document.get_state_display()
    if document.state == "approved" and not document.payable and not document.refund:
        text = "Проверен, к оплате нет"
    if document.kind == "refund" and document.state == "paid":
        text = "Возвращено"
    return tag(text, DOCUMENT_STATES[document.state])


@register.simple_tag
def doc_act(document: Any, act: str) -> str:
    return reverse("settlement:act", args=[document.pk, act])


@register.simple_tag
def may_pick(document: Any, may: dict[str, bool]) -> bool:
    """Whether a bulk action of this actor fits the document's state."""
    return (
        (document.state == "draft" and may["issue"])
        or (document.state == "issued" and may["decide"])
        or (document.state == "approved" and document.payable > 0 and may["pay"])
    )


@register.filter
def pair(first: Any, second: Any) -> tuple[Any, Any]:
    return first, second


@register.filter
def plain_hours(value: Decimal) -> str:
    """8.00 → «8», 1.50 → «1,5»."""
    return russian.number(value.normalize() if value else 0)
