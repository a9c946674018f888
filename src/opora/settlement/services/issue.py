"""Issuing documents: counted a last time, numbered without gaps, frozen. Works on any number of documents at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection

from opora.certificates.queries import parameters_of
from opora.core import clock
from opora.core.access import Actor
from opora.core.models import Outbox
from opora.core.numbering import take_numbers
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.core.transactions import act
from opora.enrolment.services.facts import calendar_of
from opora.settlement import policy
from opora.settlement.models import SettlementDocument
from opora.settlement.rules.states import DOCUMENT, time_reasons
from opora.settlement.services.drafts import fill, lock_agreements
from opora.settlement.services.terms import current_terms

State = SettlementDocument.State


def issue(actor: Actor, *, documents: Iterable[SettlementDocument | int]) -> list[SettlementDocument]:
    """draft → issued for all the documents, or for none: Refused with every reason of every document."""
    ids = sorted({one if isinstance(one, int) else one.pk for one in documents})
    if not policy.DOCUMENT.allowed(actor, "issue"):
        raise Forbidden("issue")
    with act(actor):
        rows = list(policy.DOCUMENT.rows(actor, "issue").filter(pk__in=ids).values_list("pk", "agreement_id"))
        if len(rows) != len(ids):
            raise Hidden("issue")
        lock_agreements(agreement for _, agreement in rows)
        found = _locked(ids)
        _only_drafts(found)
        fill(ids)
        found = _locked(ids)
        reasons = _reasons(found)
        if reasons:
            raise Refused(reasons)
        _number(actor, found)
        _told(found, "issued")
    return found


def _locked(ids: Sequence[int]) -> list[SettlementDocument]:
    rows = SettlementDocument.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids)
    return list(rows.select_related("municipality", "organisation", "period", "agreement").order_by("pk"))


def _only_drafts(found: Sequence[SettlementDocument]) -> None:
    for one in found:
        DOCUMENT.next_state(one.state, "issue")


def _reasons(found: Sequence[SettlementDocument]) -> list[Reason]:
    """Everything that forbids issuing; one message names its document when there are several."""
    agreements = [one.agreement_id for one in found]
    terms = current_terms(agreements)
    around: dict[int, list[SettlementDocument]] = {}
    for row in SettlementDocument.objects.filter(agreement_id__in=agreements).exclude(state=State.RETURNED):
        around.setdefault(row.agreement_id, []).append(row)
    reasons: list[Reason] = []
    calendars = {one.municipality.region_id: calendar_of(one.municipality.region_id) for one in found}
    for one in found:
        parameters = parameters_of(one.period)
        own = time_reasons(
            one.kind,
            one.month,
            clock.today(one.municipality.time_zone),
            parameters.advance_from_workday,
            calendars[one.municipality.region_id],
        )
        if one.agreement_id not in terms:
            own.append(
                Reason(
                    "no_terms",
                    "В соглашении нет подписанных реквизитов сторон.",
                    hint="Их заполняет и подписывает плательщик.",
                )
            )
        if one.contracts == 0 and one.carried_in == 0:
            own.append(Reason("empty", "В документе нет ни одной суммы, выставлять нечего."))
        own += _order_reasons(one, around[one.agreement_id])
        reasons += [_named(one, reason) for reason in own] if len(found) > 1 else own
    return reasons


def _order_reasons(one: SettlementDocument, others: Sequence[SettlementDocument]) -> list[Reason]:
    """Documents of an agreement follow one another: each counts on what was decided before."""
    found = []
    rest = [row for row in others if row.pk != one.pk]
    if one.kind == "advance_request":
        if any(row.kind == "invoice" and row.month == one.month and row.state != State.DRAFT for row in rest):
            found.append(Reason("invoiced", "Счёт за этот месяц уже выставлен, аванс больше не нужен."))
        return found
    for row in rest:
        if row.kind == "advance_request" and row.month == one.month and row.state in (State.DRAFT, State.ISSUED):
            what = "не выставлена" if row.state == State.DRAFT else "ещё на проверке"
            hint = "Удалите черновик или дождитесь решения плательщика."
            found.append(Reason("advance_open", f"Заявка на аванс за этот месяц {what}.", hint=hint))
        elif row.kind == "advance_request":
            continue
        elif row.state == State.ISSUED:
            found.append(
                Reason("previous_undecided", f"{row}: плательщик ещё не ответил.", hint="Следующий – после него.")
            )
        elif row.state == State.DRAFT and row.kind == "invoice" and row.month < one.month:
            found.append(Reason("earlier_draft", f"Сначала выставьте счёт за {row.month:%m.%Y}."))
    if one.kind == "correction" and one.refund == 0 and not any(row.pk == one.refers_to_id for row in rest):
        found.append(Reason("no_source", "Документ, который исправляют, возвращён."))
    return found


def _named(one: SettlementDocument, reason: Reason) -> Reason:
    return Reason(reason.code, f"{one.organisation}: {reason.message}", reason.ground, reason.hint, reason.field)


def _number(actor: Actor, found: Sequence[SettlementDocument]) -> None:
    """Dates, numbers by issuer, series and year, links of the chain; one UPDATE."""
    days = {one.pk: clock.today(one.municipality.time_zone) for one in found}
    numbers: dict[int, int] = {}
    for kind in sorted({one.kind for one in found}):
        same = [one for one in found if one.kind == kind]
        wanted = Counter((one.organisation_id, days[one.pk].year) for one in same)
        firsts = take_numbers("organisation", kind, wanted)
        for one in same:
            key = (one.organisation_id, days[one.pk].year)
            numbers[one.pk] = firsts[key]
            firsts[key] += 1
    ids = [one.pk for one in found]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE settlement_document d SET state = 'issued', number = w.number, date = w.day, issued_at = %s,"
            " issued_by_id = %s, previous_id = CASE WHEN d.kind = 'advance_request' THEN NULL ELSE ("
            "   SELECT t.id FROM settlement_document t WHERE t.agreement_id = d.agreement_id"
            "      AND t.kind <> 'advance_request' AND t.state IN ('approved', 'paid')"
            "      AND NOT EXISTS (SELECT FROM settlement_document n WHERE n.previous_id = t.id"
            "          AND n.state <> 'returned')) END"
            " FROM unnest(%s::bigint[], %s::int[], %s::date[]) AS w(id, number, day) WHERE d.id = w.id",
            [clock.now(), actor.account_id, ids, [numbers[pk] for pk in ids], [days[pk] for pk in ids]],
        )
    for one in found:
        one.refresh_from_db()


def _told(found: Sequence[SettlementDocument], what: str) -> None:
    Outbox.objects.bulk_create(
        [
            Outbox(
                kind="settlement.changed",
                object_kind="settlement_document",
                object_id=one.pk,
                municipality_id=one.municipality_id,
                payload={
                    "act": what,
                    "kind": one.kind,
                    "month": one.month.isoformat(),
                    "organisation": one.organisation_id,
                },
            )
            for one in found
        ]
    )


def told(found: Sequence[SettlementDocument], what: str) -> None:
    """Write the fact into the outbox for each document."""
    _told(found, what)


def today_of(one: SettlementDocument) -> dt.date:
    return clock.today(one.municipality.time_zone)
