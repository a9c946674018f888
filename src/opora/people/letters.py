"""Letters to guardians about their children: no more of the child than the given name."""

from __future__ import annotations

import uuid

from opora.core.outbox import write_letter
from opora.people.models import Account, Child, Guardianship


def to_guardians(
    child_id: int,
    *,
    kind: str,
    subject: str,
    body: str,
    link: str = "",
    answer: str = "",
    dedup: str = "",
    besides: int | None = None,
) -> None:
    """Write one letter to each living guardian of a child, inside the caller's transaction.

    The subject stands on a locked screen: it names no child. `answer`: see `opora.core.outbox.write_letter`;
    `besides`: the account that did it itself and needs no letter.
    """
    key = dedup or uuid.uuid4().hex
    rows = Guardianship.objects.filter(child_id=child_id, ended_at__isnull=True)
    rows = rows.exclude(account_id=besides) if besides else rows
    for account_id, address in rows.order_by("pk").values_list("account_id", "account__email"):
        write_letter(
            account_id=account_id,
            address=address,
            kind=kind,
            subject=subject,
            body=body,
            link=link,
            answer=answer,
            dedup=f"{key}:{account_id}",
        )


def card_link(child: Child) -> str:
    return f"/cabinet/children/{child.public_id}/"


def identity_confirmed(child: Child) -> None:
    to_guardians(
        child.pk,
        kind="child",
        subject="Личность ребёнка подтверждена",
        body=(
            f"В пункте приёма подтвердили личность: {child.first_name}.\n\n"
            "Больше приносить документы для записи в кружки не нужно. Если сертификат уже выдан, его можно активировать"
            " в личном кабинете."
        ),
        link=card_link(child),
    )


def child_changed(child: Child, reason: str) -> None:
    to_guardians(
        child.pk,
        kind="child",
        subject="В карточке ребёнка изменены данные",
        body=(
            f"В пункте приёма изменили подтверждённые данные ({child.first_name}). Причина: {reason}\n\n"
            "Проверьте карточку. Если вы об этом не просили, позвоните в опорный центр: кто и что изменил, записано."
        ),
        link=card_link(child),
    )


def guardian_added(child: Child, account: Account) -> None:
    to_guardians(
        child.pk,
        kind="child",
        subject="У ребёнка появился ещё один представитель",
        body=(
            f"В пункте приёма добавили ещё одного представителя ({child.first_name}):"
            f" {account.full_name or account.email}. Теперь он тоже видит карточку и может отвечать за ребёнка.\n\n"
            "Если это ошибка, сразу позвоните в опорный центр."
        ),
        link=card_link(child),
    )


def consent_withdrawn(child: Child, kind: str) -> None:
    to_guardians(
        child.pk,
        kind="consent",
        subject="Согласие отозвано",
        body=(
            f"Отозвано согласие «{kind}» ({child.first_name}). Сведения, которые хранились по нему, больше не"
            " показываются.\n\nСогласие можно дать снова в карточке ребёнка."
        ),
        link=f"{card_link(child)}consents/",
    )
