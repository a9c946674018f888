"""Signatures beside invoices, agreements and reconciliation acts: both sides sign the very same file (K9)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from opora.core import clock
from opora.core.models import DetachedSignature, StoredFile
from opora.core.reasons import Forbidden, Refused
from opora.settlement import services
from opora.settlement.services import signing
from tests.cabinet.test_apply import text
from tests.support.signing import signed

from .test_pages import OCTOBER, signed_in
from .town import Town, at, tuesdays

NOW = at(2026, 11, 2)


@pytest.fixture(autouse=True)
def day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def provider(town: Town) -> Client:
    return signed_in(town, town.manager, "provider_manager")


@pytest.fixture
def payer(town: Town) -> Client:
    return signed_in(town, town.payer, "payer")


def invoice(town: Town):
    group = town.world.group()
    town.timetable(group, 2)
    town.contract(group)
    for one in tuesdays(OCTOBER):
        town.lesson(group, one)
    return town.draft("invoice", OCTOBER, NOW)


def sent(data: bytes, signer: str = "Иванова Анна") -> dict[str, object]:
    return {"signer": signer, "file": SimpleUploadedFile("подпись.sig", data)}


def test_both_sides_sign_the_file_that_was_printed(town: Town, provider: Client, payer: Client) -> None:
    draft = invoice(town)
    page = f"/office/settlement/documents/{draft.pk}/"
    with clock.frozen(NOW):
        assert provider.get(f"{page}document.pdf").content.startswith(b"%PDF-")
        assert not StoredFile.objects.exists() and "Электронные подписи" not in text(provider.get(page))
        town.issue(draft, NOW)
        early = provider.post(f"{page}signatures/", sent(signed(b"anything")), follow=True)
        assert "Сначала скачайте" in text(early)
        printed = provider.get(f"{page}document.pdf").content
        assert payer.get(f"{page}document.pdf").content == printed and StoredFile.objects.count() == 1
        assert "для другого файла" in text(
            provider.post(f"{page}signatures/", sent(signed(printed + b" ")), follow=True)
        )
        made = signed(printed)
        provider.post(f"{page}signatures/", sent(made))
        payer.post(f"{page}signatures/", sent(signed(printed, kind="rsa", name="Дубова Ольга"), "Дубова Ольга"))
        shown = text(payer.get(page))
        assert shown.count("Подпись сходится с документом") == 2 and "Дубова Ольга" in shown
        payer.post(f"{page}signatures/", sent(signed(printed), "Кто-то Другой"))
        assert text(payer.get(page)).count("Имя другое") == 1
        row = DetachedSignature.objects.order_by("pk")[0]
        assert provider.get(f"{page}signatures/{row.pk}/").content == made
        assert provider.get(f"{page}signatures/{row.pk + 100}/").status_code == 404


def test_an_agreement_is_signed_by_its_version_in_force(town: Town, provider: Client) -> None:
    page = f"/office/settlement/agreements/{town.agreement.pk}/"
    with clock.frozen(NOW):
        printed = provider.get(f"{page}agreement.pdf").content
        assert provider.get(f"{page}agreement.pdf").content == printed
        provider.post(f"{page}signatures/", sent(signed(printed)))
        assert "Подпись сходится с документом" in text(provider.get(page))
        row = DetachedSignature.objects.get()
        assert row.document.owner_kind == "settlement.agreementterms"
        assert provider.get(f"{page}signatures/{row.pk}/").status_code == 200


def test_an_act_is_kept_and_does_not_change_any_more(town: Town, provider: Client, payer: Client) -> None:
    base = f"/office/settlement/agreements/{town.agreement.pk}/"
    with clock.frozen(NOW):
        page = provider.post(f"{base}acts/")["Location"]
        assert payer.post(f"{base}acts/")["Location"] == page, "the same act of the same day is one file"
        printed = provider.get(f"{page}act.pdf").getvalue()
    town.issue(invoice(town), NOW)
    with clock.frozen(NOW):
        town_document = town.agreement.settlements.get(kind="invoice")
        services.approve(town.payer, documents=[town_document])
        assert provider.get(f"{page}act.pdf").getvalue() == printed
        provider.post(f"{page}signatures/", sent(signed(printed)))
        assert "Подпись сходится с документом" in text(payer.get(page))
        later = provider.post(f"{base}acts/")["Location"]
        assert later != page, "what has changed since is another act"
        row = DetachedSignature.objects.get()
        assert payer.get(f"{page}signatures/{row.pk}/").status_code == 200
        assert payer.get(f"{later}signatures/{row.pk}/").status_code == 404
        listed = text(payer.get(f"{base}reconciliation/"))
        assert "1 подпись" in listed and "не подписан" in listed


def test_who_may_not_and_what_is_not_ready(town: Town) -> None:
    draft = invoice(town)
    with clock.frozen(NOW):
        with pytest.raises(Refused) as refused:
            signing.sign_document(town.manager, document=draft, name="a.sig", data=signed(b""), signer="А")
        assert refused.value.reasons[0].code == "nothing_to_sign"
        with pytest.raises(Refused):
            signing.document_file(town.manager, document=draft)
        family = town.world.family()
        with pytest.raises(Forbidden):
            signing.keep_act(family.actor, agreement=town.agreement)
