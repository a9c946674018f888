"""The desk: find a family, take a paper application, prove identity, issue, activate (D1, E1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from opora.certificates import policy, queries, services_desk
from opora.certificates.forms import (
    DeskCategoryForm,
    FamilyForm,
    IdentityForm,
    PaperConsentForm,
    SecondGuardianForm,
)
from opora.certificates.models import Certificate
from opora.certificates.presentation import balance_parts, statement_rows
from opora.certificates.rules.life import CERTIFICATE
from opora.core import clock
from opora.core.identifiers import format_snils
from opora.core.journal import log_access
from opora.core.reasons import Refused
from opora.people import cabinet, services_consents
from opora.people import policy as people_policy
from opora.people import queries as people
from opora.people import services as people_services
from opora.people.forms import ChildForm, FamilySearchForm, add_reasons, child_data
from opora.people.models import Child
from opora.people.requests import ActorRequest
from opora.providers.queries import today_of

REASONS = (
    "обращение в пункт приёма",
    "рассмотрение заявления на сертификат",
    "звонок семьи",
    "обращение организации",
)


@login_required
@require_safe
def desk(request: ActorRequest) -> HttpResponse:
    """The desk's home: search, applications by due date, certificates that wait for documents."""
    people_policy.CHILD.require(request.actor, "find")
    found, searched = _search(request)
    form = FamilySearchForm(request.GET) if request.GET else FamilySearchForm()
    may_work = policy.CERTIFICATE.allowed(request.actor, "work")
    return render(
        request,
        "certificates/desk.html",
        {
            "form": form,
            "found": found,
            "searched": searched,
            "to_answer": queries.to_answer(request.actor)[:50] if may_work else [],
            "to_prove": queries.to_prove(request.actor)[:20] if may_work else [],
            "merges": people.open_merge_count(request.actor),
            "today": today_of(request.actor),
            "may_register": people_policy.CHILD.allowed(request.actor, "confirm"),
            "may_work": may_work,
        },
    )


