"""What plans count of governance: meetings held, decisions carried out, proposals sent (I1)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from opora.core import measures
from opora.core.measures import Narrowing, Span
from opora.governance.models import Council, Decision, Meeting, Proposal


def meetings(span: Span) -> QuerySet[Any]:
    return Meeting.objects.filter(
        council__municipality__in=span.municipalities,
        state=Meeting.State.HELD,
        date__range=(span.starts_on, span.ends_on),
    )


def decisions(span: Span) -> QuerySet[Any]:
    return Decision.objects.filter(
        meeting__council__municipality__in=span.municipalities,
        state=Decision.State.DONE,
        closed_on__range=(span.starts_on, span.ends_on),
    )


def proposals(span: Span) -> QuerySet[Any]:
    rows = Proposal.objects.filter(
        centre__municipality__in=span.municipalities, sent_on__range=(span.starts_on, span.ends_on)
    )
    return rows if span.centre is None else rows.filter(centre_id=span.centre)


measures.declare(
    "meetings_held",
    "Проведено заседаний советов",
    meetings,
    unit="заседаний",
    columns=(("council__name", "Совет"), ("number", "Протокол"), ("date", "Дата")),
    narrowings=(Narrowing("kind", "Вид совета", Council.Kind.choices, "council__kind"),),
    register="meetings",
    group="Управление",
    definition="Состоявшиеся заседания советов муниципалитета за период",
)
measures.declare(
    "decisions_done",
    "Исполнено решений советов",
    decisions,
    unit="решений",
    columns=(("text", "Решение"), ("responsible", "Ответственный"), ("closed_on", "Исполнено")),
    register="decisions",
    group="Управление",
    definition="Решения советов, исполненные за период",
)
measures.declare(
    "proposals_sent",
    "Направлено предложений органам власти",
    proposals,
    unit="предложений",
    columns=(("title", "Предложение"), ("addressee", "Кому"), ("sent_on", "Направлено"), ("state", "Состояние")),
    narrowings=(Narrowing("state", "Чем кончилось", Proposal.State.choices),),
    register="proposals",
    group="Управление",
    definition="Предложения центра органам власти, направленные за период",
)
