"""The register of forms: list, history, export; the builder is its card."""

from __future__ import annotations

from django.db.models import Max, Q

from opora.core.registers import Action, Column, Filter, Register, register
from opora.surveys import policy
from opora.surveys.models import FormTemplate

templates = register(
    Register(
        slug="form_templates",
        model=FormTemplate,
        policy=policy.TEMPLATE,
        title="Формы",
        about="Формы с таблицами и проверками, по которым запрашивают данные и сдают отчётность.",
        menu="monitoring",
        menu_order=35,
        icon="table",
        columns=(
            "title",
            "region",
            Column("municipality", to="municipalities"),
            Column(
                "version",
                "Действует версия",
                annotate=Max("versions__number", filter=Q(versions__state="published")),
                kind="number",
            ),
            Column(
                "draft", "Черновик", annotate=Max("versions__number", filter=Q(versions__state="draft")), kind="number"
            ),
            "is_archived",
        ),
        search=("sort_name", "about"),
        filters=("is_archived", Filter("municipality", "Муниципалитет")),
        sort="sort_name",
        actions=(
            Action("Новая форма", "surveys:new", place="list", action="create", url_arg="", icon="plus", kind=""),
        ),
    )
)
