"""Small helpers of the pages of forms."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.simple_tag
def explanation(texts: Mapping[str, str], key: str) -> str:
    """The explanation given to a finding, or nothing."""
    return str((texts or {}).get(key, ""))
