"""The sender's side: a draft, its recipients, sending to all at once, judging answers, the archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from opora.core import clock, outbox, russian, workdays
from opora.core.access import Actor
from opora.core.numbering import take_number
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.monitoring.requests import letters, policy, queries, queries_calendar
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer
from opora.surveys.models import FormVersion
from opora.surveys.services_answers import new_answers
from opora.territory.models import Centre, Municipality

State, Answered = DataRequest.State, DataRequestAnswer.State
LONGEST_TERM = 120
LONGEST_EXTENSION = 183


def create_request(
    actor: Actor,
    *,
    subject: str,
    body: str,
    version: FormVersion,
    working_days: int,
    audience: str,
    figures_on: dt.date | None = None,
    place: tuple[str, int] | None = None,
    passed_from: DataRequestAnswer | None = None,
) -> DataRequest:
    """A draft in the name of the actor's level; `place` (kind, id) says which when it holds several."""
    policy.REQUEST.require(actor, "create")
    kind, region, municipality, centre = _sender(actor, place)
    _check(subject, working_days)
    if kind == DataRequest.Sender.CENTRE and audience == DataRequest.Audience.CENTRES:
        raise Refused(Reason("audience", "Опорный центр запрашивает данные у организаций.", field="audience"))
    with act(actor):
        return DataRequest.objects.create(
            sender_kind=kind,
            region_id=region,
            municipality_id=municipality,
            centre_id=centre,
            subject=subject.strip(),
            body=body.strip(),
            version=version,
            working_days=working_days,
            audience=audience,
            figures_on=figures_on,
            passed_from=passed_from,
            created_by_id=actor.account_id,
        )


def _sender(actor: Actor, place: tuple[str, int] | None) -> tuple[str, int | None, int | None, int | None]:
    """(kind, region, municipality, centre) of the level that the actor asks for."""
    for kind, pk in queries.sender_places(actor):
        if place is not None and (kind, pk) != place:
            continue
        if kind == "region":
            return DataRequest.Sender.REGION, pk, None, None
        if kind == "municipality":
            region = Municipality.objects.values_list("region_id", flat=True).get(pk=pk)
            return DataRequest.Sender.AUTHORITY, region, pk, None
        centre = Centre.objects.select_related("municipality").get(pk=pk)
        return DataRequest.Sender.CENTRE, centre.municipality.region_id, centre.municipality_id, pk
    raise Hidden("place")


def _check(subject: str, working_days: int) -> None:
    if not subject.strip():
        raise Refused(Reason("subject", "Напишите, о чём запрос.", field="subject"))
    if not 1 <= working_days <= LONGEST_TERM:
        raise Refused(Reason("working_days", f"Срок – от 1 до {LONGEST_TERM} рабочих дней.", field="working_days"))


def lock_request(actor: Actor, pk: int) -> DataRequest:
    """The request under its lock, when the actor may change it."""
    policy.REQUEST.get(actor, "change", pk=pk)
    DataRequest.objects.select_for_update(no_key=True).get(pk=pk)
    return queries.whole().get(pk=pk)


def change_request(
    actor: Actor, *, pk: int, subject: str, body: str, working_days: int, figures_on: dt.date | None
) -> None:
    """Other words and another term of a draft."""
    _check(subject, working_days)
    with act(actor):
        one = _draft(lock_request(actor, pk))
        one.subject, one.body, one.working_days, one.figures_on = (
            subject.strip(),
            body.strip(),
            working_days,
            figures_on,
        )
        one.save(update_fields=["subject", "body", "working_days", "figures_on"])


def _draft(one: DataRequest) -> DataRequest:
    if one.state != State.DRAFT:
        when = f" {one.sent_at:%d.%m.%Y}" if one.sent_at else ""
        raise Refused(Reason("sent_already", f"Запрос уже отправлен{when}: второй раз он не уйдёт и не меняется."))
    return one


def pick(actor: Actor, *, pk: int, ids: Iterable[int], partners: Iterable[int] | None = None) -> int:
    """Whom to ask; strangers are left out. `partners` None leaves them as they are. Returns how many are picked."""
    with act(actor):
        one = _draft(lock_request(actor, pk))
        allowed = set(queries.candidates(one).values_list("pk", flat=True))
        one.picked = sorted(allowed & set(ids))
        if partners is not None:
            reached = set(queries.partner_candidates(one).values_list("pk", flat=True))
            one.picked_partners = sorted(reached & set(partners))
        one.save(update_fields=["picked", "picked_partners"])
    return len(one.picked) + len(one.picked_partners)


def send_request(actor: Actor, *, pk: int) -> DataRequest:
    """Number it, count the term, make an empty answer for each, write the letters. Sending twice is refused."""
    with act(actor):
        one = _draft(lock_request(actor, pk))
        places = list(queries.candidates(one).filter(pk__in=one.picked).order_by("sort_name", "pk"))
        partners = list(queries.partner_candidates(one).filter(pk__in=one.picked_partners).order_by("sort_name", "pk"))
        if not places and not partners:
            raise Refused(Reason("nobody", "Не выбрано, кого спросить.", hint="Откройте «Кому» и отметьте адресатов."))
        zone = queries.zone_of(one)
        deadline = workdays.add_working_days(
            clock.now(), one.working_days, queries_calendar.calendar_of(one.region_id), zone
        )
        one.date = clock.today(zone)
        one.figures_on = one.figures_on or one.date
        one.due, one.due_at, one.due_note = deadline.day, deadline.at, deadline.note[:300]
        one.state, one.sent_at = State.SENT, clock.now()
        name = "centre" if one.audience == DataRequest.Audience.CENTRES else "organisation"
        answers = _answers(one, name, places) + _answers(one, "partner", partners)
        letters.asked(one, answers)
        outbox.emit(
            "data_request.sent", "data_request", one.pk, municipality_id=one.municipality_id, answers=len(answers)
        )
        issuer = {"region": one.region_id, "authority": one.municipality_id, "centre": one.centre_id}[one.sender_kind]
        one.number = take_number(f"request_{one.sender_kind}", issuer or 0, "data_request", one.date.year)
        one.save()
    return one


