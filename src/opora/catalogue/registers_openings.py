"""The register of openings of enrolment."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery

from opora.catalogue import policy, services
from opora.catalogue.forms_openings import OpeningForm
from opora.catalogue.models import EnrolmentOpening, Group
from opora.core.registers import Action, Column, Register, Section, register

_OPENING_STATES = {"announced": "info", "open": "positive"}
_covered_groups = Subquery(
    Group.objects.filter(opening=OuterRef("pk")).order_by().values("opening").annotate(n=Count("pk")).values("n"),
    output_field=IntegerField(),
)


def _is(*states: str) -> Any:
    return lambda actor, opening: opening.state in states


openings = register(
    Register(
        slug="openings",
        model=EnrolmentOpening,
        policy=policy.openings,
        title="Открытия записи",
        about="День и час, когда запись во все группы откроется для всех сразу.",
        menu="catalogue",
        menu_order=50,
        icon="clock",
        columns=(
            "name",
            Column("municipality", to="municipalities"),
            "opens_at",
            Column("groups", "Групп", annotate=_covered_groups, kind="number"),
            Column("state", states=_OPENING_STATES),
        ),
        card=(
            Column("municipality", to="municipalities"),
            "opens_at",
            Column("state", states=_OPENING_STATES),
            Column("organisation", to="organisations"),
            "focus_area",
            Column("groups", "Групп", annotate=_covered_groups, kind="number"),
            "note",
            "finished_at",
        ),
        search=("name",),
        filters=("state", "municipality"),
        sort="-opens_at",
        form=OpeningForm,
        save=services.save_opening,
        actions=(
            Action("Объявить", "catalogue:opening_announce", action="edit", icon="bell", kind="", when=_is("draft")),
            Action("Перенести", "catalogue:opening_move", action="edit", icon="clock", when=_is("announced")),
            Action("Завершить", "catalogue:opening_finish", action="edit", icon="check", when=_is("announced", "open")),
            Action(
                "Страница для семей",
                "navigator:opening",
                action="view",
                icon="users",
                when=_is("announced", "open", "finished"),
            ),
        ),
        sections=(Section("Группы", "groups", via="opening", columns=("name", "organisation", "starts_on", "state")),),
    )
)
