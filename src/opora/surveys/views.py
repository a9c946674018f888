"""The builder of forms: structure, fields, tables, checks, preview, publishing. Works without scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.core.access import Actor
from opora.core.office.pages import office_page, put_reasons, say_refused
from opora.core.reasons import Hidden, Refused
from opora.surveys import bindings, policy, queries, services
from opora.surveys.forms import CheckForm, TemplateForm
from opora.surveys.presentation import page
from opora.surveys.rules import edit
from opora.surveys.rules.definition import CELL_KINDS, KINDS, Definition, from_json
from opora.surveys.rules.posted import field_from, pressed

EMPTY_BINDINGS = 2


def url_of(pk: int) -> str:
    return reverse("surveys:form", args=[pk])


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new form, empty or copied."""
    policy.TEMPLATE.require(actor, "create")
    samples = [(str(one.pk), one.title) for one in queries.templates(actor)]
    initial = {"sample": request.GET.get("sample", "")}
    form = TemplateForm(samples, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            sample = queries.template(actor, int(data["sample"])) if data.get("sample") else None
            made = services.create_template(actor, title=data["title"], about=data["about"], sample=sample)
        except Refused as refused:
            put_reasons(form, refused)
        else:
            return HttpResponseRedirect(url_of(made.pk))
    return render(request, "surveys/new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@office_page
def form_card(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The structure of a form: a draft can be changed here by those whose form it is."""
    template = queries.template(actor, pk)
    version = queries.shown_version(pk)
    definition = from_json(version.definition if version else {})
    may_change = policy.TEMPLATE.can(actor, "change", template)
    context = {
        "template": template,
        "version": version,
        "definition": definition,
        "checked": {one.section for one in definition.checks},
        "may_change": may_change,
        "editable": may_change and version is not None and version.state == "draft",
        "faults": edit.reasons(definition) if version is not None and version.state == "draft" else [],
        "kinds": KINDS.items(),
        "may_ask": actor.has(*policy.BUILDERS) and queries.published(pk) is not None,
    }
    return render(request, "surveys/form.html", context)


@require_safe
@office_page
def preview(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The form as those who answer will see it, empty."""
    template = queries.template(actor, pk)
    version = queries.shown_version(pk)
    definition = from_json(version.definition if version else {})
    pages = [page(definition, section) for section in definition.sections]
    context = {"template": template, "version": version, "pages": pages, "definition": definition}
    return render(request, "surveys/preview.html", context)


Step = Callable[[Definition, Mapping[str, str], str], Definition]
STEPS: dict[str, Step] = {
    "section_add": lambda form, posted, code: edit.add_section(form, posted.get("title", "")),
    "section_save": lambda form, posted, code: edit.change_section(
        form,
        code,
        title=posted.get("title", "").strip()[:300] or f"Раздел {code}",
        hint=posted.get("hint", "").strip()[:500],
    ),
    "section_up": lambda form, posted, code: edit.move_section(form, code, -1),
    "section_down": lambda form, posted, code: edit.move_section(form, code, 1),
    "section_drop": lambda form, posted, code: edit.drop_section(form, code),
    "field_up": lambda form, posted, code: edit.move_field(form, code, -1),
    "field_down": lambda form, posted, code: edit.move_field(form, code, 1),
    "field_drop": lambda form, posted, code: edit.drop_field(form, code),
    "check_drop": lambda form, posted, code: edit.drop_check(form, code),
}


@require_POST
@office_page
def do(request: HttpRequest, actor: Actor, pk: int, act: str) -> HttpResponse:
    """Publish, begin a new version, archive; or one step of the structure (`op` = «name:code»)."""
    template = queries.template(actor, pk, "change")
    target = url_of(pk)
    try:
        if act == "publish":
            version = services.publish(actor, template=template)
            messages.success(request, f"Форма действует, версия {version.number}. По ней можно запрашивать данные.")
        elif act == "draft":
            services.draft_of(actor, template=template)
            messages.success(request, "Новая версия готова к правке. Прежняя действует, пока вы не введёте новую.")
        elif act in ("archive", "restore"):
            services.archive_template(actor, template=template, archived=act == "archive")
            messages.success(request, "Форма в архиве." if act == "archive" else "Форма снова в списке.")
        elif act == "step":
            target += _step(request, actor, template)
        else:
            raise Hidden("act")
    except Refused as refused:
        say_refused(request, refused)
    return HttpResponseRedirect(target)


def _step(request: HttpRequest, actor: Actor, template: Any) -> str:
    """One step of the builder; returns the anchor or the page to go on with."""
    op, _, code = request.POST.get("op", "").partition(":")
    posted = {name: str(value) for name, value in request.POST.items()}
    made: list[str] = []

    def change(form: Definition) -> Definition:
        if op == "field_add":
            changed, new_code = edit.add_field(form, code, posted.get("kind", ""), posted.get("title", ""))
            made.append(new_code)
            return changed
        if op not in STEPS:
            raise Hidden("op")
        return STEPS[op](form, posted, code)

    if op == "field_add" and posted.get("kind") not in KINDS:
        raise edit.refuse("Выберите, какое это поле.", field="kind")
    revision = posted.get("revision", "")
    services.change_draft(actor, template=template, revision=int(revision) if revision.isdigit() else 0, change=change)
    return f"fields/{made[0]}/" if made else f"#section-{code}" if op.startswith("section") else "#structure"


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def field(request: HttpRequest, actor: Actor, pk: int, code: str) -> HttpResponse:
    """One field: its words, and for a table its columns and rows, each with buttons of its own."""
    template = queries.template(actor, pk, "change")
    version = queries.draft(pk)
    definition = from_json(version.definition if version else {})
    found = definition.field(code)
    if version is None or found is None:
        return _back_to_form(request, pk, code)
    if request.method == "POST":
        posted = {name: str(value) for name, value in request.POST.items()}
        button, revision = posted.get("op", ""), posted.get("revision", "")
        try:
            services.change_draft(
                actor,
                template=template,
                revision=int(revision) if revision.isdigit() else 0,
                change=lambda form: edit.change_field(form, code, lambda one: pressed(field_from(one, posted), button)),
            )
        except Refused as refused:
            say_refused(request, refused)
        else:
            if button == "save":
                messages.success(request, "Поле записано.")
                return HttpResponseRedirect(url_of(pk) + "#structure")
        here = reverse("surveys:field", args=[pk, code])
        return HttpResponseRedirect(
            here + ("#rows" if button.startswith("row") else "#columns" if button.startswith("col") else "")
        )
    section, one = found
    bound = [*one.bindings.items(), *([("", "")] * EMPTY_BINDINGS)]
    context = {
        "template": template,
        "version": version,
        "section": section,
        "field": one,
        "kind_name": KINDS[one.kind],
        "cell_kinds": CELL_KINDS.items(),
        "figures": bindings.choices(),
        "bound": bound,
        "closed": " ".join(one.closed),
        "choices": "\n".join(one.choices),
    }
    return render(request, "surveys/field.html", context)


def _back_to_form(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    messages.error(request, "Этого поля в черновике формы нет: возможно, его уже убрали или форма введена в действие.")
    return HttpResponseRedirect(url_of(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page
def check(request: HttpRequest, actor: Actor, pk: int, section: str, code: str) -> HttpResponse:
    """A control rule of a section; `code` «new» makes one."""
    template = queries.template(actor, pk, "change")
    version = queries.draft(pk)
    definition = from_json(version.definition if version else {})
    part = definition.section(section)
    if version is None or part is None:
        return _back_to_form(request, pk, code)
    known = next((one for one in definition.checks if one.code == code), None)
    initial = {"text": known.text, "soft": known.soft, "note": known.note} if known else {}
    form = CheckForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data, revision = form.cleaned_data, request.POST.get("revision", "")
        try:
            services.change_draft(
                actor,
                template=template,
                revision=int(revision) if revision.isdigit() else 0,
                change=lambda whole: edit.save_check(
                    whole, section, data["text"], code=known.code if known else "", soft=data["soft"], note=data["note"]
                ),
            )
        except Refused as refused:
            put_reasons(form, refused)
        else:
            messages.success(request, "Проверка записана.")
            return HttpResponseRedirect(url_of(pk) + f"#section-{section}")
    context = {"template": template, "version": version, "section": part, "form": form, "known": known}
    return render(request, "surveys/check.html", context, status=422 if form.errors else 200)
