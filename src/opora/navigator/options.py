"""Choices of the panel and how they are written: hundreds of lines on every page of the catalogue.

Written by Python: the template engine takes fifty times as long for a line as it takes to join its parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `count` is a shown number of programmes, empty when it is not counted."""

    value: str
    label: str
    count: str = ""
    on: bool = False
    spoken: str = ""
    """What is read aloud instead of a short label."""


def written(name: str, look: str, options: Iterable[Option]) -> SafeString:
    """All choices of the facet `name`: `<option>`s, pills or lines with a checkbox, as `look` says."""
    line = {"select": _option, "pills": _pill}.get(look, _check)
    return mark_safe("".join([line(name, option) for option in options]))


def _option(name: str, option: Option) -> str:
    on = " selected" if option.on else ""
    return f'<option value="{escape(option.value)}"{on}>{escape(option.label)}</option>'


def _box(name: str, option: Option, spoken: str = "") -> str:
    value, on = escape(option.value), " checked" if option.on else ""
    return f'<input type="checkbox" name="{name}" value="{value}" id="f-{name}-{value}"{spoken}{on}>'


def _pill(name: str, option: Option) -> str:
    box = _box(name, option, f' aria-label="{escape(option.spoken)}"')
    shown = f'<span aria-hidden="true">{escape(option.label)}<small>{option.count}</small></span>'
    return f'<label class="pill">{box}{shown}</label>'


def _check(name: str, option: Option) -> str:
    area = f" area area-{escape(option.value)}" if name == "focus_area" else ""
    label = f'<span class="facet-label{area}">{escape(option.label)}</span>'
    return f'<label class="choice">{_box(name, option)}{label}<span class="facet-count">{escape(option.count)}</span></label>'
