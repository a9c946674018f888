"""Ready papers as PDF, and the safety card as the teacher sees it; each opening is written to the journal (E5, K2)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opora.catalogue.pages import office_page
from opora.core import clock, files
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.reasons import Hidden
from opora.enrolment import policy
from opora.enrolment import queries_office as office
from opora.enrolment.services import papers
from opora.enrolment.views_office_journal import _day, month_table


@require_safe
@office_page
def study_paper(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Confirmation of study for the school."""
    one = office.enrolment_of(actor, pk)
    policy.JOURNAL.get(actor, "papers", pk=one.group_id)
    signatory = office.signatories(one.organisation_id).first()
    data = papers.study_paper(actor, enrolment=one, signatory=signatory)
    log_access(actor, "paper", one.child, by=policy.ENROLMENT, judged=one, reason="справка об обучении")
    return files.download(data, name=f"Справка {one.child.last_name}.pdf", content_type=files.PDF, inline=True)


@require_safe
@office_page
def group_paper(request: HttpRequest, actor: Actor, pk: int, kind: str) -> HttpResponse:
    """list, excursion or journal of a group."""
    group = office.group_at_work(actor, pk, "view" if kind == "excursion" else "papers")
    today = clock.today(group.municipality.time_zone)
    if kind == "journal":
        first = _day(f"{request.GET.get('month', '')}-01", today).replace(day=1)
        policy.JOURNAL.get(actor, "view", pk=pk)
        table = month_table(actor, group, first)
        data, name = papers.month_journal(group, first, table["lessons"], table["rows"]), f"Журнал {first:%m.%Y}"
    elif kind in ("list", "excursion"):
        learners = office.learners(group, today)
        data = papers.group_list(group, learners, excursion=kind == "excursion")
        name = "Список на выезд" if kind == "excursion" else "Список группы"
    else:
        raise Hidden("paper")
    log_access(actor, "paper", group, by=policy.JOURNAL, right="papers", reason=name)
    return files.download(data, name=f"{name}, {group.name}.pdf", content_type=files.PDF, inline=True)


@require_safe
@office_page
def safety(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Who may collect the child, whom to call, medical admission: for who teaches it."""
    one = office.enrolment_of(actor, pk)
    policy.JOURNAL.get(actor, "view", pk=one.group_id)
    card = office.safety_card(actor, one)
    log_access(actor, "safety_card", one.child, by=policy.ENROLMENT, right="safety", judged=one)
    today = clock.today(one.group.municipality.time_zone)
    context = {
        "one": one,
        "card": card,
        "guardians": office.guardians(one.child_id),
        "overdue": card is not None and card.medical_until is not None and card.medical_until < today,
    }
    return render(request, "enrolment/office/safety.html", context)
