"""The month: agreements with their documents, preparing, deciding and paying many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from opora.catalogue.pages import back, office_page, say_refused
from opora.core import russian
from opora.core.access import Actor
from opora.core.reasons import Refused
from opora.core.ui.shapes import Stat
from opora.settlement import policy, queries, services
from opora.settlement.forms import month_of

KINDS = ("advance_request", "invoice")


@require_safe
@office_page
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every agreement of the month with its advance request and invoice; what the actor may do with them."""
    policy.AGREEMENT.require(actor, "view")
    places = queries.places(actor)
    chosen = next((one for one in places if str(one.pk) == request.GET.get("place")), None)
    if chosen is None and len(places) > 1 and not actor.has("provider_manager"):
        chosen = places[0]
    month = month_of(request.GET.get("month")) or queries.current_month(actor)
    table = queries.month_table(actor, month, chosen.pk if chosen else None)
    may = {
        "prepare": policy.AGREEMENT.allowed(actor, "prepare"),
        "issue": policy.DOCUMENT.allowed(actor, "issue"),
        "decide": policy.DOCUMENT.allowed(actor, "decide"),
        "pay": policy.DOCUMENT.allowed(actor, "pay"),
    }
    context: dict[str, Any] = {
        "table": table,
        "month": month,
        "places": places,
        "place": chosen,
        "may": may,
        "picks": may["issue"] or may["decide"] or may["pay"],
        "actions": _actions(may),
        "draft_kinds": (("advance_request", "Составить заявки на аванс"), ("invoice", "Составить счета")),
        "month_tabs": [
            {
                "title": russian.month(one),
                "url": month_url(one, str(chosen.pk) if chosen else ""),
                "active": one == month,
            }
            for one in queries.month_choices(actor, month)
        ],
        "stats": _stats(table),
    }
    return render(request, "settlement/month.html", context)


def _actions(may: dict[str, bool]) -> list[dict[str, str]]:
    acts = []
    if may["issue"]:
        acts.append({"text": "Выставить", "name": "act", "value": "issue"})
    if may["decide"]:
        acts.append({"text": "Отметить проверенными", "name": "act", "value": "approve"})
    if may["pay"]:
        acts.append({"text": "Составить поручения", "name": "act", "value": "order"})
    return acts


def _stats(table: queries.Month) -> list[Stat]:
    return [
        Stat("Авансы", russian.money(table.advance)),
        Stat("Начислено по счетам", russian.money(table.accrual)),
        Stat("К доплате по счетам", russian.money(table.payable)),
        Stat("Оплачено", russian.money(table.paid), note="по документам этого месяца"),
    ]


def month_url(month: Any, place: str = "") -> str:
    return f"{reverse('settlement:month')}?month={month:%Y-%m}" + (f"&place={place}" if place else "")


@require_POST
@office_page
def prepare(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Make the missing drafts of a month."""
    policy.AGREEMENT.require(actor, "prepare")
    month, kind, place = month_of(request.POST.get("month")), request.POST.get("kind"), request.POST.get("place", "")
    if month is None or kind not in KINDS:
        messages.error(request, "Выберите месяц и документ.")
        return HttpResponseRedirect(reverse("settlement:month"))
    made = services.prepare(actor, kind=str(kind), month=month, municipality_id=int(place) if place.isdigit() else None)
    if made:
        messages.success(request, f"Составлено: {russian.plural(len(made), 'черновик', 'черновика', 'черновиков')}.")
    else:
        messages.info(request, "Новых черновиков нет: всё уже составлено, или в этом месяце не за что платить.")
    return HttpResponseRedirect(month_url(month, place))


@require_POST
@office_page
def picked(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Issue, approve or order the payment of the picked documents; all or none."""
    act = request.POST.get("act", "")
    keys = [int(key) for key in request.POST.getlist("pick") if key.isdigit()]
    deeds = {
        "issue": (lambda: len(services.issue(actor, documents=keys)), "Выставлено"),
        "approve": (lambda: len(services.approve(actor, documents=keys)), "Проверено"),
        "order": (lambda: len(services.make_orders(actor, documents=keys)), "Составлено поручений"),
    }
    policy.AGREEMENT.require(actor, "prepare")
    if act not in deeds or not keys:
        messages.info(request, "Отметьте документы в таблице и выберите действие.")
        return back(request, reverse("settlement:month"))
    deed, word = deeds[act]
    try:
        count = deed()
    except Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, f"{word}: {count}.")
    return back(request, reverse("settlement:month"))
