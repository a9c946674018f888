"""Detached signatures beside orders and contracts: kept, shown with hashes, refused when they are something else (K9)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from opora.core import clock, cms, files, history, signatures
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
from tests.support.signing import FIRST, by_gost, signed

DOCUMENT = b"the document itself"
SIGNED = signed(DOCUMENT)


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


@pytest.mark.parametrize(
    "made",
    [signed(DOCUMENT), base64.b64encode(signed(DOCUMENT)), b"-----BEGIN CMS-----\n" + base64.b64encode(by_gost())],
)
def test_what_is_a_detached_signature(made: bytes) -> None:
    signatures.check(made)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (b"%PDF-1.7", "not_a_signature"),
        (b"", "not_a_signature"),
        (b"\x30\x03\x02\x01\x01", "not_a_signature"),
        (signed(DOCUMENT) + b"0" * signatures.MOST_BYTES, "not_a_signature"),
        (signed(DOCUMENT)[:-40], "not_a_signature"),
        (signed(DOCUMENT).replace(bytes.fromhex("06092a864886f70d010904"), b"\x7f" * 11), "not_a_signature"),
        (signed(DOCUMENT, detached=False), "attached_signature"),
    ],
)
def test_what_is_none(made: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        signatures.check(made)
    assert refused.value.reasons[0].code == code


def test_cut_files_are_no_crash() -> None:
    whole = by_gost()
    for size in range(len(whole)):
        with pytest.raises(Refused):
            signatures.check(whole[:size])


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@given(place=st.integers(0, 5000), byte=st.integers(0, 255))
def test_spoilt_files_are_read_or_refused_and_never_more(place: int, byte: int) -> None:
    """A byte changed anywhere is no crash: what is not unreadable still says what it found."""
    whole = bytearray(SIGNED)
    place %= len(whole)
    if whole[place] == byte:
        return
    whole[place] = byte
    try:
        [one] = cms.read(bytes(whole), DOCUMENT)
    except cms.Unreadable:
        return
    assert one.digest in ("same", "other", "unknown") and one.signature in ("right", "wrong", "unchecked")


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_what_a_signature_says_of_itself(kind: str) -> None:
    made = signed(DOCUMENT, kind=kind)
    [one] = cms.read(made, DOCUMENT)
    assert (one.name, one.organisation, one.serial) == ("Иванова Анна Петровна", "Дом творчества", "2F0001")
    assert one.algorithm == f"{'RSA' if kind == 'rsa' else 'ECDSA'}, SHA-256" and one.signed_at is not None
    assert (one.digest, one.signature, one.spoilt) == ("same", "right", False)
    [other] = cms.read(made, DOCUMENT + b".")
    assert (other.digest, other.signature, other.spoilt) == ("other", "right", True)
    forged = made[:-1] + bytes([made[-1] ^ 1])
    assert cms.read(forged, DOCUMENT)[0].signature == "wrong"
    [old] = cms.read(signed(DOCUMENT, kind=kind, last=FIRST + dt.timedelta(days=1)), DOCUMENT)
    assert old.out_of_term and not one.out_of_term


def test_a_signature_by_gost_is_read_and_not_judged() -> None:
    [one] = cms.read(by_gost(), DOCUMENT)
    assert one.algorithm == "ГОСТ Р 34.10, ГОСТ Р 34.11-2012, 256 бит" and one.name == "Иванова Анна Петровна"
    assert one.signed_at == dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)
    assert one.signature == "unchecked" and one.digest in ("unknown", "other")


def test_an_order_is_signed_on_its_page(scene: Scene, order: Order) -> None:
    browser, page = office(scene), f"/office/orders/{order.pk}/"
    assert order.file is not None
    made = signed(files.read(order.file))
    assert "Подписей пока нет" in text(browser.get(page))
    sent = {"signer": "Иванова  Анна", "file": SimpleUploadedFile("приказ.sig", made)}
    assert browser.post(f"{page}signatures/", sent)["Location"] == page
    row = DetachedSignature.objects.get()
    shown = text(browser.get(page))
    assert "Иванова Анна" in shown and "Файлы не менялись" in shown
    assert (
        "Имя другое" not in shown
        and "Подпись сходится с документом" in shown
        and "Сертификат не проверялся" in shown
        and "2F0001" in shown
    )
    assert order.file.sha256 in shown and hashlib.sha256(made).hexdigest() in shown
    got = browser.get(f"{page}signatures/{row.pk}/")
    assert got.content == made and got["Content-Type"] == signatures.TYPE
    assert [change.op for change in history.of(row)] == ["I"]
    again = browser.post(f"{page}signatures/", sent | {"file": SimpleUploadedFile("b.sig", made)}, follow=True)
    assert "уже приложена" in text(again)
    odd = browser.post(f"{page}signatures/", sent | {"file": SimpleUploadedFile("b.pdf", b"%PDF-")}, follow=True)
    assert "не файл отсоединённой подписи" in text(odd)
    foreign = browser.post(
        f"{page}signatures/", sent | {"file": SimpleUploadedFile("c.sig", signed(DOCUMENT))}, follow=True
    )
    assert "для другого файла" in text(foreign)
    assert "Выберите файл подписи" in text(browser.post(f"{page}signatures/", {"signer": "А"}, follow=True))
    assert DetachedSignature.objects.count() == 1
    files.path_of(order.file.sha256).write_bytes(b"changed")
    assert "Файл повреждён или потерян" in text(browser.get(page))


def test_a_contract_is_signed_as_it_was_accepted(scene: Scene, accepted: Contract) -> None:
    browser, page = office(scene), f"/office/applications/{accepted.application.public_id}/"
    got = browser.get(f"{page}contract.txt")
    assert got.content.decode() == accepted.accepted_text
    assert browser.get(f"{page}contract.txt").content == got.content
    made = signed(got.content)
    sent = {"signer": "Иванова Анна", "file": SimpleUploadedFile("d.sig", made)}
    assert browser.post(f"{page}signatures/", sent).status_code == 302
    assert StoredFile.objects.filter(owner_kind="enrolment.contract").count() == 1
    assert "Иванова Анна" in text(browser.get(page))
    row = DetachedSignature.objects.get()
    assert browser.get(f"{page}signatures/{row.pk}/").content == made
    family = text(scene.client.get(f"/cabinet/contracts/{accepted.public_id}/"))
    assert "Иванова Анна" in family and hashlib.sha256(got.content).hexdigest() in family


def test_nothing_to_sign_and_nobody_else(scene: Scene, contract: Contract) -> None:
    with pytest.raises(Refused) as refused:
        signing.sign_contract(
            scene.world.manager, contract=contract, name="a.sig", data=signed(DOCUMENT), signer="Иванова"
        )
    assert refused.value.reasons[0].code == "nothing_to_sign"
    with pytest.raises(Forbidden):
        signing.sign_contract(
            scene.family.actor, contract=contract, name="a.sig", data=signed(DOCUMENT), signer="Иванова"
        )
    with pytest.raises(Hidden):
        signatures.one_of(None, 1)
