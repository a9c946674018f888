"""Certificates for the tax office: asked, issued, corrected, annulled; each payment in one living paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from opora.core import clock
from opora.core.access import Actor
from opora.core.models import Letter
from opora.core.office.work import waiting_for
from opora.core.reasons import Forbidden, Hidden, Refused
from opora.people.actors import actor_of
from opora.people.models import Account, Guardianship
from opora.settlement import queries_tax, services
from opora.settlement.models import FamilyPayment, PersonalAccount, TaxCertificate, TaxCertificateLine
from opora.settlement.rules.tax import Person

from .test_charges import autumn, broken, guardian
from .test_family_pages import text_of
from .test_pages import signed_in
from .test_refunds import bank, managers, paid
from .town import Town, at

NOW = at(2026, 11, 20, 9)
PAYER = Person("", "", "", "1988-03-01", "500100732259")
LEARNER = Person("", "", "", "", "", "03", "I-АБ 123456", "2015-06-01")


@pytest.fixture
def mother(town: Town) -> Actor:
    found = guardian(autumn(town))
    managers(town)
    provider = town.world.organisation
    provider.inn, provider.kpp, provider.head_name = "7830002293", "783001001", "Дубов Иван Петрович"
    provider.save()
    return found


def ask(actor: Actor, year: int = 2026, payer: Person = PAYER, learner: Person = LEARNER) -> TaxCertificate:
    account = PersonalAccount.objects.get(child__in=actor.children)
    return services.ask_certificate(
        actor, organisation_id=account.organisation_id, child_id=account.child_id, year=year, payer=payer,
        learner=learner,
    )  # fmt: skip


def issued(town: Town, actor: Actor) -> TaxCertificate:
    return services.issue_certificate(town.manager, certificate=ask(actor))


def test_only_money_that_was_paid_is_certified(town: Town, mother: Actor) -> None:
    with clock.frozen(NOW):
        paid(town, "139.00", payer="Лесная Анна")
        paid(town, "100.00", reference="2")
        paid(town, "50.00", reference="3", payer="Кедрова Мария")
        row = issued(town, mother)
    assert (row.number, row.correction_text, row.amount, row.state) == (1, "0--", Decimal("239.00"), "issued")
    assert row.payer["last_name"] == "Лесная" and row.learner["birth_date"]
    assert row.provider["inn"] == "7830002293" and row.full_time
    assert row.due_on == dt.date(2026, 12, 20)
    account = PersonalAccount.objects.get()
    assert account.contract is not None and account.contract.certificate_sum not in (row.amount, account.paid)
    subjects = set(Letter.objects.filter(kind__startswith="settlement.tax").values_list("subject", flat=True))
    assert subjects == {"Семья просит справку для налоговой", "Справка для налоговой готова"}
    assert broken() == []


def test_the_provider_may_tick_other_payments(town: Town, mother: Actor) -> None:
    with clock.frozen(NOW):
        paid(town, "139.00", payer="Лесная Анна")
        paid(town, "50.00", reference="3", payer="Кедрова Мария")
        row = ask(mother)
        ids = list(FamilyPayment.objects.values_list("pk", flat=True))
        with pytest.raises(Refused, match="уже учтён"):
            services.issue_certificate(town.manager, certificate=row, payments=[*ids, 10**9])
        with pytest.raises(Refused, match="нечего"):
            services.issue_certificate(town.manager, certificate=row, payments=[])
        assert services.issue_certificate(town.manager, certificate=row, payments=ids).amount == Decimal("189.00")


def test_two_parents_never_certify_one_payment(town: Town, mother: Actor) -> None:
    child = next(iter(mother.children))
    father = Account.objects.create(email="father@example.org", last_name="Лесной", first_name="Олег")
    Guardianship.objects.create(account=father, child_id=child, relation="father")
    other = replace(mother, account_id=father.pk)
    with clock.frozen(NOW):
        paid(town, "100.00")
        paid(town, "30.00", reference="2", payer="Лесной Олег")
        issued(town, mother)
        row = issued(town, other)
        assert (row.amount, row.number) == (Decimal("30.00"), 2)
        with pytest.raises(Hidden):
            queries_tax.own_paper(mother, row.public_id)
    assert broken() == []


def test_asked_once_and_issued_once_for_a_sum(town: Town, mother: Actor) -> None:
    with clock.frozen(NOW):
        with pytest.raises(Refused, match="нет ваших платежей"):
            ask(mother)
        paid(town, "100.00")
        for year in (2023, 2025, 2027):
            with pytest.raises(Refused, match="нет ваших платежей"):
                ask(mother, year)
        with pytest.raises(Refused, match="дату рождения"):
            ask(mother, payer=replace(PAYER, birth_date=""))
        row = ask(mother)
        with pytest.raises(Refused, match="уже запрошена"):
            ask(mother)
        services.issue_certificate(town.manager, certificate=row)
        with pytest.raises(Refused, match="уже выдана на эту сумму"):
            ask(mother)
        with pytest.raises(Forbidden):
            services.issue_certificate(mother, certificate=row)
        paid(town, "20.00", reference="2")
        newer = issued(town, mother)
    row.refresh_from_db()
    assert (newer.number, newer.correction, newer.amount, newer.previous) == (1, 1, Decimal("120.00"), row)
    assert row.state == "replaced"
    assert broken() == []


def test_a_refund_after_the_paper_asks_for_a_correction(town: Town, mother: Actor) -> None:
    with clock.frozen(NOW):
        account = paid(town, "400.00")
        row = issued(town, mother)
        assert queries_tax.outdated(town.manager) == []
        refund = services.ask_refund(mother, account=account, amount=Decimal("49.03"), **bank())
        services.approve_refund(town.manager, refund=refund)
        services.pay_refund(town.manager, refund=refund, order_number="7", paid_on=dt.date(2026, 11, 20))
        assert queries_tax.outdated(town.manager) == [row]
        draft = services.correct_certificate(town.manager, certificate=row, reason="Вернули переплату.")
        newer = services.issue_certificate(town.manager, certificate=draft)
        assert (newer.amount, newer.correction_text) == (Decimal("350.97"), "1--")
        assert queries_tax.outdated(town.manager) == []
    assert broken() == []


def test_annulled_papers_free_their_payments(town: Town, mother: Actor) -> None:
    with clock.frozen(NOW):
        paid(town, "100.00")
        row = issued(town, mother)
        paper = services.annul_certificate(town.manager, certificate=row, reason="Ошибка в фамилии.")
        assert (paper.number, paper.correction_text, paper.state) == (1, "999", "issued")
        row.refresh_from_db()
        assert row.state == "annulled" and not TaxCertificateLine.objects.filter(living=True).exists()
        for again in (row, paper):
            with pytest.raises(Refused):
                services.annul_certificate(town.manager, certificate=again, reason="Ещё раз")
        assert issued(town, mother).number == 2
    assert broken() == []


def test_a_refusal_is_explained(town: Town, mother: Actor) -> None:
    with clock.frozen(NOW):
        paid(town, "100.00")
        row = ask(mother)
        with pytest.raises(Refused, match="Напишите причину"):
            services.refuse_certificate(town.manager, certificate=row, reason=" ")
        services.refuse_certificate(town.manager, certificate=row, reason="Нет лицензии на эту программу.")
        [chance] = queries_tax.chances(mother)
        assert chance.newest and chance.newest.state == "refused" and chance.can_ask
        ask(mother)
    assert TaxCertificate.objects.filter(number__isnull=False).count() == 0


def test_without_inn_or_head_nothing_is_issued(town: Town, mother: Actor) -> None:
    town.world.organisation.inn = ""
    town.world.organisation.save()
    with clock.frozen(NOW):
        paid(town, "100.00")
        with pytest.raises(Refused, match="нет ИНН или руководителя"):
            issued(town, mother)
    assert TaxCertificate.objects.get().state == "asked"


def test_an_issued_paper_never_changes(town: Town, mother: Actor) -> None:
    with clock.frozen(NOW):
        paid(town, "100.00")
        issued(town, mother)
    for change in ({"amount": 1}, {"payer": {}}, {"state": "asked"}, {"state": "refused"}):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            TaxCertificate.objects.update(**change)
    for table in ("tax_certificate_line", "tax_certificate"):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            connection.cursor().execute(f"DELETE FROM {table}")
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        TaxCertificateLine.objects.update(amount=1)


def test_a_merged_child_takes_its_papers_along(town: Town, mother: Actor) -> None:
    """Two records of one child: the paper follows the kept one, its text stays as it was printed."""
    with clock.frozen(NOW):
        paid(town, "100.00")
        row = issued(town, mother)
        kept = town.world.family().child
        TaxCertificate.objects.filter(pk=row.pk).update(child=kept)
        PersonalAccount.objects.update(child=kept)
    row.refresh_from_db()
    assert row.child == kept and row.learner["last_name"] == "Лесной"
    assert broken() == []


DETAILS = {
    "inn": "500100732259", "birth_date": "1988-03-01", "child_document_code": "03", "child_document_number": "I-АБ 123456",
    "child_document_date": "2015-06-01",
}  # fmt: skip


def test_the_road_by_pages(town: Town, mother: Actor) -> None:
    parent = Client()
    parent.force_login(Account.objects.get(pk=mother.account_id), backend="opora.people.backends.AccountBackend")
    provider = signed_in(town, town.manager, "provider_manager")
    account = PersonalAccount.objects.get()
    here = "/cabinet/payments/tax/"
    ask_url = f"{here}{account.organisation_id}/{account.child.public_id}/2026/"
    with clock.frozen(NOW):
        assert "Подтверждать пока нечего" in text_of(parent.get(here))
        paid(town, "139.00")
        assert "Попросить справку" in text_of(parent.get(here)) and "139,00 ₽" in text_of(parent.get(here))
        bad = parent.post(ask_url, {"inn": "1", "birth_date": "1988-03-01"})
        assert bad.status_code == 422 and "Укажите ИНН или документ" in text_of(bad)
        assert "запрошена" in text_of(parent.post(ask_url, DETAILS, follow=True))
        titles = {one.title for one in waiting_for(actor_of(Account.objects.get(pk=town.manager.account_id)))}
        assert "Выдать справки для налоговой" in titles
        row = TaxCertificate.objects.get()
        card = f"/office/settlement/family/tax/{row.public_id}/"
        assert "Ждут выдачи" in text_of(provider.get("/office/settlement/family/tax/"))
        assert "139,00 ₽" in text_of(provider.get(card))
        payment = FamilyPayment.objects.get()
        assert provider.post(card, {"payments": []}).status_code == 422
        assert "Справка выдана" in text_of(provider.post(card, {"payments": [payment.pk]}, follow=True))
        answer = parent.get(f"{here}{row.public_id}/certificate.pdf")
        paper = pypdfium2.PdfDocument(answer.content)
        assert len(paper) == 2
        words = "".join(page.get_textpage().get_text_bounded() for page in paper).replace("\r\n", "")
        for expected in ("1151158", "ЛЕСНАЯ", "500100732259", "7830002293", "139"):
            assert expected in words.replace(" ", ""), expected
        assert provider.get(f"{card}certificate.pdf").status_code == 200
        paid(town, "20.00", reference="2")
        assert "Попросить исправленную" in text_of(parent.get(here))
        parent.post(ask_url, {"again": "1"})  # one click: the details are known
        newer = TaxCertificate.objects.get(state="asked")
        assert newer.payer["inn"] == "500100732259"
        refused = provider.post(
            f"/office/settlement/family/tax/{newer.public_id}/do/refuse/", {"reason": "Нет лицензии."}
        )
        assert refused.status_code == 302
        assert "Нет лицензии." in text_of(parent.get(here))
        annulled = provider.post(f"{card}do/annul/", {"reason": "Ошибка."}, follow=True)
        assert "Аннулирующая" in text_of(annulled)
        assert "аннулирующая" in text_of(parent.get(here))
    assert broken() == []


def test_the_refund_by_pages(town: Town, mother: Actor) -> None:
    parent = Client()
    parent.force_login(Account.objects.get(pk=mother.account_id), backend="opora.people.backends.AccountBackend")
    provider = signed_in(town, town.manager, "provider_manager")
    base, office = "/cabinet/payments/", "/office/settlement/family/"
    with clock.frozen(NOW):
        account = paid(town, "400.00")
        page = f"{base}{account.public_id}/"
        assert "Попросить вернуть деньги" in text_of(parent.get(page))
        values = {"amount": "49,03", **bank()}
        assert parent.post(f"{page}refund/", values | {"amount": "50"}).status_code == 422
        assert parent.post(f"{page}refund/", values).status_code == 302
        assert "Ждёт решения" in text_of(parent.get(page))
        assert parent.post(f"{page}refund/withdraw/").status_code == 302
        assert parent.post(f"{page}refund/", values).status_code == 302
        row = account.refunds.get(state="asked")
        assert "Ждут вас" in text_of(provider.get(f"{office}refunds/"))
        card = f"{office}refunds/{row.public_id}/"
        assert "Переплата сейчас" in text_of(provider.get(card))
        assert "Возврат подтверждён" in text_of(provider.post(f"{card}do/approve/", follow=True))
        assert provider.post(f"{card}do/pay/", {"order_number": "7", "paid_on": "2026-12-20"}).status_code == 422
        assert provider.post(f"{card}do/pay/", {"order_number": "7", "paid_on": "2026-11-20"}).status_code == 302
        assert "поручение № 7" in text_of(parent.get(page))
        payment = FamilyPayment.objects.get()
        undo = f"{office}payments/{payment.pk}/"
        refused = provider.post(undo, {"reason": "Ошибка"})
        assert refused.status_code == 422 and "уже вернули" in text_of(refused)
        begun = provider.post(f"{office}accounts/{account.public_id}/refund/", values | {"reason": "x"})
        assert begun.status_code == 422 and "Переплаты по этому счёту нет" in text_of(begun)


def test_the_provider_undoes_and_counts_debts_by_pages(town: Town, mother: Actor) -> None:
    provider = signed_in(town, town.manager, "provider_manager")
    office = "/office/settlement/family/"
    with clock.frozen(NOW):
        paid(town, "100.00")
        payment = FamilyPayment.objects.get()
        page = f"{office}payments/{payment.pk}/"
        assert "снят со счёта" in text_of(provider.post(page, {"reason": "Чужой платёж."}, follow=True))
        assert "Не от семьи" in text_of(provider.post(f"{page}do/aside/", follow=True))
        assert provider.post(f"{page}do/back/").status_code == 302
        assert provider.post(f"{page}do/nothing/").status_code == 404
        assert "Просрочено 350,97 ₽" in text_of(provider.get(office))
        book = provider.get(f"{office}debts.xlsx")
        assert book.status_code == 200 and book.content.startswith(b"PK")
    assert broken() == []
