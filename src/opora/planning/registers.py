"""Registers of planning: plans, their sections and items, concepts with stages and targets, founding steps."""

from __future__ import annotations

from opora.core.access import Actor
from opora.core.publications import publications_of
from opora.core.registers import Action, Column, Filter, ImportColumn, Importer, Ref, Register, Section, register
from opora.core.registers.importing.declaration import Options
from opora.core.registers.importing.reading import Source
from opora.core.registers.importing.report import Report
from opora.planning import forms, policy, queries, services
from opora.planning.models import (
    Concept,
    ConceptStage,
    ConceptTarget,
    FoundingStep,
    Plan,
    PlanItem,
    PlanPublication,
    PlanSection,
)
from opora.planning.rules.states import PLAN_COLOURS

plans = register(
    Register(
        slug="plans",
        model=Plan,
        policy=policy.plans,
        title="Планы деятельности",
        singular="План деятельности",
        about="Планы опорных центров на год и два плановых года: пункты сами считают выполнение по реестрам.",
        menu="planning",
        menu_order=10,
        icon="list-checks",
        columns=(
            "title",
            "year",
            Column("centre", to="centres"),
            Column("state", states=PLAN_COLOURS),
            "version",
            "act",
        ),
        card=("title", "year", Column("centre", to="centres"), "slug", Column("state", states=PLAN_COLOURS), "version",
              "act", "submitted_at", "approved_at", "approved_by"),
        search=("title", "slug"),
        filters=(
            "year", "state", "centre", Filter("municipality", "Муниципалитет"),
            Filter(
                "published",
                "Публикация",
                options=lambda actor: [("0", "Нет, хотя нужна"), ("1", "Есть или не нужна")],
                apply=lambda actor, value: queries.unpublished() if value == "0" else ~queries.unpublished(),
            ),
        ),
        sort="-year",
        form=forms.PlanForm,
        save=services.save_plan,
        sections=(
            Section("Разделы", "plan_sections", via="plan", columns=("number", "title")),
            Section("Где опубликован", "plan_publications", via="plan", columns=("site", "version", "url", "date")),
            Section("Пункты", "plan_items", via="plan", columns=("number", "content", "due", "responsible"), add=False),
        ),
        actions=(
            Action("Открыть план", "planning:plan", action="view", url_arg="pk", kind="", icon="list-checks"),
            Action("Открыть", "planning:plan", place="row", action="view", url_arg="pk"),
            Action("Просроченные пункты", "planning:overdue", place="list", action="view", url_arg=""),
        ),
    )
)  # fmt: skip

publications = register(
    publications_of(
        Column("plan", to="plans"),
        forms.PublicationForm,
        between=("version",),
        slug="plan_publications",
        model=PlanPublication,
        policy=policy.publications,
        about="Где и когда опубликован утверждённый план: сайт, портал, газета. После изменений публикуют новую версию.",
        search=("site", "plan__title"),
        save=services.save_publication,
    )
)

sections = register(
    Register(
        slug="plan_sections",
        model=PlanSection,
        policy=policy.sections,
        title="Разделы планов",
        singular="Раздел плана",
        about="Разделы планов: семь обычных и свои.",
        columns=("number", "title", Column("plan", to="plans")),
        search=("title",),
        filters=("plan",),
        sort="number",
        form=forms.SectionForm,
        save=services.save_section,
    )
)


def _import(actor: Actor, one: Register, source: Source, options: Options) -> Report:
    from opora.planning.services.imports import import_plan

    assert one.importer is not None
    return import_plan(actor, one.importer.columns, source, options)


