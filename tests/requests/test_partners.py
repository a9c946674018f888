"""A partner answers by the link of its letter: the road without an account, and every way the link must not work."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from python_calamine import CalamineWorkbook

from opora.core import clock
from opora.core.access import Actor
from opora.core.letters import links_of
from opora.core.models import AccessLog, Letter
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.methodics.models import Partner
from opora.monitoring.requests import documents, partner_links, policy, queries
from opora.monitoring.requests.jobs import remind
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer
from opora.monitoring.requests.policy import AtLink
from opora.monitoring.requests.services import answering, asking
from opora.people.answers import Dead
from opora.surveys.queries import sheet
from opora.surveys.rules.definition import Address

from .conftest import ANSWER, Land
from .test_pages import as_
from .test_road import MONDAY, answered

ADDRESS = "museum@example.org"


def partner_of(land: Land, centre: int = 0, name: str = "Музей реки", email: str = ADDRESS) -> Partner:
    return Partner.objects.create(
        municipality=land.centres[centre].municipality, kind="culture", name=name, email=email, contact="Гусева Лидия"
    )


def asked(land: Land, *partners: Partner, organisations: bool = True) -> DataRequest:
    """A sent request of the first centre to its organisations and the partners."""
    head = land.actors["centre_head"]
    one = asking.create_request(
        head, subject="Итоги осени", body="Ждём цифры", version=land.version, working_days=5, audience="organisations"
    )  # fmt: skip
    ids = queries.candidates(one).values_list("pk", flat=True) if organisations else []
    asking.pick(head, pk=one.pk, ids=ids, partners=[row.pk for row in partners])
    return asking.send_request(head, pk=one.pk)


def answer_of(one: DataRequest, partner: Partner) -> DataRequestAnswer:
    return queries.whole_answers().get(request=one, partner=partner)


def words(response: Any) -> str:
    """The page with plain spaces."""
    return str(response.content.decode()).replace("\u00a0", " ")


def url(one: DataRequestAnswer, address: str = ADDRESS) -> str:
    return f"/answers/requests/{partner_links.token(one, address, clock.now())}/"


def actor_of(one: DataRequestAnswer) -> AtLink:
    actor = partner_links.opened(url(one).split("/")[3])
    assert isinstance(actor, AtLink)
    return actor


def test_a_partner_answers_by_the_link_of_its_letter(land: Land) -> None:
    partner = partner_of(land)
    one = asked(land, partner)
    mine = answer_of(one, partner)
    letter = Letter.objects.get(kind="request.new", address=ADDRESS)
    assert letter.account_id is None and "Центр 00" in letter.body and "answers/" not in letter.body + letter.link
    [link] = links_of(letter)
    client = Client()
    shown = client.get(link.url)
    page = words(shown)
    assert "Центр 00" in page and "Ждём цифры" in page and "Музей реки" in page and "обязательных клеток: 3" in page
    assert (shown["Cache-Control"], shown["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert shown["Referrer-Policy"] == "same-origin"
    mine.refresh_from_db()
    assert mine.started_at is None and mine.state == "draft"  # opening changes nothing
    wrong = client.post(f"{link.url}fill/1/", {**ANSWER, "v-1": "много", "revision": "0"})
    assert wrong.status_code == 422 and not sheet(mine.answer).values
    early = words(client.post(f"{link.url}do/send/", follow=True))
    assert "Не заполнено" in early
    posted = {**ANSWER, "revision": "0", "go": "next"}
    assert client.post(f"{link.url}fill/1/", posted).headers["Location"] == f"{link.url}fill/2/"
    again = client.post(f"{link.url}fill/1/", {**ANSWER, "v-1": "13", "revision": "0"})
    assert again.status_code == 409 and "из другого окна" in words(again)
    done = words(client.post(f"{link.url}do/send/", follow=True))
    assert "Ответ отправлен" in done and "Отправить ответ" not in done
    mine.refresh_from_db()
    assert (mine.state, mine.letter_number, mine.sent_by_id) == ("sent", None, None)
    assert mine.answered_by == f"Гусева Лидия, {ADDRESS}" and mine.answer.kept.count() == 1
    assert AccessLog.objects.filter(action="answer.link", object_id=mine.pk, account_id=None).count() == 1
    twice = words(client.post(f"{link.url}do/send/", follow=True))
    assert "второй раз он не уйдёт" in twice and mine.answer.kept.count() == 1
    late = words(client.post(f"{link.url}fill/1/", {**ANSWER, "v-1": "14", "revision": "1"}, follow=True))
    assert "второй раз он не уйдёт" in late and sheet(mine.answer).values[Address("1", "1")] == 12


def test_the_centre_returns_accepts_and_puts_together(land: Land) -> None:
    partner = partner_of(land)
    one = asked(land, partner)
    mine, head, client = answer_of(one, partner), land.actors["centre_head"], as_("centre_head")
    link = url(mine)
    assert "входить ему не нужно" in words(client.get(f"/office/data_request_answers/{mine.pk}/"))
    Client().post(f"{link}fill/1/", {**ANSWER, "revision": "0"})
    Client().post(f"{link}do/send/")
    asking.judge(head, pk=mine.pk, accept=False, remarks="Уточните село")
    letter = Letter.objects.get(kind="request.returned", address=ADDRESS)
    assert "Уточните село" in letter.body
    [back] = links_of(letter)
    assert "Уточните село" in words(Client().get(back.url))
    Client().post(f"{back.url}fill/1/", {**ANSWER, "v-2-02-3": "7", "revision": "1"})
    Client().post(f"{back.url}do/send/")
    asking.judge(head, pk=mine.pk, accept=True)
    assert "Ответ принят" in words(Client().get(back.url))
    answered(land, one)
    whole = queries.consolidation(one)
    assert whole.answers == 2 and whole.numbers[Address("1", "2", "02", "3")] == 12
    book = CalamineWorkbook.from_filelike(BytesIO(documents.summary(one, names=True)))
    assert any("Музей реки" in map(str, row) for row in book.get_sheet_by_name("По ответам").to_python())
    own = CalamineWorkbook.from_filelike(BytesIO(documents.answer(answer_of(one, partner))))
    assert any("Гусева Лидия" in str(row) for row in own.get_sheet_by_index(0).to_python())
    card = words(client.get(f"/office/data_request_answers/{mine.pk}/"))
    assert f"Гусева Лидия, {ADDRESS}" in card and "letter.docx" not in card
    assert "Музей реки" in words(client.get("/office/data_request_answers/?q=музей"))


def dead(link: str) -> str:
    shown = Client().get(link)
    assert shown.status_code == 410 and "Итоги осени" not in words(shown)
    sent = Client().post(f"{link}do/send/")
    assert sent.status_code == 410
    return words(shown)


def test_a_link_that_must_not_work_shows_nothing(land: Land) -> None:
    partner, other = partner_of(land), partner_of(land, name="Завод", email="works@example.org")
    with clock.frozen(MONDAY):
        one = asked(land, partner, other)
        mine, link = answer_of(one, partner), url(answer_of(one, partner))
        assert "не действует" in dead(link.replace("requests/", "requests/x"))
        theirs = answer_of(one, other)
        mixed = DataRequestAnswer(pk=theirs.pk, partner_id=partner.pk, due_at=theirs.due_at)
        assert "не действует" in dead(url(mixed))  # signed, but the answer is another partner's
        signed = partner_links.opened(link.split("/")[3])
        assert isinstance(signed, AtLink)
        Partner.objects.filter(pk=partner.pk).update(email="new@example.org")
        assert "адрес почты вашей организации изменился" in dead(link)
        with pytest.raises(Hidden):  # the address changed between opening and writing
            answering.send_answer(signed, pk=mine.pk)
        letter = Letter.objects.get(kind="request.new", address=ADDRESS)
        assert links_of(letter) == []  # and what still waits to be sent there bears no link
        Partner.objects.filter(pk=partner.pk).update(email=ADDRESS.upper())
        assert Client().get(link).status_code == 200
    with clock.frozen(MONDAY + dt.timedelta(days=7 + 30)):  # due on the 19th
        assert Client().get(link).status_code == 200
    with clock.frozen(MONDAY + dt.timedelta(days=7 + 32)):
        assert "больше 30 дней" in dead(link)
    with clock.frozen(MONDAY):
        asking.close_request(land.actors["centre_head"], pk=one.pk)
        assert "Запрос закрыт" in dead(link)
        with pytest.raises(Refused, match="лежит в архиве"):
            answering.send_answer(AtLink(email=ADDRESS, answer_id=mine.pk, partner_id=partner.pk), pk=mine.pk)


def test_the_link_reaches_one_answer_alone(land: Land) -> None:
    partner, other = partner_of(land), partner_of(land, name="Завод", email="works@example.org")
    one = asked(land, partner, other)
    actor, mine = actor_of(answer_of(one, partner)), answer_of(one, partner)
    assert list(policy.ANSWER.rows(actor, "fill")) == list(policy.ANSWER.rows(actor, "view")) == [mine]
    for row in queries.answers_of(one):
        if row.pk != mine.pk:
            with pytest.raises(Hidden):
                answering.send_answer(actor, pk=row.pk)
    for action in ("view", "create", "change"):
        assert not policy.REQUEST.allowed(actor, action)
    with pytest.raises(Forbidden):
        asking.judge(actor, pk=mine.pk, accept=True)
    with pytest.raises(Forbidden):
        answering.send_answer(Actor(email=ADDRESS), pk=mine.pk)  # the address alone is nobody
    with pytest.raises(Hidden):  # the centre asks, it does not answer for its partner
        answering.send_answer(land.actors["centre_head"], pk=mine.pk)
    assert answering.count_figures(actor, pk=mine.pk) == 0  # the municipality's figures are not the partner's


def test_only_the_centres_own_partners_with_an_address_are_asked(land: Land) -> None:
    own, far, silent = partner_of(land), partner_of(land, 1, "Дальний"), partner_of(land, 0, "Без почты", "")
    head = land.actors["centre_head"]
    client = as_("centre_head")
    draft = asking.create_request(
        head, subject="О", body="", version=land.version, working_days=3, audience="organisations"
    )
    page = words(client.get(f"/office/data_requests/{draft.pk}/recipients/"))
    assert "Музей реки" in page and "Дальний" not in page and "без адреса почты: 1" in page
    client.post(
        f"/office/data_requests/{draft.pk}/recipients/",
        {"do": "picked", "partner": [str(row.pk) for row in (own, far, silent)]},
    )
    draft.refresh_from_db()
    assert (draft.picked, draft.picked_partners) == ([], [own.pk])
    again = words(client.get(f"/office/data_requests/{draft.pk}/recipients/"))
    assert again.count(" checked") == 1  # the partner alone, no organisation is proposed again
    with pytest.raises(Hidden):
        asking.pick(land.actors["coordinator"], pk=draft.pk, ids=[], partners=[own.pk])
    region = asking.create_request(
        land.actors["regional_operator"], subject="О", body="", version=land.version, working_days=3,
        audience="centres",
    )  # fmt: skip
    assert asking.pick(land.actors["regional_operator"], pk=region.pk, ids=[], partners=[own.pk]) == 0
    sent = asking.send_request(head, pk=draft.pk)  # partners alone may be asked as well
    assert [row.who for row in queries.answers_of(sent)] == ["Музей реки"]
    with pytest.raises(IntegrityError), transaction.atomic():
        DataRequestAnswer.objects.filter(request=sent).update(organisation=land.organisations[0])


def test_reminders_and_extensions_reach_the_partner(land: Land) -> None:
    partner = partner_of(land)
    with clock.frozen(MONDAY):
        one = asked(land, partner, organisations=False)
        mine = answer_of(one, partner)
    for days, letters in ((1, 0), (4, 1), (5, 1), (6, 2)):
        with clock.frozen(MONDAY + dt.timedelta(days=days)):
            remind()
            remind()
        assert Letter.objects.filter(kind="request.reminder", address=ADDRESS).count() == letters, days
    later = dt.date(2026, 10, 30)
    with clock.frozen(MONDAY + dt.timedelta(days=6)):
        asking.extend(land.actors["centre_head"], pk=mine.pk, due=later, reason="Каникулы")
    letter = Letter.objects.get(kind="request.extended", address=ADDRESS)
    token = links_of(letter)[0].url.split("/")[3]
    with clock.frozen(dt.datetime(2026, 11, 28, 6, tzinfo=dt.UTC)):  # thirty days after the new term
        assert not isinstance(partner_links.opened(token), Dead)
        page = words(Client().get(f"/answers/requests/{token}/"))
        assert "Срок продлён: Каникулы" in page
    with clock.frozen(dt.datetime(2026, 10, 31, 6, tzinfo=dt.UTC)):
        remind()
    assert Letter.objects.filter(kind="request.reminder", subject__contains="срок прошёл").count() == 1
    assert {bool(links_of(row)) for row in Letter.objects.filter(address=ADDRESS)} == {True}


def test_the_letter_goes_again_to_a_mended_address(land: Land) -> None:
    partner = partner_of(land)
    mine = answer_of(asked(land, partner), partner)
    again = f"/office/data_request_answers/{mine.pk}/do/write-again/"
    client = as_("centre_head")
    for address, words_said in (("", "нет адреса почты"), ("new@example.org", "Письмо со ссылкой отправлено")):
        Partner.objects.filter(pk=partner.pk).update(email=address)
        assert words_said in words(client.post(again, follow=True))
    [link] = links_of(Letter.objects.get(address="new@example.org"))
    Client().post(f"{link.url}fill/1/", {**ANSWER, "revision": "0"})
    Client().post(f"{link.url}do/send/")
    assert "ещё не ответил" in words(client.post(again, follow=True))
    assert [as_(role).post(again).status_code for role in ("coordinator", "provider_manager")] == [404, 403]


def test_too_many_openings_are_put_off(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    partner = partner_of(land)
    link = url(answer_of(asked(land, partner), partner))
    monkeypatch.setattr("opora.monitoring.requests.views_partner.LINKS.limit", 1)
    assert Client().get(link).status_code == 200
    refused = Client().get(link)
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0