def _search(request: ActorRequest) -> tuple[list[Child], bool]:
    form = FamilySearchForm(request.GET)
    if not request.GET or not form.is_valid():
        return [], False
    text = form.cleaned_data["q"].strip()
    digits = "".join(text.split())
    if digits.isdigit():
        row = queries.by_number(request.actor, digits)
        return ([row.child] if row else []), True
    birth = form.cleaned_data["birth_date"]
    return people.find_children(request.actor, text=text, birth_date=birth), True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register_family(request: ActorRequest) -> HttpResponse:
    """A family from a paper application: guardian, child, consent, application for a certificate."""
    people_policy.CHILD.require(request.actor, "confirm")
    form = FamilyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            child = services_desk.register_family(
                request.actor,
                data=child_data(values),
                relation=values["relation"],
                guardian=services_desk.GuardianData(
                    last_name=values["guardian_last_name"],
                    first_name=values["guardian_first_name"],
                    patronymic=values["guardian_patronymic"],
                    email=values["email"],
                    phone=values["phone"],
                ),
                certificate=values["certificate"],
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Семья записана. Теперь подтвердите личность по документам.")
            request.session[f"desk:{child.pk}"] = REASONS[0]
            log_access(request.actor, "child.open", child, by=people_policy.CHILD, right="find", reason=REASONS[0])
            return redirect("certificates:desk_identity", child.public_id)
    return render(request, "certificates/desk_family.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_child(request: ActorRequest, public_id: Any) -> HttpResponse:
    """A child's card at the desk. It opens after a reason is named, and each opening is written down."""
    people_policy.CHILD.require(request.actor, "find")
    child = people.card(request.actor, public_id)
    reason = request.POST.get("reason", "").strip() or _remembered(request, child)
    if not reason:
        return render(request, "certificates/desk_reason.html", {"child": child, "reasons": REASONS})
    if request.method == "POST":
        request.session[f"desk:{child.pk}"] = reason[:300]
        log_access(request.actor, "child.open", child, by=people_policy.CHILD, right="find", reason=reason[:300])
        return redirect("certificates:desk_child", child.public_id)
    log_access(request.actor, "child.open", child, by=people_policy.CHILD, right="find", reason=reason)
    certificate = queries.living_of([child.pk]).get(child.pk)
    entry = queries.queue_entry(certificate) if certificate else None
    today = clock.today(child.municipality.time_zone) if child.municipality else today_of(request.actor)
    sensitive = people_policy.CHILD.can(people.as_staff(request.actor), "view_sensitive", child)
    return render(
        request,
        "certificates/desk_child.html",
        {
            "child": child,
            "today": today,
            "sensitive": sensitive,
            "snils": format_snils(child.snils) if child.snils else "",
            "guardians": people.guardians_of(child),
            "categories": people.categories_of(request.actor, child),
            "consents": people.consents_of(child),
            "certificate": certificate,
            "acts": _desk_acts(request, certificate, child),
            "balances": [balance_parts(row, today) for row in queries.balances_of(certificate)] if certificate else [],
            "queue": entry,
            "position": queries.queue_position(entry) if entry else None,
            "links": [link for link in cabinet.links_for(request.actor, child) if link.order > 10],
            "may_confirm": people_policy.CHILD.allowed(request.actor, "confirm"),
        },
    )


@login_required
@require_safe
def desk_certificate(request: ActorRequest, public_id: Any) -> HttpResponse:
    """From a certificate to the card of its child."""
    people_policy.CHILD.require(request.actor, "find")
    row = queries.for_staff(request.actor, public_id)
    return redirect("certificates:desk_child", row.child.public_id)


def _remembered(request: ActorRequest, child: Child) -> str:
    """The reason named when the card was first opened in this session."""
    return str(request.session.get(f"desk:{child.pk}", ""))


def _desk_acts(request: ActorRequest, row: Certificate | None, child: Child) -> set[str]:
    """Codes of what the operator may do with the certificate now."""
    if row is None:
        return set()
    roles = request.actor.roles
    found = {act.code for role in roles for act in CERTIFICATE.acts(row.state, role)}
    if row.state == "active":
        found |= {"fund"} if row.kind == "accounting" else {"to_accounting", "regroup"}
    if child.identity != Child.Identity.CONFIRMED:
        found.discard("activate")
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_identity(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Prove the child's identity: which documents were shown; issues and activates when asked."""
    child = people.card(request.actor, public_id, "confirm")
    if not _remembered(request, child):
        return redirect("certificates:desk_child", child.public_id)  # a card opens only after a reason is named
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = services_desk.prove_identity(
                request.actor, child=child, documents=form.documents(), go_on="go_on" in request.POST
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, said)
            request.session[f"desk:{child.pk}"] = REASONS[0]
            return redirect("certificates:desk_child", child.public_id)
    return render(
        request,
        "certificates/desk_identity.html",
        {"child": child, "form": form, "certificate": queries.living_of([child.pk]).get(child.pk)},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_edit(request: ActorRequest, public_id: Any) -> HttpResponse:
    """Change a child's data at the desk; confirmed identity needs a reason with the document."""
    child = people.card(request.actor, public_id, "edit")
    form = ChildForm(
        request.POST or None,
        initial=ChildForm.initial_of(child),
        with_reason=child.identity == Child.Identity.CONFIRMED,
    )
    if request.method == "POST" and form.is_valid():
        try:
            people_services.update_child(
                request.actor,
                child=child,
                data=child_data(form.cleaned_data),
                reason=form.cleaned_data.get("reason", ""),
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Изменения сохранены.")
            return redirect("certificates:desk_child", child.public_id)
    return render(request, "certificates/desk_form.html", {"child": child, "form": form, "title": "Изменить данные"})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_add(request: ActorRequest, public_id: Any, what: str) -> HttpResponse:
    """A second guardian, a consent on paper, a category by a document."""
    child = people.card(request.actor, public_id, "confirm")
    title, make, save = _ADDITIONS[what]
    form = make(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            save(request, child, form.cleaned_data)
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Записано.")
            return redirect("certificates:desk_child", child.public_id)
    return render(request, "certificates/desk_form.html", {"child": child, "form": form, "title": title})


def _add_guardian(request: ActorRequest, child: Child, values: dict[str, Any]) -> None:
    services_desk.second_guardian(
        request.actor,
        child=child,
        guardian=services_desk.GuardianData(
            last_name=values["last_name"],
            first_name=values["first_name"],
            patronymic=values["patronymic"],
            email=values["email"],
        ),
        relation=values["relation"],
    )


def _add_consent(request: ActorRequest, child: Child, values: dict[str, Any]) -> None:
    services_consents.give_consent(request.actor, child=child, channel="desk", **values)


def _add_category(request: ActorRequest, child: Child, values: dict[str, Any]) -> None:
    services_consents.add_category(request.actor, child=child, **values)


_ADDITIONS: dict[str, tuple[str, Any, Any]] = {
    "guardian": ("Добавить представителя", SecondGuardianForm, _add_guardian),
    "consent": ("Согласие на бумаге", PaperConsentForm, _add_consent),
    "category": ("Категория ребёнка", DeskCategoryForm, _add_category),
}


@login_required
@require_safe
def desk_statement(request: ActorRequest, public_id: Any) -> HttpResponse:
    """The statement of a certificate for staff; opening it is written down."""
    row = queries.for_staff(request.actor, public_id, "statement")
    log_access(
        request.actor,
        "certificate.open",
        row.child,
        by=policy.CERTIFICATE,
        right="statement",
        judged=row,
        reason=_remembered(request, row.child),
    )
    return render(request, "certificates/desk_statement.html", {"certificate": row, "parts": statement_rows(row)})
