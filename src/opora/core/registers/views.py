"""Pages of every register: list, card, new, edit, history, export. Authorisation first, then anything else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opora.core import papers
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.models import StoredFile
from opora.core.reasons import Refused
from opora.core.registers import access, changes, export, forms, listing, saved, services
from opora.core.registers.declaration import Action, Register
from opora.core.registers.filters import FilterForm
from opora.core.registers.sections import sections_of

View = Callable[..., HttpResponseBase]


def page(action: str, name: str = "") -> Callable[[View], View]:
    """Sign-in for visitors, 403 without the role; the view then gets the actor.

    `name` says which page it is to registers that open some pages masked (`Register.open_masked`).
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, register: Register, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = access.actor_of(request)
            if actor.account_id is None and not actor.system:
                return redirect_to_login(request.get_full_path())
            try:
                access.require(register, actor, action, page=name)
            except access.NeedsSession:
                return render(request, "opora/registers/needs_session.html", {"register": register}, status=403)
            return view(request, register, actor, *args, **kwargs)

        return checked

    return wrap


@require_safe
@page("view", "list")
def list_page(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """The list with its filter panel; `?print=1` shows all columns without controls, up to 2 000 rows."""
    printing = "print" in request.GET
    shown = listing.RegisterPage(register, actor, request.GET, 2000 if printing else 0)
    filters = FilterForm(register, actor, request.GET)
    kept, own = saved.kept(register, request.GET), saved.of(actor, register)
    context = {
        "register": register,
        "shown": shown,
        "filters": filters,
        "narrowed": bool(filters.used),
        "columns": [(column, column.sort != "") for column in shown.columns],
        "can": rights(register, actor),
        "list_actions": actions(register, actor, "list"),
        "bulk_actions": actions(register, actor, "bulk"),
        "row_actions": actions(register, actor, "row"),
        "query": kept_query(request),
        "masked": access.masked(register, actor),
        "saved": [(row, row.query == kept) for row in own],
        "kept": "" if any(row.query == kept for row in own) else kept,
    }
    template = "opora/registers/print.html" if printing else "opora/registers/list.html"
    return render(request, register.templates.get("list", template), context)


@require_safe
@page("view", "card")
def card_page(request: HttpRequest, register: Register, actor: Actor, key: str) -> HttpResponse:
    """The card; opening a card with personal data is written to the access journal."""
    obj = access.row(register, actor, "view", key)
    if register.personal_fields:
        log_access(actor, "card", obj, by=register.policy)
    editable = forms.form_class(register) is not None
    may_change = (
        (editable or register.files)
        and access.may(register, actor, "change")
        and register.policy.can(actor, register.granted("change"), obj)
    )
    context = {
        "register": register,
        "obj": obj,
        "cells": listing.card_cells(register, actor, obj),
        "sections": sections_of(register, actor, obj),
        "can_edit": editable and may_change,
        "can_attach": register.files and may_change,
        "card_actions": actions(register, actor, "card", obj),
        "tab": "card",
        "name": access.name_of(register, actor, obj),
        "masked": access.masked(register, actor),
        "papers": attached(register, obj),
    }
    return render(request, register.templates.get("card", "opora/registers/card.html"), context)


def attached(register: Register, obj: Any) -> list[tuple[StoredFile, str]]:
    """Files of the row with their addresses, newest first."""
    if not register.files:
        return []
    key = register.key_of(obj)
    return [(one, reverse("register_file", args=[register.slug, key, one.public_id])) for one in papers.of(obj)]


@require_safe
@page("view")
def history_page(request: HttpRequest, register: Register, actor: Actor, key: str) -> HttpResponse:
    """What was changed in the row, by whom, when."""
    obj = access.row(register, actor, "view", key)
    if register.personal_fields:
        log_access(actor, "history", obj, by=register.policy)
    context = {"register": register, "obj": obj, "changes": changes.shown(register, obj, actor), "tab": "history"}
    return render(request, register.templates.get("history", "opora/registers/history.html"), context)


@require_http_methods(["GET", "HEAD", "POST"])
@page("create", "new")
def new_page(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """A new row; values in the URL's query prefill the form."""
    initial = {**(register.initial(actor) if register.initial else {}), **request.GET.dict()}
    return _form_page(request, register, actor, None, initial)


@require_http_methods(["GET", "HEAD", "POST"])
@page("change", "edit")
def edit_page(request: HttpRequest, register: Register, actor: Actor, key: str) -> HttpResponse:
    obj = access.row(register, actor, "change", key)
    if register.personal_fields and request.method != "POST":
        log_access(actor, "edit", obj, by=register.policy, right=register.granted("change"))
    return _form_page(request, register, actor, obj, None)


def _form_page(
    request: HttpRequest, register: Register, actor: Actor, obj: Any, initial: dict[str, Any] | None
) -> HttpResponse:
    if forms.form_class(register) is None:
        return render(request, "404.html", status=404)
    posted = request.POST if request.method == "POST" else None
    form = forms.build(register, actor, data=posted, instance=obj, initial=initial)
    status = 200
    if posted is not None:
        if form.is_valid():
            data = form.data_for_save() if isinstance(form, forms.RegisterForm) else form.cleaned_data
            # the form has already put its values on its instance: the service gets the row as it is stored
            stored = access.row(register, actor, "change", register.key_of(obj)) if obj is not None else None
            try:
                saved = services.save(register, actor, stored, data)
            except Refused as refused:
                for reason in refused.reasons:
                    form.add_error(reason.field if reason.field in form.fields else None, reason.message)
            else:
                messages.success(request, "Сохранено." if obj is not None else "Запись добавлена.")
                return HttpResponseRedirect(_after_save(register, actor, saved))
        status = 422
    name = access.name_of(register, actor, obj) if obj is not None else ""
    context = {"register": register, "obj": obj, "name": name, "form": form, "tab": "edit"}
    return render(request, register.templates.get("form", "opora/registers/form.html"), context, status=status)


def _after_save(register: Register, actor: Actor, saved: Any) -> str:
    visible = register.policy.can(actor, "view", saved)
    return register.url("card", saved) if visible else register.url("list")


@require_safe
@page("export")
def export_page(request: HttpRequest, register: Register, actor: Actor, kind: str) -> HttpResponseBase:
    """The filtered rows as CSV or XLSX, with the columns that import takes."""
    rows = listing.filtered(register, actor, request.GET)
    if register.personal_fields:
        log_access_of_export(actor, register)
    return export.response(register, rows, kind, listing.ordering(register, request.GET.get("sort", "")))


def log_access_of_export(actor: Actor, register: Register) -> None:
    """One line of the journal for an export of personal data."""
    right = register.granted("export")
    log_access(actor, "export", register.model(), by=register.policy, right=right, reason=register.slug)


def rights(register: Register, actor: Actor) -> dict[str, bool]:
    """What the list offers: new, import, export; files hold whole values, so masked lists have none."""
    masked = access.masked(register, actor)
    return {
        "new": forms.form_class(register) is not None and access.may(register, actor, "create"),
        "import": register.importer is not None and access.may(register, actor, "import") and not masked,
        "export": access.may(register, actor, "export") and not masked,
    }


def actions(register: Register, actor: Actor, place: str, obj: Any = None) -> list[Action]:
    """The register's actions of a place that the actor may take."""
    found = [item for item in register.actions if item.place == place and access.may(register, actor, item.action)]
    return [item for item in found if obj is None or item.when is None or item.when(actor, obj)]


def kept_query(request: HttpRequest) -> str:
    """The query of the list without page and print, for links that keep the filter."""
    query = request.GET.copy()
    for name in ("page", "print"):
        query.pop(name, None)
    return query.urlencode()
