"""The answerer's side: figures of the system, sections, sending, passing on to organisations, taking their sums."""

from __future__ import annotations

from collections.abc import Mapping

from opora.core import clock, outbox
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.numbering import take_number
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.monitoring.requests import letters, policy, prefill, queries
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer
from opora.monitoring.requests.services import asking
from opora.surveys import queries as forms
from opora.surveys import services_answers as cells
from opora.surveys.rules.consolidate import as_answer
from opora.surveys.rules.definition import from_json

State = DataRequestAnswer.State
DAYS_FOR_CENTRE = 2
"""Working days that a centre keeps for itself when it passes a request on."""


def _mine(actor: Actor, pk: int) -> DataRequestAnswer:
    """The answer under its lock, when the actor may fill it in and it is still open."""
    policy.ANSWER.get(actor, "fill", pk=pk)
    DataRequestAnswer.objects.select_for_update(no_key=True).get(pk=pk)
    one = queries.whole_answers().get(pk=pk)
    if one.request.state == DataRequest.State.CLOSED:
        raise Refused(Reason("closed", "Запрос закрыт и лежит в архиве: ответ на него больше не меняется."))
    if not one.is_open:
        when = f" {one.sent_at:%d.%m.%Y}" if one.sent_at else ""
        raise Refused(
            Reason(
                "sent_already",
                f"Ответ уже отправлен{when}: второй раз он не уйдёт и не меняется.",
                hint="Чтобы исправить его, попросите вернуть ответ с замечаниями.",
            )
        )
    return one


def count_figures(actor: Actor, *, pk: int) -> int:
    """Begin the answer, or count its figures anew; what was typed stays. Returns how many cells the system knows."""
    with act(actor):
        one = _mine(actor, pk)
        form = from_json(one.answer.version.definition)
        date = one.request.figures_on or clock.today(one.municipality.time_zone)
        known = prefill.figures(one, form, date)
        if known:
            cells.fill_counted(actor, answer_id=one.answer_id, figures=known)
        if one.started_at is None:
            one.started_at = clock.now()
            one.save(update_fields=["started_at"])
    return len(known)


def save_section(actor: Actor, *, pk: int, section: str, posted: Mapping[str, str], revision: int) -> None:
    """One section as typed, with explanations of soft checks («x-…» names)."""
    with act(actor):
        one = _mine(actor, pk)
        cells.save_section(actor, answer_id=one.answer_id, section=section, posted=posted, revision=revision)
        texts = {name.removeprefix("x-"): text for name, text in posted.items() if name.startswith("x-")}
        if texts:
            cells.explain(actor, answer_id=one.answer_id, texts=texts)
        if one.started_at is None:
            one.started_at = clock.now()
            one.save(update_fields=["started_at"])


def explain(actor: Actor, *, pk: int, texts: Mapping[str, str]) -> None:
    with act(actor):
        cells.explain(actor, answer_id=_mine(actor, pk).answer_id, texts=texts)


def send_answer(actor: Actor, *, pk: int) -> DataRequestAnswer:
    """Send: every required cell filled, every check holds or is explained. What was sent is kept for good."""
    with act(actor):
        one = _mine(actor, pk)
        sheet = forms.sheet(one.answer)
        if reasons := obstacles(sheet):
            raise Refused(reasons)
        zone = clock.zone(one.municipality.time_zone)
        cells.keep(actor, answer=one.answer)
        one.state, one.sent_at, one.sent_by_id = State.SENT, clock.now(), actor.account_id
        if one.partner:
            # it has no account: whom the letter reached is kept as it was
            one.answered_by = ", ".join(part for part in (one.partner.contact, one.partner.email) if part)
            log_access(actor, "answer.link", one, by="", reason="Ответ партнёра на запрос данных по ссылке из письма")
        elif one.letter_number is None:
            kind, issuer = ("centre", one.centre_id) if one.centre_id else ("organisation", one.organisation_id)
            one.letter_date = clock.today(zone)
            one.letter_number = take_number(f"reply_{kind}", issuer or 0, "data_reply", one.letter_date.year)
        one.save()
        letters.tell_sender(
            one.request,
            subject=f"Поступил ответ: {one.who}",
            body=f"{one.who} ответил на запрос «{one.request.subject}».",
            link=letters.ANSWER_URL.format(one.pk),
            mark=f"{one.pk}-{clock.now():%Y%m%d%H%M%S}",
        )
        outbox.emit("data_request.answered", "data_request_answer", one.pk, municipality_id=one.municipality_id)
    return one


def obstacles(sheet: forms.Sheet) -> list[Reason]:
    """What stands in the way of sending, all at once."""
    found = [Reason("missing", f"Не заполнено: {where}.") for where in sheet.missing[:20]]
    if len(sheet.missing) > 20:
        found.append(Reason("missing", f"И ещё не заполнено клеток: {len(sheet.missing) - 20}."))
    for one in sheet.unexplained:
        hint = "Исправьте или дайте пояснение." if one.soft else ""
        found.append(Reason("check", one.message, hint=hint))
    if not sheet.values:
        found.append(Reason("empty", "Ответ пуст: заполните хотя бы одну клетку."))
    return found


def pass_on(actor: Actor, *, pk: int) -> DataRequest:
    """The centre asks its organisations the same: a draft with the same form and a shorter term."""
    with act(actor):
        one = _mine(actor, pk)
        if one.centre_id is None:
            raise Refused(Reason("not_a_centre", "Передать запрос организациям может только опорный центр."))
        known = one.passed_on.exclude(state=DataRequest.State.CLOSED).first()
        if known is not None:
            raise Refused(Reason("passed_on", f"Запрос уже передан организациям: {known}."))
        body = f"По запросу: {one.request}.\n\n{one.request.body}".strip()
        made = asking.create_request(
            actor,
            subject=one.request.subject,
            body=body,
            version=one.answer.version,
            working_days=max(1, one.request.working_days - DAYS_FOR_CENTRE),
            audience=DataRequest.Audience.ORGANISATIONS,
            figures_on=one.request.figures_on,
            place=("centre", one.centre_id),
            passed_from=one,
        )
        asking.pick(actor, pk=made.pk, ids=queries.candidates(made).values_list("pk", flat=True))
        made.refresh_from_db(fields=["picked"])
    return made


def take_sums(actor: Actor, *, pk: int) -> int:
    """The answers of organisations as the centre's own: sums of numbers, texts one under another."""
    with act(actor):
        one = _mine(actor, pk)
        made = one.passed_on.order_by("-pk").first()
        if made is None:
            raise Refused(Reason("not_passed_on", "Запрос не передавали организациям: брать свод не из чего."))
        whole = queries.consolidation(made)
        if not whole.answers:
            raise Refused(Reason("no_answers", "Ни одна организация ещё не ответила: брать свод не из чего."))
        form = from_json(one.answer.version.definition)
        return cells.replace_cells(actor, answer_id=one.answer_id, cells=as_answer(form, whole))
