"""One click in a letter: what the link shows, what it does, when it dies, and that it stands nowhere (E3, E7)."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from opora.core import clock, history
from opora.core.letters import links_of
from opora.core.logs import JsonFormatter
from opora.core.models import AccessLog, Letter
from opora.core.rate import Rate
from opora.enrolment import invariants, services
from opora.enrolment.models import AbsenceNotice, Application, Contract, GroupMessageReader
from opora.enrolment.services import absence, messages, prolong
from opora.people import answers, views_answers
from opora.people.models import Guardianship
from tests.enrolment.world import REQUEST_DAY

from .conftest import Scene
from .test_apply import hidden, text
from .test_talk import learn

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def letter(scene: Scene, kind: str) -> Letter:
    return Letter.objects.filter(kind=kind, account_id=scene.family.account.pk).latest("pk")


def link(scene: Scene, kind: str) -> str:
    """The address behind the button of the family's last letter of that kind."""
    return next(one.url for one in links_of(letter(scene, kind)) if one.url.startswith("/answers/"))


@pytest.fixture
def place(scene: Scene) -> Application:
    """The family waits with its certificate, the holder gives the place up."""
    group = scene.world.group(capacity=1)
    holder = scene.world.family()
    first = services.apply(holder.actor, child=holder.child, group=group, funding="budget")
    mine = services.apply(scene.family.actor, child=scene.child, group=group, funding="certificate")
    services.withdraw(holder.actor, application=first.application_id)
    return Application.objects.get(pk=mine.application_id)


@pytest.fixture
def contract(scene: Scene) -> Contract:
    done = services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="certificate")
    services.confirm(scene.world.manager, application=done.application_id)
    return Contract.objects.get()


def test_a_place_is_accepted_without_signing_in(scene: Scene, place: Application) -> None:
    address, visitor = link(scene, "place_offered"), Client()
    page = visitor.get(address)
    seen = text(page)
    assert page.status_code == 200 and "Для ребёнка есть место" in seen and "Сертификат платит" in seen
    assert "14 октября, ср" in seen and place.group.name in seen
    assert scene.child.last_name not in seen and scene.family.account.email not in seen
    assert page["Cache-Control"] == "private, no-store" and page["X-Robots-Tag"] == "noindex"
    place.refresh_from_db()
    assert place.state == "place_offered", "opening changes nothing"
    done = visitor.post(address, hidden(page) | {"answer": "yes"})
    assert done.status_code == 302 and done["Location"] == address
    place.refresh_from_db()
    assert place.state == "submitted" and "_auth_user_id" not in visitor.session
    change = history.of(place)[0]
    assert change.actor_id == scene.family.account.pk
    logged = AccessLog.objects.get(action="answer.link")
    assert logged.account_id == scene.family.account.pk and logged.role == "guardian"
    assert "по ссылке из письма" in logged.reason and logged.request == change.request
    after = visitor.get(address)
    assert after.status_code == 200 and "Вы согласились на место" in text(after)
    assert visitor.post(address, {"answer": "no"}).status_code == 302
    place.refresh_from_db()
    assert place.state == "submitted", "a used link changes nothing"
    assert not invariants.broken()


def test_a_place_is_declined_and_goes_to_the_next(scene: Scene, place: Application) -> None:
    address = link(scene, "place_offered")
    Client().post(address, {"answer": "no"})
    place.refresh_from_db()
    assert place.state == "withdrawn"
    assert "Вы отказались от места" in text(Client().get(address))


def test_a_place_needs_the_sum_that_was_shown(scene: Scene, place: Application) -> None:
    address = link(scene, "place_offered")
    for sent in ({"answer": "yes"}, {"answer": "yes", "sum": "1.00"}, {"answer": "maybe"}):
        refused = Client().post(address, sent)
        assert refused.status_code == 409 and "Ответ не записан" in text(refused)
    place.refresh_from_db()
    assert place.state == "place_offered"


