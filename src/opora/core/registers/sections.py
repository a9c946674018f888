"""Related lists on a card: the first rows of another register, with links to all of them and to a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from opora.core.access import Actor
from opora.core.registers import access, forms, registry
from opora.core.registers.declaration import Column, Register, Section
from opora.core.registers.listing import Row, base_rows, cells_of, ordering


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A related list ready for the template: `rows` of a register, or `table` of plain texts and (text, url)."""

    title: str
    columns: tuple[Column, ...] = ()
    rows: list[Row] = field(default_factory=list)
    register: Register | None = None
    count: int = 0
    all_url: str = ""
    add_url: str = ""
    headings: list[str] = field(default_factory=list)
    table: list[list[Any]] = field(default_factory=list)


def sections_of(register: Register, actor: Actor, obj: Any) -> list[ShownSection]:
    """The card's sections that the actor may see; at most three queries each."""
    shown = []
    for section in register.sections:
        if section.rows is not None:
            headings, table = section.rows(actor, obj)
            shown.append(ShownSection(section.title, headings=headings, table=table, count=len(table)))
            continue
        target = registry.find(section.register)
        if target is None or (access.needs_session(target, actor) and not target.masks):
            continue
        if target.allows(actor, "view"):
            shown.append(_related(section, target, actor, obj))
    return shown


def _related(section: Section, target: Register, actor: Actor, obj: Any) -> ShownSection:
    rows = base_rows(target, actor).filter(**{section.via: obj})
    count = rows.order_by().count()
    ids = list(rows.order_by(*ordering(target, "")).values_list("pk", flat=True)[: section.limit]) if count else []
    columns = target.list_columns
    if section.columns:
        columns = tuple(column for column in columns if column.name in section.columns)
    listed = any(item.lookup == section.via for item in target.all_filters)
    name = next((item.name for item in target.all_filters if item.lookup == section.via), section.via)
    may_add = section.add and target.policy.allowed(actor, "create") and forms.form_class(target) is not None
    return ShownSection(
        section.title,
        columns,
        cells_of(target, actor, rows, ids, columns),
        target,
        count,
        f"{target.url()}?{urlencode({name: obj.pk})}" if listed else "",
        f"{target.url('new')}?{urlencode({section.via: obj.pk})}" if may_add else "",
    )
