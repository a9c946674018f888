"""Registers of the development of staff (G4): competences, deficits, training, placement sites, seminars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Q

from opora.core import clock
from opora.core.access import Actor
from opora.core.registers import Column, Filter, ImportColumn, Importer, Ref, Register, Section, register
from opora.core.registers.importing.declaration import Level
from opora.methodics import forms, policy, queries, services
from opora.methodics.models import (
    Competence,
    Deficit,
    DeficitSurvey,
    PlacementSite,
    Seminar,
    SeminarParticipant,
    Training,
)
from opora.providers.columns import ORGANISATION, STAFF, STAFF_COLUMN, check_term, name_of_staff
from opora.territory.columns import MUNICIPALITY_COLUMN

LEVELS = {"none": "positive", "partial": "warning", "full": "danger"}
TRAINING_STATES = {"studying": "info", "finished": "positive", "dropped": "danger"}
COMPETENCE = ImportColumn("competence", "Компетенция", aliases=("код компетенции",), ref=Ref(by=("code", "name")))
OF_ORGANISATION = Filter("organisation", "Организация", path="staff__organisation")
ORGANISATION_COLUMN = Column("organisation", "Организация", path="staff__organisation__short_name")

competences = register(
    Register(
        slug="competences",
        model=Competence,
        policy=policy.competences,
        about="Что должен уметь педагог: об этом спрашивает исследование дефицитов, этому учат.",
        menu="methodics",
        menu_order=50,
        icon="badge-check",
        columns=("name", "area", "code", "is_active"),
        search=("sort_name", "code", "area"),
        filters=("is_active",),
        form=forms.CompetenceForm,
        importer=Importer(
            columns=(
                ImportColumn("code", "Код"),
                ImportColumn("name", "Компетенция", aliases=("название",)),
                ImportColumn("area", "Область"),
                ImportColumn("is_active", "Используется"),
            ),
            keys=(("code",),),
        ),
    )
)


def _results(actor: Actor, row: DeficitSurvey) -> tuple[list[str], list[list[Any]]]:
    """How many teachers lack which competence, and how many of them learned it since."""
    today = clock.today(row.municipality.time_zone)
    found = row.findings.values_list("competence_id", "competence__name").annotate(
        asked=Count("staff", distinct=True),
        lacking=Count("staff", filter=~Q(level=Deficit.Level.NONE), distinct=True),
        learned=Count(
            "staff",
            filter=~Q(level=Deficit.Level.NONE) & Q(pk__in=queries.closed_findings(row, today)),
            distinct=True,
        ),
    )
    address = f"/office/deficits/?survey={row.pk}&competence="
    lines = [
        [(name, f"{address}{pk}"), str(asked), str(lacking), str(learned)]
        for pk, name, asked, lacking, learned in found.order_by("-lacking", "competence__name")
    ]
    return ["Компетенция", "Опрошено", "С дефицитом", "Из них обучено"], lines


deficit_surveys = register(
    Register(
        slug="deficit_surveys",
        model=DeficitSurvey,
        policy=policy.surveys,
        about="Исследования профессиональных дефицитов: кого спросили, чего не хватает, кто обучен.",
        menu="methodics",
        menu_order=30,
        icon="clipboard-list",
        columns=(
            "name",
            "held_on",
            Column("municipality", to="municipalities"),
            Column("asked", "Опрошено", annotate=Count("findings__staff", distinct=True), kind="number"),
            Column(
                "lacking",
                "С дефицитом",
                annotate=Count("findings__staff", filter=~Q(findings__level="none"), distinct=True),
                kind="number",
            ),
            Column("state", states={"open": "info", "closed": "positive"}),
        ),
        card=("name", "held_on", Column("municipality", to="municipalities"), "method", "state"),
        search=("name",),
        filters=("municipality", "state", Filter("held_on", "Дата проведения")),
        sort="-held_on",
        form=forms.SurveyForm,
        files=True,
        sections=(
            Section("Результаты", rows=_results),
            Section("По работникам", "deficits", via="survey", columns=("staff", "competence", "level")),
        ),
        importer=Importer(
            columns=(
                MUNICIPALITY_COLUMN,
                ImportColumn("name", "Название"),
                ImportColumn("held_on", "Дата проведения", aliases=("дата",)),
                ImportColumn("method", "Как проводилось"),
                ImportColumn("state", "Состояние"),
            ),
            keys=(("municipality", "name", "held_on"),),
        ),
    )
)

deficits = register(
    Register(
        slug="deficits",
        model=Deficit,
        policy=policy.deficits,
        about="Что выявлено у каждого работника. Учебный план строится от этих строк.",
        menu="methodics",
        menu_order=32,
        icon="circle-help",
        columns=(
            STAFF_COLUMN,
            ORGANISATION_COLUMN,
            Column("competence", to="competences"),
            Column("level", states=LEVELS),
            Column("survey", to="deficit_surveys"),
        ),
        search=("staff__sort_name", "competence__sort_name"),
        filters=("survey", "competence", "level", OF_ORGANISATION),
        sort="staff__sort_name",
        form=forms.DeficitForm,
        importer=Importer(
            columns=(
                ImportColumn("survey", "Исследование", ref=Ref(by=("name",))),
                STAFF,
                COMPETENCE,
                ImportColumn("level", "Что выявлено", aliases=("дефицит", "результат")),
            ),
            keys=(("survey", "staff", "competence"),),
            parent="survey",
        ),
    )
)


def _check_training(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    start, end = values.get("starts_on"), values.get("finished_on")
    if start and end and end < start:
        yield "Окончание", "term", "Окончание раньше начала.", "error"
    if values.get("state") == Training.State.FINISHED and not end:
        yield "Окончание", "finished", "Обучение завершено, а дата окончания не указана.", "error"


def _paper(value: str) -> Q:
    missing = Q(state="finished", certificate_number="") & ~Q(kind="placement")
    return missing if value == "missing" else ~Q(certificate_number="")


trainings = register(
    Register(
        slug="trainings",
        model=Training,
        policy=policy.trainings,
        title="Обучение работников",
        about="Повышение квалификации, переподготовка, стажировки: программа, часы, удостоверение.",
        menu="methodics",
        menu_order=34,
        icon="graduation-cap",
        columns=(
            STAFF_COLUMN,
            ORGANISATION_COLUMN,
            "programme",
            "kind",
            "hours",
            "finished_on",
            "certificate_number",
            Column("state", states=TRAINING_STATES),
        ),
        card=(
            Column("staff", "Работник", annotate=name_of_staff(), sort="", to="staff"),
            ORGANISATION_COLUMN,
            "kind",
            "programme",
            Column("competence", to="competences"),
            "institution",
            Column("site", to="placement_sites"),
            "hours",
            "starts_on",
            "finished_on",
            Column("state", states=TRAINING_STATES),
            "certificate_number",
            "certificate_date",
        ),
        search=("staff__sort_name", "programme", "certificate_number"),
        filters=(
            "kind",
            "state",
            "competence",
            OF_ORGANISATION,
            "site",
            Filter("finished_on", "Окончание"),
            Filter(
                "paper",
                "Удостоверение",
                options=lambda actor: [("missing", "Не внесено"), ("kept", "Внесено")],
                apply=lambda actor, value: _paper(value),
            ),
        ),
        sort="-starts_on",
        form=forms.TrainingForm,
        save=services.save_training,
        files=True,
        importer=Importer(
            columns=(
                STAFF,
                ImportColumn("kind", "Вид", aliases=("вид обучения",)),
                ImportColumn("programme", "Программа", aliases=("название программы", "курс")),
                COMPETENCE,
                ImportColumn("institution", "Где учится", aliases=("организация", "где обучался")),
                ImportColumn("hours", "Часов", aliases=("количество часов", "объем")),
                ImportColumn("starts_on", "Начало", aliases=("с",)),
                ImportColumn("finished_on", "Окончание", aliases=("по",)),
                ImportColumn("state", "Состояние"),
                ImportColumn("certificate_number", "Номер удостоверения", aliases=("удостоверение",)),
                ImportColumn("certificate_date", "Дата удостоверения"),
            ),
            keys=(("staff", "programme", "starts_on"),),
            check=_check_training,
        ),
    )
)

placement_sites = register(
    Register(
        slug="placement_sites",
        model=PlacementSite,
        policy=policy.sites,
        about="Где педагоги учатся, работая рядом с коллегами: тема, приказ, срок, число мест.",
        menu="methodics",
        menu_order=36,
        icon="map-pin",
        columns=(
            "topic",
            Column("organisation", to="organisations"),
            "capacity",
            Column("learned", "Прошли стажировку", annotate=Count("placements", filter=Q(placements__state="finished")),
                   kind="number"),
            "starts_on",
            "ends_on",
        ),
        card=("topic", Column("organisation", to="organisations"), Column("act", to="legal_acts"), "head_name",
              "capacity", "starts_on", "ends_on"),
        search=("topic", "organisation__sort_name"),
        filters=("organisation", Filter("ends_on", "Работает по")),
        sort="topic",
        form=forms.SiteForm,
        sections=(
            Section("Стажировки", "trainings", via="site", columns=("staff", "programme", "finished_on", "state")),
        ),
        importer=Importer(
            columns=(
                ORGANISATION,
                ImportColumn("topic", "Тема", aliases=("тема площадки", "направление")),
                ImportColumn("head_name", "Руководитель"),
                ImportColumn("capacity", "Мест за раз", aliases=("мест",)),
                ImportColumn("starts_on", "Работает с", aliases=("с", "начало")),
                ImportColumn("ends_on", "Работает по", aliases=("по", "окончание")),
            ),
            keys=(("organisation", "topic", "starts_on"),),
            check=check_term,
        ),
        public=True,
    )
)  # fmt: skip

seminars = register(
    Register(
        slug="seminars",
        model=Seminar,
        policy=policy.seminars,
        about="Семинары, мастер-классы, конференции и конкурсы для педагогов.",
        menu="methodics",
        menu_order=40,
        icon="megaphone",
        columns=(
            "title",
            "kind",
            "date",
            "hours",
            Column("came", "Участников", annotate=Count("participants"), kind="number"),
            Column("centre", to="centres"),
        ),
        card=("title", "kind", Column("centre", to="centres"), "date", "hours", "place",
              Column("competence", to="competences"), "outcome"),
        search=("title", "place"),
        filters=("kind", "centre", "competence", Filter("date", "Дата")),
        sort="-date",
        form=forms.SeminarForm,
        files=True,
        sections=(
            Section("Участники", "seminar_participants", via="seminar", columns=("staff", "organisation", "speaks", "result"),
                    limit=30),
        ),
        importer=Importer(
            columns=(
                ImportColumn("centre", "Код центра", aliases=("центр",), ref=Ref(by=("slug", "name"))),
                ImportColumn("kind", "Вид", aliases=("форма",)),
                ImportColumn("title", "Тема", aliases=("название", "семинар")),
                ImportColumn("competence", "Компетенция", ref=Ref(by=("code", "name"))),
                ImportColumn("date", "Дата", aliases=("дата проведения",)),
                ImportColumn("hours", "Часов"),
                ImportColumn("place", "Место", aliases=("место проведения",)),
                ImportColumn("outcome", "Итоги", aliases=("результат",)),
            ),
            keys=(("centre", "title", "date"),),
        ),
        public=True,
    )
)  # fmt: skip

seminar_participants = register(
    Register(
        slug="seminar_participants",
        model=SeminarParticipant,
        policy=policy.participants,
        about="Кто участвовал в семинарах и конкурсах.",
        columns=(STAFF_COLUMN, ORGANISATION_COLUMN, Column("seminar", to="seminars"), "speaks", "result"),
        search=("staff__sort_name", "seminar__title"),
        filters=("seminar", OF_ORGANISATION, "speaks"),
        sort="staff__sort_name",
        form=forms.ParticipantForm,
        importer=Importer(
            columns=(
                ImportColumn("seminar", "Семинар", aliases=("тема",), ref=Ref(by=("title",))),
                STAFF,
                ImportColumn("speaks", "Выступает"),
                ImportColumn("result", "Результат", aliases=("место",)),
            ),
            keys=(("seminar", "staff"),),
            parent="seminar",
        ),
    )
)
