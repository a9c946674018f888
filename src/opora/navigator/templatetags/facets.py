"""`{% load facets %}`: the choices of the panel."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from opora.navigator.facets import Facet
from opora.navigator.options import written

register = template.Library()


@register.simple_tag
def facet_options(facet: Facet) -> SafeString:
    """All choices of a facet as its look says."""
    return mark_safe(facet.ready) if facet.ready else written(facet.name, facet.look, facet.options)
