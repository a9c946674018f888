"""The family's contract: read, accept with a logged hash, notice with its effect shown before."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from opora.core import clock
from opora.enrolment import services
from opora.enrolment.models import Contract
from tests.cabinet.test_apply import hidden, text

from .conftest import Scene


@pytest.fixture
def contract(scene: Scene) -> Contract:
    """Offered on the day of the request."""
    done = services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="certificate")
    services.confirm(scene.world.manager, application=done.application_id)
    return Contract.objects.get()


def accept(scene: Scene, contract: Contract) -> None:
    page = scene.client.get(f"/cabinet/contracts/{contract.public_id}/")
    done = scene.client.post(f"/cabinet/contracts/{contract.public_id}/accept/", hidden(page))
    assert done.status_code == 302


def test_accepting_logs_the_text_that_was_shown(scene: Scene, contract: Contract) -> None:
    page = scene.client.get(f"/cabinet/contracts/{contract.public_id}/")
    seen = text(page)
    assert "примите его не позже 19 октября, пн" in seen and "Сертификат платит 5 066,40 ₽" in seen
    assert f"Договор-оферта № {contract.number}" in seen
    assert "ждёт вашего согласия до 19 октября" in text(scene.client.get("/cabinet/"))
    accept(scene, contract)
    contract.refresh_from_db()
    assert contract.state == "active"
    assert contract.acceptance["text_sha256"] == hashlib.sha256(services.terms(contract).encode()).hexdigest()
    assert contract.acceptance["address"] == "127.0.0.1"
    assert "списано 1 250,98 ₽, отложено на следующие месяцы 3 815,42 ₽" in text(
        scene.client.get(f"/cabinet/contracts/{contract.public_id}/")
    )


def test_changed_text_is_refused_and_shown_again(scene: Scene, contract: Contract) -> None:
    old = scene.client.post(f"/cabinet/contracts/{contract.public_id}/accept/", {"text_hash": "0" * 64})
    assert old.status_code == 409 and "Текст договора изменился" in text(old)
    none = scene.client.post(f"/cabinet/contracts/{contract.public_id}/accept/", {})
    assert none.status_code == 409
    contract.refresh_from_db()
    assert contract.state == "offered"


def test_second_click_changes_nothing(scene: Scene, contract: Contract) -> None:
    page = scene.client.get(f"/cabinet/contracts/{contract.public_id}/")
    url = f"/cabinet/contracts/{contract.public_id}/accept/"
    assert scene.client.post(url, hidden(page)).status_code == 302
    assert scene.client.post(url, hidden(page)).status_code == 409
    contract.refresh_from_db()
    assert contract.state == "active" and contract.months.filter(state="spent").count() == 1


def test_declining(scene: Scene, contract: Contract) -> None:
    scene.client.post(f"/cabinet/applications/{contract.application.public_id}/withdraw/", {})
    contract.refresh_from_db()
    assert contract.state == "withdrawn"


def test_notice_shows_its_effect_first(scene: Scene, contract: Contract) -> None:
    accept(scene, contract)
    url = f"/cabinet/contracts/{contract.public_id}/terminate/"
    with clock.frozen(dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC)):
        services.month_turn(dt.date(2026, 11, 1))
        seen = text(scene.client.get(url))
        assert "Последний день занятий 30 ноября 2026" in seen and "Вернётся на сертификат 1 907,71 ₽" in seen
        assert "Вам не нужно будет платить 211,97 ₽" in seen
        assert scene.client.post(url, {"reason": "Переезд"}).status_code == 302
        contract.refresh_from_db()
        assert contract.terminates_on == dt.date(2026, 11, 30)
        page = text(scene.client.get(f"/cabinet/contracts/{contract.public_id}/"))
        assert "Расторгается" in page and "Возвращено" in page
        assert scene.client.post(url, {}).status_code == 409


def test_late_answer_is_refused_with_the_reason(scene: Scene, contract: Contract) -> None:
    page = scene.client.get(f"/cabinet/contracts/{contract.public_id}/")
    with clock.frozen(dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)):
        late = scene.client.post(f"/cabinet/contracts/{contract.public_id}/accept/", hidden(page))
        assert late.status_code == 409 and "Срок согласия с договором прошёл" in text(late)
    contract.refresh_from_db()
    assert contract.state == "expired"


def test_print_version(scene: Scene, contract: Contract) -> None:
    accept(scene, contract)
    seen = text(scene.client.get(f"/cabinet/contracts/{contract.public_id}/print/"))
    assert "Договор принят 12 октября" in seen and "в личном кабинете" in seen