def test_an_offer_that_lapsed(scene: Scene, place: Application) -> None:
    address = link(scene, "place_offered")
    with clock.frozen(REQUEST_DAY + 49 * HOUR):
        assert "Срок ответа прошёл" in text(Client().get(address))
        Client().post(address, {"answer": "yes", "sum": str(place.guardian_sum)})
        place.refresh_from_db()
        assert place.state == "place_offered", "the worker closes it"
        services.expire_answers()
        assert "Срок ответа прошёл" in text(Client().get(address))


def test_a_contract_is_accepted_with_the_text_that_was_shown(scene: Scene, contract: Contract) -> None:
    address, visitor = link(scene, "contract_offered"), Client()
    page = visitor.get(address)
    seen = text(page)
    assert "5 066,40 ₽" in seen and "562,94 ₽" in seen and "19 октября" in seen and "Договор-оферта" in seen
    assert scene.child.last_name not in seen and contract.certificate.number not in seen
    assert visitor.post(address, {"answer": "yes", "text_hash": "0" * 64}).status_code == 409
    assert visitor.post(address, hidden(page) | {"answer": "yes"}).status_code == 302
    contract.refresh_from_db()
    assert contract.state == "active" and contract.acceptance["channel"] == "letter"
    assert contract.accepted_by_id == scene.family.account.pk
    assert scene.child.last_name in contract.accepted_text
    assert "Договор принят" in text(visitor.get(address))
    shown = text(scene.client.get(f"/cabinet/contracts/{contract.public_id}/print/"))
    assert "по ссылке из письма" in shown
    assert not invariants.broken()


def test_a_contract_is_declined(scene: Scene, contract: Contract) -> None:
    address = link(scene, "contract_offered")
    Client().post(address, {"answer": "no"})
    contract.refresh_from_db()
    assert contract.state == "withdrawn" and "Вы отказались от договора" in text(Client().get(address))


def test_going_on_after_new_year(scene: Scene, contract: Contract) -> None:
    services.accept_contract(scene.family.actor, contract=contract, text_hash=services.terms_hash(contract))
    prolong.agree(scene.world.manager, contract=contract, agrees=True)
    address = link(scene, "prolong_asked")
    assert "Продолжить занятия после Нового года?" in text(Client().get(address))
    Client().post(address, {"answer": "yes"})
    contract.refresh_from_db()
    assert contract.acceptance["guardian_prolongs"] is True
    assert "Вы хотите продолжить" in text(Client().get(address))


def test_a_message_is_read(scene: Scene) -> None:
    learn(scene, scene.child)
    messages.send(scene.world.manager, group=scene.group, text="Завтра открытый урок.")
    address = link(scene, "group_message")
    assert "Завтра открытый урок" in text(Client().get(address))
    assert GroupMessageReader.objects.get().read_at is None
    Client().post(address, {"answer": "yes"})
    with clock.frozen(REQUEST_DAY + DAY):
        Client().post(address, {"answer": "yes"})
        assert GroupMessageReader.objects.get().read_at == REQUEST_DAY
        assert "Завтра открытый урок" in text(Client().get(address))


def test_the_other_guardian_takes_an_absence_back(scene: Scene) -> None:
    learn(scene, scene.child)
    second = scene.world.family(children=0)
    Guardianship.objects.create(account=second.account, child=scene.child, relation="father")
    day = dt.date(2026, 10, 13)
    absence.report(scene.family.actor, child=scene.child, first_day=day, last_day=day, cause="ill")
    told = Letter.objects.get(kind="absence_reported")
    assert told.account_id == second.account.pk
    address = next(one.url for one in links_of(told) if one.url.startswith("/answers/"))
    assert "13 октября, вт" in text(Client().get(address))
    Client().post(address, {"answer": "yes"})
    assert AbsenceNotice.objects.get().withdrawn_at == REQUEST_DAY
    assert "Сообщение отменено" in text(Client().get(address))


def _change_password(scene: Scene) -> None:
    scene.family.account.set_password("another long phrase")
    scene.family.account.save()


