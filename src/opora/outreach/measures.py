"""What plans count of outreach: children invited, children who study after an invitation (I8)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.lookups import Exact

from opora.core import measures
from opora.core.measures import Narrowing, Span
from opora.outreach import states
from opora.outreach.models import Invitation
from opora.outreach.rules import Outcome

COLUMNS = (
    ("pupil", "Ученик"),
    ("pupil__school_class", "Класс"),
    ("pupil__class_list__organisation__short_name", "Школа"),
    ("invited_on", "Приглашён"),
    ("channel", "Как пригласили"),
)
BY_CHANNEL = Narrowing("channel", "Как пригласили", Invitation.Channel.choices)


def invited(span: Span) -> QuerySet[Any]:
    """Invitations of the period."""
    return Invitation.objects.filter(
        pupil__class_list__municipality__in=span.municipalities, invited_on__range=(span.starts_on, span.ends_on)
    )


def involved(span: Span) -> QuerySet[Any]:
    """Invitations of the period after which the child began to study by its last day."""
    return invited(span).filter(Q(Exact(states.outcome(span.ends_on), Outcome.ENROLLED.value)))


measures.declare(
    "children_invited",
    "Приглашено неохваченных детей",
    invited,
    unit="детей",
    take="distinct",
    of="pupil_id",
    columns=COLUMNS,
    narrowings=(BY_CHANNEL,),
    register="invitations",
    personal=True,
    group="Неохваченные дети",
    definition="Ученики из списков школ, приглашённые за период; каждый считается один раз",
)
measures.declare(
    "children_involved",
    "Вовлечено детей после приглашения",
    involved,
    unit="детей",
    take="distinct",
    of="pupil_id",
    columns=COLUMNS,
    narrowings=(BY_CHANNEL,),
    register="invitations",
    personal=True,
    group="Неохваченные дети",
    definition="Ученики, приглашённые за период и после этого зачисленные на программу не позднее его конца",
)
