"""Registers of the families' own money: personal accounts, charges, payments; all can be exported."""

from __future__ import annotations

from django.db.models import Value
from django.db.models.functions import Concat

from opora.core.registers import Action, Column, Filter, Register, register
from opora.settlement import policy
from opora.settlement.models import Charge, FamilyPayment, FamilyRefund, PersonalAccount, TaxCertificate

_MONTH = Column("month", "Месяц", show=lambda value: f"{value:%m.%Y}" if value else "")


def _name(child: str) -> Concat:
    return Concat(f"{child}__last_name", Value(" "), f"{child}__first_name", Value(" "), f"{child}__patronymic")


accounts = register(
    Register(
        slug="personal_accounts",
        model=PersonalAccount,
        policy=policy.PERSONAL_ACCOUNT,
        title="Лицевые счета семей",
        singular="Лицевой счёт семьи",
        about="Сколько начислено семье, сколько она оплатила и сколько осталось.",
        menu="settlement",
        menu_order=46,
        icon="wallet",
        columns=(
            "number",
            Column("child", "Ребёнок", annotate=_name("child"), sort="child__sort_name"),
            Column("programme", "Программа", path="group__programme__name"),
            Column("group", "Группа", path="group__name"),
            Column("charged", kind="money"),
            Column("paid", kind="money"),
            Column("owed", "К оплате", kind="money"),
        ),
        card=(
            "number",
            Column("child", "Ребёнок", annotate=_name("child"), sort="child__sort_name"),
            Column("programme", "Программа", path="group__programme__name"),
            Column("group", "Группа", path="group__name"),
            Column("organisation", to="organisations"),
            Column("charged", kind="money"),
            Column("paid", kind="money"),
            Column("refunded", kind="money"),
            Column("owed", "К оплате", kind="money"),
            "opened_at",
        ),
        search=("number=", "child__sort_name"),
        filters=("organisation",),
        sort="number",
    )
)
charges = register(
    Register(
        slug="family_charges",
        model=Charge,
        policy=policy.CHARGE,
        title="Начисления семьям",
        singular="Начисление семье",
        about="Начисления и перерасчёты по месяцам.",
        menu="settlement",
        menu_order=47,
        icon="calendar-check",
        columns=(
            _MONTH,
            Column("account", "Лицевой счёт", path="account__number"),
            Column("child", "Ребёнок", annotate=_name("account__child"), sort="account__child__sort_name"),
            "kind",
            Column("amount", kind="money"),
            "due_on",
        ),
        search=("account__number=",),
        filters=("kind", "organisation", Filter("month", "Месяц")),
        sort="-month",
    )
)
payments = register(
    Register(
        slug="family_payments",
        model=FamilyPayment,
        policy=policy.FAMILY_PAYMENT,
        title="Платежи семей",
        singular="Платёж семьи",
        about="Платежи из реестров банка и внесённые вручную.",
        menu="settlement",
        menu_order=48,
        icon="banknote",
        columns=(
            "paid_on",
            Column("account", "Лицевой счёт", path="account__number"),
            "payer_name",
            "reference",
            Column("amount", kind="money"),
            Column(
                "state", states={"matched": "positive", "unknown": "danger", "repeated": "neutral", "aside": "neutral"}
            ),
        ),
        search=("reference=", "account__number=", "payer_name"),
        filters=("state", "organisation", Filter("paid_on", "Дата")),
        sort="-paid_on",
        actions=(Action("Открыть с историей", "settlement:family_payment", action="view", url_arg="pk"),),
    )
)
refunds = register(
    Register(
        slug="family_refunds",
        model=FamilyRefund,
        policy=policy.FAMILY_REFUND,
        title="Возвраты семьям",
        singular="Возврат семье",
        about="Переплата, которую вернули или вернут семьям: решение, поручение, день выплаты.",
        columns=(
            Column("account", "Лицевой счёт", path="account__number"),
            Column("child", "Ребёнок", annotate=_name("account__child"), sort="account__child__sort_name"),
            Column("amount", kind="money"),
            "begun_by",
            "order_number",
            "paid_on",
            Column(
                "state",
                states={
                    "asked": "warning",
                    "approved": "info",
                    "paid": "positive",
                    "refused": "neutral",
                    "withdrawn": "neutral",
                },
            ),
        ),
        card=(
            Column("account", "Лицевой счёт", to="personal_accounts"),
            Column("organisation", to="organisations"),
            Column("amount", kind="money"),
            "state",
            "begun_by",
            "reason",
            "asked_at",
            "decided_at",
            "remarks",
            "order_number",
            "paid_on",
        ),
        search=("account__number=", "order_number="),
        filters=("state", "begun_by", "organisation", Filter("paid_on", "Выплачено")),
        actions=(Action("Открыть", "settlement:family_refund_card", action="view", url_arg="public_id"),),
    )
)
certificates = register(
    Register(
        slug="tax_certificates",
        model=TaxCertificate,
        policy=policy.TAX_CERTIFICATE,
        title="Справки для налоговой",
        singular="Справка для налоговой",
        about="Справки об оплате образовательных услуг (КНД 1151158): номера по годам, исправленные, аннулированные.",
        columns=(
            "year",
            "number",
            "correction",
            Column("child", "Ребёнок", annotate=_name("child"), sort="child__sort_name"),
            Column("amount", kind="money"),
            "date",
            "due_on",
            Column(
                "state",
                states={
                    "asked": "warning",
                    "issued": "positive",
                    "refused": "neutral",
                    "replaced": "neutral",
                    "annulled": "neutral",
                },
            ),
        ),
        card=(
            "year",
            "number",
            "correction",
            Column("child", "Ребёнок", annotate=_name("child"), sort="child__sort_name"),
            Column("organisation", to="organisations"),
            Column("amount", kind="money"),
            "state",
            "date",
            "due_on",
            "asked_at",
            "decided_at",
            "reason",
        ),
        search=("number=", "child__sort_name"),
        filters=("state", "year", "organisation", Filter("date", "Дата")),
        actions=(Action("Открыть с платежами", "settlement:family_tax_card", action="view", url_arg="public_id"),),
    )
)
