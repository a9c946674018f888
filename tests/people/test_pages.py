"""Pages of the cabinet, the desk, the merge queue and of funding, through the Django client."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opora.certificates import services, services_desk, services_funding
from opora.certificates.models import Certificate, CertificateGroup, FundingPeriod
from opora.core.models import AccessLog, Letter
from opora.people.models import Account, Child, ConsentText, MergeTask, PersonalSession, RoleAssignment
from tests.people.town import Town, at_noon

pytestmark = pytest.mark.django_db
PASSWORD = "ромашка-и-кот"


@pytest.fixture
def town():
    with at_noon():
        yield Town()


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id), "opora.people.backends.AccountBackend")
    return client


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status, text(answer)[:2000]
    return text(answer)


def text(answer) -> str:
    """The page with ordinary blanks, so that typography does not hide words."""
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_registration_confirms_the_address_and_leads_home(town, settings):
    settings.EMAIL_BACKEND = "opora.core.mail.OutboxBackend"
    client = Client()
    assert "Текст согласия" in page(client, "/account/signup/")
    values = {
        "email": "anna@example.org",
        "password1": "синий-кит-в-озере",
        "last_name": "лесная",
        "first_name": "анна",
        "consent": "on",
    }
    assert client.post("/account/signup/", {**values, "consent": ""}).status_code == 200
    assert not Account.objects.filter(email="anna@example.org").exists()
    answer = client.post("/account/signup/", values)
    assert answer.status_code == 302 and "confirm-email" in answer["Location"]
    account = Account.objects.get(email="anna@example.org")
    assert account.full_name == "Лесная Анна"
    assert account.consents.get().text.kind == ConsentText.Kind.PROCESSING
    # not signed in until the address is confirmed
    assert client.get("/cabinet/").status_code == 302
    letter = Letter.objects.get(address="anna@example.org")
    link = re.search(r"/account/confirm-email/[^\s]+", letter.body)[0]
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 302
    signed = client.post("/account/login/", {"login": "anna@example.org", "password": "синий-кит-в-озере"})
    assert signed.status_code == 302
    assert client.get("/home/")["Location"] == "/cabinet/"


def test_home_by_role(town):
    assert Client().get("/home/").status_code == 302
    assert signed_in(town.desk).get("/home/")["Location"] == "/office/"
    assert signed_in(town.guardian()).get("/home/")["Location"] == "/cabinet/"


def test_adding_a_child_step_by_step(town):
    client = signed_in(town.guardian())
    assert "Добавьте ребёнка" in page(client, "/cabinet/")
    assert client.get("/cabinet/children/add/where/")["Location"].endswith("/add/")
    who = {"last_name": "Рябинина", "first_name": "Маша", "birth_date": "2017-03-08", "sex": "f"}
    wrong = text(client.post("/cabinet/children/add/", {**who, "birth_date": "2030-01-01"}))
    assert "ещё не наступила" in wrong
    assert client.post("/cabinet/children/add/", who)["Location"].endswith("/where/")
    wrong = client.post("/cabinet/children/add/where/", {"locality": town.locality.pk, "snils": "11223344500"})
    assert "Контрольное число не сходится" in wrong.content.decode()
    assert client.post("/cabinet/children/add/where/", {"locality": town.locality.pk})["Location"].endswith("/check/")
    check = page(client, "/cabinet/children/add/check/")
    assert "Рябинина Маша" in check and "Ольховка" in check
    refused = text(client.post("/cabinet/children/add/check/", {"relation": "mother"}))
    assert "Без согласия" in refused and not Child.objects.exists()
    done = client.post("/cabinet/children/add/check/", {"relation": "mother", "consent": "on"})
    child = Child.objects.get()
    assert done["Location"] == f"/cabinet/children/{child.public_id}/"
    assert "Получить сертификат" in page(client, "/cabinet/")
    for part in ("", "edit/", "consents/", "categories/", "guardians/", "journal/", "certificate/"):
        page(client, f"/cabinet/children/{child.public_id}/{part}")


def test_a_strangers_child_is_not_found(town):
    child = town.child(town.guardian())
    stranger = signed_in(town.guardian())
    for part in ("", "edit/", "consents/", "categories/", "guardians/", "journal/", "certificate/"):
        page(stranger, f"/cabinet/children/{child.public_id}/{part}", 404)
    assert Client().get(f"/cabinet/children/{child.public_id}/").status_code == 302


def test_the_list_costs_the_same_for_one_and_three(town):
    guardian = town.guardian()
    first = town.child(guardian)
    services.apply_certificate(town.again(guardian), child=first)
    client = signed_in(guardian)
    page(client, "/cabinet/")
    with CaptureQueriesContext(connection) as one:
        page(client, "/cabinet/")
    for _ in range(2):
        child = town.child(guardian)
        services.apply_certificate(town.again(guardian), child=child)
    with CaptureQueriesContext(connection) as three:
        page(client, "/cabinet/")
    assert len(three) == len(one) <= 16, "\n".join(query["sql"][:150] for query in three)


def test_certificate_pages(town):
    town.period(certificates=1)
    guardian = town.guardian()
    child = town.child(guardian)
    client = signed_in(guardian)
    url = f"/cabinet/children/{child.public_id}/certificate/"
    assert "Выберите, какой сертификат" in text(client.post(url, {"next": ""}))
    card = client.post(url, {"funding": "funded"})["Location"]
    assert "Заявление принято" in page(client, card)
    services_desk.prove_identity(town.desk, child=child, documents="свидетельство", go_on=True)
    shown = page(client, card)
    number = Certificate.objects.get().number
    assert number[:2] in shown and "6 000,00" in shown
    assert "Номинал группы" in page(client, f"{card}statement/")
    page(client, f"{card}freeze/")
    page(client, f"{card}move/")
    # a second family waits and sees its place
    other = town.guardian()
    second = town.child(other)
    row = services.apply_certificate(town.again(other), child=second, wants_funding=True)
    services_desk.prove_identity(town.desk, child=second, documents="паспорт", go_on=True)
    assert "место в очереди" in page(signed_in(other), f"/cabinet/certificates/{row.public_id}/")
    page(signed_in(other), card, 404)


def test_what_cannot_be_done_now_is_said(town):
    guardian = town.guardian()
    child = town.child(guardian)
    row = services.apply_certificate(town.again(guardian), child=child)
    answer = signed_in(guardian).post(f"/cabinet/certificates/{row.public_id}/do/fund/")
    assert answer.status_code == 409
    assert "Деньги дают на действующий сертификат" in text(answer)


def test_the_desk_finds_opens_and_logs(town):
    guardian = town.guardian()
    child = town.child(guardian, last_name="Ёлкина")
    row = services.apply_certificate(town.again(guardian), child=child)
    client = signed_in(town.desk)
    assert child.full_name in page(client, "/office/desk/")
    assert child.full_name in page(client, "/office/desk/?q=елкина")
    assert "Никого не нашли" in page(client, "/office/desk/?q=Сидорова")
    card = f"/office/desk/children/{child.public_id}/"
    assert "Зачем открываете" in page(client, card)
    assert not AccessLog.objects.filter(action="child.open").exists()
    client.post(card, {"reason": "звонок семьи"})
    assert "Ёлкина" in page(client, card)
    log = AccessLog.objects.filter(action="child.open").first()
    assert (log.object_id, log.reason, log.account_id) == (child.pk, "звонок семьи", town.desk.account_id)
    journal = page(signed_in(guardian), f"/cabinet/children/{child.public_id}/journal/")
    assert "звонок семьи" in journal and "Дубова" in journal
    for part in ("identity/", "edit/", "add/guardian/", "add/consent/", "add/category/"):
        page(client, card + part)
    done = client.post(
        f"{card}identity/",
        {"kind": "Свидетельство о рождении", "number": "II-РУ 123456", "guardian": "паспорт 6312 456789", "go_on": "1"},
    )
    assert done.status_code == 302
    row.refresh_from_db()
    assert row.state == "active"
    found = page(client, f"/office/desk/?q={row.number}")
    assert child.full_name in found
    page(signed_in(town.other_desk), card, 404)
    page(signed_in(guardian), card, 403)
    page(signed_in(town.coordinator), "/office/desk/", 403)


def test_a_family_from_paper(town):
    client = signed_in(town.desk)
    page(client, "/office/desk/new/")
    values = {
        "guardian_last_name": "Лесной",
        "guardian_first_name": "Пётр",
        "relation": "father",
        "last_name": "Лесной",
        "first_name": "Илья",
        "birth_date": "2016-05-04",
        "sex": "m",
        "locality": town.locality.pk,
        "certificate": "accounting",
        "consent": "on",
    }
    wrong = text(client.post("/office/desk/new/", {**values, "consent": "", "birth_date": "позавчера"}))
    assert "Без подписанного согласия" in wrong and "Укажите дату полностью" in wrong
    assert client.post("/office/desk/new/", values).status_code == 302
    child = Child.objects.get()
    assert child.certificates.get().state == "applied"
    assert child.consents.get().channel == "desk"


def test_merge_pages(town):
    known = town.child(town.guardian(), first_name="Оля")
    town.child(town.guardian(), first_name="Оля")
    task = MergeTask.objects.get()
    client = signed_in(town.desk)
    assert "Рябинина" in page(client, "/office/merge/")
    shown = page(client, f"/office/merge/{task.pk}/")
    assert "отличается" in shown
    wrong = text(client.post(f"/office/merge/{task.pk}/", {"decision": "apart"}))
    assert "почему это разные дети" in wrong
    assert client.post(f"/office/merge/{task.pk}/", {"decision": f"keep_{known.pk}"}).status_code == 302
    assert "Отменить объединение" in page(client, f"/office/merge/{task.pk}/")
    page(signed_in(town.guardian()), "/office/merge/", 403)
    page(signed_in(town.other_desk), f"/office/merge/{task.pk}/", 404)


def test_an_administrator_sees_children_only_in_a_session(town):
    account = town.account()
    RoleAssignment.objects.create(
        account=account, role="administrator", place_kind="system", starts_on=dt.date(2020, 1, 1)
    )
    child = town.child(town.guardian())
    from opora.people.actors import actor_of

    client = signed_in(actor_of(account))
    page(client, f"/office/desk/children/{child.public_id}/", 404)
    wrong = text(client.post("/office/personal-session/", {"reason": "надо"}))
    assert "чтобы её понял проверяющий" in wrong
    client.post("/office/personal-session/", {"reason": "Обращение № 15: не виден сертификат"})
    assert PersonalSession.objects.get().account_id == account.pk
    page(client, f"/office/desk/children/{child.public_id}/")
    client.post("/office/personal-session/", {"close": "1"})
    page(client, f"/office/desk/children/{child.public_id}/", 404)
    assert AccessLog.objects.filter(action="personal_session.open").count() == 1
    page(signed_in(town.desk), "/office/personal-session/", 403)


def test_a_period_from_draft_to_amendment(town):
    payer, coordinator = signed_in(town.payer), signed_in(town.coordinator)
    made = payer.post(
        "/office/funding/programmes/new/",
        {
            "municipality": town.municipality.pk,
            "name": "Программа ПФ",
            "is_academic": "on",
            "scheme": "pf_rules",
            "payer_name": "Центр",
            "payer_code": "07",
        },
    )
    assert made.status_code == 302
    programme = town.municipality.fundingprogramme_set.get()
    new = f"/office/funding/programmes/{programme.pk}/periods/new/"
    wrong = text(payer.post(new, {"name": "Год", "starts_on": "2026-09-01", "ends_on": "2027-05-31"}))
    assert "31 декабря" in wrong
    payer.post(new, {"name": "Осень", "starts_on": "2026-09-01", "ends_on": "2026-12-31"})
    period = FundingPeriod.objects.get()
    url = f"/office/funding/periods/{period.pk}/"
    assert payer.post(f"{url}do/submit/").status_code == 409
    group = {
        "name": "Все дети",
        "code": "common",
        "age_from": 5,
        "age_to": 17,
        "nominal": "6 000,00",
        "limit_certificates": 10,
        "limit_money": "60000",
    }
    payer.post(f"{url}groups/new/", group)
    assert CertificateGroup.objects.get().nominal == 6000
    parameters = parameter_values(page(payer, f"{url}parameters/"))
    payer.post(f"{url}parameters/", {**parameters, "identity_days": "45"})
    period.refresh_from_db()
    assert period.parameters == {"identity_days": 45}
    page(payer, f"{url}limits/")
    payer.post(f"{url}do/submit/")
    assert payer.get(f"{url}approve/").status_code == 403
    wrong = text(coordinator.post(f"{url}approve/", {"next": ""}))
    assert "номер и дату нового" in wrong
    coordinator.post(f"{url}approve/", {"act_number": "415", "act_date": "2026-09-01"})
    period.refresh_from_db()
    assert period.state == "approved" and "415" in str(period.act)
    assert payer.post(f"{url}parameters/", {**parameters, "identity_days": "50"}).status_code == 200
    payer.post(
        f"{url}parameters/",
        {**parameters, "identity_days": "50", "act_kind": "decree", "act_number": "7", "act_date": "2026-10-01"},
    )
    period.refresh_from_db()
    assert period.parameters == {"identity_days": 50}
    assert "Постановление от 01.10.2026 № 7" in page(coordinator, url)
    page(signed_in(town.guardian()), url, 403)
    page(coordinator, "/office/funding/")


def parameter_values(html: str) -> dict[str, object]:
    """What a browser would send of the parameters form untouched."""
    from opora.certificates.forms_funding import ParametersForm
    from opora.certificates.rules import PeriodParameters

    form = ParametersForm(parameters=PeriodParameters())
    values = {}
    for name, field in form.fields.items():
        assert name in html
        if field.initial not in (None, False):
            values[name] = field.initial
    return values


def test_the_queue_page_names_nobody(town):
    town.period(certificates=0)
    guardian = town.guardian()
    child = town.child(guardian)
    services.apply_certificate(town.again(guardian), child=child)
    services_desk.prove_identity(town.desk, child=child, documents="паспорт", go_on=True)
    row = Certificate.objects.get()
    services_funding.request_funding(town.again(guardian), certificate=row)
    group = CertificateGroup.objects.get()
    shown = page(signed_in(town.payer), f"/office/funding/groups/{group.pk}/queue/")
    assert row.number in shown and "Рябинина" not in shown


def test_demo_letters_are_shown_only_on_the_demo_stand(town, settings):
    settings.OPORA_DEMO = False
    page(Client(), "/demo/mail/", 404)
    settings.OPORA_DEMO = True
    assert "Писем нет" in page(Client(), "/demo/mail/")


def test_profile_and_messages(town):
    client = signed_in(town.guardian())
    page(client, "/cabinet/profile/")
    assert (
        client.post("/cabinet/profile/", {"last_name": "Лесная", "first_name": "Анна", "phone": "8 900"}).status_code
        == 302
    )
    page(client, "/cabinet/messages/")
    assert client.post("/cabinet/messages/").status_code == 302
    page(client, "/account/sessions/")
    page(client, "/account/email/")
