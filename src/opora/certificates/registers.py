"""Registers of certificates and of their money: payment agreements, programme registers, normative costs, limits."""

from __future__ import annotations

from opora.catalogue.models import Module
from opora.certificates import policy, services_registers
from opora.certificates.forms_limits import ProgrammeLimitForm
from opora.certificates.models import Certificate, PaymentAgreement, ProgrammeLimit, ProgrammeRegisterEntry
from opora.core.registers import Action, Column, Filter, ImportColumn, Importer, Ref, Register, register
from opora.people.expressions import full_name

certificates = register(
    Register(
        slug="certificates",
        model=Certificate,
        policy=policy.CERTIFICATE_REGISTER,
        about="Все сертификаты территории. Действия с ними – в пункте приёма.",
        menu="certificates",
        menu_order=15,
        icon="ticket",
        columns=(
            Column("number", show=lambda value: value or "Номера ещё нет"),
            Column("child", "Ребёнок", annotate=full_name(), sort="child__sort_name"),
            Column("kind", states={"funded": "positive", "accounting": "neutral"}),
            Column("state", states={"active": "positive", "applied": "info", "issued": "warning", "frozen": "warning"}),
            Column("municipality", to="municipalities"),
            "issued_at",
        ),
        card=(
            "number",
            "kind",
            "state",
            Column("municipality", to="municipalities"),
            "applied_at",
            "answer_due",
            "issued_at",
            "activated_at",
            "funded_since",
            "closed_at",
            "reason",
        ),
        search=("child__sort_name", "number^"),
        filters=("municipality", "kind", "state", Filter("issued_at", "Выдан")),
        sort="-applied_at",
        actions=(
            Action("Открыть в пункте приёма", "certificates:desk_certificate", action="serve", url_arg="public_id"),
        ),
    )
)

agreements = register(
    Register(
        slug="payment_agreements",
        model=PaymentAgreement,
        policy=policy.AGREEMENT,
        title="Соглашения об оплате",
        singular="Соглашение об оплате",
        about="С кем плательщик подписал соглашение на период. Без подписанного соглашения договоры не заключаются.",
        menu="certificates",
        menu_order=30,
        icon="file-text",
        columns=(
            "number",
            "date",
            Column("organisation", to="organisations"),
            "period",
            Column("state", states={"signed": "positive", "draft": "neutral", "ended": "warning"}),
        ),
        search=("number", "organisation__sort_name"),
        filters=("period", "organisation", "state"),
        sort="-date",
        actions=(
            Action(
                "Реквизиты, подписание, сверка",
                "settlement:agreement",
                action="view",
                url_arg="pk",
                when=lambda actor, row: actor.has(*policy.SETTLING),
            ),
        ),
        fields=("period", "organisation", "number", "date", "state"),
        save=services_registers.save_agreement,
        importer=Importer(
            columns=(
                ImportColumn("number", "Номер"),
                ImportColumn("date", "Дата"),
                ImportColumn(
                    "organisation",
                    "Организация",
                    aliases=("инн организации", "код организации", "инн"),
                    ref=Ref(by=("slug", "inn", "short_name", "full_name")),
                ),
                ImportColumn("period", "Период", ref=Ref(by=("name", "id"))),
                ImportColumn(
                    "municipality", "ОКТМО муниципалитета", aliases=("муниципалитет",), ref=Ref(by=("oktmo", "name"))
                ),
                ImportColumn("state", "Состояние"),
            ),
            keys=(("period", "organisation"),),
        ),
    )
)

programme_registers = register(
    Register(
        slug="programme_registers",
        model=ProgrammeRegisterEntry,
        policy=policy.REGISTER_ENTRY,
        title="Реестры программ",
        singular="Запись реестра программ",
        about="Какие программы сертифицированы, значимы, предпрофессиональны: от этого зависит оплата сертификатом.",
        icon="list",
        columns=("programme", Column("register", states={"certified": "positive"}), "decision", "starts_on", "ends_on"),
        search=("programme__sort_name", "decision"),
        filters=(Filter("kind", "Реестр", path="register"), Filter("starts_on", "С")),
        sort="-starts_on",
        fields=("programme", "register", "decision", "starts_on", "ends_on"),
        save=services_registers.save_register_entry,
    )
)

normative_costs = register(
    Register(
        slug="normative_costs",
        model=Module,
        policy=policy.NORMATIVE_COST,
        title="Нормативная стоимость",
        singular="Нормативная стоимость модуля",
        about="Сколько сертификат платит за модуль. Группы, которые уже открыты, сохраняют прежнюю стоимость.",
        icon="russian-ruble",
        columns=(
            Column("programme", "Программа"),
            Column("name", "Модуль"),
            "hours",
            Column("price", kind="money"),
            Column("normative_cost", kind="money"),
            "normative_basis",
        ),
        search=("name", "programme__sort_name"),
        sort="programme",
        fields=("normative_cost", "normative_basis"),
        save=services_registers.save_normative_cost,
    )
)

programme_limits = register(
    Register(
        slug="programme_limits",
        model=ProgrammeLimit,
        policy=policy.PROGRAMME_LIMIT,
        title="Ограничения по программам",
        singular="Ограничение по программе",
        about="Сколько договоров одновременно может быть по одной программе в периоде.",
        menu="certificates",
        menu_order=60,
        icon="sliders-horizontal",
        columns=(Column("period", "Период"), Column("programme", "Программа"), "contracts"),
        filters=(Filter("period", "Период"),),
        sort="-pk",
        form=ProgrammeLimitForm,
        save=services_registers.save_programme_limit,
    )
)
