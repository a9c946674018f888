"""A teacher or manager writes to the guardians of a group; a guardian says that it was read (E7)."""

from __future__ import annotations

import datetime as dt

from opora.catalogue.models import Group
from opora.certificates.services_papers import keep
from opora.core import clock
from opora.core.access import Actor
from opora.core.outbox import emit, write_letter
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment import policy
from opora.enrolment.models import Enrolment, GroupMessage, GroupMessageReader
from opora.enrolment.wording import club
from opora.people.models import Account, Guardianship

MOST_A_DAY = 5
"""Messages of one group in 24 hours: more would be a conversation, and letters are not for that."""
LONGEST = 4000
TOO_MANY = Reason(
    "messages_a_day",
    f"Группе можно написать не больше {MOST_A_DAY} раз за сутки.",
    hint="Соберите новости в одно сообщение и отправьте его завтра.",
    field="text",
)
NOBODY = Reason(
    "nobody_to_tell",
    "В группе сейчас нет семей, которым можно написать.",
    hint="Сообщение получат законные представители детей, которые уже зачислены.",
)


def send(
    actor: Actor, *, group: Group | int, text: str, file_name: str = "", file_data: bytes | None = None
) -> GroupMessage:
    """Write one message to every guardian of those who learn in the group today or later; letters go by the outbox.

    The subject of the letter names the group alone. Raises Forbidden, Hidden; Refused for an empty or overlong text,
    a file that is no document, no recipients, more than MOST_A_DAY in 24 hours.
    """
    allowed = policy.MESSAGES.get(actor, "write", pk=group if isinstance(group, int) else group.pk)
    body = text.strip()
    if not body or len(body) > LONGEST:
        raise Refused(Reason("text_required", f"Напишите текст: до {LONGEST} знаков.", field="text"))
    with act(actor):
        rows = Group.objects.select_for_update(no_key=True, of=("self",))
        one = rows.select_related("municipality", "organisation", "programme").get(pk=allowed.pk)
        since = clock.now() - dt.timedelta(days=1)
        if GroupMessage.objects.filter(group=one, sent_at__gt=since).count() >= MOST_A_DAY:
            raise Refused(TOO_MANY)
        accounts = recipients(one)
        if not accounts:
            raise Refused(NOBODY)
        author = Account.objects.filter(pk=actor.account_id or 0).first()
        message = GroupMessage.objects.create(
            group=one,
            organisation_id=one.organisation_id,
            municipality_id=one.municipality_id,
            author=author,
            author_name=_signature(one, author),
            text=body,
            sent_at=clock.now(),
        )
        if file_data is not None:
            keep(actor, owner=message, name=file_name, data=file_data, field="file")
        GroupMessageReader.objects.bulk_create(GroupMessageReader(message=message, account_id=pk) for pk in accounts)
        for account_id, address in accounts.items():
            _letter(message, one, account_id, address, file_data is not None)
        emit("group.message", "group", one.pk, municipality_id=one.municipality_id, message=message.pk)
    return message


def recipients(group: Group) -> dict[int, str]:
    """Account → address of the living guardians of children who learn in the group today or later."""
    today = clock.today(group.municipality.time_zone)
    children = Enrolment.objects.filter(group=group).exclude(ends_on__lt=today).values("child_id")
    rows = Guardianship.objects.filter(child_id__in=children, ended_at__isnull=True, account__is_active=True)
    return dict(rows.order_by("account_id").values_list("account_id", "account__email"))


def _signature(group: Group, author: Account | None) -> str:
    """«Белый Илья, педагог»: the name a family reads; an account without a name speaks for its organisation."""
    name = f"{author.last_name} {author.first_name}".strip() if author else ""
    return name or group.organisation.short_name


def _letter(message: GroupMessage, group: Group, account_id: int, address: str, has_file: bool) -> None:
    more = " К сообщению приложен файл, он открывается в личном кабинете." if has_file else ""
    write_letter(
        account_id=account_id,
        address=address,
        kind="group_message",
        subject=f"Сообщение семьям кружка «{club(group)}»",
        body=f"{message.text}\n\n{message.author_name}, кружок «{club(group)}».{more}"
        " Нажмите кнопку, чтобы педагог увидел, что вы прочитали. Отвечать на это письмо не нужно.",
        link=f"/cabinet/group-messages/{message.public_id}/",
        answer=f"message:{message.pk}",
        dedup=f"group_message:{message.pk}:{account_id}",
    )


def mark_read(actor: Actor, *, reader: GroupMessageReader) -> None:
    """The guardian has read it; a repeat keeps the first moment. `actor` is the account itself or comes by its link."""
    with act(actor):
        GroupMessageReader.objects.filter(pk=reader.pk, read_at__isnull=True).update(read_at=clock.now())
