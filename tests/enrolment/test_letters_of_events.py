"""Each event has its letter with what happened, what is next and when, or is marked silent (issue 3, point 10)."""

from __future__ import annotations

import ast
import datetime as dt
import fnmatch
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

import opora
from opora.certificates import letters as certificate_letters
from opora.certificates.rules.life import CERTIFICATE
from opora.core import clock
from opora.core.letters import _message as message_of
from opora.core.letters import connection_of, links_of
from opora.core.models import Letter
from opora.core.reasons import Reason
from opora.enrolment import rules, services
from opora.enrolment.models import Application, Contract
from opora.enrolment.services import orders, prolong, reminders
from opora.people.answers import known
from opora.people.models import Account, Guardianship
from opora.providers.models import Signatory
from tests.enrolment import events
from tests.enrolment.world import REQUEST_DAY, Family, World, make_world

SOURCE = Path(opora.__file__).parent
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class Story:
    """A family, its group, and the acts that lead to an event."""

    def __init__(self) -> None:
        self.world: World = make_world()
        self.family: Family = self.world.family()
        self.certificate = self.world.certificate(self.family.child)
        self.group = self.world.group(capacity=1)
        self.application: Application | None = None

    def apply(self, funding: str = "budget", family: Family | None = None) -> Application:
        one = family or self.family
        done = services.apply(one.actor, child=one.child, group=self.group, funding=funding)
        if family is None:
            self.application = done.application
        return done.application

    def wait(self) -> Application:
        other = self.apply(family=self.world.family())
        self.apply()
        return other

    def place(self) -> Application:
        self._free(self.wait())
        assert self.application is not None
        return self.application

    def _free(self, other: Application) -> None:
        services.refuse(self.world.manager, application=other, reasons=[Reason("x", "Нет справки.")])

    def offered(self) -> Contract:
        one = self.apply("certificate")
        services.confirm(self.world.manager, application=one)
        return Contract.objects.get(application=one)

    def active(self) -> Contract:
        contract = self.offered()
        services.accept_contract(self.family.actor, contract=contract, text_hash=services.terms_hash(contract))
        return Contract.objects.get(pk=contract.pk)

    def enrolled(self) -> Application:
        one = self.apply()
        services.confirm(self.world.manager, application=one)
        services.enrol(self.world.manager, application=one)
        return one


def _submit(story: Story) -> None:
    story.apply()


def _wait(story: Story) -> None:
    story.wait()


def _confirm(story: Story) -> None:
    services.confirm(story.world.manager, application=story.apply())


def _enrol(story: Story) -> None:
    story.enrolled()


def _refuse(story: Story) -> None:
    reasons = [Reason("papers", "Нет справки от врача.")]
    services.refuse(story.world.manager, application=story.apply(), reasons=reasons)


def _withdraw(story: Story) -> None:
    services.withdraw(story.family.actor, application=story.apply())


def _offer_place(story: Story) -> None:
    story.place()


def _accept_place(story: Story) -> None:
    services.accept_place(story.family.actor, application=story.place())


def _decline_place(story: Story) -> None:
    services.decline_place(story.family.actor, application=story.place())


def _expire(story: Story) -> None:
    story.place()
    services.expire_due(REQUEST_DAY + 3 * DAY)


def _leave(story: Story) -> None:
    services.leave(story.family.actor, application=story.enrolled())


def _finish(story: Story) -> None:
    story.enrolled()
    services.expire_due(dt.datetime(2027, 6, 2, 9, tzinfo=dt.UTC))


def _place_soon_over(story: Story) -> None:
    story.place()
    for hours in (30, 38, 39):
        reminders.remind(REQUEST_DAY + hours * HOUR)


def _passed_over(story: Story) -> None:
    story.group = story.world.group(capacity=1)
    other = story.apply(family=story.world.family())
    story.family.children.append(story.world.child(story.family.account))
    wishes = [services.Wish(child.pk, story.group.pk, "budget") for child in story.family.children]
    services.apply_together(story.family.actor, wishes=wishes, all_or_nothing=True)
    story.apply(family=story.world.family())
    services.withdraw(Family(other.applicant, [other.child]).actor, application=other)


def _transfer(story: Story) -> None:
    services.transfer(story.world.manager, application=story.enrolled(), group=story.world.group())


def _order(story: Story) -> None:
    contract, house = story.active(), story.world.organisation
    signatory = Signatory.objects.create(
        organisation=house, name="Иванова Анна", post="Директор", starts_on=dt.date(2026, 1, 1)
    )
    line = orders.Line(contract.application, contract.starts_on)
    made = orders.draft_order(story.world.manager, organisation=house, kind="enrolment", lines=[line])
    orders.issue_order(story.world.manager, order=made, signatory=signatory)


