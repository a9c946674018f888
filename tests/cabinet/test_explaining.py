"""Why this sum, why refused, what comes next and when: the numbers of the worked example on the family's pages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from opora.core import clock
from opora.core.reasons import Reason
from opora.core.russian import money
from opora.enrolment import explaining, refusals, services
from opora.enrolment.models import Application, Contract
from tests.enrolment.world import REQUEST_DAY

from .conftest import Scene
from .test_apply import text

DAY = dt.timedelta(days=1)


@pytest.fixture
def contract(scene: Scene) -> Contract:
    services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="certificate")
    return Contract.objects.get()


def plain(steps: list[explaining.Step]) -> list[tuple[str, str]]:
    return [(step.what, step.result.replace("\xa0", " ")) for step in steps]


def test_the_steps_of_the_worked_example(contract: Contract) -> None:
    steps = explaining.of_contract(contract)
    assert plain(steps) == [
        ("Дни занятий", "81 день из 259"),
        ("Стоимость за ваши дни", "5 629,34 ₽"),
        ("Столько может заплатить сертификат", "5 066,40 ₽"),
        ("Платит сертификат", "5 066,40 ₽"),
        ("Платите вы", "562,94 ₽"),
    ]
    assert steps[1].how.replace("\xa0", " ") == "18 000,00 ₽ × 81 / 259"


def test_a_balance_that_does_not_reach(scene: Scene, contract: Contract) -> None:
    dear = scene.world.group(
        starts_on=dt.date(2026, 9, 1), price=Decimal("27000.00"), normative_cost=Decimal("24000.00")
    )
    done = services.apply(
        scene.family.actor, child=scene.child, group=dear, funding="certificate", starts_on=dt.date(2026, 11, 1)
    )
    other = Contract.objects.get(application_id=done.application_id)
    assert plain(explaining.of_contract(other))[1:] == [
        ("Стоимость за ваши дни", "6 032,96 ₽"),
        ("Столько может заплатить сертификат", "5 362,63 ₽"),
        ("На сертификате было свободно", "933,60 ₽"),
        ("Платит сертификат", "933,60 ₽"),
        ("Платите вы", "5 099,36 ₽"),
    ]


def test_steps_that_do_not_lead_to_the_sum_are_not_shown(contract: Contract) -> None:
    contract.price = Decimal("17000.00")
    assert explaining.of_contract(contract) == []


def test_the_same_before_applying_and_for_paid_places(scene: Scene) -> None:
    child = scene.child.public_id
    page = f"/cabinet/apply/?group={scene.group.pk}&child={child}&funding-{child}=certificate"
    assert "Почему такая сумма" in text(scene.client.get(page))
    paid = services.quote(scene.family.actor, child=scene.child, group=scene.group, funding="paid")
    assert plain(explaining.of_quote(paid, scene.group))[-1] == (
        "Платите вы",
        money(paid.guardian).replace("\xa0", " "),
    )
    free = services.quote(scene.family.actor, child=scene.child, group=scene.group, funding="budget")
    assert explaining.of_quote(free, scene.group) == []


def test_pages_say_why_and_what_comes_next(scene: Scene, contract: Contract) -> None:
    card = f"/cabinet/applications/{contract.application.public_id}/"
    seen = text(scene.client.get(card))
    assert "Что дальше и когда" in seen and "Не позже 15 октября, чт" in seen and "81 день из 259" in seen
    services.confirm(scene.world.manager, application=contract.application_id)
    page = text(scene.client.get(f"/cabinet/contracts/{contract.public_id}/"))
    assert "Вы принимаете договор или отказываетесь" in page and "Сразу после согласия" in page
    assert "1 250,98 ₽ с сертификата" in page and "31 декабря 2026" in page
    reasons = refusals.refusal("medical", "Справка старше полугода.")
    services.refuse(scene.world.manager, application=contract.application_id, reasons=reasons)
    refused = text(scene.client.get(card))
    assert "Нет медицинского допуска" in refused and "Справка старше полугода" in refused
    assert "323-ФЗ, статья 46" in refused and "Получите справку у врача" in refused


def test_other_refusals_have_a_ground_too(contract: Contract) -> None:
    one = contract.application
    one.reason_code, one.reason = "certificate_frozen", ""
    assert explaining.refusal_of(one).message == "Сертификат приостановлен."
    one.reason_code, one.reason = "other", "Ремонт зала."
    found = explaining.refusal_of(one)
    assert found.message == "Ремонт зала." and found.ground


def test_the_road_of_each_state(scene: Scene) -> None:
    group = scene.world.group(capacity=1)
    holder = scene.world.family()
    first = services.apply(holder.actor, child=holder.child, group=group, funding="budget")
    mine = services.apply(scene.family.actor, child=scene.child, group=group, funding="budget")

    def road() -> list[str]:
        return [step.what for step in explaining.ahead(Application.objects.get(pk=mine.application_id), None)]

    assert road()[0] == "Предложим его вам" and len(road()) == 3
    services.refuse(scene.world.manager, application=first.application_id, reasons=[Reason("x", "Нет справки.")])
    assert road()[0] == "Вы отвечаете, нужно ли место"
    services.accept_place(scene.family.actor, application=mine.application_id)
    assert road()[0] == "Организация отвечает"
    services.confirm(scene.world.manager, application=mine.application_id)
    assert road()[0] == "Организация зачисляет ребёнка"
    services.enrol(scene.world.manager, application=mine.application_id)
    assert road() == []


def test_the_certificate_says_what_comes_next(scene: Scene) -> None:
    page = f"/cabinet/certificates/{scene.child.certificates.get().public_id}/"
    seen = text(scene.client.get(page))
    assert "Что дальше и когда" in seen and "Последний день сертификата" in seen and "2 апреля 2034" in seen
    assert "Заканчивается период" in seen and "31 декабря" in seen
    with clock.frozen(REQUEST_DAY + DAY):
        row = scene.child.certificates.get()
        row.state, row.issued_at = "issued", REQUEST_DAY
        row.save()
        assert "Не позже 11 декабря" in text(scene.client.get(page))
