"""Letters to guardians about their children: no more of the child than the given name."""

from __future__ import annotations

import uuid

from opora.core.outbox import write_letter
from opora.people.models import Account, Child, Guardianship


def to_guardians(child_id: int, *, kind: str, subject: str, body: str, link: str = "", dedup: str = "") -> None:
    """Write one letter to each living guardian of a child, inside the caller's transaction."""
    key = dedup or uuid.uuid4().hex
    rows = Guardianship.objects.filter(child_id=child_id, ended_at__isnull=True).select_related("account")
    for row in rows:
        write_letter(
            account_id=row.account_id,
            address=row.account.email,
            kind=kind,
            subject=subject,
            body=body,
            link=link,
            dedup=f"{key}:{row.account_id}",
        )


def card_link(child: Child) -> str:
    return f"/cabinet/children/{child.public_id}/"


def identity_confirmed(child: Child) -> None:
    to_guardians(
        child.pk,
        kind="child",
        subject=f"Личность подтверждена: {child.first_name}",
        body=(
            f"В пункте приёма подтвердили личность: {child.first_name}. "
            "Больше приносить документы для записи в кружки не нужно."
        ),
        link=card_link(child),
    )


def child_changed(child: Child, reason: str) -> None:
    to_guardians(
        child.pk,
        kind="child",
        subject=f"Изменены данные: {child.first_name}",
        body=f"В пункте приёма изменили подтверждённые данные ребёнка. Причина: {reason}",
        link=card_link(child),
    )


def guardian_added(child: Child, account: Account) -> None:
    to_guardians(
        child.pk,
        kind="child",
        subject=f"Новый представитель: {child.first_name}",
        body=(
            f"В пункте приёма добавили ещё одного представителя: {account.full_name or account.email}. "
            "Если это ошибка, позвоните в опорный центр."
        ),
        link=card_link(child),
    )


def consent_withdrawn(child: Child, kind: str) -> None:
    to_guardians(
        child.pk,
        kind="consent",
        subject=f"Согласие отозвано: {child.first_name}",
        body=f"Отозвано согласие «{kind}». Сведения, которые хранились по нему, больше не показываются.",
        link=f"{card_link(child)}consents/",
    )
