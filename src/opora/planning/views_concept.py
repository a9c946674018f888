"""Concepts with their targets now; the founding checklist."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.core import clock, files, russian
from opora.core.access import Actor
from opora.core.reasons import Hidden, Refused
from opora.core.registers import registry
from opora.core.ui.shapes import Chart, Series
from opora.planning import policy, queries, queries_concepts, services
from opora.planning.counting import NO_PROOF, Counter
from opora.planning.forms import CloseForm, EvidenceForm
from opora.planning.models import ConceptTarget
from opora.planning.rules.quantity import Progress, Quantity, understood
from opora.planning.rules.sections import FOUNDING_STEPS
from opora.planning.views_item import paper_of

QUARTER, YEAR = dt.timedelta(days=91), dt.timedelta(days=365)
"""What is counted over a period is compared with three months earlier, a state with the same season a year ago."""
MONTHS = 12


@dataclass
class Shown:
    """A target result as the page shows it."""

    target: ConceptTarget
    wanted: str
    progress: Progress | None
    reached: bool
    state: tuple[str, str]
    change: str = ""


@require_safe
@office_page
def concept(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Stages, and target results with value now, target and what the last three months brought."""
    one = queries_concepts.concept(actor, pk)
    counter = queries_concepts.target_counter(one)
    targets = queries_concepts.targets_of(one)
    proofs = queries.proofs((target.pk for target in targets), "target")
    counter.prepare_targets((target, day) for target in targets for day in _days(counter, target))
    shown = [_shown(counter, target, proofs.get(target.pk, NO_PROOF)) for target in targets]
    stages = [(stage, stage.starts_on <= counter.today <= stage.ends_on) for stage in queries_concepts.stages_of(one)]
    by_due: dict[dt.date, list[Shown]] = {}
    for item in shown:
        by_due.setdefault(item.target.due_on, []).append(item)
    context = {
        "concept": one,
        "stages": stages,
        "by_due": by_due.items(),
        "reached": sum(item.reached for item in shown),
        "total": len(shown),
        "today": counter.today,
        "register": registry.get("concepts"),
        "may_change": policy.concepts.can(actor, "change", one),
        "new_target": f"{registry.get('concept_targets').new_address}?concept={one.pk}",
    }
    return render(request, "planning/concept.html", context)


def _shown(counter: Counter, target: ConceptTarget, proof: Any) -> Shown:
    progress, reached = counter.target(target, proof)
    change = ""
    # an increase says by itself what has changed since its baseline
    if target.measure and target.operator != "increase" and progress is not None and progress.value is not None:
        change = _change(counter, target, proof, progress.value)
    return Shown(target, wanted(target), progress, reached, _state(counter.today, target, reached), change)


def _change(counter: Counter, target: ConceptTarget, proof: Any, value: Decimal) -> str:
    """«+120 за три месяца», «−0,4 за год»; nothing where there is nothing to compare with."""
    is_state = _is_state(counter, target)
    words = "за год" if is_state else "за три месяца"
    earlier, _ = counter.target(target, proof, _days(counter, target)[1])
    if earlier is None or earlier.value is None or (is_state and earlier.value == 0):
        return ""
    grown = value - earlier.value
    return f"{'+' if grown > 0 else ''}{russian.number(grown)} {words}" if grown else f"без изменений {words}"


def _is_state(counter: Counter, target: ConceptTarget) -> bool:
    measure = counter.measure(target.measure)
    return measure is not None and measure.is_state


def _days(counter: Counter, target: ConceptTarget) -> tuple[dt.date, dt.date]:
    """The day of the value now, and the one that it is compared with."""
    now = min(counter.today, target.due_on)
    return now, now - (YEAR if _is_state(counter, target) else QUARTER)


def wanted(target: ConceptTarget) -> str:
    """«не менее 25 % (2 117 чел.)»."""
    text = understood(Quantity(target.operator, target.amount, target.unit))
    if target.persons is not None:
        text += f" ({russian.number(target.persons)}{russian.NBSP}чел.)"
    return text


