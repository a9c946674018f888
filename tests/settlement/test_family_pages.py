"""The family's and the provider's pages; the code of the receipt is read by a real decoder, on page and paper."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import numpy
import pypdfium2
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from opora.core import clock
from opora.core.office.work import waiting_for
from opora.people.actors import actor_of
from opora.people.models import Account
from opora.settlement import services
from opora.settlement.documents import qr
from opora.settlement.models import FamilyPayment, PersonalAccount

from .test_charges import autumn
from .test_pages import signed_in
from .town import Town, at

SCALE = 6


def picture(svg: str) -> numpy.ndarray:
    """The drawn modules of our SVG as a grey picture."""
    found = re.search(r'viewBox="0 0 (\d+)', svg)
    assert found
    size = int(found[1])
    cells = numpy.full((size, size), 255, numpy.uint8)
    for x, y in re.findall(r"M(\d+),(\d+)h1v1h-1z", svg):
        cells[int(y), int(x)] = 0
    return numpy.kron(cells, numpy.ones((SCALE, SCALE), numpy.uint8))


def decoded(image: numpy.ndarray) -> dict[str, str]:
    [code] = zxingcpp.read_barcodes(image)
    head, *parts = bytes(code.bytes).decode("utf-8").split("|")
    assert head == "ST00012"
    return dict(part.split("=", 1) for part in parts)


@pytest.fixture
def account(town: Town) -> PersonalAccount:
    autumn(town)
    return PersonalAccount.objects.get()


@pytest.fixture
def parent(account: PersonalAccount) -> Client:
    client = Client()
    owner = account.child.guardianships.get().account
    client.force_login(owner, backend="opora.people.backends.AccountBackend")
    return client


def text_of(answer) -> str:  # type: ignore[no-untyped-def]
    return answer.content.decode().replace("\xa0", " ")


def test_the_code_of_the_page_is_read_by_a_decoder(parent: Client, account: PersonalAccount) -> None:
    with clock.frozen(at(2026, 11, 9)):
        page = text_of(parent.get(f"/cabinet/payments/{account.public_id}/"))
        fields = decoded(picture(page[page.index("<svg xmlns=") :].split("</svg>")[0]))
    assert fields == {
        "Name": "УФК по г. Москве (МБУ ДО «Дом творчества», л/с 20736Х12345)",
        "PersonalAcc": "03234643453820007300",
        "BankName": "Отделение Москва банка России//УФК по г. Москве"[:45].strip(),
        "BIC": "004525988",
        "CorrespAcc": "40102810545370000003",
        "Sum": "35097",
        "Purpose": fields["Purpose"],
        "PayeeINN": "7830002293",
        "KPP": "783001001",
        "LastName": "Лесная",
        "FirstName": "Анна",
        "PersAcc": account.number,
    }
    assert fields["Purpose"].startswith(f"ЛС {account.number}. За обучение по программе «")
    for expected in ("К оплате 350,97 ₽", "Ваша часть за весь договор", "562,94 ₽", "139,00 ₽", "211,97 ₽"):
        assert expected in page, expected


def test_the_code_on_paper_is_read_by_a_decoder(parent: Client, account: PersonalAccount) -> None:
    with clock.frozen(at(2026, 11, 9)):
        answer = parent.get(f"/cabinet/payments/{account.public_id}/receipt.pdf")
    assert answer["Content-Type"] == "application/pdf"
    paper = pypdfium2.PdfDocument(answer.content)
    assert len(paper) == 1
    fields = decoded(paper[0].render(scale=2, grayscale=True).to_numpy().copy())
    assert (fields["Sum"], fields["PersAcc"]) == ("35097", account.number)


def test_the_longest_code_is_read() -> None:
    data = ("ST00012|" + "Purpose=" + "Ж" * 210 + "|Name=" + "Ы" * 160).encode()
    [code] = zxingcpp.read_barcodes(picture(qr.svg(data)))
    assert bytes(code.bytes) == data


def test_the_list_steps_and_what_is_paid(parent: Client, account: PersonalAccount, town: Town) -> None:
    with clock.frozen(at(2026, 11, 9)):
        assert "Сейчас к оплате 350,97 ₽" in text_of(parent.get("/cabinet/payments/"))
        assert "срок оплаты прошёл, 350,97 ₽" in text_of(parent.get("/cabinet/"))
        services.enter_payment(
            town.manager, organisation_id=town.world.organisation.pk, account=account.number,
            amount=Decimal("400.00"), paid_on=dt.date(2026, 11, 8), reference="1",
        )  # fmt: skip
        page = text_of(parent.get(f"/cabinet/payments/{account.public_id}/"))
        assert "Оплачено вперёд 49,03 ₽" in page and "<svg xmlns=" not in page
        assert parent.get(f"/cabinet/payments/{account.public_id}/receipt.pdf").status_code == 404
        assert "Всё оплачено" in text_of(parent.get("/cabinet/payments/"))


def test_the_provider_reads_enters_and_matches(town: Town, account: PersonalAccount) -> None:
    provider = signed_in(town, town.manager, "provider_manager")
    base = "/office/settlement/family/"
    with clock.frozen(at(2026, 11, 9)):
        assert "Просроченная оплата" in text_of(provider.get(base))
        bad = provider.post(base, {"file": SimpleUploadedFile("r.txt", b"text")})
        assert bad.status_code == 422 and "не узнан" in text_of(bad)
        rows = f"Дата;Номер операции;Лицевой счёт;Сумма\n08.11.2026;A1;{account.number};100\n08.11.2026;A2;77;39"
        answer = provider.post(base, {"file": SimpleUploadedFile("r.txt", rows.encode())}, follow=True)
        assert "Счёт не найден" in text_of(answer)
        titles = {one.title for one in waiting_for(actor_of(Account.objects.get(pk=town.manager.account_id)))}
        assert "Разобрать платежи семей" in titles
        lost = FamilyPayment.objects.get(state="unknown")
        assert provider.post(f"{base}payments/{lost.pk}/match/", {"account": "1"}).status_code == 422
        provider.post(f"{base}payments/{lost.pk}/match/", {"account": account.number})
        values = {"account": account.number, "amount": "0,97", "paid_on": "2026-11-08", "reference": "9"}
        assert provider.post(f"{base}enter/", values).status_code == 302
        assert provider.post(f"{base}enter/", values).status_code == 422
    account.refresh_from_db()
    assert account.paid == Decimal("139.97")
