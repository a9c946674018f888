"""What enrolment adds to the cabinet: what waits for the family with its last day, next lessons, menu."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from opora.core import clock, russian
from opora.core.access import Actor
from opora.enrolment import queries_cabinet as queries
from opora.enrolment import queries_lessons, queries_rollover, queries_talk, wording
from opora.enrolment.models import Application, GroupMessageReader, RolloverLearner
from opora.enrolment.queries_lessons import DatedLesson
from opora.people import cabinet
from opora.people.models import Child

DAY = dt.timedelta(days=1)
LESSONS_SHOWN = 3


def steps(actor: Actor, children: list[Child]) -> dict[int, list[cabinet.NextStep]]:
    """Answers owed, answers awaited, lessons today and tomorrow; the same number of queries for any family."""
    ids = [child.pk for child in children]
    found: dict[int, list[cabinet.NextStep]] = {}
    for row in queries.living(ids):
        step = _step(row)
        if step:
            found.setdefault(row.child_id, []).append(step)
    if children:
        found.setdefault(children[0].pk, []).extend(map(_message, queries_talk.unread_messages(actor.account_id)[:3]))
    for question in queries_rollover.open_questions(ids) if actor.has("guardian") else ():
        found.setdefault(question.child_id, []).append(_next_year(question))
    lessons = queries_lessons.of_children(ids, clock.today(clock.WESTERNMOST), clock.today(clock.EASTERNMOST) + DAY)
    for child in children:
        today = clock.today(child.municipality.time_zone if child.municipality else None)
        found.setdefault(child.pk, []).extend(_lessons(lessons.get(child.pk, []), today))
    return found


def _step(row: Application) -> cabinet.NextStep | None:
    zone = row.municipality.time_zone
    name = russian.quoted(row.group.programme.name)
    url = f"/cabinet/applications/{row.public_id}/"
    contract = queries.contract_of(row)
    if row.state == "place_offered" and row.offer_expires_at:
        left = wording.time_left(row.offer_expires_at, clock.now())
        until = wording.moment(row.offer_expires_at, zone)
        return cabinet.NextStep(1, f"Есть место: {name}. Ответьте до {until}, {left}.", url, "Ответить", "warning")
    if contract is not None and contract.state == "offered" and contract.accept_until:
        until = wording.until(contract.accept_until, zone)
        return cabinet.NextStep(
            2,
            f"Договор {name} ждёт вашего согласия до {until}.",
            f"/cabinet/contracts/{contract.public_id}/",
            "Прочитать и принять",
            "warning",
        )
    if row.state == "submitted":
        by = f" до {wording.until(row.deadline, zone)}" if row.deadline else ""
        return cabinet.NextStep(45, f"Заявка {name}: организация ответит{by}.", url, "Открыть")
    if row.state == "confirmed":
        return cabinet.NextStep(46, f"Заявка {name} подтверждена, осталось зачисление.", url, "Открыть")
    if row.state == "waiting":
        return cabinet.NextStep(55, f"Ждём место: {name}.", url, "Место в очереди")
    return None


def _message(reader: GroupMessageReader) -> cabinet.NextStep:
    one = reader.message
    url = f"/cabinet/group-messages/{one.public_id}/"
    return cabinet.NextStep(15, f"Вам написали из кружка {russian.quoted(one.group.programme.name)}.", url, "Прочитать")


def _next_year(row: RolloverLearner) -> cabinet.NextStep:
    batch, line = row.rollover, row.line
    assert line.module is not None and batch.answer_until is not None
    until = wording.until(batch.answer_until, batch.municipality.time_zone)
    name = russian.quoted(line.module.programme.name)
    text = f"Продолжит ли {row.child.first_name} занятия {name} в следующем учебном году? Ответьте до {until}."
    return cabinet.NextStep(3, text, f"/cabinet/next-year/{row.public_id}/", "Ответить", "warning")


def _lessons(lessons: list[DatedLesson], today: dt.date) -> list[cabinet.NextStep]:
    """Today's and tomorrow's lessons, cancelled ones as a warning."""
    near = [row for row in lessons if today <= row.date <= today + DAY]
    return [_lesson(row, today) for row in near[:LESSONS_SHOWN]]


def _lesson(row: DatedLesson, today: dt.date) -> cabinet.NextStep:
    day = "Сегодня" if row.date == today else "Завтра"
    name = russian.quoted(row.group.programme.name)
    if row.planned.cancelled:
        return cabinet.NextStep(5, f"{day} занятие {name} отменено.", "", "", "warning")
    start = russian.time(row.planned.starts_at)
    place = f", {row.venue.name}" if row.venue else ""
    return cabinet.NextStep(20 if row.date == today else 21, f"{day} в {start} {name}{place}.")


def links(actor: Actor, child: Child) -> Iterable[cabinet.CardLink]:
    """Timetable, applications and safety in a child's card."""
    living = list(queries.living([child.pk]))
    enrolled = sum(row.state == "enrolled" for row in living)
    base = f"/cabinet/children/{child.public_id}/"
    if enrolled:
        text = russian.plural(enrolled, "кружок", "кружка", "кружков")
    else:
        text = "Появится после зачисления"
    yield cabinet.CardLink(20, "Расписание", text, f"{base}timetable/", "calendar")
    waiting = len(living) - enrolled
    yield cabinet.CardLink(
        30,
        "Заявки и договоры",
        f"В работе: {waiting}" if waiting else "Новых заявок нет",
        "/cabinet/applications/",
        "send",
    )
    card = queries.safety_card(child)
    yield cabinet.CardLink(
        40,
        "Безопасность",
        "Кто забирает, кому звонить, медицинский допуск",
        f"{base}safety/",
        "shield-check",
        "" if card else "Не заполнено",
        "neutral" if card else "warning",
    )


cabinet.next_steps(steps)
cabinet.card_links(links)
cabinet.menu_item("Заявки", "/cabinet/applications/", 20, queries.offers)
cabinet.menu_item("Расписание", "/cabinet/timetable/", 30)