def _answers(one: DataRequest, name: str, places: Sequence[Any]) -> list[DataRequestAnswer]:
    """Empty answers of those asked; `name`: centre, organisation or partner."""
    before = queries.last_year(one, name)
    made = new_answers(one.version, [before.get(place.pk) for place in places])
    return DataRequestAnswer.objects.bulk_create(
        [
            DataRequestAnswer(
                request=one,
                municipality_id=place.municipality_id,
                answer=answer,
                due=one.due,
                due_at=one.due_at,
                **{name: place},
            )
            for place, answer in zip(places, made, strict=True)
        ]
    )


def close_request(actor: Actor, *, pk: int) -> None:
    """Into the archive; answers can no longer be sent or returned."""
    with act(actor):
        one = lock_request(actor, pk)
        if one.state != State.SENT:
            raise Refused(Reason("state", "В архив уходит только отправленный запрос."))
        one.state, one.closed_at = State.CLOSED, clock.now()
        one.save(update_fields=["state", "closed_at"])


def extend(actor: Actor, *, pk: int, due: dt.date, reason: str) -> DataRequestAnswer:
    """Another term for one answerer, later than the present one, with the reason that its letter names."""
    with act(actor):
        policy.ANSWER.get(actor, "judge", pk=pk)
        DataRequestAnswer.objects.select_for_update(no_key=True).get(pk=pk)
        one = queries.whole_answers().get(pk=pk)
        before = one.due or one.request.due
        if one.request.state != State.SENT or not one.is_open or before is None:
            raise Refused(Reason("state", "Срок продлевают тому, кто ещё не ответил."))
        zone = queries.zone_of(one.request)
        if problems := _term_problems(before, due, clock.today(zone)):
            raise Refused(problems)
        if not reason.strip():
            raise Refused(Reason("reason", "Напишите, почему срок продлён.", field="reason"))
        one.due, one.due_at = due, workdays.end_of_day(due, zone)
        one.save(update_fields=["due", "due_at"])
        one.extensions.create(due_before=before, due=due, reason=reason.strip(), made_by_id=actor.account_id)
        letters.tell_answerers(
            [one],
            kind="request.extended",
            subject=f"Срок ответа продлён: {one.request.subject}",
            body=f"Ответить на запрос «{one.request.subject}» нужно до {russian.date_long(due)} включительно. "
            f"Прежний срок – {russian.date_long(before)}. Почему продлён: {reason.strip()}",
            mark=f"extended-{due:%Y%m%d}",
        )
    return one


def _term_problems(before: dt.date, due: dt.date, today: dt.date) -> list[Reason]:
    if due <= before:
        return [Reason("due", f"Новый срок должен быть позже прежнего: {russian.date_full(before)}.", field="due")]
    if due < today:
        return [Reason("due", "Новый срок уже прошёл.", field="due")]
    if due > today + dt.timedelta(days=LONGEST_EXTENSION):
        return [Reason("due", "Срок продлевают не больше чем на полгода.", field="due")]
    return []


def write_again(actor: Actor, *, pk: int) -> str:
    """The request's letter with its link once more to a partner's present address, which is returned.

    For a letter that was lost or an address that was mended; the same letter goes at most once a minute.
    """
    with act(actor):
        policy.ANSWER.get(actor, "judge", pk=pk)
        DataRequestAnswer.objects.select_for_update(no_key=True).get(pk=pk)
        one = queries.whole_answers().get(pk=pk)
        if one.partner is None or one.request.state != State.SENT or not one.is_open:
            raise Refused(Reason("state", "Письмо повторяют партнёру, который ещё не ответил."))
        if not one.partner.email:
            raise Refused(Reason("address", "У партнёра нет адреса почты.", hint="Укажите адрес в карточке партнёра."))
        letters.asked(one.request, [one], mark=f"again-{clock.now():%Y%m%d%H%M}")
        return one.partner.email


def judge(actor: Actor, *, pk: int, accept: bool, remarks: str = "") -> DataRequestAnswer:
    """Accept a sent answer or return it with remarks, which the answerer reads in a letter."""
    with act(actor):
        policy.ANSWER.get(actor, "judge", pk=pk)
        DataRequestAnswer.objects.select_for_update(no_key=True).get(pk=pk)
        one = queries.whole_answers().get(pk=pk)
        if one.state != Answered.SENT:
            raise Refused(
                Reason("not_sent", f"Ответ сейчас в состоянии «{one.get_state_display()}»: рассматривать нечего.")
            )
        if not accept and not remarks.strip():
            raise Refused(
                Reason("remarks", "Напишите, что исправить: без замечаний ответ не возвращают.", field="remarks")
            )
        one.state = Answered.ACCEPTED if accept else Answered.RETURNED
        one.remarks = "" if accept else remarks.strip()
        one.judged_at, one.judged_by_id = clock.now(), actor.account_id
        one.save(update_fields=["state", "remarks", "judged_at", "judged_by"])
        if not accept:
            letters.tell_answerers(
                [one],
                kind="request.returned",
                subject=f"Ответ возвращён: {one.request.subject}",
                body=f"Ответ на запрос «{one.request.subject}» возвращён с замечаниями:\n\n{one.remarks}",
                mark=f"returned-{clock.now():%Y%m%d%H%M%S}",
            )
    return one
