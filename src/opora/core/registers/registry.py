"""All registers by slug; rooms declare theirs in `registers.py`, found when the applications are ready."""

from __future__ import annotations

from opora.core.access import Actor
from opora.core.registers.declaration import Register

_registers: dict[str, Register] = {}


def register(declared: Register) -> Register:
    """Add a register; slugs are unique. Returns it, so that a room may keep it under a name."""
    if declared.slug in _registers and _registers[declared.slug] is not declared:
        raise ValueError(f"register {declared.slug!r} is declared twice")
    _registers[declared.slug] = declared
    return declared


def get(slug: str) -> Register:
    """The register with that slug; KeyError when there is none."""
    return _registers[slug]


def find(slug: str) -> Register | None:
    return _registers.get(slug)


def every() -> list[Register]:
    """All registers in order of slug."""
    return [_registers[slug] for slug in sorted(_registers)]


def of_model(model: object) -> Register | None:
    """The first register of a model: where a reference leads and whose policy limits its choices."""
    return next((item for item in _registers.values() if item.model is model), None)


def allowed(actor: Actor) -> list[Register]:
    """Registers whose list the actor may open."""
    return [item for item in every() if item.allows(actor, "view")]
