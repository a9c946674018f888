"""The register of statistics forms: list, history, export; the card is a page of its own."""

from __future__ import annotations

from django.db.models import Q

from opora.core.access import Actor
from opora.core.registers import Action, Column, Filter, Register, register
from opora.reporting.statistics import kinds, policy
from opora.reporting.statistics.models import StatisticsForm


def _name(code: str) -> str:
    return kinds.name_of(code)


def _kinds(actor: Actor) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in kinds.KINDS.values()]


def _of_kind(actor: Actor, value: str) -> Q:
    return Q(code=value)


forms = register(
    Register(
        slug="statistics_forms",
        model=StatisticsForm,
        policy=policy.FORM,
        title="Формы статистики",
        about="Форма № 1-ДОП и показатели самообследования за год: заполняются по записям системы, остальное вводят вручную.",
        menu="monitoring",
        menu_order=40,
        icon="clipboard-check",
        columns=(
            "year",
            Column("code", "Форма", show=_name),
            Column("organisation", to="organisations"),
            Column("municipality", to="municipalities"),
            "due",
            Column("state", states={"draft": "warning", "ready": "positive"}),
        ),
        search=("organisation__sort_name",),
        filters=(
            "year",
            Filter("code", "Форма", kind="choice", options=_kinds, apply=_of_kind),
            "state",
            "organisation",
            Filter("municipality", "Муниципалитет"),
        ),
        sort="-year",
        actions=(
            Action(
                "Новая форма 1-ДОП", "statistics:new", place="list", action="create", url_arg="", icon="plus", kind=""
            ),
        ),
    )
)
