"""A request from its draft to the archive: sent to all, answered, returned, accepted, put together."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.models import CalendarException, Letter
from opora.core.office.work import waiting_for
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.core.workdays_import import import_year
from opora.monitoring.requests import documents, queries, queries_calendar
from opora.monitoring.requests.jobs import remind
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer
from opora.monitoring.requests.services import answering, asking
from opora.people.models import Account
from opora.providers.models import Staff
from opora.surveys.queries import sheet
from opora.surveys.rules.definition import Address
from opora.surveys.services_answers import Overtaken, Unreadable

from .conftest import ANSWER, Land, make_land

MONDAY = dt.datetime(2026, 10, 12, 6, tzinfo=dt.UTC)


def sent(land: Land, role: str = "centre_head", audience: str = "organisations", days: int = 5) -> DataRequest:
    actor = land.actors[role]
    one = asking.create_request(
        actor, subject="Итоги осени", body="", version=land.version, working_days=days, audience=audience
    )  # fmt: skip
    asking.pick(actor, pk=one.pk, ids=queries.candidates(one).values_list("pk", flat=True))
    return asking.send_request(actor, pk=one.pk)


def answer_of(one: DataRequest, organisation: object = None, centre: object = None) -> DataRequestAnswer:
    rows = queries.whole_answers().filter(request=one)
    return rows.get(organisation=organisation) if organisation else rows.get(centre=centre)


def answered(land: Land, one: DataRequest, role: str = "provider_manager", **values: str) -> DataRequestAnswer:
    mine = queries.incoming(land.actors[role]).get(request=one)
    answering.save_section(land.actors[role], pk=mine.pk, section="1", posted={**ANSWER, **values}, revision=0)
    return answering.send_answer(land.actors[role], pk=mine.pk)


def test_a_request_goes_to_those_whom_its_sender_serves(land: Land) -> None:
    with clock.frozen(MONDAY):
        one = sent(land)
    assert (one.number, one.date, one.due) == (1, dt.date(2026, 10, 12), dt.date(2026, 10, 19))
    assert [row.who for row in queries.answers_of(one)] == ["Дом 0-0", "Дом 0-1"]
    letters = Letter.objects.filter(kind="request.new").values_list("address", flat=True)
    assert sorted(letters) == ["provider_manager@example.org", "second@example.org"]
    assert "до 19 октября" in Letter.objects.filter(kind="request.new")[0].body.replace("\u00a0", " ")
    with clock.frozen(MONDAY):
        assert sent(land).number == 2


def test_sending_twice_is_refused(land: Land) -> None:
    one = sent(land)
    with pytest.raises(Refused, match="уже отправлен"):
        asking.send_request(land.actors["centre_head"], pk=one.pk)
    with pytest.raises(Refused, match="уже отправлен"):
        asking.pick(land.actors["centre_head"], pk=one.pk, ids=[])
    assert one.answers.count() == 2


def test_nobody_to_ask_is_refused(land: Land) -> None:
    actor = land.actors["centre_head"]
    one = asking.create_request(
        actor, subject="О", body="", version=land.version, working_days=3, audience="organisations"
    )
    assert asking.pick(actor, pk=one.pk, ids=[land.organisations[3].pk]) == 0  # another centre's
    with pytest.raises(Refused, match="Не выбрано"):
        asking.send_request(actor, pk=one.pk)


def test_strangers_neither_see_nor_fill(land: Land) -> None:
    one = sent(land)
    mine = answer_of(one, land.organisations[1])
    for act in (answering.count_figures, answering.send_answer):
        with pytest.raises(Hidden):
            act(land.actors["provider_manager"], pk=mine.pk)
        with pytest.raises(Hidden):  # the centre asks, it does not answer for them
            act(land.actors["centre_head"], pk=mine.pk)
        with pytest.raises(Forbidden):
            act(land.actors["observer"], pk=mine.pk)
    with pytest.raises(Forbidden):
        queries.request_card(land.actors["provider_manager"], one.pk)
    with pytest.raises(Hidden):  # the coordinator reads the centre's request, and cannot close it
        asking.close_request(land.actors["coordinator"], pk=one.pk)
    assert queries.request_card(land.actors["observer"], one.pk) == one


def test_an_answer_is_returned_with_remarks_and_accepted(land: Land) -> None:
    one = sent(land)
    head, manager = land.actors["centre_head"], land.actors["provider_manager"]
    mine = answered(land, one)
    assert mine.state == "sent" and mine.letter_number == 1
    with pytest.raises(Refused, match="уже отправлен"):
        answering.send_answer(manager, pk=mine.pk)
    with pytest.raises(Refused, match="без замечаний"):
        asking.judge(head, pk=mine.pk, accept=False, remarks=" ")
    asking.judge(head, pk=mine.pk, accept=False, remarks="Проверьте село")
    assert Letter.objects.filter(kind="request.returned", body__contains="Проверьте село").count() == 1
    answering.save_section(manager, pk=mine.pk, section="1", posted={**ANSWER, "v-2-02-3": "7"}, revision=1)
    again = answering.send_answer(manager, pk=mine.pk)
    assert again.letter_number == 1  # the same letter, sent once more
    kept = [{tuple(cell[:4]): cell[4] for cell in row.cells} for row in again.answer.kept.order_by("number")]
    assert [cells["1", "2", "02", "3"] for cells in kept] == ["5", "7"]
    asking.judge(head, pk=mine.pk, accept=True)
    with pytest.raises(Refused, match="рассматривать нечего"):
        asking.judge(head, pk=mine.pk, accept=True)


def test_what_is_missing_or_does_not_hold_is_told_at_once(land: Land) -> None:
    one = sent(land)
    manager = land.actors["provider_manager"]
    mine = answer_of(one, land.organisations[0])
    posted = {"v-1": "60", "v-2-01-3": "3", "v-2-01-4": "5"}
    answering.save_section(manager, pk=mine.pk, section="1", posted=posted, revision=0)
    with pytest.raises(Refused) as refused:
        answering.send_answer(manager, pk=mine.pk)
    texts = [reason.message for reason in refused.value.reasons]
    assert texts[0] == "Не заполнено: раздел 1, строка 02 «село», графа 3 «Всего»."
    assert any("строка 01 «город»: графа 3 «Всего» – 3; графа 4" in text for text in texts)
    posted = {**ANSWER, "v-1": "60"}
    answering.save_section(manager, pk=mine.pk, section="1", posted=posted, revision=1)
    with pytest.raises(Refused, match="«Педагогов» – 60; 50"):
        answering.send_answer(manager, pk=mine.pk)
    answering.explain(manager, pk=mine.pk, texts={"2:": "Объединили две школы"})
    assert answering.send_answer(manager, pk=mine.pk).state == "sent"


def test_unreadable_values_write_nothing(land: Land) -> None:
    mine = answer_of(sent(land), land.organisations[0])
    with pytest.raises(Unreadable) as refused:
        answering.save_section(
            land.actors["provider_manager"], pk=mine.pk, section="1", posted={**ANSWER, "v-1": "много"}, revision=0
        )
    assert refused.value.problems[0].address == Address("1", "1")
    assert not sheet(mine.answer).values


def test_two_people_at_one_answer_are_told(land: Land) -> None:
    mine = answer_of(sent(land), land.organisations[0])
    manager = land.actors["provider_manager"]
    answering.save_section(manager, pk=mine.pk, section="1", posted=ANSWER, revision=0)
    answering.save_section(manager, pk=mine.pk, section="2", posted={"v-3": "Хорошо"}, revision=0)  # another section
    answering.save_section(manager, pk=mine.pk, section="1", posted=ANSWER, revision=0)  # the same again
    with pytest.raises(Overtaken, match="Ильин Пётр") as refused:
        answering.save_section(manager, pk=mine.pk, section="1", posted={**ANSWER, "v-1": "13"}, revision=0)
    assert refused.value.theirs == {"v-1": "12"} and refused.value.revision == 2
    answering.save_section(manager, pk=mine.pk, section="1", posted={**ANSWER, "v-1": "13"}, revision=2)
    assert sheet(mine.answer).values[Address("1", "1")] == 13


def test_the_system_puts_in_what_it_knows(land: Land) -> None:
    for number in range(3):
        Staff.objects.create(
            organisation=land.organisations[0], last_name=f"Липов{number}", first_name="Ян", post="педагог"
        )
    mine = answer_of(sent(land), land.organisations[0])
    manager = land.actors["provider_manager"]
    assert answering.count_figures(manager, pk=mine.pk) == 1
    cell = sheet(mine.answer).cells[Address("1", "1")]
    assert (cell.number, cell.computed, cell.source, cell.basis["code"]) == (3, 3, "counted", "teachers")
    answering.save_section(manager, pk=mine.pk, section="1", posted=ANSWER, revision=1)
    Staff.objects.create(organisation=land.organisations[0], last_name="Новый", first_name="Ян", post="педагог")
    answering.count_figures(manager, pk=mine.pk)
    cell = sheet(mine.answer).cells[Address("1", "1")]
    assert (cell.number, cell.computed, cell.source) == (12, 4, "typed")  # what was typed stays


def test_consolidation_counts_who_answered(land: Land) -> None:
    one = sent(land)
    answered(land, one)
    answered(land, one, "second", **{"v-1": "8", "v-2-01-3": "70"})
    whole = queries.consolidation(one)
    assert whole.answers == 2
    assert whole.numbers[Address("1", "1")] == 20 and whole.numbers[Address("1", "2", "01", "3")] == 100
    book = CalamineWorkbook.from_filelike(BytesIO(documents.summary(one, names=True)))
    assert book.sheet_names == ["О запросе", "Раздел 1", "Раздел 2", "По ответам", "Не ответили"]
    rows = [row for row in book.get_sheet_by_name("Раздел 1").to_python() if row[0] == "город"]
    assert rows[0][1:4] == ["01", 100.0, 28.0]
    hidden = CalamineWorkbook.from_filelike(BytesIO(documents.summary(one, names=False)))
    assert all(row[0] == "Кто ответил" for row in hidden.get_sheet_by_name("По ответам").to_python())


def test_the_centre_passes_on_and_takes_the_sums(land: Land) -> None:
    head = land.actors["centre_head"]
    whole = sent(land, "regional_operator", "centres", 7)
    mine = answer_of(whole, centre=land.centres[0])
    made = answering.pass_on(head, pk=mine.pk)
    assert (made.sender_kind, made.working_days, len(made.picked)) == ("centre", 5, 2)
    with pytest.raises(Refused, match="уже передан"):
        answering.pass_on(head, pk=mine.pk)
    with pytest.raises(Refused, match="ещё не ответила"):
        answering.take_sums(head, pk=mine.pk)
    asking.send_request(head, pk=made.pk)
    answered(land, made)
    answered(land, made, "second", **{"v-3": "", "v-1": "8"})
    answering.take_sums(head, pk=mine.pk)
    cells = sheet(mine.answer)
    assert cells.numbers[Address("1", "1")] == 20 and cells.cells[Address("1", "1")].source == "consolidated"
    answering.send_answer(head, pk=mine.pk)


def test_reminders_go_once_each(land: Land) -> None:
    with clock.frozen(MONDAY):
        one = sent(land)
        answered(land, one)
    days = {1: 0, 4: 1, 5: 1, 6: 2, 7: 2, 8: 3, 9: 3}  # due on the 19th: three days, one day, overdue
    for day, letters in days.items():
        with clock.frozen(MONDAY + dt.timedelta(days=day)):
            remind()
            remind()
        assert Letter.objects.filter(kind="request.reminder").count() == letters, day
    assert set(Letter.objects.filter(kind="request.reminder").values_list("address", flat=True)) == {
        "second@example.org"
    }


def test_terms_are_counted_by_the_imported_calendar(land: Land) -> None:
    CalendarException.objects.create(date=dt.date(2026, 10, 15), kind="off", ground="Указ")
    CalendarException.objects.create(
        date=dt.date(2026, 10, 15), kind="working", region_id=land.region.pk, ground="Отмена"
    )
    CalendarException.objects.create(
        date=dt.date(2026, 10, 16), kind="off", region_id=land.region.pk, ground="День области"
    )
    with clock.frozen(MONDAY):
        assert sent(land).due == dt.date(2026, 10, 20)
    assert not queries_calendar.calendar_of(None).is_working_day(dt.date(2026, 10, 15))


def test_a_published_calendar_is_imported(db: None) -> None:
    assert not queries_calendar.calendar_of(None).is_known_year(2031)
    days = "".join(f'<day d="01.{day:02}" t="1"/>' for day in (1, 2, 3, 6, 7, 8, 9)) + '<day d="01.11" t="3"/>'
    data = f'<calendar year="2031"><days>{days}</days></calendar>'.encode()
    assert import_year(data)[0] == 2031
    calendar = queries_calendar.calendar_of(None)
    assert calendar.is_known_year(2031) and not calendar.is_known_year(2032)
    assert not calendar.is_working_day(dt.date(2031, 1, 9)) and calendar.is_working_day(dt.date(2031, 1, 11))
    before = CalendarException.objects.count()
    import_year(data)
    assert CalendarException.objects.count() == before
    with pytest.raises(ValueError, match="xmlcalendar"):
        import_year(b"<html/>")


def test_last_year_is_the_same_form_a_year_ago(land: Land) -> None:
    with clock.frozen(MONDAY - dt.timedelta(days=364)):
        before = answered(land, sent(land))
    with clock.frozen(MONDAY):
        mine = answer_of(sent(land), land.organisations[0])
    assert mine.answer.previous_id == before.answer_id
    assert (sheet(mine.answer).last_year or {})[Address("1", "1")] == 12


def test_the_archive_takes_no_answers(land: Land) -> None:
    one = sent(land)
    mine = answer_of(one, land.organisations[0])
    asking.close_request(land.actors["centre_head"], pk=one.pk)
    with pytest.raises(Refused, match="лежит в архиве"):
        answering.save_section(land.actors["provider_manager"], pk=mine.pk, section="1", posted=ANSWER, revision=0)


def test_what_waits(land: Land) -> None:
    one = sent(land)
    assert "Ответить на запросы данных" in [item.title for item in waiting_for(land.actors["provider_manager"])]
    mine = answered(land, one)
    titles = {item.title: item.count for item in waiting_for(land.actors["centre_head"])}
    assert titles["Рассмотреть ответы на запросы"] == 1
    asking.judge(land.actors["centre_head"], pk=mine.pk, accept=False, remarks="Уточните")
    titles = {item.title for item in waiting_for(land.actors["provider_manager"])}
    assert "Исправить возвращённые ответы" in titles


def test_forty_nine_centres_at_once(db: None) -> None:
    land = make_land(49)
    with CaptureQueriesContext(connection) as asked:
        started = time.process_time()
        one = sent(land, "regional_operator", "centres")
        spent = time.process_time() - started
    assert one.answers.count() == 49
    assert len(asked) < 45 and spent < 2
    for answer in queries.answers_of(one):
        answering.save_section(SYSTEM, pk=answer.pk, section="1", posted=ANSWER, revision=0)
        DataRequestAnswer.objects.filter(pk=answer.pk).update(state="sent")
    with CaptureQueriesContext(connection) as read:
        whole = queries.consolidation(one)
    assert whole.numbers[Address("1", "1")] == Decimal(12 * 49) and len(read) <= 3


def test_the_letter_is_a_document(land: Land) -> None:
    from docx import Document

    mine = answered(land, sent(land), **{"v-3": "Всё хорошо"})
    document = Document(BytesIO(documents.letter(queries.whole_answers().get(pk=mine.pk))))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "О запросе «Итоги осени»" in text and "1. Педагогов: 12." in text
    assert any("город" in cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_a_term_is_extended_for_one_with_its_reason(land: Land) -> None:
    with clock.frozen(MONDAY):
        one = sent(land)
        mine, other = (answer_of(one, organisation=row) for row in land.organisations[:2])
        head, later = land.actors["centre_head"], dt.date(2026, 10, 30)
        with pytest.raises(Refused, match="позже прежнего"):
            asking.extend(head, pk=mine.pk, due=dt.date(2026, 10, 19), reason="Болезнь")
        with pytest.raises(Refused, match="почему"):
            asking.extend(head, pk=mine.pk, due=later, reason=" ")
        with pytest.raises(Refused, match="полгода"):
            asking.extend(head, pk=mine.pk, due=dt.date(2027, 10, 19), reason="Болезнь")
        with pytest.raises((Hidden, Forbidden)):
            asking.extend(land.actors["provider_manager"], pk=mine.pk, due=later, reason="Болезнь")
        asking.extend(head, pk=mine.pk, due=later, reason="Болезнь директора")
    [letter] = Letter.objects.filter(kind="request.extended")
    assert "до 30 октября" in letter.body.replace("\u00a0", " ") and "Болезнь директора" in letter.body
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.due, other.due) == (later, dt.date(2026, 10, 19))
    assert mine.due_at == dt.datetime(2026, 10, 30, 20, tzinfo=dt.UTC), "midnight of the region"
    [kept] = mine.extensions.all()
    assert (kept.due_before, kept.due, kept.made_by_id) == (dt.date(2026, 10, 19), later, head.account_id)
    with clock.frozen(dt.datetime(2026, 10, 20, 6, tzinfo=dt.UTC)):
        remind()
    late = Letter.objects.filter(kind="request.reminder")
    assert [row.link.split("/")[-2] for row in late] == [str(other.pk)], "the extended one is not late"


YEAR = b'<calendar year="2031"><days><day d="1.1" t="1"/><day d="1.2" t="1"/><day d="3.7" t="1"/></days></calendar>'


def test_a_year_is_loaded_on_its_page(land: Land, client: Client) -> None:
    def post(role: str, data: bytes) -> int:
        account = Account.objects.get(email=f"{role}@example.org")
        client.force_login(account, backend="opora.people.backends.AccountBackend")
        return client.post("/office/workdays/", {"file": SimpleUploadedFile("a.xml", data)}).status_code

    assert post("centre_head", YEAR) == 403
    assert post("regional_operator", b"<x/>") == 422
    assert not CalendarException.objects.exists()
    assert post("regional_operator", YEAR) == 302
    calendar = queries_calendar.calendar_of(None)
    assert calendar.is_known_year(2031) and not calendar.is_working_day(dt.date(2031, 3, 7))
    page = client.get("/office/workdays/").content.decode()
    assert "2031" in page and "загружен из файла" in page and "по общему правилу" in page
