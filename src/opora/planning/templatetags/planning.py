"""`{% load planning %}`: the state of an item as a tag, its progress as figures and a bar."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from opora.core.templatetags.opora import tag
from opora.planning.counting import Standing
from opora.planning.presentation import tag_of

register = template.Library()


@register.simple_tag
def item_tag(state: str) -> SafeString:
    """`{% item_tag "overdue" %}`: the word with its colour."""
    return tag(*tag_of(state))


@register.simple_tag
def item_progress(standing: Standing) -> SafeString:
    """«4 из 6 договоров» with its bar; parts done of an item with sub-rows; the number of proofs otherwise."""
    if standing.state == "cancelled":
        return mark_safe("")
    if standing.parts:
        done, whole = standing.parts_done, standing.living_parts
        return _bar(f"{done} из {whole} частей", done * 100 // whole if whole else 0)
    shown = standing.progress
    if shown is not None and (shown.needed is not None or standing.measure is not None):
        return _bar(shown.text, shown.percent) if shown.needed is not None else _words(shown.text)
    return _words("")


def _bar(text: str, percent: int) -> SafeString:
    return format_html(
        '<span class="plan-progress"><span>{}</span><progress class="bar" max="100" value="{}">{} %</progress></span>',
        text,
        percent,
        percent,
    )


def _words(text: str) -> SafeString:
    return format_html('<span class="plan-progress">{}</span>', text) if text else mark_safe("")