def _contract_offer(story: Story) -> None:
    story.offered()


def _contract_activate(story: Story) -> None:
    story.active()


def _contract_refuse(story: Story) -> None:
    reasons = [Reason("papers", "Нет справки от врача.")]
    services.refuse(story.world.manager, application=story.offered().application_id, reasons=reasons)


def _contract_withdraw(story: Story) -> None:
    services.withdraw(story.family.actor, application=story.offered().application_id)


def _contract_expire(story: Story) -> None:
    story.offered()
    services.expire_due(REQUEST_DAY + 20 * DAY)


def _give_notice(story: Story) -> None:
    contract = story.active()
    with clock.frozen(REQUEST_DAY + DAY):
        services.terminate(story.family.actor, contract=contract)


def _cancel(story: Story) -> None:
    story.group = story.world.group(capacity=1, starts_on=dt.date(2026, 11, 2))
    services.terminate(story.family.actor, contract=story.active())


def _close(story: Story) -> None:
    story.group = story.world.group(capacity=1, ends_on=dt.date(2026, 12, 20))
    story.active()
    services.expire_due(dt.datetime(2026, 12, 22, 9, tzinfo=dt.UTC))


def _contract_soon_over(story: Story) -> None:
    contract = story.offered()
    assert contract.accept_until is not None
    for hours in (60, 30, 3):
        reminders.remind(contract.accept_until - hours * HOUR)


def _prolong_asked(story: Story) -> None:
    prolong.agree(story.world.manager, contract=story.active(), agrees=True)
    reminders.remind(dt.datetime(2026, 12, 10, 9, tzinfo=dt.UTC))


def _prolong(story: Story) -> None:
    contract = story.active()
    for actor in (story.world.manager, story.family.actor):
        prolong.agree(actor, contract=contract, agrees=True)
    services.expire_due(dt.datetime(2027, 1, 1, 12, tzinfo=dt.UTC))


APPLICATION_STORIES: dict[str, Callable[[Story], None]] = {
    "submit": _submit,
    "wait": _wait,
    "confirm": _confirm,
    "enrol": _enrol,
    "refuse": _refuse,
    "withdraw": _withdraw,
    "offer_place": _offer_place,
    "accept_place": _accept_place,
    "decline_place": _decline_place,
    "expire": _expire,
    "leave": _leave,
    "finish": _finish,
    "offer_soon_over": _place_soon_over,
    "passed_over": _passed_over,
    "transfer": _transfer,
    "order": _order,
}
CONTRACT_STORIES: dict[str, Callable[[Story], None]] = {
    "offer": _contract_offer,
    "activate": _contract_activate,
    "refuse": _contract_refuse,
    "withdraw": _contract_withdraw,
    "expire": _contract_expire,
    "give_notice": _give_notice,
    "cancel": _cancel,
    "close": _close,
    "offer_soon_over": _contract_soon_over,
    "prolong_asked": _prolong_asked,
    "prolong": _prolong,
}
CASES = [
    *(("application", event, kind, APPLICATION_STORIES.get(event)) for event, kind in events.APPLICATION.items()),
    *(("contract", event, kind, CONTRACT_STORIES.get(event)) for event, kind in events.CONTRACT.items()),
]


