"""A section sent from a page: saved, not readable, or overtaken by somebody else; nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest

from opora.core.reasons import Reason
from opora.surveys.services_answers import Overtaken, Unreadable


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it. `typed` None: nothing was sent, or it was saved."""

    typed: Mapping[str, str] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    revision: int | None = None
    """The revision to send next, after another one was quicker."""
    saved: bool = False

    @property
    def status(self) -> int:
        return 409 if self.revision is not None else 422 if self.reasons else 200


def attempt(request: HttpRequest, save: Callable[[Mapping[str, str], int], object]) -> Attempt:
    """Call `save(posted, revision)` for a POST. Refusals of other kinds go on to the caller."""
    if request.method != "POST":
        return Attempt()
    typed = {name: str(value) for name, value in request.POST.items()}
    sent = typed.get("revision", "")
    try:
        save(typed, int(sent) if sent.isdigit() else 0)
    except Unreadable as refused:
        errors = {reason.field: reason.message for reason in refused.reasons}
        return Attempt(typed, errors, reasons=tuple(refused.reasons))
    except Overtaken as refused:
        return Attempt(typed, theirs=refused.theirs, reasons=tuple(refused.reasons), revision=refused.revision)
    return Attempt(saved=True)
