"""Registers of inventory (B3): items, campaigns, sheets, shared resources and requests, museums."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q

from opora.core.access import Actor
from opora.core.registers import Action, Column, Filter, ImportColumn, Importer, Ref, Register, Section, register
from opora.core.registers.importing import parsing
from opora.core.registers.importing.rowwise import by_rows
from opora.providers import forms_inventory as forms
from opora.providers import imports_inventory as imports
from opora.providers import policy, queries_inventory, services_inventory
from opora.providers.columns import ORGANISATION
from opora.providers.models_inventory import (
    InventoryCampaign,
    InventoryItem,
    InventoryKind,
    InventoryLine,
    InventorySheet,
    Museum,
    ResourceOffer,
    ResourceRequest,
)

CAMPAIGN_STATES = {"draft": "neutral", "open": "info", "closed": "positive"}
SHEET_STATES = {"draft": "neutral", "sent": "info", "returned": "warning", "accepted": "positive"}
REQUEST_STATES = {"asked": "info", "agreed": "positive", "declined": "danger", "withdrawn": "neutral"}
KINDS = dict(InventoryKind.choices)

inventory_items = register(
    Register(
        slug="inventory_items",
        model=InventoryItem,
        policy=policy.inventory_items,
        about="Что учитывается при инвентаризации и сколько этого нужно по норме.",
        menu="providers",
        menu_order=62,
        icon="list-checks",
        columns=("name", "kind", "unit", "norm", "norm_per", "basis", "is_active"),
        search=("sort_name", "code"),
        filters=("kind", "norm_per", "is_active"),
        form=forms.ItemForm,
        importer=Importer(
            columns=(
                ImportColumn("code", "Код"),
                ImportColumn("kind", "Вид ресурса", aliases=("вид",)),
                ImportColumn("name", "Наименование", aliases=("позиция", "название")),
                ImportColumn("unit", "Единица", aliases=("ед. изм.", "единица измерения")),
                ImportColumn("norm", "Норма"),
                ImportColumn("norm_per", "На что норма"),
                ImportColumn("basis", "Откуда норма", aliases=("основание",)),
                ImportColumn("is_active", "Учитывается"),
            ),
            keys=(("code",),),
        ),
    )
)


def _kinds(codes: list[str]) -> str:
    return ", ".join(KINDS.get(code, code) for code in codes) if codes else "Все виды ресурсов"


def _completeness(actor: Actor, row: InventoryCampaign) -> tuple[list[str], list[list[Any]]]:
    counted = queries_inventory.completeness(row)
    total = sum(counted.values())
    if not total:
        return [], []
    labels = dict(InventorySheet.State.choices)
    address = f"/office/inventory_sheets/?campaign={row.pk}&state="
    lines = [[(labels[code], f"{address}{code}"), str(n), f"{n * 100 // total} %"] for code, n in counted.items()]
    return ["Листы", "Организаций", "Доля"], lines


inventory_campaigns = register(
    Register(
        slug="inventory_campaigns",
        model=InventoryCampaign,
        policy=policy.campaigns,
        about="Инвентаризации ресурсов: кто сдал листы, чего не хватает, что изменилось за год.",
        menu="providers",
        menu_order=60,
        icon="clipboard-list",
        columns=(
            "name",
            "year",
            Column("municipality", to="municipalities"),
            "due_on",
            Column("sheets_now", "Листов", annotate=Count("sheets"), kind="number"),
            Column("accepted", "Принято", annotate=Count("sheets", filter=Q(sheets__state="accepted")), kind="number"),
            Column("state", states=CAMPAIGN_STATES),
        ),
        card=(
            "name",
            Column("municipality", to="municipalities"),
            "year",
            Column("kinds", show=_kinds),
            "starts_on",
            "due_on",
            Column("act", to="legal_acts"),
            Column("state", states=CAMPAIGN_STATES),
        ),
        search=("name",),
        filters=("municipality", Filter("year"), "state"),
        sort="-year",
        form=forms.CampaignForm,
        sections=(
            Section("Полнота", rows=_completeness),
            Section(
                "Листы организаций", "inventory_sheets", via="campaign", columns=("organisation", "filled", "state"),
                limit=30, add=False,
            ),
        ),
        actions=(
            Action("Начать", "providers:inventory_open", kind="", icon="send", when=lambda _, row: row.state == "draft"),
            Action("Чего не хватает", "providers:inventory_gaps", action="view", icon="triangle-alert"),
            Action("Сравнить с прошлым годом", "providers:inventory_compare", action="view", icon="git-compare"),
            Action("Дополнить листами", "providers:inventory_open", when=lambda _, row: row.state == "open"),
            Action("Завершить", "providers:inventory_close", when=lambda _, row: row.state == "open"),
        ),
        importer=Importer(
            columns=(
                ImportColumn("name", "Название", aliases=("инвентаризация",)),
                ImportColumn(
                    "municipality", "ОКТМО муниципалитета", aliases=("муниципалитет",), ref=Ref(by=("oktmo", "name"))
                ),
                ImportColumn("year", "Год"),
                ImportColumn("kinds", "Что учитываем", aliases=("виды ресурсов",), choices=KINDS,
                             hint="Виды ресурсов через точку с запятой; пусто – все"),
                ImportColumn("starts_on", "Начало", aliases=("с",)),
                ImportColumn("due_on", "Сдать до", aliases=("срок", "по")),
            ),
            keys=(("municipality", "year", "name"),),
            check=imports.check_campaign,
        ),
    )
)  # fmt: skip

inventory_sheets = register(
    Register(
        slug="inventory_sheets",
        model=InventorySheet,
        policy=policy.sheets,
        about="Листы инвентаризации: что у организации есть и что исправно.",
        menu="providers",
        menu_order=61,
        icon="clipboard-check",
        columns=(
            Column("organisation", to="organisations"),
            Column("campaign", to="inventory_campaigns"),
            "filled",
            Column("state", states=SHEET_STATES),
            "sent_at",
        ),
        card=(
            Column("organisation", to="organisations"),
            Column("campaign", to="inventory_campaigns"),
            Column("state", states=SHEET_STATES),
            "remark",
            "filled",
            "sent_at",
            "accepted_at",
        ),
        search=("organisation__sort_name",),
        filters=("campaign", "organisation", "state"),
        sort="-campaign__year",
        sections=(Section("Что учтено", rows=lambda actor, row: _lines(row)),),
        actions=(
            Action("Заполнить", "providers:sheet_fill", action="fill", kind="", icon="pencil",
                   when=lambda _, row: row.state == "draft"),
            Action("Исправить", "providers:sheet_fill", action="fill", kind="", icon="pencil",
                   when=lambda _, row: row.state == "returned"),
            Action("Скачать таблицей", "providers:sheet_xlsx", action="view", icon="download"),
            Action("Отправить в центр", "providers:sheet_send", action="fill", icon="send",
                   when=lambda _, row: row.state in ("draft", "returned")),
            Action("Принять", "providers:sheet_accept", action="decide", kind="", icon="check",
                   when=lambda _, row: row.state == "sent"),
            Action("Принять без отправки", "providers:sheet_accept", action="decide", icon="check",
                   when=lambda _, row: row.state in ("draft", "returned") and row.filled == 100),
            Action("Вернуть", "providers:sheet_return", action="decide", icon="undo-2",
                   when=lambda _, row: row.state in ("sent", "accepted")),
        ),
    )
)  # fmt: skip


def _lines(row: InventorySheet) -> tuple[list[str], list[list[Any]]]:
    table = []
    for _, lines in queries_inventory.lines(row):
        for line in lines:
            counted = "не учтено" if line.present is None else f"{line.present}"
            usable = "" if line.usable is None else f"{line.usable}"
            table.append([f"{line.item.name}, {line.item.unit}", counted, usable, str(line.needed or "–"), line.note])
    return ["Позиция", "Есть", "Исправно", "Нужно", "Примечание"], table


def _asking(actor: Actor) -> dict[str, Any]:
    """Who asks is known where the actor keeps one organisation."""
    mine = actor.organisations("provider_manager")
    return {"organisation": next(iter(mine))} if len(mine) == 1 else {}


inventory_lines = register(
    Register(
        slug="inventory_lines",
        model=InventoryLine,
        policy=policy.lines,
        about="Что и сколько есть у каждой организации по листам инвентаризаций. Загружается из таблицы.",
        menu="providers",
        menu_order=63,
        icon="archive",
        columns=(
            Column("item", "Позиция", path="item__name"),
            Column("organisation", "Организация", path="sheet__organisation__short_name"),
            Column("campaign", "Инвентаризация", annotate=imports.campaign_written(), sort="sheet__campaign__year"),
            "present",
            "usable",
            "needed",
            Column("lack", "Не хватает", annotate=imports.LACK, kind="number"),
        ),
        card=(
            Column("item", "Позиция", path="item__name"),
            Column("unit", "Единица", path="item__unit"),
            Column("sheet", to="inventory_sheets"),
            "present",
            "usable",
            "needed",
            "note",
        ),
        search=("item__sort_name", "sheet__organisation__sort_name"),
        filters=(
            Filter("item", "Позиция"),
            Filter("kind", "Вид ресурса", path="item__kind"),
            Filter("organisation", "Организация", path="sheet__organisation"),
            Filter("campaign", "Инвентаризация", path="sheet__campaign"),
        ),
        sort="item__sort_name",
        importer=Importer(
            columns=(
                ImportColumn(
                    "campaign", "Инвентаризация", field="sheet", path="sheet__campaign__name", parse=parsing.text(250),
                    required=False, written=imports.campaign_written(), hint="Название и год; пусто – та, что идёт сейчас",
                ),
                ImportColumn(
                    "organisation", "Код организации", field="sheet", path="sheet__organisation__slug",
                    aliases=("организация", "инн организации"), parse=parsing.text(600), required=False,
                    written=F("sheet__organisation__slug"), hint="Код, ИНН или наименование; свою можно не указывать",
                ),
                ImportColumn("item", "Позиция", aliases=("наименование", "ресурс", "код позиции"),
                             ref=Ref(by=("name", "code"))),
                ImportColumn("present", "Есть", aliases=("количество", "в наличии"), required=False),
                ImportColumn("usable", "Исправно", aliases=("из них исправно",), hint="Пусто – исправно всё, что есть"),
                ImportColumn("note", "Примечание"),
            ),
            keys=(("campaign?", "organisation?", "item"),),
            own=by_rows(imports.LineRows),
        ),
    )
)  # fmt: skip

resource_offers = register(
    Register(
        slug="resource_offers",
        model=ResourceOffer,
        policy=policy.offers,
        about="Помещения и оборудование, которыми организации готовы делиться.",
        menu="providers",
        menu_order=64,
        icon="share-2",
        columns=(
            "name",
            "kind",
            Column("organisation", to="organisations"),
            Column("venue", to="venues"),
            Column("state", states={"open": "positive", "closed": "neutral"}),
        ),
        card=(
            "name",
            "kind",
            Column("organisation", to="organisations"),
            Column("venue", to="venues"),
            "terms",
            Column("state", states={"open": "positive", "closed": "neutral"}),
        ),
        search=("sort_name", "terms"),
        filters=("kind", "organisation", "state"),
        form=forms.OfferForm,
        importer=Importer(
            columns=(
                ORGANISATION,
                ImportColumn("venue", "Площадка", ref=Ref(by=("name", "address"), within={"organisation_id": "organisation"})),
                ImportColumn("kind", "Вид"),
                ImportColumn("name", "Что предлагается", aliases=("название", "ресурс", "помещение")),
                ImportColumn("terms", "Условия"),
                ImportColumn("state", "Состояние"),
            ),
            keys=(("organisation", "name"),),
        ),
        sections=(
            Section(
                "Кто и когда пользуется", "resource_requests", via="offer",
                columns=("purpose", "organisation", "starts_on", "ends_on", "state"), add=False,
            ),
        ),
        actions=(
            Action("Попросить на время", "providers:offer_ask", action="view", kind="", icon="hand-heart",
                   when=lambda actor, row: row.state == "open" and policy.requests.allowed(actor, "create")
                   and row.organisation_id not in actor.organisations("provider_manager")),
        ),
        offered=Q(state="open"),
        public=True,
    )
)  # fmt: skip

resource_requests = register(
    Register(
        slug="resource_requests",
        model=ResourceRequest,
        policy=policy.requests,
        about="Запросы на общие помещения и оборудование: кто просит, на какой срок, что ответили.",
        menu="providers",
        menu_order=65,
        icon="hand-heart",
        columns=(
            "purpose",
            Column("offer", to="resource_offers"),
            Column("organisation", to="organisations"),
            "starts_on",
            "ends_on",
            Column("state", states=REQUEST_STATES),
        ),
        card=(
            "purpose",
            Column("offer", to="resource_offers"),
            Column("organisation", to="organisations"),
            "starts_on",
            "ends_on",
            "hours",
            Column("state", states=REQUEST_STATES),
            "answer",
        ),
        search=("purpose", "offer__sort_name"),
        filters=("offer", "organisation", "state", Filter("starts_on", "С")),
        sort="-starts_on",
        form=forms.RequestForm,
        save=services_inventory.save_request,
        initial=_asking,
        actions=(
            Action("Ответить", "providers:request_answer", action="view", kind="", icon="check",
                   when=lambda actor, row: row.state == "asked" and policy.offers.can(actor, "change", row.offer)),
            Action("Отозвать", "providers:request_withdraw", icon="x",
                   when=lambda actor, row: row.state in ("asked", "agreed")
                   and policy.requests.can(actor, "change", row)),
        ),
    )
)  # fmt: skip

museums = register(
    Register(
        slug="museums",
        model=Museum,
        policy=policy.museums,
        about="Музеи образовательных организаций: профиль, свидетельство, сколько детей занимается.",
        menu="providers",
        menu_order=66,
        icon="landmark",
        columns=("name", Column("organisation", to="organisations"), "profile", "certificate_number", "children"),
        search=("sort_name", "certificate_number"),
        filters=("profile", "organisation", Filter("municipality", "Муниципалитет", path="organisation__municipality")),
        form=forms.MuseumForm,
        importer=Importer(
            columns=(
                ORGANISATION,
                ImportColumn("name", "Название", aliases=("музей",)),
                ImportColumn("profile", "Профиль"),
                ImportColumn("certificate_number", "Свидетельство", aliases=("номер свидетельства",)),
                ImportColumn("certificate_date", "Дата свидетельства"),
                ImportColumn("head_name", "Руководитель музея", aliases=("руководитель",)),
                ImportColumn("children", "Занимается детей", aliases=("количество детей",)),
                ImportColumn("exhibits", "Экспонатов"),
                ImportColumn("founded_on", "Открыт"),
                ImportColumn("address", "Адрес"),
            ),
            keys=(("organisation", "name"),),
        ),
    )
)
