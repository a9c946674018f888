"""Accounts: registration, profile, accounts opened at a desk, the administrator's personal session."""

from __future__ import annotations

import datetime as dt

from opora.core import clock, names
from opora.core.access import Actor
from opora.core.journal import log_access
from opora.core.models import Letter
from opora.core.reasons import Forbidden, Reason, Refused
from opora.core.transactions import act
from opora.people import policy, queries, rules
from opora.people.models import Account, PersonalSession
from opora.people.services_consents import consent_of_registration

PERSONAL_SESSION = dt.timedelta(minutes=30)


def register(account: Account, *, last_name: str, first_name: str, patronymic: str, phone: str = "") -> None:
    """Complete a new account with names and the consent of its holder, in one transaction."""
    with act(Actor(account_id=account.pk, email=account.email)):
        _name(account, last_name, first_name, patronymic, phone)
        account.save()
        consent_of_registration(account)


def update_profile(actor: Actor, *, last_name: str, first_name: str, patronymic: str, phone: str) -> Account:
    """Change one's own names and phone."""
    with act(actor):
        account: Account = policy.ACCOUNT.get(actor, "edit", pk=actor.account_id)
        _name(account, last_name, first_name, patronymic, phone)
        account.save()
    return account


def account_for_desk(
    actor: Actor, *, email: str, last_name: str, first_name: str, patronymic: str = "", phone: str = ""
) -> Account:
    """The guardian's account by e-mail, made without a password when there is none: its holder sets one
    through «Забыли пароль». Only for desks."""
    policy.CHILD.require(actor, "confirm")
    address = email.strip().lower()
    with act(actor):
        known = queries.accounts_by_address(address).first()
        if known:
            return known
        account = Account(email=address)
        account.set_unusable_password()
        _name(account, last_name, first_name, patronymic, phone)
        account.save()
    return account


def open_personal_session(actor: Actor, *, reason: str) -> PersonalSession:
    """Give an administrator thirty minutes with personal data; the reason goes into the access journal."""
    if "administrator" not in actor.roles:
        raise Forbidden("personal_session")
    if len(reason.strip()) < 10:
        raise Refused(
            Reason(
                "reason_short",
                "Напишите причину так, чтобы её понял проверяющий: какое обращение и что нужно посмотреть.",
                field="reason",
            )
        )
    with act(actor):
        now = clock.now()
        PersonalSession.objects.filter(account_id=actor.account_id or 0, closed_at__isnull=True).update(closed_at=now)
        session = PersonalSession.objects.create(
            account_id=actor.account_id or 0,
            reason=reason.strip()[:300],
            started_at=now,
            ends_at=now + PERSONAL_SESSION,
        )
        log_access(actor, "personal_session.open", session, by="administrator", reason=session.reason)
    return session


def close_personal_session(actor: Actor) -> None:
    """End the administrator's session before its time."""
    with act(actor):
        for session in PersonalSession.objects.filter(account_id=actor.account_id or 0, closed_at__isnull=True):
            session.closed_at = clock.now()
            session.save(update_fields=["closed_at"])
            log_access(actor, "personal_session.close", session, by="administrator", reason=session.reason)


def mark_letters_read(actor: Actor) -> None:
    """The letters of the cabinet have been seen by their holder."""
    Letter.objects.filter(account_id=actor.account_id or 0, read_at__isnull=True).update(read_at=clock.now())


def _name(account: Account, last_name: str, first_name: str, patronymic: str, phone: str) -> None:
    account.last_name = names.tidy_part(last_name)
    account.first_name = names.tidy_part(first_name)
    account.patronymic = names.tidy_patronymic(patronymic)
    account.phone = " ".join(phone.split())[:30]
    if not names.part_key(account.last_name) or not names.part_key(account.first_name):
        raise Refused(Reason("name_missing", "Напишите фамилию и имя буквами.", field="last_name"))
    spelt = rules.name_reasons(
        last_name=account.last_name, first_name=account.first_name, patronymic=account.patronymic
    )
    if spelt:
        raise Refused(spelt)
