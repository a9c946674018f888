"""Registers of the catalogue: programmes, modules, groups, focus areas waiting to be mapped."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat

from opora.catalogue import imports, policy, registers_openings  # noqa: F401  (declares its register)
from opora.catalogue.models import FocusAreaMapping, Group, GroupPlaces, Module, Programme
from opora.catalogue.presentation import GROUP_STATES, STATES
from opora.core import russian
from opora.core.access import Actor
from opora.core.registers import Action, Column, Filter, Importer, Register, Section, register

_STATES = {code: colour for code, (_, colour) in STATES.items()}
_GROUP_STATES = {code: colour for code, (_, colour) in GROUP_STATES.items()}


def _percent(value: Any) -> str:
    return "" if value is None else f"{value}{russian.NBSP}%"


def _remarks(actor: Actor, programme: Programme) -> tuple[list[str], list[list[Any]]]:
    rows = programme.remarks.filter(resolved_at__isnull=True).order_by("-pk")
    return ["Поле", "Замечание"], [[one.field or "программа в целом", one.text] for one in rows]


def _editable(actor: Actor, programme: Programme) -> bool:
    return policy.programmes.can(actor, "edit", programme)


def _awaits(actor: Actor, programme: Programme) -> bool:
    return programme.state == "moderation" or programme.revisions.filter(state="moderation").exists()


programmes = register(
    Register(
        slug="programmes",
        model=Programme,
        policy=policy.programmes,
        title="Программы",
        about="Дополнительные общеразвивающие программы организаций: то, что родители находят в навигаторе.",
        menu="catalogue",
        menu_order=10,
        icon="book-open",
        columns=(
            "name",
            Column("organisation", to="organisations"),
            "focus_area",
            Column("age_from", "Возраст с"),
            Column("age_to", "по"),
            Column("state", states=_STATES),
            Column("completeness", "Полнота", kind="number", show=_percent),
        ),
        card=(
            Column("organisation", to="organisations"),
            Column("state", states=_STATES),
            "focus_area",
            "raw_focus_area",
            "activity_direction",
            "kind",
            "level",
            "study_form",
            "age_from",
            "age_to",
            "annotation",
            "audience",
            "results",
            "requirements",
            Column("completeness", "Полнота описания", kind="number", show=_percent),
            "published_at",
            "version",
        ),
        search=("sort_name", "organisation__sort_name", "keywords"),
        filters=(
            "state",
            "focus_area",
            "organisation",
            "level",
            Filter("age_from", "Возраст с"),
            Filter("completeness", "Полнота, %"),
            "municipality",
            Filter(
                "returned",
                "Изменения",
                options=lambda actor: [("1", "Вернулись с замечаниями")],
                apply=lambda actor, value: Q(
                    pk__in=policy.revisions.rows(actor, "view").filter(state="returned").values("programme_id")
                ),
            ),
        ),
        actions=(
            Action(
                "Новая программа",
                "catalogue:programme_new",
                place="list",
                action="create",
                url_arg="",
                icon="plus",
                kind="",
            ),
            Action("Редактор", "catalogue:programme_edit", action="edit", icon="pencil", kind="", when=_editable),
            Action("Рассмотреть", "catalogue:moderate", action="moderate", icon="clipboard-check", when=_awaits),
        ),
        sections=(
            Section("Замечания центра", rows=_remarks),
            Section("Модули", "modules", via="programme", columns=("name", "hours", "price"), add=False),
            Section("Группы", "groups", via="programme", columns=("name", "teacher", "capacity", "state"), add=False),
        ),
        importer=Importer(
            columns=imports.PROGRAMME_COLUMNS,
            keys=(("organisation", "external_key"), ("organisation", "name")),
            layouts=imports.LAYOUTS,
            fill=imports.fill_programme,
            filled=("municipality", "focus_area", "raw_focus_area"),
            check=imports.check_programme,
            derive=imports.derive_programme,
            derived=("slug",),
            notice=imports.programmes_written,
            parent="municipality",
        ),
    )
)

modules = register(
    Register(
        slug="modules",
        model=Module,
        policy=policy.modules,
        title="Модули программ",
        about="Годы обучения и модули с часами и ценой. Они правятся в редакторе программы.",
        columns=(
            "name",
            Column("programme", to="programmes"),
            "number",
            "hours",
            Column("price", "Цена", kind="money"),
            Column("normative_cost", kind="money"),
        ),
        search=("name", "programme__sort_name"),
        filters=("programme",),
        sort="pk",
        sections=(
            Section("Группы", "groups", via="module", columns=("name", "teacher", "capacity", "state"), add=False),
        ),
    )
)


def _places(field: str) -> Any:
    rows = GroupPlaces._default_manager.filter(group_id=OuterRef("pk"))
    return Subquery(rows.values(field)[:1], output_field=IntegerField())


def _timetable(actor: Actor, group: Group) -> tuple[list[str], list[list[Any]]]:
    rows = group.slots.select_related("teacher", "venue").order_by("weekday", "starts_at")
    return ["День", "Время", "Кабинет", "Педагог"], [
        [
            slot.get_weekday_display(),
            f"{slot.starts_at:%H:%M}–{slot.ends_at:%H:%M}",
            slot.room or "не указан",
            str(slot.teacher or group.teacher or "не указан"),
        ]
        for slot in rows
        if slot.valid_to is None or slot.valid_to >= group.starts_on
    ]


_NO_TEACHER = When(teacher=None, then=Value(""))
_TEACHER_NAME = Concat("teacher__last_name", Value(" "), "teacher__first_name", Value(" "), "teacher__patronymic")
TEACHER = Column(
    "teacher",
    "Педагог",
    annotate=Case(_NO_TEACHER, default=_TEACHER_NAME),
    kind="text",
    sort="teacher__sort_name",
    show=lambda value: russian.short_name(value or ""),
)

groups = register(
    Register(
        slug="groups",
        model=Group,
        policy=policy.groups,
        title="Группы",
        about="Учебные группы: педагог, место, расписание, число мест. Группу создают в редакторе программы.",
        menu="catalogue",
        menu_order=20,
        icon="users",
        columns=(
            "name",
            Column("programme", to="programmes"),
            Column("organisation", to="organisations"),
            Column("state", states=_GROUP_STATES),
            Column("capacity", "Мест", annotate=_places("capacity"), kind="number"),
            Column("taken", "Занято", annotate=_places("places_taken"), kind="number"),
            Column("waiting", "Ждут", annotate=_places("waiting"), kind="number"),
            TEACHER,
        ),
        card=(
            Column("programme", to="programmes"),
            Column("module", to="modules"),
            Column("organisation", to="organisations"),
            TEACHER,
            "venue",
            "starts_on",
            "ends_on",
            "age_from",
            "age_to",
            Column("capacity", "Мест", annotate=_places("capacity"), kind="number"),
            Column("taken", "Занято", annotate=_places("places_taken"), kind="number"),
            Column("waiting", "В листе ожидания", annotate=_places("waiting"), kind="number"),
            "for_budget",
            "for_certificate",
            "for_paid",
            Column("price", kind="money"),
            Column("normative_cost", kind="money"),
            "window_from",
            "window_to",
            Column("state", states=_GROUP_STATES),
        ),
        search=("name", "programme__sort_name", "teacher__sort_name"),
        filters=(
            "state",
            "organisation",
            "programme",
            "teacher",
            "venue",
            Filter("starts_on", "Начало"),
            "for_certificate",
        ),
        sort="name",
        actions=(
            Action("Работа с группой", "enrolment:group", action="view", icon="users", kind=""),
            Action("Расписание", "catalogue:timetable", action="timetable", icon="calendar-days"),
            Action("Изменить", "catalogue:group_edit", action="edit", icon="pencil"),
        ),
        sections=(Section("Расписание", rows=_timetable),),
        importer=Importer(
            columns=imports.GROUP_COLUMNS,
            keys=(("programme", "external_key"), ("programme", "name")),
            fill=imports.fill_group,
            filled=("municipality", "module"),
            check=imports.check_group,
            notice=imports.groups_written,
        ),
    )
)

focus_area_mappings = register(
    Register(
        slug="focus_area_mappings",
        model=FocusAreaMapping,
        policy=policy.focus_mappings,
        title="Направленности из файлов",
        about="Написания направленностей, которых мы не знаем. Сопоставьте их один раз: дальше загрузка поймёт сама.",
        menu="catalogue",
        menu_order=40,
        icon="compass",
        columns=("raw", "focus_area", "first_seen_at"),
        filters=("focus_area",),
        search=("raw",),
        sort="raw",
        actions=(
            Action("Сопоставить", "catalogue:mapping", action="edit", icon="pencil", kind=""),
            Action("Сопоставить", "catalogue:mapping", place="row", action="edit"),
        ),
    )
)