def _state(today: dt.date, target: ConceptTarget, reached: bool) -> tuple[str, str]:
    if reached:
        return "Достигнуто", "positive"
    return ("Срок прошёл", "danger") if today > target.due_on else ("В работе", "info")


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def target(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One target result: its course over the months, or its evidence; new evidence is added here."""
    one = queries_concepts.target(actor, pk)
    counter = queries_concepts.target_counter(one.concept)
    proof = queries.proofs([one.pk], "target").get(one.pk, NO_PROOF)
    may_write = not one.measure and policy.targets.can(actor, "prove", one)
    counted = bool(one.operator and one.amount is not None)
    form = _evidence_form(request, one, counter.today, counted) if may_write else None
    if request.method == "POST" and form is None:
        raise Hidden("evidence")
    if form is not None and form.is_bound and form.is_valid() and _added(request, actor, one, form):
        return HttpResponseRedirect(reverse("planning:target", args=[pk]))
    context = {
        "target": one,
        "concept": one.concept,
        "shown": _shown(counter, one, proof),
        "chart": _course(counter, one, proof) if one.measure else None,
        "measure": counter.measure(one.measure),
        "evidence": queries_concepts.evidence_of_target(one),
        "form": form,
        "register": registry.get("concept_targets"),
        "may_change": policy.targets.can(actor, "change", one),
    }
    return render(request, "planning/target.html", context, status=422 if form is not None and form.is_bound else 200)


def _evidence_form(request: HttpRequest, one: ConceptTarget, today: dt.date, counted: bool) -> EvidenceForm:
    posted = request.POST if request.method == "POST" else None
    initial = {"date": today, "amount": 1, "closes": not counted}
    return EvidenceForm(posted, request.FILES or None, initial=initial, is_counted=counted, unit=one.unit)


def _added(request: HttpRequest, actor: Actor, one: ConceptTarget, form: EvidenceForm) -> bool:
    data = form.cleaned_data
    try:
        services.add_evidence(
            actor,
            target=one,
            date=data["date"],
            text=data["text"],
            link=data["link"],
            paper=paper_of(request),
            amount=data.get("amount"),
            closes=data["closes"],
        )
    except Refused as refused:
        put_reasons(form, refused)
        return False
    messages.success(request, "Подтверждение добавлено.")
    return True


def _course(counter: Counter, one: ConceptTarget, proof: Any) -> Chart:
    """Values at the ends of the last twelve months, the last one today."""
    last = min(counter.today, one.due_on)
    days = [last]
    while len(days) < MONTHS:
        days.append(days[-1].replace(day=1) - dt.timedelta(days=1))
    days.reverse()
    counter.prepare_targets((one, day) for day in days)
    found = [counter.target(one, proof, day)[0] for day in days]
    values = [shown.value if shown else None for shown in found]
    needed = found[-1].needed if found[-1] else None
    unit = found[-1].unit if found[-1] else ""
    return Chart(
        id="course",
        title="По месяцам",
        kind="line",
        unit=unit,
        places=1 if unit in ("%", "п. п.") else 0,
        category_title="На дату",
        categories=[russian.date_short(day) for day in days],
        series=[Series("Достигнуто", values), Series("Надо", [needed] * len(days))],
    )


# --- founding ---------------------------------------------------------------------------------------------------


@require_safe
@office_page
def founding(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The checklist of a centre; for those who see several, the list of centres first."""
    policy.founding.require(actor, "view")
    centres = queries_concepts.centres_of(actor)
    wanted_pk = request.GET.get("centre", "")
    chosen = next((one for one in centres if str(one.pk) == wanted_pk), None)
    if wanted_pk and chosen is None:
        raise Hidden("centre")
    unfounded = queries_concepts.unfounded(actor)
    if chosen is None and len(centres) == 1 and not unfounded:
        chosen = centres[0]
    steps = queries_concepts.steps_of(actor, chosen) if chosen else []
    today = clock.today(chosen.municipality.time_zone) if chosen else None
    context = {
        "centres": centres,
        "chosen": chosen,
        "unfounded": unfounded,
        "usual_steps": len(FOUNDING_STEPS),
        "steps": [(step, bool(step.due_on and not step.done_on and today and today > step.due_on)) for step in steps],
        "may_change": bool(steps) and policy.founding.can(actor, "change", steps[0]),
        "register": registry.get("founding_steps"),
    }
    return render(request, "planning/founding.html", context)


@require_POST
@office_page
def begin_founding(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Make the usual steps for a centre that has none."""
    centre = queries_concepts.centre(actor, pk, "found")
    try:
        made = services.begin_founding(actor, centre=centre)
    except Refused as refused:
        say_refused(request, refused)
    else:
        steps = russian.plural(made, "шаг", "шага", "шагов")
        messages.success(request, f"Список готов: {steps}. Назначьте ответственных и сроки.")
    return HttpResponseRedirect(f"{reverse('planning:founding')}?centre={pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def close_step(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Close a step by its document."""
    one = queries_concepts.step(actor, pk, "change")
    acts = queries_concepts.acts_for(one)
    posted = request.POST if request.method == "POST" else None
    initial = {"done_on": one.done_on or clock.today(one.municipality.time_zone), "legal_act": one.act_id or ""}
    form = CloseForm(posted, request.FILES or None, acts=acts, initial=initial | {"document": one.document})
    if posted is not None and form.is_valid():
        data = form.cleaned_data
        try:
            services.close_step(
                actor,
                step=one,
                done_on=data["done_on"],
                document=data["document"],
                legal_act=queries_concepts.act_of(one, data["legal_act"]),
                paper=paper_of(request),
            )
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Шаг закрыт.")
            return HttpResponseRedirect(f"{reverse('planning:founding')}?centre={one.centre_id}")
    context = {"step": one, "form": form, "back": f"{reverse('planning:founding')}?centre={one.centre_id}"}
    return render(request, "planning/close_step.html", context, status=422 if form.is_bound else 200)


@require_safe
@office_page
def step_file(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The document that closed the step."""
    one = queries_concepts.step(actor, pk)
    if one.file is None:
        raise Hidden("file")
    return files.download(files.read(one.file), name=one.file.name, content_type=one.file.content_type)
