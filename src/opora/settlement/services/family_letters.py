"""Letters about the families' own money. Subjects name nobody: they are read on locked screens."""

from __future__ import annotations

from opora.core.outbox import write_letter
from opora.people.models import Guardianship, RoleAssignment
from opora.settlement.models import PersonalAccount

SELF = Guardianship.Relation.SELF


def guardians(children: list[int]) -> dict[int, list[tuple[int, str]]]:
    """Child → (account, address) of its living guardians; a learner's own account pays nothing."""
    rows = Guardianship.objects.filter(child__in=children, ended_at__isnull=True, account__is_active=True)
    found: dict[int, list[tuple[int, str]]] = {}
    for child, account, email in rows.exclude(relation=SELF).values_list("child_id", "account_id", "account__email"):
        found.setdefault(child, []).append((account, email))
    return found


def tell_family(account: PersonalAccount, *, kind: str, subject: str, body: str, once: str) -> None:
    """One letter to each guardian of the account's child; `once` names the event."""
    for pk, email in guardians([account.child_id]).get(account.child_id, []):
        write_letter(
            account_id=pk,
            address=email,
            kind=f"settlement.{kind}",
            subject=subject,
            body=body,
            link=f"/cabinet/payments/{account.public_id}/",
            dedup=f"settlement:{kind}:{once}:{pk}",
        )


def tell_one(account_id: int, address: str, *, kind: str, subject: str, body: str, link: str, once: str) -> None:
    """One letter to one account."""
    write_letter(
        account_id=account_id,
        address=address,
        kind=f"settlement.{kind}",
        subject=subject,
        body=body,
        link=link,
        dedup=f"settlement:{kind}:{once}:{account_id}",
    )


def tell_managers(organisation_id: int, *, kind: str, subject: str, body: str, link: str, once: str) -> None:
    """One letter to each manager of the organisation."""
    rows = RoleAssignment.objects.filter(
        role="provider_manager",
        place_kind="organisation",
        place_id=organisation_id,
        ends_on__isnull=True,
        account__is_active=True,
    )
    for account, email in rows.values_list("account_id", "account__email"):
        tell_one(account, email, kind=kind, subject=subject, body=body, link=link, once=once)
