"""The safety card of a child: who collects, whom to call, medical admission (E5)."""

from __future__ import annotations

import datetime as dt

from opora.core import clock
from opora.core.access import Actor
from opora.core.outbox import emit
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment.models import SafetyCard
from opora.people import policy as people
from opora.people import queries
from opora.people.models import Child

NO_CONSENT = Reason(
    "health_consent",
    "Сведения о здоровье хранятся только с вашего согласия.",
    ground="152-ФЗ, статья 10",
    hint="Отметьте согласие и сохраните ещё раз.",
    field="health_consent",
)


def save_safety_card(
    actor: Actor,
    *,
    child: Child,
    collectors: str = "",
    contacts: str = "",
    may_leave_alone: bool = False,
    medical_until: dt.date | None = None,
    medical_note: str = "",
) -> SafetyCard:
    """Write the card of an own child (or of the desk's). Health needs its consent: Refused without it."""
    with act(actor):
        people.CHILD.get(actor, "edit", pk=child.pk)
        if (medical_until or medical_note.strip()) and not queries.has_consent(child.pk, "sensitive"):
            raise Refused(NO_CONSENT)
        card, _ = SafetyCard.objects.update_or_create(
            child=child,
            defaults={
                "collectors": collectors.strip(),
                "contacts": contacts.strip(),
                "may_leave_alone": may_leave_alone,
                "medical_until": medical_until,
                "medical_note": medical_note.strip()[:300],
                "updated_at": clock.now(),
            },
        )
        emit("child.changed", "child", child.pk, municipality_id=child.municipality_id, act="safety_card")
    return card