items = register(
    Register(
        slug="plan_items",
        model=PlanItem,
        policy=policy.items,
        title="Пункты планов",
        singular="Пункт плана",
        about="Пункты всех планов: что сделать, сколько, к какому сроку, кто отвечает.",
        menu="planning",
        menu_order=20,
        icon="clipboard-list",
        columns=(
            Column("number", sort="position"),
            "content",
            "quantity",
            "report_form",
            Column("due", sort="due_on"),
            "responsible",
            Column("plan", to="plans"),
            Column("done_on", "Выполнено"),
        ),
        card=(
            "number", "content", Column("plan", to="plans"), Column("section", to="plan_sections"), "quantity",
            "report_form", "due", "starts_on", "due_on", "responsible", "done_on", "cancelled_on", "cancel_reason",
        ),
        search=("content", "responsible", "number="),
        filters=("plan", "section", "due_on", "done_on", "responsible"),
        sort="position",
        form=forms.ItemForm,
        save=services.save_item,
        actions=(
            Action("Выполнение и подтверждения", "planning:item", action="view", url_arg="pk", kind="", icon="chart-column"),
            Action("Открыть", "planning:item", place="row", action="view", url_arg="pk"),
        ),
        importer=Importer(
            columns=(
                ImportColumn("plan", "План", aliases=("код плана",), ref=Ref(by=("slug",)), hint="Код плана"),
                ImportColumn(
                    "number", "№", aliases=("№ п/п", "номер", "п/п", "N", "пункт"), hint="1.5, часть пункта – 1.5.1"
                ),
                ImportColumn(
                    "content",
                    "Содержание работы",
                    aliases=("содержание", "мероприятие", "мероприятия", "наименование мероприятия",
                             "содержание деятельности", "вид работы", "наименование работ"),
                ),
                ImportColumn(
                    "quantity",
                    "Количественный показатель",
                    aliases=("количественные показатели", "количество", "показатель", "показатели", "значение"),
                    hint="Не менее 6 договоров, 100 % работников, увеличение на 10 %",
                ),
                ImportColumn(
                    "report_form",
                    "Форма отчётности",
                    aliases=("форма отчетности", "отчётность", "результат", "ожидаемый результат", "вид документа"),
                ),
                ImportColumn(
                    "due",
                    "Срок",
                    aliases=("сроки", "сроки отчётности", "срок отчётности", "срок исполнения", "сроки исполнения",
                             "сроки реализации", "сроки проведения", "срок выполнения", "дата"),
                    hint="Сентябрь, июнь–август, 2 квартал, до 01.09.2026, в течение года",
                ),
                ImportColumn(
                    "responsible",
                    "Ответственный",
                    aliases=("ответственные", "ответственный исполнитель", "ответственные исполнители", "исполнитель"),
                ),
            ),
            keys=(("plan", "number"),),
            parent="plan",
            own=_import,
        ),
    )
)  # fmt: skip

concepts = register(
    Register(
        slug="concepts",
        model=Concept,
        policy=policy.concepts,
        title="Концепции",
        singular="Концепция",
        about="Концепции опорных центров: этапы и целевые результаты, каждый – показатель со значением к дате.",
        menu="planning",
        menu_order=30,
        icon="compass",
        columns=("title", Column("centre", to="centres"), "starts_on", "ends_on", "act"),
        card=("title", Column("centre", to="centres"), "text", "act", "starts_on", "ends_on"),
        search=("title",),
        filters=("centre", Filter("municipality", "Муниципалитет")),
        sort="-starts_on",
        form=forms.ConceptForm,
        save=services.save_concept,
        sections=(
            Section("Этапы", "concept_stages", via="concept"),
            Section("Целевые результаты", "concept_targets", via="concept", limit=40),
        ),
        actions=(
            Action(
                "Достижение результатов", "planning:concept", action="view", url_arg="pk", kind="", icon="chart-column"
            ),
            Action("Открыть", "planning:concept", place="row", action="view", url_arg="pk"),
        ),
    )
)

stages = register(
    Register(
        slug="concept_stages",
        model=ConceptStage,
        policy=policy.stages,
        title="Этапы концепций",
        singular="Этап концепции",
        about="Этапы: что вводится и в каких организациях.",
        columns=("number", "title", "starts_on", "ends_on", Column("concept", to="concepts")),
        card=("number", "title", "text", "starts_on", "ends_on", Column("concept", to="concepts")),
        search=("title",),
        filters=("concept",),
        sort="number",
        form=forms.StageForm,
        save=services.save_stage,
    )
)

targets = register(
    Register(
        slug="concept_targets",
        model=ConceptTarget,
        policy=policy.targets,
        title="Целевые результаты",
        singular="Целевой результат",
        about="Чего концепция хочет достичь: показатель, значение, дата.",
        columns=("number", "title", "due_on", "operator", "amount", "unit", Column("concept", to="concepts")),
        card=(
            "number", "title", "due_on", "operator", "amount", "unit", "persons", "measure", "baseline", "baseline_on",
            Column("concept", to="concepts"),
        ),
        search=("title",),
        filters=("concept", "due_on"),
        sort="due_on",
        form=forms.TargetForm,
        save=services.save_target,
        actions=(Action("Достижение", "planning:target", action="view", url_arg="pk", icon="chart-column"),),
    )
)  # fmt: skip

founding = register(
    Register(
        slug="founding_steps",
        model=FoundingStep,
        policy=policy.founding,
        title="Создание центра",
        singular="Шаг создания центра",
        about="Первые шаги опорного центра: каждый закрывается документом.",
        icon="clipboard-check",
        columns=("number", "title", "responsible", "due_on", "done_on", "document", Column("centre", to="centres")),
        card=(
            "number", "title", "result_kind", "responsible", "due_on", "done_on", "document",
            Column("act", to="legal_acts"), Column("centre", to="centres"),
        ),
        search=("title", "responsible"),
        filters=("centre", "done_on", "due_on"),
        sort="number",
        form=forms.StepForm,
        save=services.save_step,
        actions=(
            Action("Закрыть документом", "planning:close_step", action="change", url_arg="pk", icon="check"),
            Action("Список шагов центра", "planning:founding", action="view", url_arg="", place="list"),
        ),
    )
)  # fmt: skip
