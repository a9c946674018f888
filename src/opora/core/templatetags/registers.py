"""`{% load registers %}`: cells, headings, addresses, tabs of the registers kit."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from opora.core.registers.declaration import Action, Column, Register
from opora.core.registers.listing import Cell

register = template.Library()


@register.simple_tag
def register_url(which: Register, obj: Any = None, page: str = "") -> str:
    """`{% register_url register %}` – the list; `{% register_url register row.key %}` – a card."""
    return which.url(page or ("list" if obj is None else "card"), obj)


@register.simple_tag
def action_url(action: Action, which: Register, obj: Any) -> str:
    """Where a card's action leads."""
    return reverse(action.url, args=[which.key_of(obj)] if action.url_arg else [])


@register.simple_tag
def register_cell(cell: Cell) -> SafeString | str:
    """A value: plain, a link to the card it refers to, or a coloured tag."""
    if cell.state and cell.text:
        return format_html('<span class="tag {}">{}</span>', cell.state, cell.text)
    if cell.url and cell.text:
        return format_html('<a href="{}">{}</a>', cell.url, cell.text)
    if "\n" in cell.text:
        return format_html_join(SafeString("<br>"), "{}", ((line,) for line in cell.text.splitlines()))
    return cell.text


@register.simple_tag(takes_context=True)
def register_th(context: Context, column: Column, sortable: bool) -> SafeString:
    """The heading of a list's column, a link that sorts where the column allows."""
    from opora.core.registers.columns import NUMERIC
    from opora.core.templatetags.opora import sort_th

    css = "num" if column.kind in NUMERIC else ""
    if not sortable:
        return format_html('<th scope="col" class="{}">{}</th>', css, column.title)
    values = sort_th(context, column.name, column.title, css)
    return SafeString(render_to_string("opora/components/sort_th.html", values))


@register.simple_tag
def filter_field(field: BoundField) -> SafeString:
    """A control of the filter panel with its label; nothing in it is obligatory, so nothing says so."""
    return format_html('<div class="field"><label for="{}">{}</label>{}</div>', field.id_for_label, field.label, field)


@register.simple_tag
def plain_cells(headings: list[str], line: list[Any]) -> SafeString:
    """Cells of a section's own table: texts and (text, address)."""
    return format_html_join(
        "",
        '<td data-label="{}">{}</td>',
        (
            (heading, format_html('<a href="{}">{}</a>', value[1], value[0]) if isinstance(value, tuple) else value)
            for heading, value in zip(headings, line, strict=False)
        ),
    )


@register.simple_tag
def register_crumbs(which: Register, obj: Any = None, name: str = "") -> SafeString:
    """Рабочий стол → list → (card)."""
    links = [("Рабочий стол", reverse("office_home")), (which.heading, which.url())]
    if obj is not None:
        links.append((name or str(obj), which.url("card", obj)))
    return SafeString(render_to_string("opora/components/crumbs.html", {"links": links, "here": ""}))


@register.simple_tag
def register_tabs(which: Register, obj: Any, tab: str) -> SafeString:
    """Tabs of a card: card, history."""
    items = [
        {"title": "Карточка", "url": which.url("card", obj), "active": tab == "card", "count": None},
        {"title": "История", "url": which.url("history", obj), "active": tab == "history", "count": None},
    ]
    return SafeString(render_to_string("opora/components/tabs.html", {"items": items, "label": "Разделы карточки"}))
