"""Detached signatures beside orders and contracts: kept, shown with hashes, refused when they are something else (K9)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from opora.core import clock, files, history, signatures
from opora.core.models import DetachedSignature, StoredFile
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.enrolment import services
from opora.enrolment.models import Contract, Order
from opora.enrolment.services import orders, signing
from opora.people.models import Account
from opora.providers.models import Signatory
from tests.cabinet.conftest import Scene
from tests.cabinet.conftest import scene as scene
from tests.cabinet.test_apply import text
from tests.enrolment.world import REQUEST_DAY


def element(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes([tag]) + size + body


DATA = bytes.fromhex("06092a864886f70d010701")


def cms(*, content: bytes = b"", mark: bytes = b"s") -> bytes:
    """The frame of a CMS signature: version, digests, (content), signers."""
    held = element(0xA0, element(0x04, content)) if content else b""
    body = (element(0x02, b"\x01"), element(0x31, b""), element(0x30, DATA, held), element(0x31, mark * 200))
    return element(0x30, signatures.SIGNED_DATA, element(0xA0, element(0x30, *body)))


@pytest.fixture(autouse=True)
def day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    with clock.frozen(REQUEST_DAY):
        yield


@pytest.fixture
def contract(scene: Scene) -> Contract:
    done = services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="certificate")
    services.confirm(scene.world.manager, application=done.application_id)
    return Contract.objects.get()


@pytest.fixture
def accepted(scene: Scene, contract: Contract) -> Contract:
    services.accept_contract(scene.family.actor, contract=contract, text_hash=services.terms_hash(contract))
    return Contract.objects.get()


@pytest.fixture
def order(scene: Scene, accepted: Contract) -> Order:
    house = scene.world.organisation
    signatory = Signatory.objects.create(
        organisation=house, name="Иванова Анна", post="Директор", starts_on=dt.date(2026, 1, 1)
    )
    line = orders.Line(accepted.application, accepted.starts_on)
    made = orders.draft_order(scene.world.manager, organisation=house, kind="enrolment", lines=[line])
    return orders.issue_order(scene.world.manager, order=made, signatory=signatory)


def office(scene: Scene) -> Client:
    made = Client()
    made.force_login(Account.objects.get(pk=scene.world.manager.account_id))
    return made


@pytest.mark.parametrize("made", [cms(), base64.b64encode(cms()), b"-----BEGIN CMS-----\n" + base64.b64encode(cms())])
def test_what_is_a_detached_signature(made: bytes) -> None:
    signatures.check(made)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (b"%PDF-1.7", "not_a_signature"),
        (b"", "not_a_signature"),
        (b"\x30\x03\x02\x01\x01", "not_a_signature"),
        (cms() + b"0" * signatures.MOST_BYTES, "not_a_signature"),
        (cms(content=b"the document itself"), "attached_signature"),
    ],
)
def test_what_is_none(made: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        signatures.check(made)
    assert refused.value.reasons[0].code == code


def test_cut_files_are_no_crash() -> None:
    whole = cms(content=b"document")
    for size in range(len(whole)):
        try:
            signatures.check(whole[:size])
        except Refused:
            continue


def test_an_order_is_signed_on_its_page(scene: Scene, order: Order) -> None:
    browser, page = office(scene), f"/office/orders/{order.pk}/"
    assert "Подписей пока нет" in text(browser.get(page))
    sent = {"signer": "Иванова  Анна", "file": SimpleUploadedFile("приказ.sig", cms())}
    assert browser.post(f"{page}signatures/", sent)["Location"] == page
    row = DetachedSignature.objects.get()
    shown = text(browser.get(page))
    assert "Иванова Анна" in shown and "Файлы не менялись" in shown
    assert order.file is not None and order.file.sha256 in shown and hashlib.sha256(cms()).hexdigest() in shown
    got = browser.get(f"{page}signatures/{row.pk}/")
    assert got.content == cms() and got["Content-Type"] == signatures.TYPE
    assert [change.op for change in history.of(row)] == ["I"]
    again = browser.post(f"{page}signatures/", sent | {"file": SimpleUploadedFile("b.sig", cms())}, follow=True)
    assert "уже приложена" in text(again)
    odd = browser.post(f"{page}signatures/", sent | {"file": SimpleUploadedFile("b.pdf", b"%PDF-")}, follow=True)
    assert "не файл отсоединённой подписи" in text(odd)
    assert "Выберите файл подписи" in text(browser.post(f"{page}signatures/", {"signer": "А"}, follow=True))
    assert DetachedSignature.objects.count() == 1
    files.path_of(order.file.sha256).write_bytes(b"changed")
    assert "Файл повреждён или потерян" in text(browser.get(page))


def test_a_contract_is_signed_as_it_was_accepted(scene: Scene, accepted: Contract) -> None:
    browser, page = office(scene), f"/office/applications/{accepted.application.public_id}/"
    got = browser.get(f"{page}contract.txt")
    assert got.content.decode() == accepted.accepted_text
    assert browser.get(f"{page}contract.txt").content == got.content
    sent = {"signer": "Иванова Анна", "file": SimpleUploadedFile("d.sig", cms())}
    assert browser.post(f"{page}signatures/", sent).status_code == 302
    assert StoredFile.objects.filter(owner_kind="enrolment.contract").count() == 1
    assert "Иванова Анна" in text(browser.get(page))
    row = DetachedSignature.objects.get()
    assert browser.get(f"{page}signatures/{row.pk}/").content == cms()
    family = text(scene.client.get(f"/cabinet/contracts/{accepted.public_id}/"))
    assert "Иванова Анна" in family and hashlib.sha256(got.content).hexdigest() in family


def test_nothing_to_sign_and_nobody_else(scene: Scene, contract: Contract) -> None:
    with pytest.raises(Refused) as refused:
        signing.sign_contract(scene.world.manager, contract=contract, name="a.sig", data=cms(), signer="Иванова")
    assert refused.value.reasons[0].code == "nothing_to_sign"
    with pytest.raises(Forbidden):
        signing.sign_contract(scene.family.actor, contract=contract, name="a.sig", data=cms(), signer="Иванова")
    with pytest.raises(Hidden):
        signatures.one_of(None, 1)
