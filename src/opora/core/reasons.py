"""Coded reasons and the exceptions that carry them to every face (page, API, command)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is refused: a stable code, a Russian sentence, the ground and what to do now."""

    code: str
    message: str
    ground: str = ""
    hint: str = ""
    field: str = ""


class Refused(Exception):
    """A rule says no. Carries all failing reasons at once; nothing was written."""

    def __init__(self, reasons: Reason | Iterable[Reason]) -> None:
        self.reasons: list[Reason] = [reasons] if isinstance(reasons, Reason) else list(reasons)
        super().__init__("; ".join(reason.message for reason in self.reasons))


class Hidden(Exception):
    """The object does not exist for this actor (faces answer 404)."""


class Forbidden(Exception):
    """The actor's roles do not allow the act at all (faces answer 403)."""


class Busy(Exception):
    """A lock or the pool was not free in time: try again in `retry_after` seconds (faces answer 503)."""

    def __init__(self, retry_after: int = 2) -> None:
        self.retry_after = retry_after
        super().__init__("Сейчас слишком много обращений, попробуйте ещё раз через несколько секунд.")
