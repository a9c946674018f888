"""The register of statistics forms: list, history, export; the card is a page of its own."""

from __future__ import annotations

from opora.core.registers import Action, Column, Filter, Register, register
from opora.reporting.statistics import policy
from opora.reporting.statistics.models import StatisticsForm

forms = register(
    Register(
        slug="statistics_forms",
        model=StatisticsForm,
        policy=policy.FORM,
        title="Формы статистики",
        about="Форма № 1-ДОП за год: заполняется по записям системы, остальное вводят вручную.",
        menu="monitoring",
        menu_order=40,
        icon="clipboard-check",
        columns=(
            "year",
            Column("organisation", to="organisations"),
            Column("municipality", to="municipalities"),
            "due",
            Column("state", states={"draft": "warning", "ready": "positive"}),
        ),
        search=("organisation__sort_name",),
        filters=("year", "state", "organisation", Filter("municipality", "Муниципалитет")),
        sort="-year",
        actions=(
            Action(
                "Новая форма 1-ДОП", "statistics:new", place="list", action="create", url_arg="", icon="plus", kind=""
            ),
        ),
    )
)