@pytest.fixture(autouse=True)
def day(settings, tmp_path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "files"
    with clock.frozen(REQUEST_DAY):
        yield


def test_every_act_of_the_machines_stands_in_the_table() -> None:
    for machine, table in (
        (rules.APPLICATION, events.APPLICATION),
        (rules.CONTRACT, events.CONTRACT),
        (CERTIFICATE, events.CERTIFICATE),
    ):
        assert {one.code for one in machine.transitions} <= table.keys(), machine.subject
    assert set(events.CERTIFICATE.values()) == set(certificate_letters.CHANGES)
    assert set(events.ANSWERED.values()) == set(known()) - LATER
    assert events.APPLICATION.keys() == APPLICATION_STORIES.keys()
    assert events.CONTRACT.keys() == CONTRACT_STORIES.keys()


LATER: frozenset[str] = frozenset()
"""Kinds of questions whose letters other rooms test by themselves."""


def _emitted() -> set[str]:
    """Kinds of facts written anywhere in the source: by emit(), Outbox(kind=…) and in SQL."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if "migrations" in path.parts or "bench" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        if "outbox" not in source.lower() and "emit(" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "emit":
                found |= {one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)}
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Outbox":
                said = [word.value for word in node.keywords if word.arg == "kind"]
                found |= {one.value for one in said if isinstance(one, ast.Constant)}
        found |= set(re.findall(r"INSERT INTO outbox[^;]*?(?:VALUES \(|SELECT )'([a-z_.]+)'", source))
    return found


def test_every_fact_of_the_outbox_stands_in_the_table() -> None:
    emitted = _emitted()
    assert {"application.changed", "certificate.entry", "group.message", "settlement.changed"} <= emitted
    unknown = [kind for kind in emitted if not any(fnmatch.fnmatch(kind, one) for one in events.OUTBOX)]
    assert not unknown, "give each a letter or a mark «silent» in tests/enrolment/events.py"
    exact = {one for one in events.OUTBOX if "*" not in one}
    assert exact <= emitted, "what nobody writes any more needs no line"
    assert all(said.startswith(("letter: ", "silent: ")) for said in events.OUTBOX.values())


@pytest.mark.django_db
@pytest.mark.parametrize(("what", "event", "kind", "tell"), CASES, ids=[f"{one[0]}.{one[1]}" for one in CASES])
def test_the_event_is_told(what: str, event: str, kind: str, tell: Callable[[Story], None]) -> None:
    story = Story()
    tell(story)
    told = list(Letter.objects.filter(account_id=story.family.account.pk, kind=kind))
    assert told, f"no letter of {what}.{event}"
    if kind not in ("application", "place_offered"):
        assert len(told) == 1, "told once"
    check(told[-1], story)


def check(letter: Letter, story: Story) -> None:
    """A subject for a locked screen; what happened and what is next; a page of the cabinet; a button that works."""
    for child in story.family.children:
        assert child.first_name not in letter.subject and child.last_name not in letter.subject
        assert child.last_name not in letter.body, "a given name is enough"
    assert len(letter.subject) < 150 and not letter.subject.endswith(".")
    happened, _, follows = letter.body.partition("\n\n")
    assert happened.endswith(".") and follows.endswith("."), letter.body
    assert "!" not in letter.subject + letter.body and "  " not in letter.body and "{" not in letter.body
    assert letter.link.startswith("/cabinet/")
    asked = events.ANSWERED.get(letter.kind, "")
    assert letter.answer.partition(":")[0] == asked
    found = links_of(letter)
    assert len(found) == (2 if asked else 1)
    if asked:
        with clock.frozen(letter.created_at if letter.created_at < REQUEST_DAY else REQUEST_DAY):
            assert Client().get(found[0].url).status_code == 200
    sent = message_of(letter, connection_of("smtp://localhost"))
    page = str(sent.alternatives[0][0])
    assert all(link.whole in page and link.whole in sent.body for link in found)
    assert "<script" not in page and "style=" not in page


SAMPLES = {
    "due": "15 октября, чт",
    "days": "60 дней",
    "period": "Осень",
    "sum": Decimal("6000.00"),
    "place": 7,
    "why": "Не было заявок в срок.",
    "group": "Дети 5–17 лет",
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", certificate_letters.CHANGES)
def test_changes_of_a_certificate_are_told(what: str) -> None:
    story = Story()
    story.certificate.reason = "Заявление семьи."
    certificate_letters.changed(story.certificate, what, **SAMPLES)
    letter = Letter.objects.get(kind=f"certificate.{what}")
    check(letter, story)
    assert story.family.child.first_name in letter.body, "a family of several children knows whose it is"


def test_each_letter_about_certificates_is_written_by_a_service() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "certificates").glob("services*.py"))
    assert [what for what in certificate_letters.CHANGES if f'"{what}"' not in text] == []


@pytest.mark.parametrize("by", ["guardian", "desk"])
def test_an_application_is_told_to_every_guardian_and_never_to_staff(db: None, by: str) -> None:
    """Both parents hear that it was taken and that it waits; who entered it from paper does not."""
    story = Story()
    both = [story.family.account]
    other = Account.objects.create(email="second.parent@example.org", first_name="Олег", last_name="Лесной")
    Guardianship.objects.create(account=other, child=story.family.child, relation="father")
    gone = Account.objects.create(email="former@example.org", first_name="Пётр", last_name="Лесной")
    Guardianship.objects.create(account=gone, child=story.family.child, relation="guardian", ended_at=clock.now())
    actor = story.family.actor if by == "guardian" else story.world.manager
    for group in (story.group, story.world.group(capacity=0)):
        done = services.apply(actor, child=story.family.child, group=group, funding="budget", source=by)
        told = Letter.objects.filter(kind="application", link=f"/cabinet/applications/{done.public_id}/")
        assert sorted(told.values_list("account_id", flat=True)) == sorted(one.pk for one in (*both, other))
