"""What plans count of methodical work: agreements signed, staff trained, seminars held (I1)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from opora.core import measures
from opora.core.measures import Narrowing, Span
from opora.methodics import queries
from opora.methodics.models import Agreement, Partner, Seminar, Training


def agreements(span: Span) -> QuerySet[Any]:
    rows = queries.signed_between(span.starts_on, span.ends_on, municipalities=span.municipalities)
    return rows if span.centre is None else rows.filter(centre_id=span.centre)


def trainings(span: Span) -> QuerySet[Any]:
    return Training.objects.filter(
        staff__organisation__municipality__in=span.municipalities,
        state=Training.State.FINISHED,
        finished_on__range=(span.starts_on, span.ends_on),
    )


def seminars(span: Span) -> QuerySet[Any]:
    rows = Seminar.objects.filter(
        centre__municipality__in=span.municipalities, date__range=(span.starts_on, span.ends_on)
    )
    return rows if span.centre is None else rows.filter(centre_id=span.centre)


measures.declare(
    "agreements_signed",
    "Подписано соглашений с партнёрами",
    agreements,
    unit="соглашений",
    columns=(
        ("number", "Номер"),
        ("signed_on", "Подписано"),
        ("partner__name", "Партнёр"),
        ("partner__kind", "Вид партнёра"),
        ("topic", "Тема"),
    ),
    narrowings=(
        Narrowing("kind", "Вид партнёра", Partner.Kind.choices, "partner__kind"),
        Narrowing("topic", "Тема взаимодействия", Agreement.Topic.choices),
    ),
    register="agreements",
    group="Партнёры",
    definition="Соглашения центра с партнёрами, подписанные за период, без черновиков",
)
measures.declare(
    "staff_trained",
    "Обучено работников",
    trainings,
    unit="человек",
    take="distinct",
    of="staff_id",
    columns=(
        ("staff", "Работник"),
        ("programme", "Программа"),
        ("hours", "Часов"),
        ("finished_on", "Завершено"),
        ("certificate_number", "Удостоверение"),
    ),
    narrowings=(
        Narrowing("kind", "Вид обучения", Training.Kind.choices),
        Narrowing("staff_kind", "Кто учился", (("head", "Руководители"), ("teacher", "Педагоги"),
                  ("methodologist", "Методисты")), "staff__kind"),
    ),
    register="trainings",
    personal=True,
    group="Кадры",
    definition="Работники, завершившие обучение за период, каждый один раз",
)  # fmt: skip
measures.declare(
    "seminars_held",
    "Проведено семинаров и конкурсов педагогов",
    seminars,
    unit="мероприятий",
    columns=(("title", "Тема"), ("kind", "Вид"), ("date", "Дата"), ("hours", "Часов")),
    narrowings=(Narrowing("kind", "Вид", Seminar.Kind.choices),),
    register="seminars",
    group="Кадры",
    definition="Семинары, мастер-классы, конференции и конкурсы педагогов за период",
)
