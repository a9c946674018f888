"""Pages of inventory beside its registers: beginning and end, sheets, gaps, comparison, requests of resources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from opora.core import files, papers, russian
from opora.core.reasons import Forbidden, Refused
from opora.core.registers import export
from opora.people.forms import add_reasons
from opora.people.requests import ActorRequest
from opora.providers import documents, policy, queries_inventory
from opora.providers import services_inventory as services
from opora.providers.forms_inventory import AnswerForm, RemarkForm, SheetForm
from opora.providers.models_inventory import InventorySheet, ResourceRequest
from opora.providers.registers_inventory import (
    inventory_campaigns,
    inventory_lines,
    inventory_sheets,
    resource_requests,
)

USABLE = {"staff": "Работают сейчас", "methods": "Применяются"}
"""How the second number is called where nothing can be broken."""
ASKS = require_http_methods(["GET", "HEAD", "POST"])


def _asked(
    request: ActorRequest, title: str, lead: str, back: str, button: str, deed: Callable[[], str]
) -> HttpResponse:
    """A page that says what will happen; POST does it."""
    reasons = []
    if request.method == "POST":
        try:
            messages.success(request, deed())
            return redirect(back)
        except Refused as error:
            reasons = error.reasons
    context = {"title": title, "lead": lead, "back": back, "button": button, "reasons": reasons}
    return render(request, "providers/asked.html", context, status=422 if reasons else 200)


@login_required
@ASKS
def open_campaign(request: ActorRequest, pk: int) -> HttpResponse:
    """Give each organisation its sheet."""
    row = queries_inventory.campaign(request.actor, pk, "change")

    def deed() -> str:
        made = services.open_campaign(request.actor, campaign=row)
        return f"Инвентаризация идёт, листов добавлено: {made}."

    lead = "Каждая действующая организация муниципалитета получит лист. Кому лист уже выдан, второго не получит."
    return _asked(request, f"Начать: {row}", lead, inventory_campaigns.url("card", row), "Выдать листы", deed)


@login_required
@ASKS
def close_campaign(request: ActorRequest, pk: int) -> HttpResponse:
    """End the campaign."""
    row = queries_inventory.campaign(request.actor, pk, "change")
    counted = queries_inventory.completeness(row)
    left = sum(counted.values()) - counted["accepted"]

    def deed() -> str:
        services.close_campaign(request.actor, campaign=row)
        return "Инвентаризация завершена."

    lead = f"Листы больше не изменить. Не принято листов: {left}." if left else "Все листы приняты."
    return _asked(request, f"Завершить: {row}", lead, inventory_campaigns.url("card", row), "Завершить", deed)


@login_required
@require_safe
def gaps(request: ActorRequest, pk: int) -> HttpResponse:
    """What is lacking: by item, organisation and locality; what others have beyond the norm."""
    row = queries_inventory.campaign(request.actor, pk)
    context = {
        "campaign": row,
        "gaps": queries_inventory.gaps(request.actor, row),
        "back": inventory_campaigns.url("card", row),
    }
    return render(request, "providers/gaps.html", context)


@login_required
@require_safe
def gaps_xlsx(request: ActorRequest, pk: int) -> HttpResponse:
    """The same as a workbook."""
    row = queries_inventory.campaign(request.actor, pk)
    data = documents.gaps_workbook(row, queries_inventory.gaps(request.actor, row))
    return files.download(data, name=f"Чего не хватает, {row.year}.xlsx", content_type=papers.XLSX)


@login_required
@require_safe
def compare(request: ActorRequest, pk: int) -> HttpResponse:
    """What changed against an earlier year, of the organisations that are in both."""
    row = queries_inventory.campaign(request.actor, pk)
    earlier = list(queries_inventory.earlier(row)[:10])
    wanted = request.GET.get("with", "")
    other = next((one for one in earlier if str(one.pk) == wanted), earlier[0] if earlier else None)
    lines, both = queries_inventory.compared(row, other) if other else ([], 0)
    context = {
        "campaign": row,
        "other": other,
        "earlier": earlier,
        "lines": lines,
        "both": both,
        "back": inventory_campaigns.url("card", row),
    }
    return render(request, "providers/compare.html", context)


@login_required
@ASKS
def fill(request: ActorRequest, pk: int) -> HttpResponse:
    """The sheet as a table of fields; what is typed is kept also when the sheet is not whole."""
    row = queries_inventory.sheet(request.actor, pk, "fill")
    parts = queries_inventory.lines(row)
    form = SheetForm(request.POST or None, lines=[line for _, lines in parts for line in lines])
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.fill_sheet(request.actor, sheet=row, counted=form.counted(), seen=form.seen())
            if "send" in request.POST:
                services.send_sheet(request.actor, sheet=row)
        except Refused as error:
            parts = queries_inventory.lines(row)
            form = form.renewed([line for _, lines in parts for line in lines])
            add_reasons(form, error)
        else:
            said = "Лист отправлен в центр." if "send" in request.POST else f"Сохранено, заполнено {kept.filled} %."
            messages.success(request, said)
            return redirect(inventory_sheets.url("card", row))
    table = [
        (heading, USABLE.get(lines[0].item.kind, "Исправно"), [(line, *_fields(form, line.pk)) for line in lines])
        for heading, lines in parts
    ]
    context = {"sheet": row, "form": form, "table": table, "back": inventory_sheets.url("card", row)}
    context["upload"] = inventory_lines.import_address
    return render(request, "providers/sheet.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def sheet_xlsx(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The sheet as a table to fill in elsewhere; the register of counted resources takes it back."""
    row = queries_inventory.sheet(request.actor, pk)
    return export.response(inventory_lines, row.lines.all(), "xlsx", ["item__kind", "item__sort_name", "pk"])


