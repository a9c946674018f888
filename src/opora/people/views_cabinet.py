"""The guardian's cabinet: children, their data, consents, who looked (E1, K2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.core import clock
from opora.core.reasons import Refused
from opora.people import cabinet, queries, rules, services, services_accounts, services_consents
from opora.people.forms import (
    CategoryForm,
    ChildForm,
    ConsentStepForm,
    ProfileForm,
    WhereForm,
    WhoForm,
    add_reasons,
    child_data,
)
from opora.people.models import Child, Consent, ConsentText, Guardianship
from opora.people.requests import ActorRequest
from opora.territory.queries import served_zone

DRAFT = "new_child"
RETURN_TO = "return_to"
STEPS = ("Кто", "Где живёт и учится", "Проверка")


@login_required
@require_safe
def children(request: ActorRequest) -> HttpResponse:
    """All children of the family with what to do next."""
    found = list(queries.my_children(request.actor))
    steps = cabinet.steps_for(request.actor, found)
    cards = [{"child": child, "steps": steps[child.pk]} for child in found]
    return render(
        request,
        "people/children.html",
        {"cards": cards, "today": clock.today(served_zone()), "own": request.actor.roles == {"learner"}},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_who(request: ActorRequest) -> HttpResponse:
    """Step 1: who the child is. `?next=`: where to go on when the child is added (an application)."""
    if url_has_allowed_host_and_scheme(request.GET.get("next"), allowed_hosts=None):
        request.session[RETURN_TO] = request.GET["next"]
    draft = request.session.get(DRAFT, {})
    form = WhoForm(request.POST or None, initial=draft)
    if request.method == "POST" and form.is_valid():
        reasons = rules.birth_date_reasons(form.cleaned_data["birth_date"], clock.today(clock.EASTERNMOST))
        for reason in reasons:
            form.add_error("birth_date", f"{reason.message} {reason.hint}".strip())
        if not reasons:
            values = {**form.cleaned_data, "birth_date": form.cleaned_data["birth_date"].isoformat()}
            request.session[DRAFT] = {**draft, **values}
            return redirect("people:add_where")
    return _step(request, 1, form, "Кого добавляем")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_where(request: ActorRequest) -> HttpResponse:
    """Step 2: where the child lives and learns."""
    draft = request.session.get(DRAFT, {})
    if "birth_date" not in draft:
        return redirect("people:add_who")
    form = WhereForm(request.POST or None, initial=draft)
    if request.method == "POST" and form.is_valid():
        request.session[DRAFT] = {**draft, **form.cleaned_data}
        return redirect("people:add_check")
    return _step(request, 2, form, "Где ребёнок живёт и учится")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_check(request: ActorRequest) -> HttpResponse:
    """Step 3: check the answers, say who you are to the child, consent."""
    draft = request.session.get(DRAFT, {})
    if "locality" not in draft:
        return redirect("people:add_who")
    form = ConsentStepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {**draft, "birth_date": dt.date.fromisoformat(draft["birth_date"])}
        try:
            child = services.add_child(request.actor, data=child_data(values), relation=form.cleaned_data["relation"])
        except Refused as error:
            add_reasons(form, error)
        else:
            del request.session[DRAFT]
            messages.success(request, f"Готово: {child.first_name} в вашем списке.")
            return redirect(request.session.pop(RETURN_TO, None) or reverse("people:child", args=[child.public_id]))
    return _step(request, 3, form, "Проверьте, всё ли верно", rows=_draft_rows(draft), text=_text("processing"))


def _step(request: ActorRequest, number: int, form: Any, title: str, **more: Any) -> HttpResponse:
    return render(
        request,
        "people/add_child.html",
        {"form": form, "steps": STEPS, "number": number, "heading": title, **more},
    )


def _draft_rows(draft: dict[str, Any]) -> list[tuple[Any, ...]]:
    from opora.core import russian

    names = dict(pair for _, group in queries.localities() for pair in group)
    full = " ".join(filter(None, (draft["last_name"], draft["first_name"], draft.get("patronymic"))))
    who, where = "/cabinet/children/add/", "/cabinet/children/add/where/"
    return [
        ("Ребёнок", full, who),
        ("Дата рождения", russian.date_full(dt.date.fromisoformat(draft["birth_date"])), who),
        ("Пол", Child.Sex(draft["sex"]).label, who),
        ("Где живёт", names.get(int(draft["locality"]), ""), where),
        ("Школа", _school(draft), where),
        ("СНИЛС", _snils(draft.get("snils", "")), where),
    ]


def _school(draft: dict[str, Any]) -> str:
    grade = draft.get("school_class")
    return ", ".join(filter(None, (draft.get("school_name"), f"{grade} класс" if grade else "")))


def _snils(value: str) -> str:
    from opora.core.identifiers import format_snils

    return format_snils(value) if len(value) == 11 else value


def _text(kind: str) -> ConsentText | None:
    return queries.consent_texts().get(kind)


@login_required
@require_safe
def child(request: ActorRequest, public_id: Any) -> HttpResponse:
    """A child's card: data, sections of all rooms, what to do next."""
    found = queries.my_child(request.actor, public_id)
    own = queries.guardians_of(found)
    return render(
        request,
        "people/child.html",
        {
            "child": found,
            "steps": cabinet.steps_for(request.actor, [found])[found.pk],
            "links": cabinet.links_for(request.actor, found),
            "guardians": own,
            "categories": queries.categories_of(request.actor, found),
            "today": clock.today(found.municipality.time_zone if found.municipality else served_zone()),
            "snils": _snils(found.snils),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_child(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Change a child's data; confirmed identity is shown but not changed here."""
    found = queries.my_child(request.actor, public_id, "edit")
    locked = found.identity == Child.Identity.CONFIRMED
    form = ChildForm(request.POST or None, initial=ChildForm.initial_of(found), locked=locked)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_child(request.actor, child=found, data=child_data(form.cleaned_data))
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Изменения сохранены.")
            return redirect("people:child", found.public_id)
    return render(request, "people/edit_child.html", {"child": found, "form": form, "locked": locked})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Consents of a child: what is given, what the texts say; give and withdraw."""
    found = queries.my_child(request.actor, public_id, "edit")
    if request.method == "POST":
        services_consents.give_consent(request.actor, child=found, kind=request.POST.get("kind", ""))
        messages.success(request, "Согласие записано.")
        return redirect("people:consents", found.public_id)
    given = queries.consents_of(found)
    living = {item.text.kind: item for item in given if item.withdrawn_at is None}
    offers = [{"text": text, "given": living.get(text.kind)} for text in queries.consent_texts().values()]
    past = [item for item in given if item.withdrawn_at is not None]
    return render(request, "people/consents.html", {"child": found, "offers": offers, "past": past})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_consent(request: ActorRequest, public_id: Any, pk: int) -> HttpResponse:
    """Ask once what withdrawing means, then withdraw."""
    found = queries.my_child(request.actor, public_id, "edit")
    consent: Consent | None = next((c for c in queries.consents_of(found) if c.pk == pk), None)
    if consent is None:
        return redirect("people:consents", found.public_id)
    if request.method == "POST":
        services_consents.withdraw_consent(request.actor, consent=consent)
        messages.success(request, "Согласие отозвано.")
        return redirect("people:consents", found.public_id)
    return render(request, "people/withdraw_consent.html", {"child": found, "consent": consent})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def categories(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Categories of a child; sensitive ones ask for their own consent on the same page."""
    found = queries.my_child(request.actor, public_id, "edit")
    has_consent = queries.has_consent(found.pk, "sensitive")
    form = CategoryForm(request.POST or None)
    if has_consent:
        del form.fields["sensitive_consent"]
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            if values.get("sensitive_consent"):
                services_consents.give_consent(request.actor, child=found, kind="sensitive")
            services_consents.add_category(
                request.actor,
                child=found,
                code=values["code"],
                document=values["document"],
                ends_on=values["ends_on"],
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Категория записана. Документ покажите в пункте приёма.")
            return redirect("people:categories", found.public_id)
    return render(
        request,
        "people/categories.html",
        {
            "child": found,
            "form": form,
            "categories": queries.categories_of(request.actor, found),
            "text": None if has_consent else _text("sensitive"),
        },
    )


@login_required
@require_POST
def remove_category(request: ActorRequest, public_id: Any, code: str) -> HttpResponse:
    """Delete a category of an own child."""
    found = queries.my_child(request.actor, public_id, "edit")
    services_consents.remove_category(request.actor, child=found, code=code)
    messages.success(request, "Категория удалена.")
    return redirect("people:categories", found.public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def guardians(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Who represents the child; a second one is added at a desk, one's own access can be ended here."""
    found = queries.my_child(request.actor, public_id, "edit")
    rows: list[Guardianship] = queries.guardians_of(found)
    if request.method == "POST":
        mine = next((row for row in rows if row.account_id == request.actor.account_id), None)
        if mine:
            services.end_guardianship(request.actor, guardianship=mine)
            messages.success(request, f"{found.first_name} больше не в вашем списке.")
        return redirect("people:children")
    return render(request, "people/guardians.html", {"child": found, "guardians": rows})


@login_required
@require_safe
def journal(request: ActorRequest, public_id: Any) -> HttpResponse:
    """«Кто смотрел данные ребёнка»."""
    found = queries.my_child(request.actor, public_id, "journal")
    return render(
        request,
        "people/journal.html",
        {"child": found, "viewings": queries.viewings_of(request.actor, found)},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def messages_page(request: ActorRequest) -> HttpResponse:
    """Messages of the cabinet; POST marks all as read."""
    if request.method == "POST":
        services_accounts.mark_letters_read(request.actor)
        return redirect("people:messages")
    return render(request, "people/messages.html", {"letters": queries.letters_of(request.actor)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: ActorRequest) -> HttpResponse:
    """Names and phone; links to e-mail, password, second factor, sessions."""
    account = queries.account_of(request.actor)
    fields = ("last_name", "first_name", "patronymic", "phone")
    form = ProfileForm(request.POST or None, initial={name: getattr(account, name) for name in fields})
    if request.method == "POST" and form.is_valid():
        try:
            services_accounts.update_profile(request.actor, **form.cleaned_data)
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Профиль сохранён.")
            return redirect("people:profile")
    return render(request, "people/profile.html", {"account": account, "form": form})
