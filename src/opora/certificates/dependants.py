"""What higher rooms know and do about a certificate: its contracts and applications (registered by enrolment).

Certificates know only their entries. Before a freeze, an annulment, a move or ageing out the sources are asked for
the states of the certificate's contracts, then told to end what stands on it, in the same transaction and after
the certificate is locked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from opora.core.access import Actor

ContractStates = Callable[[int], Iterable[str]]
"""certificate id → states of its living contracts and queue entries (requested, offered, active, terminating)."""
Cascade = Callable[[Actor, int, str], None]
"""(actor, certificate id, act) with act of freeze, annul, move, age_out, to_accounting: end what stands on it."""
Use = Callable[[int], tuple[bool, dt.date | None]]
"""certificate id → (is an application, queue entry or contract living, day of the latest refusal or withdrawal)."""

Lock = Callable[[int], None]
"""certificate id → lock what comes before the certificate in the one lock order (places of groups)."""

_states: list[ContractStates] = []
_cascades: list[Cascade] = []
_uses: list[Use] = []
_locks: list[Lock] = []


def register(
    *,
    contract_states: ContractStates | None = None,
    cascade: Cascade | None = None,
    use: Use | None = None,
    lock: Lock | None = None,
) -> None:
    """Add sources; call from ``AppConfig.ready`` of a higher room."""
    if contract_states and contract_states not in _states:
        _states.append(contract_states)
    if cascade and cascade not in _cascades:
        _cascades.append(cascade)
    if use and use not in _uses:
        _uses.append(use)
    if lock and lock not in _locks:
        _locks.append(lock)


def lock(certificate_id: int) -> None:
    """Lock what stands on the certificate and comes before it in the lock order; then the certificate is locked."""
    for step in _locks:
        step(certificate_id)


def contract_states(certificate_id: int) -> list[str]:
    """States of everything living that stands on the certificate."""
    return [state for source in _states for state in source(certificate_id)]


def cascade(actor: Actor, certificate_id: int, act: str) -> None:
    """Tell the higher rooms that the certificate is about to be frozen or closed."""
    for step in _cascades:
        step(actor, certificate_id, act)


def use_of(certificate_id: int) -> tuple[bool, dt.date | None]:
    """Is the certificate being used, and when was a request last refused or withdrawn."""
    living, last = False, None
    for source in _uses:
        now, released = source(certificate_id)
        living = living or now
        last = max(filter(None, (last, released)), default=None)
    return living, last
