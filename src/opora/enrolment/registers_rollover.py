"""Registers of the change of school year: batches, their groups, their learners (E6)."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, Concat, NullIf

from opora.core.access import Actor
from opora.core.registers import Action, Column, Filter, Register, register
from opora.enrolment import policy
from opora.enrolment.models import Rollover, RolloverGroup, RolloverLearner
from opora.enrolment.rules.rollover import school_year_title

STATES = {"draft": "neutral", "asking": "info", "running": "warning", "done": "positive", "cancelled": "neutral"}
ANSWERS = {"": "neutral", "yes": "positive", "no": "danger"}
OUTCOMES = {
    "": "neutral",
    "enrolled": "positive",
    "offered": "info",
    "waits": "warning",
    "queued": "warning",
    "completed": "positive",
    "refused": "neutral",
    "silent": "neutral",
    "left_out": "neutral",
    "failed": "danger",
}
_NAME = Concat("child__last_name", Value(" "), "child__first_name", Value(" "), "child__patronymic")
_TEACHER = Concat("teacher__last_name", Value(" "), "teacher__first_name")
_NOTE = Coalesce(
    NullIf("outcome_reason", Value("")),
    KeyTextTransform("message", KeyTransform("0", "reasons")),
    Value(""),
    output_field=CharField(),
)
PLANS = {"ends": "Заканчивает", "next_module": "Следующий модуль", "next_group": "Тот же модуль"}
_GOING = Count("learners", filter=Q(learners__included=True) & ~Q(learners__answer="no"))


def _title(value: Any) -> str:
    return school_year_title(int(value)) if value else ""


def _first_reason(value: Any) -> str:
    return " ".join(one.get("message", "") for one in value or ())


rollovers = register(
    Register(
        slug="rollovers",
        model=Rollover,
        policy=policy.ROLLOVER,
        title="Переход на новый год",
        about="Переход групп и детей на следующий учебный год: кто продолжает, новые группы, ответы семей, приказы.",
        menu="enrolment",
        menu_order=60,
        icon="calendar-check",
        columns=(
            Column("from_year", "Учебный год", show=_title),
            Column("to_year", "Следующий год", show=_title),
            Column("organisation", to="organisations"),
            Column("groups", "Групп", annotate=Count("lines", distinct=True), kind="number"),
            "created_at",
            Column("state", states=STATES),
        ),
        filters=("state", "organisation", "from_year"),
        sort="-created_at",
        actions=(
            Action(
                "Новый переход",
                "enrolment:rollover_new",
                place="list",
                action="edit",
                url_arg="",
                icon="plus",
                kind="",
            ),
        ),
    )
)

groups = register(
    Register(
        slug="rollover_groups",
        model=RolloverGroup,
        policy=policy.ROLLOVER_GROUP,
        title="Группы перехода",
        about="Что будет с каждой группой: заканчивает, продолжает следующим модулем или набирается снова.",
        columns=(
            Column("from_group", "Группа этого года", path="from_group__name"),
            Column("programme", "Программа", path="from_group__programme__name"),
            Column("plan", choices=PLANS, states={"ends": "neutral", "next_module": "positive", "next_group": "info"}),
            Column("name", "Новая группа"),
            Column("teacher_name", "Педагог", annotate=_TEACHER, sort="teacher__last_name"),
            Column("going", "Детей", annotate=_GOING, kind="number"),
            "capacity",
        ),
        search=("from_group__name", "from_group__programme__sort_name", "name"),
        filters=(
            "rollover",
            "plan",
            Filter("programme", "Программа", path="from_group__programme"),
            "teacher",
            Filter(
                "trouble",
                "Что не так",
                options=lambda actor: [("crowded", "Детей больше, чем мест"), ("closed", "Новая группа не открыта")],
                apply=lambda actor, value: ~Q(problem="") if value == "closed" else Q(pk__in=_crowded()),
            ),
        ),
        sort="from_group__programme__sort_name",
        templates={"list": "enrolment/office/rollover_rows.html"},
        actions=(
            Action(
                "Продолжают следующим модулем",
                "enrolment:rollover_plan_next_module",
                place="bulk",
                action="edit",
                kind="",
            ),
            Action("Группа следующего года", "enrolment:rollover_plan_next_group", place="bulk", action="edit"),
            Action("Заканчивают", "enrolment:rollover_plan_ends", place="bulk", action="edit"),
        ),
    )
)


def _crowded() -> Any:
    """Lines with more learners who go on than places."""
    return RolloverGroup.objects.annotate(going=_GOING).filter(going__gt=F("capacity")).values("pk")


def _answers(actor: Actor) -> list[tuple[str, str]]:
    return [("none", "Нет ответа"), ("yes", "Продолжает"), ("no", "Отказ")]


_OPEN = Case(
    When(included=False, then=Value("not_asked")),
    When(line__plan="ends", then=Value("not_asked")),
    When(answer="", then=Value("none")),
    default=F("answer"),
    output_field=CharField(),
)
ANSWER_WORDS = {"not_asked": "не спрашивали", "none": "нет ответа", "yes": "продолжает", "no": "отказ"}

learners = register(
    Register(
        slug="rollover_learners",
        model=RolloverLearner,
        policy=policy.ROLLOVER_LEARNER,
        title="Дети перехода",
        about="Кого предлагается перевести, кто не подходит и почему, что ответили семьи и что вышло.",
        columns=(
            Column("child", "Ребёнок", annotate=_NAME, sort="child__sort_name"),
            Column("group", "Группа этого года", path="line__from_group__name"),
            "funding",
            Column("included", "Предлагаем"),
            Column("word", "Ответ семьи", annotate=_OPEN, show=lambda value: ANSWER_WORDS.get(value, ""), kind="text"),
            Column("outcome", states=OUTCOMES),
            Column("note", "Пояснение", annotate=_NOTE, sort="", kind="text"),
        ),
        card=(
            Column("child", "Ребёнок", annotate=_NAME),
            Column("rollover", to="rollovers"),
            Column("group", "Группа этого года", path="line__from_group", to="groups"),
            Column("next", "Группа следующего года", path="line__to_group", to="groups"),
            "funding",
            Column("included", "Предлагается"),
            Column("reasons", "Почему нет", show=_first_reason, kind="text"),
            "answer",
            "answered_at",
            "channel",
            Column("outcome", states=OUTCOMES),
            Column("outcome_reason", "Пояснение"),
            Column("order", to="orders"),
        ),
        search=("child__sort_name", "line__from_group__name"),
        filters=(
            "rollover",
            "line",
            "included",
            Filter(
                "answer",
                "Ответ семьи",
                options=_answers,
                apply=lambda actor, value: Q(answer="" if value == "none" else value),
            ),
            "outcome",
            "funding",
        ),
        sort="child__sort_name",
        templates={"list": "enrolment/office/rollover_rows.html"},
        actions=(
            Action("Предложить", "enrolment:rollover_include", place="bulk", action="edit", kind=""),
            Action("Не предлагать", "enrolment:rollover_exclude", place="bulk", action="edit"),
            Action("Согласие на бумаге", "enrolment:rollover_paper_yes", place="bulk", action="edit"),
            Action("Отказ на бумаге", "enrolment:rollover_paper_no", place="bulk", action="edit"),
        ),
        personal=("child",),
    )
)
