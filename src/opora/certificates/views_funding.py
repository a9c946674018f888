"""Funding programmes, periods with their parameters, certificate groups, limits (D2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opora.catalogue.vocabulary import FocusArea
from opora.certificates import (
    policy,
    queries,
    queries_rates,
    services_amendments,
    services_funding,
    services_papers,
    services_periods,
    services_rates,
)
from opora.certificates.forms_acts import ActForm, put_reasons
from opora.certificates.forms_funding import (
    FocusLimitForm,
    GroupForm,
    ParametersForm,
    PeriodForm,
    ProgrammeForm,
)
from opora.certificates.models import CertificateGroup, FundingPeriod
from opora.certificates.presentation import parameter_rows
from opora.certificates.presentation_funding import act_url, amendment_views, rate_table
from opora.core.reasons import Reason, Refused
from opora.people.forms import add_reasons
from opora.people.requests import ActorRequest


@login_required
@require_safe
def funding(request: ActorRequest) -> HttpResponse:
    """Programmes of the territory with their periods."""
    programmes = queries.programmes(request.actor)
    return render(
        request,
        "certificates/funding.html",
        {"programmes": programmes, "may_add": bool(queries.municipalities_to_fund(request.actor))},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def programme(request: ActorRequest, pk: int = 0) -> HttpResponse:
    """Make or change a funding programme."""
    policy.PROGRAMME.require(request.actor, "edit" if pk else "add")
    found = queries.programme(request.actor, pk, "edit") if pk else None
    places = queries.municipalities_to_fund(request.actor)
    form = ProgrammeForm(request.POST or None, instance=found, municipalities=places)
    if found:
        del form.fields["municipality"]
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        municipality = values.pop("municipality", None)
        try:
            services_periods.save_programme(
                request.actor,
                programme=found,
                municipality_id=municipality.pk if municipality else 0,
                **values,
            )
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Программа сохранена.")
            return redirect("certificates:funding")
    return _form(request, form, "Программа финансирования", "/office/funding/")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_period(request: ActorRequest, programme_pk: int, pk: int = 0) -> HttpResponse:
    """Make a period or change the name and dates of a draft."""
    parent = queries.programme(request.actor, programme_pk, "edit")
    found = queries.period(request.actor, pk, "edit") if pk else None
    names = ("name", "starts_on", "ends_on")
    copies = [] if found else queries_rates.periods_to_copy(request.actor, parent.municipality_id)
    initial = {name: getattr(found, name) for name in names} if found else _start_of(copies, request.GET.get("like"))
    form = PeriodForm(request.POST or None, initial=initial, copies=copies)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        like = next((row for row in copies if str(row.pk) == values.pop("like", "")), None)
        try:
            if like is not None:
                saved = services_rates.copy_period(request.actor, programme=parent, like=like, **values)
            else:
                saved = services_periods.save_period(request.actor, programme=parent, period=found, **values)
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Период сохранён.")
            return redirect("certificates:period", saved.pk)
    return _form(request, form, "Период реализации", "/office/funding/")


def _start_of(copies: list[FundingPeriod], key: str | None) -> dict[str, Any]:
    """The form of a copy begins as the same months of the next year."""
    like = next((row for row in copies if str(row.pk) == key), None)
    if like is None:
        return {}
    first, last = services_rates.dates_after(like)
    name = like.name.replace(str(like.starts_on.year), str(first.year))
    return {"name": name, "starts_on": first, "ends_on": last, "like": like.pk}


@login_required
@require_safe
def period(request: ActorRequest, pk: int) -> HttpResponse:
    """A period: state, groups with what is taken, limits, parameters, amendments; what can be done."""
    found = queries.period(request.actor, pk)
    actor = request.actor
    may = {
        action: policy.PERIOD.can(actor, action, found)
        for action in ("edit", "approve", "amend", "close_contracting", "give_nominals", "simulate")
    }
    groups = queries.groups_of(found)
    return render(
        request,
        "certificates/period.html",
        {
            "period": found,
            "groups": groups,
            "limits": _limits(found),
            "programme_limits": queries.programme_limits(found),
            "parameters": parameter_rows(queries.parameters_of(found)),
            "amendments": amendment_views(queries.amendments(found)),
            "rates": rate_table(queries_rates.rates_of(found)),
            "coefficients": queries_rates.coefficients_of(found),
            "remarks": queries_rates.remarks_of(found),
            "act_url": act_url(found.act),
            "paper": services_papers.latest_of(found.act) if found.act else None,
            "may": may,
            "draft": found.state == FundingPeriod.State.DRAFT,
            "review": found.state == FundingPeriod.State.REVIEW,
            "approved": found.state == FundingPeriod.State.APPROVED,
            "totals": {
                "certificates": sum(row.certificates for row in groups),
                "limit": sum(row.group.limit_certificates for row in groups),
                "nominals": sum(row.nominals for row in groups),
                "money": sum(row.group.limit_money for row in groups),
                "used": sum(row.used for row in groups),
                "waiting": sum(row.waiting for row in groups),
            },
        },
    )


def _limits(found: FundingPeriod) -> list[tuple[str, bool, int | None]]:
    known = queries.focus_limits(found)
    return [
        (
            code,
            known[code].allowed if code in known else True,
            known[code].contracts_per_certificate if code in known else None,
        )
        for code in FocusArea.values
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def parameters(request: ActorRequest, pk: int) -> HttpResponse:
    """All parameters of a period; after approval the same form asks for the amending act."""
    found = queries.period(request.actor, pk, "edit")
    amending = found.state == FundingPeriod.State.APPROVED
    form = ParametersForm(request.POST or None, parameters=queries.parameters_of(found))
    act_form = act_form_of(request, found) if amending else None
    if request.method == "POST" and form.is_valid() and (act_form is None or act_form.is_valid()):
        try:
            values = form.parameters()
            if act_form is not None:
                services_amendments.amend_parameters(
                    request.actor, period=found, parameters=values, ground=act_form.ground()
                )
            else:
                services_periods.save_period(
                    request.actor,
                    programme=found.programme,
                    period=found,
                    name=found.name,
                    starts_on=found.starts_on,
                    ends_on=found.ends_on,
                    parameters=values,
                )
        except ValueError as error:
            form.add_error(None, str(error))
        except Refused as error:
            put_reasons(error, form, act_form)
        else:
            messages.success(request, "Параметры сохранены.")
            return redirect("certificates:period", found.pk)
    return render(
        request,
        "certificates/parameters.html",
        {"period": found, "form": form, "act_form": act_form},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_group(request: ActorRequest, period_pk: int, pk: int = 0) -> HttpResponse:
    """A certificate group: free in a draft, by an act in an approved period."""
    found = queries.period(request.actor, period_pk, "edit")
    group = queries.group(request.actor, pk, "edit") if pk else None
    amending = found.state == FundingPeriod.State.APPROVED
    if amending and group is None:
        raise Refused(Reason("period_approved", "Период утверждён: новую группу сертификатов добавить нельзя."))
    initial = GroupForm.initial_of(group) if group else {}
    form = GroupForm(request.POST or None, initial=initial)
    if amending:
        form.fields["code"].disabled = True
    act_form = act_form_of(request, found) if amending else None
    if request.method == "POST" and form.is_valid() and (act_form is None or act_form.is_valid()):
        try:
            _save_group(request, found, group, form, act_form)
        except Refused as error:
            put_reasons(error, form, act_form)
        else:
            messages.success(request, "Группа сертификатов сохранена.")
            return redirect("certificates:period", found.pk)
    title = "Группа сертификатов" if not amending else "Изменить группу актом"
    return _form(request, form, title, f"/office/funding/periods/{found.pk}/", extra=act_form)


def _save_group(
    request: ActorRequest,
    found: FundingPeriod,
    group: CertificateGroup | None,
    form: GroupForm,
    act_form: ActForm | None,
) -> None:
    data = form.data_for_service()
    if act_form is not None and group is not None:
        services_amendments.amend_group(request.actor, group=group, data=data, ground=act_form.ground())
    else:
        services_periods.save_group(request.actor, period=found, group=group, data=data)


@login_required
@require_POST
def delete_group(request: ActorRequest, pk: int) -> HttpResponse:
    """Remove a group of a draft."""
    group = queries.group(request.actor, pk, "edit")
    services_periods.delete_group(request.actor, group=group)
    messages.success(request, "Группа удалена.")
    return redirect("certificates:period", group.period_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def focus_limits(request: ActorRequest, pk: int) -> HttpResponse:
    """What is paid and how many contracts a certificate may have per focus area."""
    found = queries.period(request.actor, pk, "edit")
    amending = found.state == FundingPeriod.State.APPROVED
    form = FocusLimitForm(request.POST or None, limits=_limits(found))
    act_form = act_form_of(request, found) if amending else None
    if request.method == "POST" and form.is_valid() and (act_form is None or act_form.is_valid()):
        try:
            if act_form is None:
                services_periods.save_focus_limits(request.actor, period=found, limits=form.limits())
            else:
                services_amendments.amend_focus_limits(
                    request.actor, period=found, limits=form.limits(), ground=act_form.ground()
                )
        except Refused as error:
            put_reasons(error, form, act_form)
        else:
            messages.success(request, "Ограничения сохранены.")
            return redirect("certificates:period", found.pk)
    back = f"/office/funding/periods/{found.pk}/"
    return _form(request, form, "Ограничения по направленностям", back, extra=act_form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: ActorRequest, pk: int) -> HttpResponse:
    """The coordinator approves a period by an act of the register or a new one."""
    found = queries.period(request.actor, pk, "approve")
    form = act_form_of(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            services_periods.approve_by(request.actor, period=found, ground=form.ground())
        except Refused as error:
            add_reasons(form, error)
        else:
            messages.success(request, "Период утверждён.")
            return redirect("certificates:period", found.pk)
    return _form(request, form, "Утвердить период", f"/office/funding/periods/{found.pk}/", button="Утвердить")


_ACTS: dict[str, tuple[Any, str]] = {
    "submit": (services_periods.submit, "Период отправлен на утверждение."),
    "close-contracting": (
        services_periods.close_contracting,
        "Заключение договоров закрывается, открыть его снова нельзя.",
    ),
}


@login_required
@require_POST
def period_act(request: ActorRequest, pk: int, act: str) -> HttpResponse:
    """One-click acts on a period."""
    found = queries.period(request.actor, pk)
    if act == "give-nominals":
        given = services_funding.give_period_nominals(request.actor, period=found)
        messages.success(request, f"Номиналы даны сертификатам: {given}.")
    elif act in _ACTS:
        service, said = _ACTS[act]
        service(request.actor, period=found)
        messages.success(request, said)
    return redirect("certificates:period", found.pk)


@login_required
@require_safe
def queue(request: ActorRequest, pk: int) -> HttpResponse:
    """The queue of a certificate group in order of request, by certificate number."""
    group = queries.group(request.actor, pk, "queue")
    rows = list(queries.queue_of(request.actor, group).order_by("requested_at", "pk")[:500])
    return render(request, "certificates/queue.html", {"group": group, "rows": rows})


def act_form_of(request: ActorRequest, found: FundingPeriod) -> ActForm:
    """The act that approves or amends a period: of the register, or a new one with its file."""
    return ActForm(request.POST or None, request.FILES or None, acts=queries.legal_acts(found.municipality_id))


def _form(
    request: ActorRequest, form: Any, title: str, back: str, *, extra: Any = None, button: str = "Сохранить"
) -> HttpResponse:
    return render(
        request,
        "certificates/funding_form.html",
        {"form": form, "extra": extra, "title": title, "back": back, "button": button},
    )
