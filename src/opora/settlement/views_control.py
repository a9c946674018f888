"""Control: anomalies with their decisions, execution of municipal assignments."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opora.catalogue.pages import office_page, put_reasons
from opora.core.access import Actor
from opora.core.reasons import Refused
from opora.providers.queries import today_of
from opora.settlement import anomalies as lists
from opora.settlement import policy, queries_assignment
from opora.settlement.forms import DecisionForm

PAGE = 50
STATES = {
    "within": ("в пределах отклонения", "positive"),
    "below": ("недовыполнено", "danger"),
    "above": ("перевыполнено", "warning"),
}


@require_safe
@office_page
def anomalies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All lists with what is open in each."""
    return render(request, "settlement/anomalies.html", {"lists": lists.counts(actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def anomaly(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One list: why, what to do, its rows; picked rows are closed with a note."""
    decided = request.GET.get("decided") == "1"
    posted = request.method == "POST"
    form = DecisionForm(request.POST if posted else None, initial={"verdict": "explained"})
    if posted and form.is_valid():
        try:
            count = lists.decide(
                actor,
                code=code,
                keys=request.POST.getlist("pick"),
                verdict=form.cleaned_data["verdict"],
                note=form.cleaned_data["note"],
            )
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, f"Закрыто строк: {count}.")
            return HttpResponseRedirect(reverse("settlement:anomaly", args=[code]))
    kind, found = lists.rows(actor, code, decided=decided)
    address = reverse("settlement:anomaly", args=[code])
    context = {
        "kind": kind,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "decided": decided,
        "form": form,
        "picked": set(request.POST.getlist("pick")),
        "tabs": [
            {"title": "Открытые", "url": address, "active": not decided},
            {"title": "Закрытые", "url": f"{address}?decided=1", "active": decided},
        ],
    }
    return render(request, "settlement/anomaly.html", context, status=422 if form.is_bound else 200)


@require_safe
@office_page
def assignments(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Plan and fact of learner-hours and money by organisation and quarter."""
    policy.ASSIGNMENT.require(actor, "view")
    years = queries_assignment.years(actor)
    text = request.GET.get("year", "")
    year = int(text) if text.isdigit() and len(text) == 4 else (years[0] if years else today_of(actor).year)
    under_way = ("год не окончен", "info") if year >= today_of(actor).year else STATES["below"]
    states = {**STATES, "below": under_way}
    rows = [(one, *states[one.execution.verdict]) for one in queries_assignment.executed(actor, year)]
    return render(request, "settlement/assignments.html", {"rows": rows, "year": year, "years": years})
