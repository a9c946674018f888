"""Applying: eligibility in Python on values read in one query, then one call that takes the place."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from opora.catalogue.models import Group
from opora.certificates.models import Certificate
from opora.certificates.rules import Split, to_kopecks, to_roubles
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Busy, Hidden, Reason, Refused
from opora.core.transactions import RETRIABLE, act
from opora.enrolment import rules
from opora.enrolment.models import Application
from opora.enrolment.rules import Stage
from opora.enrolment.services import facts as reading
from opora.enrolment.services import holding, letters, waitlist
from opora.enrolment.services.facts import Facts
from opora.enrolment.services.quote import answer_deadline, authorise, key
from opora.enrolment.services.rows import contract_rows, money_stamps
from opora.enrolment.wording import club_name
from opora.people.models import Child

KEY_REUSED = Reason(
    "key_reused",
    "Этот ключ повтора уже использован для другой заявки.",
    hint="Отправьте заявку с новым ключом.",
)
NO_PLACE = Reason(
    "no_place",
    "Свободных мест в группе нет.",
    ground="273-ФЗ, статья 55; порядок приёма организации",
    hint="Встаньте в лист ожидания: место предложат по очереди.",
)
BY_STAFF = (Application.Source.DESK, Application.Source.LIST)
ATTEMPTS = 3
"""A decision that stood on values changed meanwhile is made again, the last time with everything locked first."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was acknowledged. `state` is submitted or waiting; `position` in the queue counts from 1."""

    application_id: int
    public_id: str
    state: str
    position: int | None = None
    contract_id: int | None = None

    @property
    def application(self) -> Application:
        return Application.objects.get(pk=self.application_id)


@dataclass(frozen=True, slots=True)
class Wish:
    """One application as it was asked for."""

    child_id: int
    group_id: int
    funding: str
    starts_on: dt.date | None = None
    expected_guardian_sum: Decimal | None = None
    source: str = "guardian"
    join_waitlist: bool = True
    comment: str = ""
    priority_class: int = 100
    bundle: str | None = None
    wait: bool = False

    def fingerprint(self) -> str:
        """Hash of the request: the same key with another body is refused."""
        body = [self.child_id, self.group_id, self.funding, self.starts_on, self.expected_guardian_sum]
        body += [self.source, self.join_waitlist, self.comment]
        return hashlib.sha256(json.dumps(body, default=str).encode()).hexdigest()


def apply(
    actor: Actor,
    *,
    child: Child | int,
    group: Group | int,
    funding: str,
    starts_on: dt.date | None = None,
    expected_guardian_sum: Decimal | None = None,
    idempotency_key: str | None = None,
    source: str = "guardian",
    join_waitlist: bool = True,
    comment: str = "",
) -> Applied:
    """Apply for a place: it is taken with its contract and money, or the child joins the queue.

    A repeat with the same key returns the first answer. Raises Refused with every reason (``no_place`` when the
    group is full and the queue is not wanted, ``sum_changed`` when the family saw another sum, ``key_reused``),
    Hidden or Forbidden, Busy when a lock was not free in time.
    """
    if funding not in rules.FUNDINGS:
        raise Refused(Reason("unknown_funding", "Неизвестный способ оплаты.", field="funding"))
    wish = Wish(
        child_id=key(child),
        group_id=key(group),
        funding=funding,
        starts_on=starts_on,
        expected_guardian_sum=expected_guardian_sum,
        source=source,
        join_waitlist=join_waitlist,
        comment=comment.strip()[:500],
    )
    return submit(actor, wish, idempotency_key)


def submit(actor: Actor, wish: Wish, idempotency_key: str | None = None) -> Applied:
    """Decide and take; decide again when the values changed in between."""
    served = False
    for number in range(ATTEMPTS):
        if number < 2:
            answer = _attempt(actor, wish, idempotency_key, served)
        else:
            answer = _attempt_locked(actor, wish, idempotency_key)
        code = answer["code"]
        if code in ("placed", "waiting"):
            return _applied(answer)
        if code == "full":
            raise Refused(NO_PLACE)
        if code == "key_reused":
            raise Refused(KEY_REUSED)
        if code == "queue":
            # places are free although somebody waits: those who fit by now go first
            with act(actor):
                waitlist.serve(holding.lock([wish.group_id]))
            served = True
    raise Busy


def _attempt_locked(actor: Actor, wish: Wish, idempotency_key: str | None) -> dict[str, Any]:
    """Values kept changing (several applications of one child at once): lock first, then read, decide and take."""
    certificates = Certificate.objects.filter(
        child_id=wish.child_id, state__in=("applied", "issued", "active", "frozen")
    ).values_list("pk", flat=True)
    with act(actor):
        waitlist.serve(holding.lock([wish.group_id], certificates))
        return _attempt(actor, wish, idempotency_key, True)


