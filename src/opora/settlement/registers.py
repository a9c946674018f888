"""Registers of settlement: documents and payment orders."""

from __future__ import annotations

from opora.core.access import Actor
from opora.core.registers import Action, Column, Filter, ImportColumn, Importer, Ref, Register, register
from opora.settlement import policy, services
from opora.settlement import registers_family as registers_family
from opora.settlement.models import CentreExpense, MunicipalAssignment, PaymentOrder, SettlementDocument

DOCUMENT_STATES = {
    "draft": "neutral",
    "issued": "info",
    "returned": "warning",
    "approved": "positive",
    "paid": "positive",
}
documents = register(
    Register(
        slug="settlement_documents",
        model=SettlementDocument,
        policy=policy.DOCUMENT,
        title="Расчётные документы",
        singular="Расчётный документ",
        about="Заявки на аванс, счета, корректировки и возвраты по соглашениям об оплате.",
        menu="settlement",
        menu_order=20,
        icon="files",
        columns=(
            Column("month", "Месяц", show=lambda value: f"{value:%m.%Y}" if value else ""),
            Column("organisation", to="organisations"),
            "kind",
            "number",
            "date",
            "contracts",
            Column("payable", kind="money"),
            Column("state", states=DOCUMENT_STATES),
        ),
        card=(
            "kind",
            "number",
            "date",
            Column("month", "Месяц", show=lambda value: f"{value:%m.%Y}" if value else ""),
            Column("organisation", to="organisations"),
            "agreement",
            "period",
            Column("state", states=DOCUMENT_STATES),
            Column("accrual", kind="money"),
            Column("advance", kind="money"),
            Column("carried_in", kind="money"),
            Column("payable", kind="money"),
            Column("carried_out", kind="money"),
            Column("refund", kind="money"),
            "reason",
            "remarks",
            "paid_on",
        ),
        search=("organisation__sort_name", "number="),
        filters=("kind", "state", "organisation", "period", Filter("month", "Месяц")),
        sort="-month",
        actions=(
            Action("Открыть с реестром договоров", "settlement:document", action="view", url_arg="pk"),
            Action("Открыть", "settlement:document", place="row", action="view", url_arg="pk"),
        ),
    )
)


def _file(actor: Actor) -> bytes:
    return services.bank_file(actor)


orders = register(
    Register(
        slug="payment_orders",
        model=PaymentOrder,
        policy=policy.ORDER,
        title="Платёжные поручения",
        singular="Платёжное поручение",
        about="Поручения на оплату проверенных заявок и счетов: отправлены в банк, исполнены по выписке.",
        menu="settlement",
        menu_order=30,
        icon="banknote",
        columns=(
            "number",
            "date",
            Column("organisation", to="organisations"),
            Column("document", "По документу", to="settlement_documents"),
            Column("amount", kind="money"),
            Column("executed", kind="money"),
            Column(
                "state",
                states={
                    "issued": "info",
                    "exported": "info",
                    "partial": "warning",
                    "executed": "positive",
                    "cancelled": "neutral",
                },
            ),
        ),
        card=(
            "number",
            "date",
            Column("organisation", to="organisations"),
            Column("document", "По документу", to="settlement_documents"),
            Column("amount", kind="money"),
            Column("executed", kind="money"),
            "state",
            "purpose",
            "kbk",
            "kosgu",
            Column("payer_account", "Счёт плательщика", path="payer__account"),
            Column("payer_treasury", "Единый казначейский счёт плательщика", path="payer__treasury_account"),
            Column("provider_account", "Счёт получателя", path="provider__account"),
            Column("provider_treasury", "Единый казначейский счёт получателя", path="provider__treasury_account"),
            "exported_at",
            "executed_on",
            "cancel_reason",
        ),
        search=("organisation__sort_name", "number=", "purpose"),
        filters=("state", "organisation", Filter("date", "Дата")),
        sort="-date",
        personal=(),
        actions=(
            Action("Файл для банка", "settlement:send", place="list", action="export", url_arg="", icon="file-down"),
            Action(
                "Отменить",
                "settlement:order_cancel",
                action="cancel",
                url_arg="pk",
                when=lambda actor, order: order.state in ("issued", "exported"),
            ),
        ),
        file=_file,
    )
)

QUARTERS = tuple(f"{what}_q{number}" for what in ("plan", "fact") for number in range(1, 5))
assignments = register(
    Register(
        slug="municipal_assignments",
        model=MunicipalAssignment,
        policy=policy.ASSIGNMENT,
        title="Муниципальные задания",
        singular="Муниципальное задание",
        about="Сколько человеко-часов организация должна оказать за год и какие деньги на это даны по кварталам.",
        menu="settlement",
        menu_order=80,
        icon="clipboard-check",
        columns=(
            Column("organisation", to="organisations"),
            "year",
            "number",
            "planned_hours",
            "deviation_percent",
            "by_attendance",
        ),
        search=("organisation__sort_name", "number"),
        filters=("year", "organisation"),
        sort="-year",
        fields=(
            "organisation",
            "year",
            "number",
            "act",
            "planned_hours",
            "deviation_percent",
            "by_attendance",
            *QUARTERS,
        ),
        save=services.save_assignment,
        actions=(Action("Исполнение", "settlement:assignments", place="list", action="view", url_arg=""),),
        importer=Importer(
            columns=(
                ImportColumn(
                    "organisation",
                    "Организация",
                    aliases=("инн организации", "код организации", "инн"),
                    ref=Ref(by=("slug", "inn", "short_name", "full_name")),
                ),
                ImportColumn("year", "Год"),
                ImportColumn("number", "Номер", required=False),
                ImportColumn("act", "Утверждено актом", required=False),
                ImportColumn("planned_hours", "Человеко-часов по плану", aliases=("человеко-часы", "объём")),
                ImportColumn("deviation_percent", "Допустимое отклонение, %", required=False),
                ImportColumn("by_attendance", "Считать по посещаемости", required=False),
                *(
                    ImportColumn(
                        name, f"{'План' if name[0] == 'p' else 'Получено'}, {name[-1]} квартал", required=False
                    )
                    for name in QUARTERS
                ),
                ImportColumn(
                    "municipality", "ОКТМО муниципалитета", aliases=("муниципалитет",), ref=Ref(by=("oktmo", "name"))
                ),
            ),
            keys=(("organisation", "year"),),
        ),
    )
)

expenses = register(
    Register(
        slug="centre_expenses",
        model=CentreExpense,
        policy=policy.EXPENSE,
        title="Средства и закупки центра",
        singular="Расход центра",
        about="На что центр получил и потратил деньги: план, факт, документ.",
        menu="settlement",
        menu_order=90,
        icon="wallet",
        columns=(
            "subject",
            Column("centre", to="centres"),
            "year",
            "source",
            Column("planned", kind="money"),
            Column("actual", kind="money"),
            "date",
        ),
        search=("subject", "document"),
        filters=("year", "source", "centre"),
        sort="-year",
        fields=("centre", "year", "subject", "source", "planned", "actual", "date", "document"),
        save=services.save_expense,
    )
)