def _fields(form: SheetForm, pk: int) -> tuple[Any, Any, Any]:
    return form[f"present_{pk}"], form[f"usable_{pk}"], form[f"note_{pk}"]


@login_required
@ASKS
def send(request: ActorRequest, pk: int) -> HttpResponse:
    """Give the sheet to the centre."""
    row: InventorySheet = queries_inventory.sheet(request.actor, pk, "fill")

    def deed() -> str:
        services.send_sheet(request.actor, sheet=row)
        return "Лист отправлен в центр."

    lead = f"{row}. После отправки лист изменит только центр: вернёт его с замечанием."
    return _asked(request, "Отправить лист", lead, inventory_sheets.url("card", row), "Отправить", deed)


@login_required
@ASKS
def accept(request: ActorRequest, pk: int) -> HttpResponse:
    """The centre takes the sheet."""
    row = queries_inventory.sheet(request.actor, pk, "decide")

    def deed() -> str:
        services.accept_sheet(request.actor, sheet=row)
        return "Лист принят."

    lead = str(row)
    if row.state != InventorySheet.State.SENT:
        lead = f"{row}. Лист заполнен целиком, но организация его не отправила: он будет принят как есть."
    return _asked(request, "Принять лист", lead, inventory_sheets.url("card", row), "Принять", deed)


@login_required
@ASKS
def send_back(request: ActorRequest, pk: int) -> HttpResponse:
    """The centre gives the sheet back."""
    row = queries_inventory.sheet(request.actor, pk, "decide")
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.return_sheet(request.actor, sheet=row, remark=form.cleaned_data["remark"])
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Лист возвращён организации.")
            return redirect(inventory_sheets.url("card", row))
    return _form(request, form, "Вернуть лист", str(row), inventory_sheets.url("card", row), "Вернуть")


@login_required
@ASKS
def answer(request: ActorRequest, pk: int) -> HttpResponse:
    """The owner of a resource answers a request."""
    row: ResourceRequest = policy.requests.get(request.actor, "view", pk=pk)
    policy.offers.get(request.actor, "change", pk=row.offer_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.answer_request(
                request.actor, request=row, agreed=values["agreed"] == "yes", answer=values["answer"]
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Ответ записан.")
            return redirect(resource_requests.url("card", row))
    taken = [f"{one.organisation}: {_when(one)}" for one in queries_inventory.agreed_uses(row)]
    lead = f"{row.organisation}: {row.purpose}, {_when(row)}"
    back = resource_requests.url("card", row)
    return _form(request, form, "Ответить на запрос", f"{row.offer}. {lead}", back, "Ответить", taken)


def _when(row: ResourceRequest) -> str:
    days = f"{russian.date_full(row.starts_on)} – {russian.date_full(row.ends_on)}"
    return f"{days}, {row.hours or 'весь день'}"


@login_required
@require_safe
def ask(request: ActorRequest, pk: int) -> HttpResponse:
    """A new request for this resource, with the asking organisation filled in where there is one."""
    policy.offers.get(request.actor, "view", pk=pk)
    if not policy.requests.allowed(request.actor, "create"):
        raise Forbidden("create")
    return redirect(f"{resource_requests.new_address}?offer={pk}")


@login_required
@ASKS
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """The asking organisation takes its request back."""
    row: ResourceRequest = policy.requests.get(request.actor, "change", pk=pk)

    def deed() -> str:
        services.withdraw_request(request.actor, request=row)
        return "Запрос отозван."

    return _asked(request, "Отозвать запрос", str(row), resource_requests.url("card", row), "Отозвать", deed)


def _form(
    request: ActorRequest, form: Any, title: str, lead: str, back: str, button: str, taken: Sequence[str] = ()
) -> HttpResponse:
    context = {"form": form, "title": title, "lead": lead, "back": back, "button": button, "taken": taken}
    return render(request, "providers/form.html", context, status=422 if form.errors else 200)