def _attempt(actor: Actor, wish: Wish, idempotency_key: str | None, served: bool) -> dict[str, Any]:
    facts = reading.read(
        child_id=wish.child_id,
        group_id=wish.group_id,
        funding=wish.funding,
        starts_on=wish.starts_on,
        account_id=actor.account_id or 0,
        key=idempotency_key,
    )
    if facts is None:
        raise Hidden("apply")
    authorise(actor, facts)
    if facts.key_hash is not None and facts.key_answer is not None:
        if facts.key_hash != wish.fingerprint():
            return {"code": "key_reused"}
        return dict(json.loads(facts.key_answer))
    full = wish.wait or facts.free <= 0
    if full and not wish.join_waitlist:
        raise Refused(NO_PLACE)
    split = reading.split_of(facts, wish.funding)
    reasons = _reasons(wish, facts, split, full=full)
    if wish.expected_guardian_sum is not None:
        expected = to_kopecks(wish.expected_guardian_sum)
        reasons += rules.split_changed(expected, split.guardian if split else 0)
    if reasons:
        raise Refused(reasons)
    return _take(_request(actor, wish, facts, split, idempotency_key, prepared=not full, served=served))


def _reasons(wish: Wish, facts: Facts, split: Split | None, *, full: bool) -> list[Reason]:
    """A learner of the ending year comes before the group opens for others: the window is not its own."""
    if wish.source == Application.Source.ROLLOVER:
        found = reading.reasons_of(facts, wish.funding, Stage.OFFER, split)
        return [reason for reason in found if not (full and reason.code == NO_PLACE.code)]
    return reading.reasons_of(facts, wish.funding, Stage.WAIT if full else Stage.APPLY, split)


def _request(
    actor: Actor,
    wish: Wish,
    facts: Facts,
    split: Split | None,
    idempotency_key: str | None,
    *,
    prepared: bool,
    served: bool,
) -> dict[str, Any]:
    """The argument of place_take(): rows to write, stamps of what the decision stood on, texts of letters."""
    deadline = answer_deadline(facts)
    request: dict[str, Any] = {
        "actor": actor.account_id,
        "request": actor.request_id,
        "now": clock.now().isoformat(),
        "join": wish.join_waitlist,
        "wait": wish.wait,
        "prepared": prepared,
        "queue_served": served,
        "group_stamp": facts.group_stamp,
        "programme_stamp": facts.programme_stamp,
        "application": _application_row(actor, wish, facts, split, deadline.at),
    }
    if idempotency_key is not None:
        request |= {"key": idempotency_key, "key_account": actor.account_id or 0, "key_hash": wish.fingerprint()}
    if prepared:
        request |= money_stamps(facts, wish.funding)
        if wish.funding == rules.CERTIFICATE and split is not None:
            request |= contract_rows(facts, split)
    if actor.account_id is not None and wish.source != Application.Source.ROLLOVER:
        # staff that enters a paper is no addressee: the database writes to the child's guardians
        to = {"account": actor.account_id, "address": actor.email} if wish.source not in BY_STAFF else {}
        names = (facts.child_name, club_name(facts.programme_name, facts.group_name))
        for state, text in (
            ("placed", letters.placed(*names, deadline.at, facts.time_zone)),
            ("waiting", letters.waiting(*names)),
        ):
            request[f"letter_{state}"] = to | {"subject": text[0], "body": text[1]}
    return request


def _application_row(
    actor: Actor, wish: Wish, facts: Facts, split: Split | None, deadline: dt.datetime
) -> dict[str, Any]:
    return {
        "child_id": facts.child_id,
        "group_id": facts.group_id,
        "organisation_id": facts.organisation_id,
        "municipality_id": facts.municipality_id,
        "applicant_id": actor.account_id,
        "source": wish.source,
        "funding": wish.funding,
        "priority_class": wish.priority_class,
        "bundle": wish.bundle,
        "starts_on": facts.start.isoformat(),
        "total_sum": str(to_roubles(split.total if split else 0)),
        "certificate_sum": str(to_roubles(split.certificate if split else 0)),
        "guardian_sum": str(to_roubles(split.guardian if split else 0)),
        "deadline": deadline.isoformat(),
        "comment": wish.comment,
    }


def _take(request: dict[str, Any]) -> dict[str, Any]:
    try:
        with _statement(), connection.cursor() as cursor:
            cursor.execute("SELECT place_take(%s::jsonb)::text", [json.dumps(request, ensure_ascii=False)])
            row = cursor.fetchone()
    except IntegrityError as error:
        if "idempotent_call_unique" in str(error):  # the same key at the same moment for another group
            return {"code": "stale"}
        raise
    assert row is not None
    return dict(json.loads(row[0]))


@contextlib.contextmanager
def _statement() -> Iterator[None]:
    """One statement is its own transaction; inside a larger one it gets a savepoint."""
    try:
        with transaction.atomic() if connection.in_atomic_block else contextlib.nullcontext():
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, RETRIABLE):
            raise Busy from error
        raise


def _applied(answer: dict[str, Any]) -> Applied:
    return Applied(
        application_id=answer["application"],
        public_id=answer["public_id"],
        state="submitted" if answer["code"] == "placed" else "waiting",
        position=answer.get("position"),
        contract_id=answer.get("contract"),
    )
