"""Payment orders for the bank, statements read back, the need for cash."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.core import clock, files
from opora.core.access import Actor
from opora.core.reasons import Hidden, Refused
from opora.settlement import policy, queries, queries_money, services
from opora.settlement.forms import ReasonForm, StatementForm

VERDICTS = {
    "executed": "positive",
    "partial": "warning",
    "repeated": "neutral",
    "excess": "danger",
    "unknown": "danger",
    "refund": "positive",
    "incoming": "neutral",
    "not_executed": "info",
}


@require_POST
@office_page
def bank_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The file of orders that wait for the bank, or of the picked ones again."""
    policy.ORDER.require(actor, "export")
    keys = [int(key) for key in request.POST.getlist("pick") if key.isdigit()]
    try:
        data = services.bank_file(actor, orders=keys or None)
    except Refused as refused:
        say_refused(request, refused)
        return HttpResponseRedirect(reverse("register_list", args=["payment_orders"]))
    name = f"1c_to_kl_{clock.now():%Y%m%d_%H%M}.txt"
    return files.download(data, name=name, content_type="text/plain; charset=windows-1251")


@require_safe
@office_page
def send(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for the bank, with the button of the file."""
    policy.ORDER.require(actor, "export")
    rows = list(queries.orders_to_send(actor).select_related("organisation", "document").order_by("number"))
    return render(request, "settlement/send.html", {"rows": rows, "sum": sum(row.amount for row in rows)})


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def cancel(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Cancel an order that the bank has not executed."""
    order = policy.ORDER.get(actor, "cancel", pk=pk)
    form = ReasonForm(request.POST or None)
    card = reverse("register_card", args=["payment_orders", pk])
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_order(actor, order=order, reason=form.cleaned_data["reason"])
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Поручение отменено, по документу можно составить новое.")
            return HttpResponseRedirect(card)
    context = {"form": form, "title": f"Отменить поручение {order}", "button": "Отменить поручение", "back": card}
    return render(request, "settlement/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def statements(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Statements read so far; a new one is read here."""
    policy.STATEMENT.require(actor, "view")
    places = queries.payer_places(actor) if policy.STATEMENT.allowed(actor, "upload") else []
    posted = request.method == "POST"
    if posted:
        policy.STATEMENT.require(actor, "upload")
    form = StatementForm(places, request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        uploaded = form.cleaned_data["file"]
        place = int(form.cleaned_data.get("municipality") or (places[0].pk if places else 0))
        try:
            row = services.read_statement(actor, municipality_id=place, name=uploaded.name, data=uploaded.read())
        except Refused as refused:
            put_reasons(form, refused)
        else:
            return HttpResponseRedirect(reverse("settlement:statement", args=[row.pk]))
    context = {"rows": list(queries.statements(actor)[:100]), "form": form if places else None}
    return render(request, "settlement/statements.html", context, status=422 if form.is_bound else 200)


@require_safe
@office_page
def statement(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Lines of a statement with what each meant."""
    one = queries.statement(actor, pk)
    lines = [(line, VERDICTS[line.verdict]) for line in queries.lines_of(one)]
    odd = sum(line.verdict in ("unknown", "excess") for line, _ in lines)
    return render(request, "settlement/statement.html", {"statement": one, "lines": lines, "odd": odd})


@require_safe
@office_page
def cash(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The need for cash by month of a calendar year, with the budget classification."""
    if not actor.has(*policy.CASH):
        policy.AGREEMENT.require(actor, "sign")
    places = queries.places(actor)
    asked = request.GET.get("place")
    place = next((one for one in places if str(one.pk) == asked), places[0] if places and not asked else None)
    if asked and place is None:
        raise Hidden("place")
    today = clock.today(place.time_zone if place else None)
    text = request.GET.get("year", "")
    year = int(text) if text.isdigit() and 2000 <= int(text) <= 2100 else today.year
    found = queries_money.cash(actor, place.pk, year) if place else None
    context: dict[str, Any] = {
        "places": places,
        "place": place,
        "year": year,
        "years": (year - 1, year, year + 1),
        "cash": found,
    }
    context["now"] = today.replace(day=1)
    return render(request, "settlement/cash.html", context)
