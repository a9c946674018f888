"""Registers of class lists, pupils and invitations; a file of a school or of a whole municipality fills the pupils."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Count, Q, Value
from django.db.models.functions import Concat

from opora.core.access import Actor
from opora.core.registers import Action, Column, Filter, Register, Section, register
from opora.enrolment.rules.rollover import school_year_title
from opora.outreach import policy, queries, rules, services, services_invitations, states
from opora.outreach.forms import ClassListForm, InvitationForm, PupilForm
from opora.outreach.imports import PUPILS
from opora.outreach.models import CATEGORIES, ClassList, Invitation, Pupil

MATCHES = {"unknown": "neutral", "matched": "positive", "undecided": "warning", "confirmed": "positive"}
STATUSES = {
    "covered": "positive",
    "waiting": "info",
    "certificate": "info",
    "known": "warning",
    "undecided": "warning",
    "unknown": "danger",
    "out_of_age": "neutral",
}
OUTCOMES = {
    "enrolled": "positive",
    "applied": "info",
    "refused": "warning",
    "elsewhere": "info",
    "moved": "neutral",
    "none": "neutral",
}
PUPIL = Concat("pupil__last_name", Value(" "), "pupil__first_name", output_field=CharField())
INVITED_BY = Concat("invited_by__last_name", Value(" "), "invited_by__first_name", output_field=CharField())
STUDYING = Q(pupils__state="studying")
UNCOVERED = "uncovered"


def _of_class(actor: Actor, value: Any) -> Q:
    try:
        known = rules.school_class(value)
    except ValueError:
        return Q(pk__in=[])
    return Q(grade=known.grade, letter=known.letter) if known.letter else Q(grade=known.grade)


def _with_status(actor: Actor, value: Any) -> Q:
    return states.has_status(rules.NOT_COVERED if value == UNCOVERED else (str(value),))


def _statuses(actor: Actor) -> list[tuple[Any, str]]:
    return [(UNCOVERED, "Нигде не занимается"), *rules.STATUS_LABELS.items()]


def _with_category(actor: Actor, value: Any) -> Q:
    return Q(categories__contains=[str(value)])


def _with_outcome(actor: Actor, value: Any) -> Q:
    from django.db.models.lookups import Exact

    if value == "never":
        return Q(invitations__isnull=True)
    return Q(Exact(states.latest_outcome(), str(value)))


def _outcome_is(actor: Actor, value: Any) -> Q:
    from django.db.models.lookups import Exact

    return Q(Exact(states.outcome(), str(value)))


def _year(value: Any) -> str:
    return school_year_title(int(value)) if value else ""


def _years(actor: Actor) -> list[tuple[Any, str]]:
    return [(year, school_year_title(year)) for year in queries.years(actor)]


class_lists = register(
    Register(
        slug="class_lists",
        model=ClassList,
        policy=policy.class_lists,
        about="Списки учеников, которые школы передают центру, чтобы найти тех, кто нигде не занимается.",
        menu="monitoring",
        menu_order=46,
        icon="clipboard-list",
        columns=(
            Column("name", "Школа и учебный год"),
            Column("pupils", "Учеников", annotate=Count("pupils", filter=STUDYING), kind="number"),
            Column(
                "unsure",
                "Ждут решения",
                annotate=Count("pupils", filter=STUDYING & Q(pupils__match="undecided")),
                kind="number",
            ),
            Column("loaded_at", "Загружен", zone="municipality__time_zone"),
        ),
        card=(
            Column("organisation", "Школа", to="organisations"),
            Column("year", "Учебный год", show=_year, kind="text"),
            Column("municipality", to="municipalities"),
            "basis",
            "key",
            Column("loaded_at", "Загружен", zone="municipality__time_zone"),
            Column("compared_at", "Сверен с детьми Опоры", zone="municipality__time_zone"),
        ),
        search=("name", "key"),
        filters=(
            "organisation",
            Filter("year", "Учебный год", options=_years, apply=lambda actor, value: Q(year=value)),
        ),
        sort="-year",
        form=ClassListForm,
        save=services.save_class_list,
        sections=(
            Section("Ученики", "pupils", via="class_list", columns=("last_name", "school_class", "status", "outcome")),
        ),
        actions=(Action("Загрузить файл", "outreach:load", icon="upload", kind=""),),
    )
)

pupils = register(
    Register(
        slug="pupils",
        model=Pupil,
        policy=policy.pupils,
        title="Ученики школ",
        about="Ученики из списков школ: кто занимается, кто ждёт, кто нигде не занимается, и кого пригласили.",
        menu="monitoring",
        menu_order=47,
        icon="graduation-cap",
        columns=(
            Column(
                "last_name",
                "Ученик",
                sort="sort_name",
                annotate=Concat(
                    "last_name", Value(" "), "first_name", Value(" "), "patronymic", output_field=CharField()
                ),
            ),
            Column("birth_date", "Родился"),
            Column("school_class", "Класс", sort="grade"),
            Column("school", "Школа", path="class_list__organisation__short_name", sort=""),
            Column("status", "Охват", annotate=states.status(), choices=rules.STATUS_LABELS, states=STATUSES, sort=""),
            Column("invited_on", "Приглашён", annotate=states.latest("invited_on"), kind="date", sort=""),
            Column(
                "outcome",
                "Итог приглашения",
                annotate=states.latest_outcome(),
                choices=rules.OUTCOME_LABELS,
                states=OUTCOMES,
                sort="",
            ),
        ),
        card=(
            "last_name",
            "first_name",
            "patronymic",
            "birth_date",
            Column("class_list", "Список школы", path="class_list__name", to="class_lists"),
            Column("school", "Школа", path="class_list__organisation__short_name"),
            "school_class",
            "snils",
            Column("categories", choices=CATEGORIES),
            "guardian_name",
            "guardian_contact",
            Column("status", "Охват сегодня", annotate=states.status(), choices=rules.STATUS_LABELS, states=STATUSES),
            Column("match", "Сверка с детьми Опоры", states=MATCHES),
            Column("state", states={"studying": "neutral", "left": "warning", "erased": "neutral"}),
            "left_on",
        ),
        search=("sort_name",),
        filters=(
            Filter("class_list", "Список школы"),
            Filter("school", "Школа", path="class_list__organisation"),
            Filter("school_class", "Класс или параллель", apply=_of_class),
            Filter("status", "Охват", options=_statuses, apply=_with_status),
            Filter("category", "Категория", options=lambda actor: list(CATEGORIES.items()), apply=_with_category),
            Filter(
                "outcome",
                "Итог приглашения",
                options=lambda actor: [("never", "Не приглашали"), *rules.OUTCOME_LABELS.items()],
                apply=_with_outcome,
            ),
            "match",
            "state",
            Filter("year", "Учебный год", options=_years, apply=lambda actor, value: Q(class_list__year=value)),
        ),
        form=PupilForm,
        save=services.save_pupil,
        base=lambda actor: ~Q(state="erased"),
        sections=(
            Section("Приглашения", "invitations", via="pupil", add=False, columns=("invited_on", "channel", "outcome")),
        ),
        actions=(
            Action("Пригласить выбранных", "outreach:invite", place="bulk", action="invite", url_arg="", icon="send"),
        ),
        importer=PUPILS,
    )
)

invitations = register(
    Register(
        slug="invitations",
        model=Invitation,
        policy=policy.invitations,
        about="Кого пригласили на программы и что из этого вышло. Заявка и зачисление видны сами.",
        menu="monitoring",
        menu_order=48,
        icon="send",
        columns=(
            Column("pupil", "Ученик", sort="pupil__sort_name", annotate=PUPIL),
            Column("school_class", "Класс", path="pupil__school_class", sort="pupil__grade"),
            Column("school", "Школа", path="pupil__class_list__organisation__short_name", sort=""),
            "invited_on",
            "channel",
            Column(
                "outcome", "Итог", annotate=states.outcome(), choices=rules.OUTCOME_LABELS, states=OUTCOMES, sort=""
            ),
        ),
        card=(
            Column("pupil", "Ученик", to="pupils", path="pupil__last_name", annotate=PUPIL, sort=""),
            Column("school_class", "Класс", path="pupil__school_class"),
            Column("school", "Школа", path="pupil__class_list__organisation__short_name"),
            "invited_on",
            "channel",
            Column("invited_by", "Кто пригласил", annotate=INVITED_BY),
            Column("outcome", "Итог", annotate=states.outcome(), choices=rules.OUTCOME_LABELS, states=OUTCOMES),
            "answer",
            "answer_note",
        ),
        search=("pupil__sort_name",),
        filters=(
            Filter("school", "Школа", path="pupil__class_list__organisation"),
            Filter("outcome", "Итог", options=lambda actor: list(rules.OUTCOME_LABELS.items()), apply=_outcome_is),
            "channel",
            Filter("invited_on", "Приглашён"),
        ),
        sort="-invited_at",
        form=InvitationForm,
        save=services_invitations.save_answer,
        personal=("pupil", "answer_note"),
        sections=(Section("Что предложили", rows=services_invitations.offered_rows),),
        actions=(Action("Лист приглашения", "outreach:sheet_of", action="view", icon="download"),),
    )
)
