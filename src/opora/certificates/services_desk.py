"""Acts of a desk that touch family and certificate at once, each in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from opora.certificates import queries, services
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.people import services as people
from opora.people import services_accounts
from opora.people.models import Account, Child
from opora.people.services import ChildData


@dataclass(frozen=True, slots=True)
class GuardianData:
    """A guardian as written on the paper application; e-mail may be empty."""

    last_name: str
    first_name: str
    patronymic: str = ""
    email: str = ""
    phone: str = ""

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)


def register_family(
    actor: Actor, *, data: ChildData, relation: str, guardian: GuardianData, certificate: str = "none"
) -> Child:
    """Record a family from paper: account (when there is an e-mail), child, consent, application.

    `certificate`: funded, accounting or none. Raises Refused; nothing half-written.
    """
    with act(actor):
        child = people.add_child(
            actor,
            data=data,
            relation=relation,
            guardian=_account(actor, guardian),
            giver_name=guardian.full_name,
            channel="desk",
        )
        if certificate != "none":
            services.apply_certificate(actor, child=child, wants_funding=certificate == "funded")
    return child


def prove_identity(actor: Actor, *, child: Child, documents: str, go_on: bool) -> str:
    """Record the documents; with `go_on` issue and activate the child's certificate too. Returns what was done."""
    with act(actor):
        people.confirm_identity(actor, child=child, documents=documents)
        if not go_on:
            return "Личность подтверждена."
        row = queries.living_of([child.pk]).get(child.pk)
        if row is None or row.state not in ("applied", "issued"):
            return "Личность подтверждена."
        if row.state == "applied":
            row = services.issue(actor, certificate=row)
        row = services.activate(actor, certificate=row)
    return f"Личность подтверждена, сертификат № {row.number} действует."


def second_guardian(actor: Actor, *, child: Child, guardian: GuardianData, relation: str) -> None:
    """Give another guardian access to the child by the documents shown."""
    with act(actor):
        account = _account(actor, guardian)
        if account is None:
            raise Refused(Reason("email_missing", "Без адреса электронной почты доступ не дать.", field="email"))
        people.add_guardian(actor, child=child, account=account, relation=relation)


def _account(actor: Actor, guardian: GuardianData) -> Account | None:
    if not guardian.email:
        return None
    return services_accounts.account_for_desk(
        actor,
        email=guardian.email,
        last_name=guardian.last_name,
        first_name=guardian.first_name,
        patronymic=guardian.patronymic,
        phone=guardian.phone,
    )