def _change_address(scene: Scene) -> None:
    scene.family.account.email = "moved@example.org"
    scene.family.account.save()


def _close_account(scene: Scene) -> None:
    scene.family.account.is_active = False
    scene.family.account.save()


def _end_guardianship(scene: Scene) -> None:
    Guardianship.objects.filter(child=scene.child).update(ended_at=clock.now())


@pytest.mark.parametrize("change", [_change_password, _change_address, _close_account, _end_guardianship])
def test_what_ends_a_link(scene: Scene, place: Application, change: Callable[[Scene], None]) -> None:
    address, sent = link(scene, "place_offered"), {"answer": "yes", "sum": str(place.guardian_sum)}
    change(scene)
    for answer in (Client().get(address), Client().post(address, sent)):
        assert answer.status_code == 410
        assert place.group.name not in text(answer), "a dead link shows nothing"
    place.refresh_from_db()
    assert place.state == "place_offered"


def test_expired_broken_and_foreign_links(scene: Scene, place: Application) -> None:
    address = link(scene, "place_offered")
    with clock.frozen(REQUEST_DAY + 30 * DAY):
        assert Client().get(address).status_code == 410
    for broken in (address[:-4] + "AAA/", "/answers/hello/", "/answers/WzEsMl0:xyz/"):
        answer = Client().get(broken)
        assert answer.status_code == 410 and "Ссылка не действует" in text(answer)
    other = scene.browser(scene.world.family())
    foreign = other.get(address)
    assert foreign.status_code == 409 and "Это письмо пришло не вам" in text(foreign)
    assert place.group.name not in text(foreign)
    assert other.post(address, {"answer": "no"}).status_code == 409
    place.refresh_from_db()
    assert place.state == "place_offered"
    assert scene.client.get(address).status_code == 200, "the own account may be signed in"


def test_a_link_answers_its_own_question_alone(scene: Scene, place: Application) -> None:
    """The signature holds kind and row; of the account only the guardian is left."""
    made = answers.opened(link(scene, "place_offered").split("/")[2])
    assert isinstance(made, answers.Opened)
    assert (made.kind.code, made.pk, made.actor.way) == ("place", place.pk, "letter")
    assert made.actor.roles == {"guardian"} and not made.actor.is_staff


def test_the_link_stands_neither_in_the_database_nor_in_logs(scene: Scene, place: Application) -> None:
    address = link(scene, "place_offered")
    secret = address.split("/")[2]
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        visitor = Client(raise_request_exception=False, enforce_csrf_checks=True)
        visitor.get(address)
        visitor.get(address + "more/")
        visitor.post(address, {"answer": "yes"})
        visitor.get(address[:-4] + "AAA/")
        for name in ("django.request", "django.server", "django.security.csrf"):
            logging.getLogger(name).error("%s: %s", "Gone", address)
    finally:
        root.removeHandler(handler)
    said = out.getvalue()
    assert said and secret not in said and secret[:20] not in said
    assert all(json.loads(line)["logger"] for line in said.splitlines())
    with connection.cursor() as cursor:
        for table in ("letter", "outbox", "access_log", "history", "django_session"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{secret[:30]}%"])
            assert cursor.fetchone() == (0,), table


def test_too_many_openings_from_one_address(scene: Scene, place: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views_answers, "LINKS", Rate("answers", 2))
    address = link(scene, "place_offered")
    asked = [Client().get(address).status_code for _ in range(3)]
    assert asked == [200, 200, 429]
    assert Client(REMOTE_ADDR="203.0.113.9").get(address).status_code == 200
    with clock.frozen(REQUEST_DAY + dt.timedelta(minutes=1)):
        assert Client().get(address).status_code == 200


def test_letters_of_unknown_questions_have_no_button(scene: Scene, place: Application) -> None:
    one = letter(scene, "place_offered")
    for odd in ("", "place", "place:x", "what:1"):
        one.answer = odd
        assert answers.link_of(one) is None
    one.answer, one.account_id = f"place:{place.pk}", None
    assert answers.link_of(one) is None
