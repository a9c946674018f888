"""How a need of the forecast is written in a plan."""

from __future__ import annotations

from opora.core.russian import plural_form


def content(place: str, area: str) -> str:
    """«Песочня: открыть новые группы художественной направленности»."""
    name = area[:1].lower() + area[1:]
    adjective = f"{name.removesuffix('ая')}ой" if name.endswith("ая") else name
    return f"{place}: открыть новые группы {adjective} направленности"


def quantity(count: int, by: str) -> str:
    """«Не менее 3 групп», «не менее 41 места»."""
    forms = ("места", "мест", "мест") if by == "places" else ("группы", "групп", "групп")
    return f"не менее {count} {plural_form(count, *forms)}"
