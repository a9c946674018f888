"""Brothers and sisters by one call of a program: all or nothing, and a repeat gives the first answer (E3, K5)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict

from django.db import IntegrityError

from opora.core import clock
from opora.core.access import Actor
from opora.core.models import IdempotentCall
from opora.core.reasons import Refused
from opora.core.transactions import act
from opora.enrolment.services import holding
from opora.enrolment.services.apply import KEY_REUSED, Applied, Wish
from opora.enrolment.services.bundle import apply_together
from opora.enrolment.services.holding import retried


def apply_together_once(actor: Actor, *, wishes: Sequence[Wish], idempotency_key: str) -> list[Applied]:
    """Every child gets a place, or all wait as one bundle, or nothing is written and every reason is told.

    The same key with the same wishes in the same order gives the first answer, with others Refused (key_reused).
    """
    try:
        return _apply(actor, wishes, idempotency_key)
    except IntegrityError as error:
        if "idempotent_call_unique" not in str(error):
            raise
        # the same key at the same moment for other groups: nothing of this call was written
        raise Refused(KEY_REUSED) from error


@retried
def _apply(actor: Actor, wishes: Sequence[Wish], key: str) -> list[Applied]:
    said = hashlib.sha256("".join(wish.fingerprint() for wish in wishes).encode()).hexdigest()
    with act(actor):
        holding.lock((wish.group_id for wish in wishes), heads=False)  # whoever repeats waits for the first answer
        first = IdempotentCall.objects.filter(account_id=actor.account_id or 0, key=key).first()
        if first is not None:
            if first.request_hash != said or not isinstance(first.response, list):
                raise Refused(KEY_REUSED)
            return [Applied(**one) for one in first.response]
        done = apply_together(actor, wishes=wishes, all_or_nothing=True)
        IdempotentCall.objects.create(
            account_id=actor.account_id or 0,
            key=key,
            request_hash=said,
            response=[asdict(one) for one in done],
            at=clock.now(),
        )
    return done
