"""The centre's moderation: queue, a programme as the parent will see it, remarks, decisions; content quality (C1, C5)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opora.catalogue import policy, services
from opora.catalogue import queries_office as queries
from opora.catalogue.content import assess, read_together
from opora.catalogue.forms import REMARK_FIELDS, MappingForm, remarks_from
from opora.catalogue.models import Programme
from opora.catalogue.pages import office_page, say_refused
from opora.catalogue.presentation import STATES, anchors_of_faults, differences, parent_card, schedule_text
from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.reasons import Refused


@require_safe
@office_page
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Programmes and changes that wait, the oldest first, with the days they have waited."""
    policy.programmes.require(actor, "moderate")
    now = clock.now()
    rows = [
        {
            "url": reverse("catalogue:moderate", args=[row.pk]),
            "name": row.name,
            "what": "Новая программа" if row.published_at is None else "Программа",
            "organisation": row.organisation.short_name,
            "since": row.submitted_at,
            "days": (now - row.submitted_at).days if row.submitted_at else 0,
            "completeness": row.completeness,
            "focus_area": row.focus_area,
        }
        for row in queries.waiting_programmes(actor)
    ]
    rows += [
        {
            "url": reverse("catalogue:moderate", args=[one.programme_id]),
            "name": one.programme.name,
            "what": "Изменение опубликованной",
            "organisation": one.programme.organisation.short_name,
            "since": one.created_at,
            "days": (now - one.created_at).days,
            "completeness": one.programme.completeness,
            "focus_area": one.programme.focus_area,
        }
        for one in queries.waiting_revisions(actor)
    ]
    rows.sort(key=lambda row: row["since"] or now)
    return render(request, "catalogue/moderation.html", {"rows": rows, "tab": "queue"})


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def moderate(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One programme or its changes: how it will look, what is missing, what is alike; remarks and the decision."""
    programme = queries.programme_for(actor, "moderate", pk)
    if request.method == "POST":
        done = _decide(request, actor, programme)
        if done is not None:
            return done
    revision = queries.open_revision(programme)
    waiting = revision if revision is not None and revision.state == "moderation" else None
    found = assess(programme)
    given = {code: str(request.POST.get(f"remark_{code}", "")) for code, _ in REMARK_FIELDS}
    context = {
        "programme": programme,
        "state": STATES[programme.state],
        "card": parent_card(programme),
        "facts": _facts(programme),
        "groups": [(group, schedule_text(group)) for group in programme.groups.all() if group.state != "finished"],
        "modules": programme.modules.all(),
        "score": found.score,
        "faults": anchors_of_faults(found),
        "similar": queries.similar(programme),
        "remark_fields": [(code, title, given[code]) for code, title in REMARK_FIELDS],
        "old_remarks": programme.remarks.order_by("-created_at")[:20],
        "titles": dict(REMARK_FIELDS),
        "revision": waiting,
        "differences": differences(programme, waiting) if waiting else [],
        "decidable": programme.state == Programme.State.MODERATION or waiting is not None,
    }
    return render(request, "catalogue/moderate.html", context, status=409 if request.method == "POST" else 200)


def _decide(request: HttpRequest, actor: Actor, programme: Programme) -> HttpResponse | None:
    revision = queries.open_revision(programme) if programme.state == Programme.State.PUBLISHED else None
    try:
        if request.POST.get("decision") == "publish":
            if revision is not None:
                services.approve_revision(actor, revision=revision)
                messages.success(request, f"Изменения программы «{programme.name}» приняты.")
            else:
                services.publish_programme(actor, programme=programme)
                messages.success(request, f"Программа «{programme.name}» опубликована.")
        else:
            remarks = remarks_from(request.POST)
            if revision is not None:
                services.return_revision(actor, revision=revision, remarks=remarks)
            else:
                services.return_programme(actor, programme=programme, remarks=remarks)
            messages.success(request, f"«{programme.name}»: замечания отправлены организации.")
    except Refused as refused:
        say_refused(request, refused)
        return None
    return HttpResponseRedirect(reverse("catalogue:moderation"))


def _facts(programme: Programme) -> list[tuple[str, Any]]:
    return [
        ("Организация", programme.organisation.short_name),
        ("Возраст", russian.age_range(programme.age_from, programme.age_to)),
        ("Направленность", programme.get_focus_area_display() or programme.raw_focus_area),
        ("Вид деятельности", programme.activity_direction or ""),
        ("Уровень", programme.get_level_display()),
        ("Форма обучения", programme.get_study_form_display()),
        ("О программе", programme.annotation),
        ("Для кого", programme.audience),
        ("Чему научится", programme.results),
        ("Что понадобится", programme.requirements),
    ]


@require_safe
@office_page
def quality(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Faults over all programmes, the least complete first."""
    policy.programmes.require(actor, "moderate")
    page = Paginator(queries.quality_rows(actor), 25).get_page(request.GET.get("page"))
    read_together(page)
    rows = [(row, assess(row).faults, STATES[row.state]) for row in page]
    return render(request, "catalogue/quality.html", {"page": page, "rows": rows, "tab": "quality"})


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def mapping(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Say which focus area a text from a file means; programmes that wait for it get it."""
    row = policy.focus_mappings.get(actor, "edit", pk=pk)
    form = MappingForm(request.POST or None, initial={"focus_area": row.focus_area})
    if request.method == "POST" and form.is_valid():
        count = services.map_focus_area(actor, mapping=row, focus_area=form.cleaned_data["focus_area"])
        messages.success(
            request,
            f"Соответствие сохранено, направленность получили: {russian.plural(count, 'программа', 'программы', 'программ')}.",
        )
        return HttpResponseRedirect(reverse("register_list", args=["focus_area_mappings"]))
    return render(request, "catalogue/mapping.html", {"form": form, "mapping": row})
