"""Registers of the administrator: accounts and the roles they hold."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Case, CharField, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast

from opora.core.registers import Column, Filter, ImportColumn, Importer, Ref, Register, Section, masks, register
from opora.people import forms_roles, policy, services_roles
from opora.people.models import Account, RoleAssignment

# places live in higher rooms too, so their tables are named, not imported
PLACES = {
    "region": ("territory", "Region", "name"),
    "municipality": ("territory", "Municipality", "name"),
    "centre": ("territory", "Centre", "name"),
    "organisation": ("providers", "Organisation", "short_name"),
}


def place_name() -> Case:
    """The name of the place where a role is held, whatever its kind."""
    found = [
        When(
            place_kind=kind,
            then=Subquery(
                apps.get_model(app, model)
                ._default_manager.filter(pk=OuterRef("place_id"))
                .values_list(Cast(name, CharField()), flat=True)[:1]
            ),
        )
        for kind, (app, model, name) in PLACES.items()
    ]
    return Case(*found, default=Value("вся система"), output_field=CharField())


accounts = register(
    Register(
        slug="accounts",
        model=Account,
        policy=policy.ACCOUNTS,
        about="Учётные записи сотрудников и родителей. Что им можно, решают роли.",
        menu="system",
        menu_order=10,
        icon="user-round",
        columns=("email", "last_name", "first_name", "patronymic", "phone", "is_active", "created_at"),
        search=("email", "last_name^", "first_name^"),
        filters=("is_active", Filter("role", "Роль", path="roles__role", kind="choice")),
        sort="email",
        form=forms_roles.AccountForm,
        save=services_roles.save_account,
        sections=(Section("Роли", "roles", via="account", columns=("role", "place", "starts_on", "ends_on")),),
        importer=Importer(
            columns=(
                ImportColumn("email", "Электронная почта", aliases=("e-mail", "почта", "адрес")),
                ImportColumn("last_name", "Фамилия"),
                ImportColumn("first_name", "Имя"),
                ImportColumn("patronymic", "Отчество"),
                ImportColumn("phone", "Телефон"),
                ImportColumn("is_active", "Действует"),
            ),
            keys=(("email",),),
        ),
        # logins are kept without a session: who it is shows by initials, a login is found by its whole address
        masks={
            "email": masks.email,
            "last_name": masks.initial,
            "first_name": masks.initial,
            "patronymic": masks.initial,
            "phone": masks.phone,
        },
        masked_search=("email=",),
    )
)

roles = register(
    Register(
        slug="roles",
        model=RoleAssignment,
        policy=policy.ROLE_ASSIGNMENTS,
        title="Роли",
        about="Кто какую роль где исполняет и до какого дня.",
        menu="system",
        menu_order=20,
        icon="key-round",
        columns=(
            Column("account", to="accounts", path="account__email"),
            "role",
            "place_kind",
            Column("place", "Место", annotate=place_name()),
            "department",
            "starts_on",
            "ends_on",
        ),
        search=("account__email", "account__last_name^"),
        filters=("role", "place_kind", Filter("account", "Учётная запись"), Filter("ends_on", "До")),
        sort="-starts_on",
        form=forms_roles.RoleForm,
        save=services_roles.save_role,
        importer=Importer(
            columns=(
                ImportColumn("account", "Электронная почта", aliases=("учётная запись",), ref=Ref(by=("email",))),
                ImportColumn("role", "Роль"),
                ImportColumn("place_kind", "Где"),
                ImportColumn("place_id", "Номер места"),
                ImportColumn("department", "Ведомство"),
                ImportColumn("starts_on", "С", aliases=("начало",)),
                ImportColumn("ends_on", "По", aliases=("окончание",)),
            ),
            keys=(("account", "role", "place_kind", "place_id?"),),
        ),
        # roles are given and taken without a session, under the masked address of the account
        masks={"account": masks.email},
        masked_search=("account__email=",),
        open_masked=("list", "card", "new", "edit"),
    )
)
