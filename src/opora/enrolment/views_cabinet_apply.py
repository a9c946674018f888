"""Applying in the cabinet: who, how it is paid, the exact split, one submit (E2; spec/enrolment.md)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from opora.core import clock
from opora.core.reasons import Refused
from opora.enrolment import asking, queries_cabinet
from opora.enrolment.asking import Ask
from opora.enrolment.wording import schedule
from opora.people import queries as people
from opora.people.requests import ActorRequest

STEPS = ("Кого записываем", "Оплата и начало", "Проверка")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: ActorRequest) -> HttpResponse:
    """`?group=ID[&child=UUID…][&funding-UUID=…][&starts_on=…]`: each answer leads to the next question."""
    data = request.POST if request.method == "POST" else request.GET
    if not data.get("group"):
        return redirect("/navigator/")
    group = queries_cabinet.group(asking.group_number(data["group"]))
    ask = asking.read(request.actor, data, group)
    if request.method == "POST":
        return _submit(request, ask)
    if not ask.children:
        return _who(request, ask)
    if not ask.complete or ask.starts_invalid or "again" in data:
        return _pay(request, ask)
    return _check(request, ask)


def _context(ask: Ask, number: int, **more: Any) -> dict[str, Any]:
    return {
        "ask": ask,
        "group": ask.group,
        "steps": STEPS,
        "number": number,
        "schedule": schedule(queries_cabinet.slots_of(ask.group)),
        **more,
    }


def _who(request: ActorRequest, ask: Ask) -> HttpResponse:
    """Step 1; a family with one child goes straight on."""
    children = list(people.my_children(request.actor))
    if len(children) == 1:
        return redirect(Ask(ask.group, tuple(children)).address())
    back = asking.APPLY + "?" + urlencode({"group": ask.group.pk})
    missed = "asked" in request.GET
    return render(
        request,
        "enrolment/cabinet/apply_who.html",
        _context(
            ask,
            1,
            children=children,
            today=clock.today(ask.group.municipality.time_zone),
            add_url="/cabinet/children/add/?" + urlencode({"next": back}),
            missed=missed,
        ),
        status=422 if missed else 200,
    )


def _pay(request: ActorRequest, ask: Ask) -> HttpResponse:
    """Step 2: only what is possible can be chosen; what is not says why and what to do."""
    families = asking.choices(request.actor, ask)
    return render(
        request,
        "enrolment/cabinet/apply_pay.html",
        _context(
            ask,
            2,
            families=families,
            possible=all(family.possible for family in families),
            some=any(family.possible for family in families),
            today=clock.today(ask.group.municipality.time_zone),
        ),
        status=422 if ask.starts_invalid else 200,
    )


def _check(
    request: ActorRequest, ask: Ask, refused: Refused | None = None, comment: str = "", together: bool = True
) -> HttpResponse:
    """Step 3: the exact split, warnings, the deadline, one button."""
    rows = asking.checked(request.actor, ask)
    known = {reason.code for row in rows for reason in row.quote.reasons}
    other = [reason for reason in refused.reasons if reason.code not in known] if refused else []
    return render(
        request,
        "enrolment/cabinet/apply_check.html",
        _context(
            ask,
            3,
            rows=rows,
            possible=all(row.quote.possible for row in rows),
            waits=any(row.quote.waits for row in rows),
            others=other,
            key=asking.fresh_key(),
            comment=comment,
            together=together,
            pay_url=ask.address(step="pay"),
            who_url=ask.address(step="who"),
        ),
        status=409 if refused else 200,
    )


def _submit(request: ActorRequest, ask: Ask) -> HttpResponse:
    if not ask.children:
        return redirect(ask.address(step="who") + "&asked=1")
    if not ask.complete or ask.starts_invalid:
        return redirect(ask.address(step="pay"))
    sums = {child.pk: asking.money(request.POST.get(f"sum-{child.public_id}", "")) for child in ask.children}
    together = request.POST.get("together", "yes") != "no"
    comment = request.POST.get("comment", "")
    if any(value is None for value in sums.values()):
        return _check(request, ask, comment=comment, together=together)
    key = request.POST.get("key", "")[:80] or asking.fresh_key()
    try:
        done = asking.submit(request.actor, ask, sums=sums, key=key, together=together, comment=comment)
    except Refused as refused:
        return _check(request, ask, refused, comment, together)
    if len(done) == 1 and len(ask.children) == 1:
        return redirect(f"/cabinet/applications/{done[0].public_id}/?new=1")
    return redirect(f"/cabinet/applications/?new={len(done)}&asked={len(ask.children)}")
