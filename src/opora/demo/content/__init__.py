"""Written content of the demo: names, places, organisations and programme templates, read once."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FOCUS_AREAS = ("artistic", "technical", "tourism", "natural_science", "social_humanitarian", "sport")


@dataclass(frozen=True, slots=True)
class ModuleTemplate:
    """A year of study: academic hours a week and the ages it takes, inclusive."""

    hours: int
    age_from: int
    age_to: int


@dataclass(frozen=True, slots=True)
class Template:
    """A programme as written: its texts and the shape of its groups."""

    key: str
    focus_area: str
    name: str
    clubs: tuple[str, ...]
    direction: str
    kinds: frozenset[str]
    modules: tuple[ModuleTemplate, ...]
    size: int
    hall: str
    register: str
    level: str
    annotation: str
    requirements: str
    results: str

    @property
    def age_from(self) -> int:
        return min(module.age_from for module in self.modules)

    @property
    def age_to(self) -> int:
        return max(module.age_to for module in self.modules)


@cache
def templates() -> tuple[Template, ...]:
    """All programme templates in the order of the files."""
    found: list[Template] = []
    for area in FOCUS_AREAS:
        for index, raw in enumerate(_toml(f"programmes/{area}.toml")["p"]):
            found.append(_template(area, index, raw))
    return tuple(found)


@cache
def places() -> dict[str, Any]:
    """The invented region, its showcase district and raw material for further districts."""
    return _toml("places.toml")


@cache
def organisations() -> tuple[dict[str, Any], ...]:
    """The fourteen organisations of the showcase district."""
    return tuple(_toml("organisations.toml")["organisation"])


@cache
def report_texts() -> dict[str, str]:
    """Narratives of an annual report by section; figures stand in them by reference."""
    found: dict[str, str] = json.loads((HERE / "report_texts.json").read_text(encoding="utf-8"))
    return found


def _template(area: str, index: int, raw: dict[str, Any]) -> Template:
    return Template(
        key=f"{area}-{index}",
        focus_area=area,
        name=raw["n"],
        clubs=tuple(raw.get("c", ())),
        direction=raw["d"],
        kinds=frozenset(raw["k"]),
        modules=tuple(ModuleTemplate(*module) for module in raw["y"]),
        size=raw["g"],
        hall=raw.get("h", "room"),
        register=raw.get("r", "significant" if area == "sport" else "other"),
        level=raw.get("l", "basic" if len(raw["y"]) > 1 else "starter"),
        annotation=raw["t"],
        requirements=raw["need"],
        results=raw["out"],
    )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@cache
def plan_content() -> dict[str, Any]:
    """Items of the showcase's plan, stages and target results of its concept."""
    return _toml("plan.toml")
