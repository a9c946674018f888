"""Rows of a register for the API: JSON-able values, one policy with the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.registers import access
from opora.core.registers.columns import json_of
from opora.core.registers.declaration import Column, Register
from opora.core.registers.listing import RegisterPage, annotated

MOST = 200


def api_rows(actor: Actor, register: Register, params: Mapping[str, Any]) -> dict[str, Any]:
    """One page of a list: `{"items": [{"id", …}], "count", "next"}`; `next` is a page number or None.

    `params` are the list's own: filters, q, sort, page, and `limit` (at most 200). Raises Forbidden.
    """
    access.require(register, actor, "view", page="list")
    limit = str(params.get("limit", ""))
    size = min(int(limit), MOST) if limit.isdigit() and int(limit) else register.page_size
    page = RegisterPage(register, actor, dict(params), size)
    ids = [row.pk for row in page.rows]
    items = _items(register, actor, ids, register.list_columns)
    return {
        "items": items,
        "count": page.count,
        "next": page.page.next_page_number() if page.page.has_next() else None,
    }


def api_card(actor: Actor, register: Register, key: str) -> dict[str, Any]:
    """One card as `{"id", …}`. Raises Forbidden or Hidden; personal cards are written to the access journal."""
    access.require(register, actor, "view", page="card")
    obj = access.row(register, actor, "view", key)
    if register.personal_fields:
        log_access(actor, "api.card", obj, by=register.policy)
    return _items(register, actor, [obj.pk], register.card_columns)[0]


def _items(register: Register, actor: Actor, ids: list[int], columns: tuple[Column, ...]) -> list[dict[str, Any]]:
    rows = annotated(register.model._default_manager.filter(pk__in=ids), columns)
    found = {
        values[0]: values
        for values in rows.values_list("pk", register.key_field, *(column.lookup for column in columns))
    }
    masks = register.masks if access.masked(register, actor) else {}

    def told(column: Column, value: Any) -> Any:
        return masks[column.name](value) if column.name in masks else json_of(column, value)

    return [
        {"id": str(found[pk][1]) if register.key_field == "public_id" else pk}
        | {column.name: told(column, value) for column, value in zip(columns, found[pk][2:], strict=True)}
        for pk in ids
        if pk in found
    ]
