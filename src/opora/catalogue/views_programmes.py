"""The programme editor of a provider: create, edit on one page, modules, sending to moderation (C1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from opora.catalogue import policy, services
from opora.catalogue import queries_office as queries
from opora.catalogue.content import assess
from opora.catalogue.forms import REMARK_FIELDS, ModuleForm, NewProgrammeForm, ProgrammeForm
from opora.catalogue.models import Module, Programme
from opora.catalogue.pages import office_page, put_reasons, say_refused
from opora.catalogue.presentation import STATES, anchors_of_faults, differences
from opora.catalogue.rules import PROGRAMME
from opora.core.access import Actor
from opora.core.reasons import Refused

MOVES = {
    "submit": (services.submit_programme, "Программа отправлена на модерацию. О решении центр сообщит."),
    "recall": (services.recall_programme, "Программа снова в черновиках."),
    "archive": (services.archive_programme, "Программа в архиве, родители её больше не видят."),
    "restore": (services.restore_programme, "Программа возвращена из архива как черновик."),
}


def editor_url(pk: int) -> str:
    return reverse("catalogue:programme_edit", args=[pk])


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def programme_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The first step: a draft with its name, ages and focus area."""
    policy.programmes.require(actor, "create")
    form = NewProgrammeForm(actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_programme(actor, organisation=form.cleaned_data["organisation"], **form.values())
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Черновик создан. Дополните описание, добавьте модули и группы.")
            return HttpResponseRedirect(editor_url(made.pk))
    status = 422 if form.is_bound else 200
    return render(request, "catalogue/programme_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def programme_edit(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The editor: sections, score with faults that lead to their fields, remarks at the fields."""
    programme = queries.programme_for(actor, "edit", pk)
    revision = queries.open_revision(programme)
    posted = request.POST if request.method == "POST" else None
    form = ProgrammeForm(posted, instance=_with_proposed(programme, revision))
    if posted is not None and form.is_valid():
        fresh = queries.programme_for(actor, "edit", pk)
        try:
            proposed = services.update_programme(actor, programme=fresh, **_touched(form, fresh, revision))
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Сохранено.")
            if proposed is not None:
                messages.warning(
                    request, "Часть изменений проверит центр. Пока их не приняли, родители видят прежние значения."
                )
            return HttpResponseRedirect(editor_url(pk))
    programme = queries.programme_for(actor, "edit", pk)
    context = _editor(actor, programme, form, revision)
    return render(request, "catalogue/programme_edit.html", context, status=422 if form.is_bound else 200)


def _with_proposed(programme: Programme, revision: Any) -> Programme:
    """The programme as its editor left it: values waiting in a revision stand in the fields."""
    for name, value in (revision.changes.get("programme", {}) if revision else {}).items():
        setattr(programme, name, value)
    return programme


def _touched(form: ProgrammeForm, stored: Programme, revision: Any) -> dict[str, Any]:
    """Values that differ from what stands or from what already waits."""
    waiting = revision.changes.get("programme", {}) if revision else {}
    values = form.values()
    return {name: value for name, value in values.items() if value != waiting.get(name, getattr(stored, name))}


def _editor(actor: Actor, programme: Programme, form: ProgrammeForm, revision: Any) -> dict[str, Any]:
    found = assess(programme)
    remarks = queries.open_remarks(programme)
    titles = dict(REMARK_FIELDS)
    roles = sorted(actor.roles)
    acts = {move.code: move for role in roles for move in PROGRAMME.acts(programme.state, role) if move.code in MOVES}
    return {
        "programme": programme,
        "form": form,
        "parts": form.parts(),
        "state": STATES[programme.state],
        "score": found.score,
        "faults": anchors_of_faults(found),
        "remarks": [(titles.get(one.field, one.field), one.text, one.created_at) for one in remarks],
        "remarks_at": {one.field: one.text for one in remarks},
        "revision": revision,
        "differences": differences(programme, revision) if revision else [],
        "acts": list(acts.values()),
        "modules": programme.modules.all(),
        "groups": sorted(programme.groups.all(), key=lambda group: (group.state == "finished", group.name)),
        "may_edit": policy.programmes.can(actor, "edit", programme),
    }


@require_POST
@office_page
def programme_move(request: HttpRequest, actor: Actor, pk: int, step: str) -> HttpResponse:
    """submit, recall, archive, restore."""
    programme = queries.programme_for(actor, "archive" if step == "archive" else "submit", pk)
    service, done = MOVES[step]
    try:
        service(actor, programme=programme)
    except Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, done)
    return HttpResponseRedirect(editor_url(pk))


@require_POST
@office_page
def revision_withdraw(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The provider takes its waiting changes back."""
    programme = queries.programme_for(actor, "submit", pk)
    revision = queries.open_revision(programme)
    if revision is not None:
        services.withdraw_revision(actor, revision=revision)
        messages.success(request, "Изменения отозваны, действуют прежние значения.")
    return HttpResponseRedirect(editor_url(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def module_edit(request: HttpRequest, actor: Actor, pk: int, module: int | None = None) -> HttpResponse:
    """Add or change a module of the programme."""
    programme = queries.programme_for(actor, "edit", pk)
    row = queries.module_for(actor, "edit", module) if module else None
    if row is not None and row.programme_id != programme.pk:
        row = None
    form = ModuleForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        stored = queries.module_for(actor, "edit", row.pk) if row else None
        values = {name: form.cleaned_data[name] for name in form.fields}
        try:
            services.save_module(actor, programme=programme, module=stored, **_module_values(values, stored))
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Модуль сохранён.")
            if programme.state == Programme.State.PUBLISHED and stored is not None:
                messages.info(request, "Новые часы и цена вступят в силу, когда их примет центр.")
            return HttpResponseRedirect(f"{editor_url(pk)}#modules")
    context = {"programme": programme, "form": form, "module": row}
    return render(request, "catalogue/module.html", context, status=422 if form.is_bound else 200)


def _module_values(values: dict[str, Any], stored: Module | None) -> dict[str, Any]:
    if stored is None:
        return values
    return {name: value for name, value in values.items() if getattr(stored, name) != value}
