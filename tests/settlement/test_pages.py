"""The road in the office from end to end: provider, payer, bank, reconciliation; papers open as what they are."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from opora.core import clock
from opora.core.access import Actor
from opora.core.models import Letter
from opora.core.office.work import waiting_for
from opora.people.actors import actor_of
from opora.people.models import Account, RoleAssignment
from opora.settlement.models import PaymentOrder, SettlementDocument

from .town import PAYER, Town, at, tuesdays

OCTOBER = dt.date(2026, 10, 1)


def signed_in(town: Town, actor: Actor, role: str) -> Client:
    provider = role == "provider_manager"
    kind = "organisation" if provider else "municipality"
    place = town.world.organisation.pk if provider else town.world.municipality.pk
    RoleAssignment.objects.get_or_create(
        account_id=actor.account_id, role=role, place_kind=kind, place_id=place, starts_on=dt.date(2026, 1, 1)
    )
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id), backend="opora.people.backends.AccountBackend")
    return client


@pytest.fixture
def provider(town: Town) -> Client:
    return signed_in(town, town.manager, "provider_manager")


@pytest.fixture
def payer(town: Town) -> Client:
    return signed_in(town, town.payer, "payer")


def titles(town: Town, actor: Actor) -> dict[str, int]:
    found = waiting_for(actor_of(Account.objects.get(pk=actor.account_id)))
    return {one.title: one.count for one in found}


def test_the_whole_road(town: Town, provider: Client, payer: Client) -> None:
    group = town.world.group()
    town.timetable(group, 2)
    town.contract(group)
    for day in tuesdays(OCTOBER):
        town.lesson(group, day)
    month = "/office/settlement/?month=2026-10"
    with clock.frozen(at(2026, 11, 2)):
        assert "нет" in provider.get(month).content.decode()
        answer = provider.post("/office/settlement/prepare/", {"month": "2026-10", "kind": "invoice"}, follow=True)
        assert "Составлено: 1" in answer.content.decode().replace("\xa0", " ")
        document = SettlementDocument.objects.get()
        card = f"/office/settlement/documents/{document.pk}/"
        assert titles(town, town.manager)["Выставить заявки и счета"] == 1
        assert "Полнота" in provider.get(card).content.decode()
        provider.post(f"{card}do/issue/")
        assert titles(town, town.payer)["Проверить заявки и счета"] == 1
        assert payer.post(f"{card}return/", {"remarks": "нет"}).status_code == 422
        payer.post(f"{card}return/", {"remarks": "Проверьте число занятий, пожалуйста."})
        again = SettlementDocument.objects.get(state="draft")
        assert "Проверьте число занятий" in provider.get(card).content.decode()
        provider.post("/office/settlement/picked/", {"act": "issue", "pick": [again.pk]})
        payer.post("/office/settlement/picked/", {"act": "approve", "pick": [again.pk]})
        assert titles(town, town.payer)["Составить платёжные поручения"] == 1
        payer.post("/office/settlement/picked/", {"act": "order", "pick": [again.pk]})
        order = PaymentOrder.objects.get()
        assert order.amount == Decimal("1250.98")
        assert order.purpose in payer.get("/office/settlement/send/").content.decode()
        data = payer.post("/office/settlement/send/file/", {"pick": [order.pk]}).content
        text = data.decode("cp1251").replace("\r\nСумма=", "\r\nДатаСписано=03.11.2026\r\nСумма=")
        file = SimpleUploadedFile("kl_to_1c.txt", text.encode("cp1251"))
        answer = payer.post("/office/settlement/statements/", {"file": file}, follow=True)
        assert "Исполнено полностью" in answer.content.decode()
        bad = SimpleUploadedFile("kl_to_1c.txt", text.encode())
        answer = payer.post("/office/settlement/statements/", {"file": bad})
        assert answer.status_code == 422 and "кодировке" in answer.content.decode()
        again.refresh_from_db()
        assert again.state == "paid"
        page = provider.get(f"/office/settlement/agreements/{town.agreement.pk}/reconciliation/").content.decode()
        assert "Задолженности нет" in page
        cash = payer.get("/office/settlement/cash/?year=2026").content.decode()
        assert PAYER["kbk"] in cash
    kinds = set(Letter.objects.filter(account_id=town.manager.account_id).values_list("kind", flat=True))
    assert kinds >= {"settlement.returned", "settlement.approved", "settlement.paid"}


def test_papers(town: Town, provider: Client) -> None:
    town.contract(town.world.group())
    document = town.made("advance_request", OCTOBER, at(2026, 10, 14))
    card = f"/office/settlement/documents/{document.pk}/"
    assert provider.get(f"{card}document.pdf").content.startswith(b"%PDF")
    book = CalamineWorkbook.from_filelike(io.BytesIO(provider.get(f"{card}register.xlsx").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[6] for row in rows[-2:]] == [1000.78, 1000.78]
    agreement = f"/office/settlement/agreements/{town.agreement.pk}/"
    for name in ("agreement", "reconciliation"):
        assert provider.get(f"{agreement}{name}.pdf").content.startswith(b"%PDF")
        with zipfile.ZipFile(io.BytesIO(provider.get(f"{agreement}{name}.docx").content)) as archive:
            words = archive.read("word/document.xml").decode()
        assert "{{" not in words and "{%" not in words and PAYER["name"] in words


def test_signing_in_the_office(town: Town, payer: Client) -> None:
    agreement = f"/office/settlement/agreements/{town.agreement.pk}/"
    form = payer.get(f"{agreement}terms/").context["form"]
    data = {name: form.initial.get(name) or "" for name in form.fields}
    wrong = payer.post(f"{agreement}terms/", {**data, "provider_inn": "7830002294"})
    assert wrong.status_code == 422 and "контрольная цифра" in wrong.content.decode()
    payer.post(f"{agreement}terms/", {**data, "kosgu": "241"})
    assert "Ждёт подписания" not in payer.get(agreement).content.decode()  # the signed version is still in force
    payer.post(f"{agreement}sign/", {"signed_on": "2026-08-20"})
    assert town.agreement.terms.order_by("-version").first().kosgu == "241"  # type: ignore[union-attr]
    assert "Дополнительное соглашение" in payer.get(agreement).content.decode()


def test_requisites_of_the_payer(town: Town, payer: Client) -> None:
    page = payer.get("/office/settlement/requisites/")
    data = {name: page.context["form"].initial.get(name) or "" for name in page.context["form"].fields}
    wrong = payer.post("/office/settlement/requisites/", {**data, "kbk_code": "123"})
    assert wrong.status_code == 422 and "20 цифр" in wrong.content.decode()
    assert payer.post("/office/settlement/requisites/", {**data, "kosgu": "244"}).status_code == 302


def test_control_pages(town: Town, payer: Client) -> None:
    town.contract(town.world.group(), dt.date(2026, 9, 20))
    with clock.frozen(at(2026, 11, 3)):
        assert "журнал пуст" in payer.get("/office/settlement/anomalies/").content.decode()
        address = "/office/settlement/anomalies/empty_journal/"
        page = payer.get(address)
        [row] = page.context["page"].object_list
        assert payer.post(address, {"pick": row.key, "verdict": "explained", "note": "мало"}).status_code == 422
        answer = payer.post(
            address, {"pick": row.key, "verdict": "explained", "note": "Педагог в отпуске до 10 ноября"}, follow=True
        )
        assert "Всё спокойно" in answer.content.decode()
        assert "Педагог в отпуске" in payer.get(f"{address}?decided=1").content.decode()
    assert payer.get("/office/settlement/assignments/").status_code == 200
