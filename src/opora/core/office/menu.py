"""The office menu: sections in a fixed order, items from registers and from rooms, counts where something waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from opora.core.access import Actor

# code → heading, in the order of the menu
SECTIONS: dict[str, str] = {
    "work": "",
    "enrolment": "Запись и обучение",
    "certificates": "Сертификаты",
    "settlement": "Расчёты",
    "catalogue": "Программы",
    "people": "Люди",
    "providers": "Организации",
    "methodics": "Методическая работа",
    "monitoring": "Показатели",
    "planning": "Планы",
    "territory": "Территория",
    "system": "Система",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the menu. `roles` that see it (empty: all staff) or `allowed(actor)`; `count(actor)` is optional."""

    title: str
    url: str | Callable[[], str]
    section: str = "work"
    icon: str = "list"
    order: int = 50
    roles: frozenset[str] = frozenset()
    allowed: Callable[[Actor], bool] | None = None
    count: Callable[[Actor], int] | None = None

    @property
    def address(self) -> str:
        return self.url if isinstance(self.url, str) else self.url()

    def seen_by(self, actor: Actor) -> bool:
        if self.allowed is not None:
            return self.allowed(actor)
        return actor.has(*self.roles) if self.roles else actor.is_staff


_items: list[Item] = []


def add(
    title: str,
    url: str | Callable[[], str],
    *,
    section: str = "work",
    icon: str = "list",
    order: int = 50,
    roles: Iterable[str] = (),
    allowed: Callable[[Actor], bool] | None = None,
    count: Callable[[Actor], int] | None = None,
) -> None:
    """Put an item into the menu (call at import of a room's `registers.py` or `office.py`)."""
    if section not in SECTIONS:
        raise ValueError(f"no menu section {section!r}")
    item = Item(title, url, section, icon, order, frozenset(roles), allowed, count)
    if item not in _items:
        _items.append(item)


HOME = "/office/"
SHORT = 14
"""Lines of a menu that fits on a screen."""

# for whom the registers of a section are a part of their work; others reach them from cards
KEEPERS: dict[str, frozenset[str]] = {
    "territory": frozenset(
        {"centre_head", "methodologist", "organiser", "coordinator", "regional_operator", "observer", "administrator"}
    ),
}


def _of_registers() -> list[Item]:
    from opora.core.registers import registry

    return [
        Item(
            item.heading,
            item.url(),
            item.menu,
            item.icon,
            item.menu_order,
            allowed=lambda actor, item=item: item.allows(actor, "view"),  # type: ignore[misc]
        )
        for item in registry.every()
        if item.menu
    ]


def menu_for(actor: Actor, path: str) -> list[dict[str, Any]]:
    """Sections with what the actor may open, folded but for the active one (a short menu not at all).

    `[{"title", "open", "count", "items": [{"title", "url", "icon", "count", "active"}]}]`.
    """
    home = Item("Рабочий стол", HOME, "work", "house", 0)
    seen = [item for item in (home, *_items, *_of_registers()) if item.seen_by(actor)]
    seen = [item for item in seen if item.section not in KEEPERS or actor.has(*KEEPERS[item.section])]
    addresses = {id(item): item.address for item in seen}
    active = max(
        (a for a in addresses.values() if path == a or (a != HOME and path.startswith(a))), key=len, default=""
    )
    parts = []
    for code, heading in SECTIONS.items():
        chosen = sorted((item for item in seen if item.section == code), key=lambda item: (item.order, item.title))
        if chosen:
            entries = [_entry(item, actor, addresses[id(item)], active) for item in chosen]
            parts.append(
                {
                    "title": heading,
                    "items": entries,
                    "open": len(seen) <= SHORT or any(entry["active"] for entry in entries),
                    "count": sum(entry["count"] or 0 for entry in entries),
                }
            )
    return parts


def _entry(item: Item, actor: Actor, address: str, active: str) -> dict[str, Any]:
    return {
        "title": item.title,
        "url": address,
        "icon": item.icon,
        "count": item.count(actor) if item.count else None,
        "active": address == active,
    }
