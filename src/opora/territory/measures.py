"""What plans count of legal acts (I1)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from opora.core import measures
from opora.core.measures import Narrowing, Span
from opora.territory.models import LegalAct


def adopted(span: Span) -> QuerySet[Any]:
    return LegalAct.objects.filter(
        municipality__in=span.municipalities, date__range=(span.starts_on, span.ends_on)
    ).exclude(level__in=(LegalAct.Level.FEDERAL, LegalAct.Level.REGIONAL))


measures.declare(
    "acts_adopted",
    "Принято правовых актов",
    adopted,
    unit="актов",
    columns=(("title", "Название"), ("kind", "Вид"), ("number", "Номер"), ("date", "Дата"), ("issuer", "Кем издан")),
    narrowings=(
        Narrowing("kind", "Вид акта", LegalAct.Kind.choices),
        Narrowing("level", "Уровень", (("municipal", "Муниципальный"), ("own", "Локальный"))),
    ),
    register="legal_acts",
    group="Документы",
    definition="Муниципальные и локальные акты с датой в периоде",
)
