"""Letters about requests: to those who answer and to those who asked. The same letter is written once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from opora.core import russian
from opora.core.access import CENTRE_ROLES
from opora.core.models import Letter
from opora.monitoring.requests import queries
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer
from opora.people.models import RoleAssignment

ANSWER_URL = "/office/data_request_answers/{}/"
BY_LINK = "data_request"
"""Names the question of a partner's letter («data_request:15»); the signed link is made when the letter is sent."""
NBSP = russian.NBSP


def answerers(answers: Sequence[DataRequestAnswer]) -> dict[tuple[str, int], list[tuple[int, str]]]:
    """(kind of place, id) → (account id, address) of those who fill in: one query for all."""
    places = {
        "organisation": ([one.organisation_id for one in answers if one.organisation_id], ("provider_manager",)),
        "centre": ([one.centre_id for one in answers if one.centre_id], CENTRE_ROLES),
    }
    found: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for kind, (ids, roles) in places.items():
        if not ids:
            continue
        rows = RoleAssignment.objects.filter(place_kind=kind, place_id__in=ids, role__in=roles, ends_on__isnull=True)
        rows = rows.filter(account__is_active=True).order_by("pk")
        for place, account, address in rows.values_list("place_id", "account_id", "account__email"):
            people = found.setdefault((kind, place or 0), [])
            if (account, address) not in people:
                people.append((account, address))
    return found


def tell_answerers(answers: Sequence[DataRequestAnswer], *, kind: str, subject: str, body: str, mark: str) -> int:
    """One letter to each person of each answer; `mark` makes the key, the same key is written once.

    A partner has no account: its letter goes to its address and asks by a signed link.
    """
    people = answerers(answers)
    letters = []
    for one in answers:
        if one.partner_id:
            letters += _to_partner(one, kind=kind, subject=subject, body=body, mark=mark)
            continue
        place = ("centre", one.centre_id) if one.centre_id else ("organisation", one.organisation_id or 0)
        letters += [
            Letter(
                account_id=account,
                address=address,
                kind=kind,
                subject=subject[:300],
                body=body,
                link=ANSWER_URL.format(one.pk),
                dedup=f"request-{one.pk}-{account}-{mark}",
            )
            for account, address in people.get(place, [])
        ]
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
    return len(letters)


def _to_partner(one: DataRequestAnswer, *, kind: str, subject: str, body: str, mark: str) -> list[Letter]:
    """The letter to the partner's present address; none when it has no address any more."""
    address = one.partner.email if one.partner else ""
    whole = f"{body.strip()}\n\nСпрашивает: {queries.sender_name(one.request)}. Отвечает: {one.who}."
    letter = Letter(
        address=address, kind=kind, subject=subject[:300], body=whole, answer=f"{BY_LINK}:{one.pk}",
        dedup=f"request-{one.pk}-partner-{mark}",
    )  # fmt: skip
    return [letter] if address else []


def tell_sender(request: DataRequest, *, subject: str, body: str, link: str, mark: str) -> None:
    """A letter to whoever made the request."""
    author = request.created_by
    if author is not None:
        letter = Letter(
            account_id=author.pk, address=author.email, kind="request.answer", subject=subject[:300], body=body,
            link=link, dedup=f"request-author-{mark}",
        )  # fmt: skip
        Letter.objects.bulk_create([letter], ignore_conflicts=True)


def asked(request: DataRequest, answers: Sequence[DataRequestAnswer], *, mark: str = "new") -> int:
    """A new request; with another `mark` the same words once more, by the answerer's own term."""
    assert request.due is not None
    due = (answers[0].due if len(answers) == 1 else None) or request.due
    body = (
        f"Поступил запрос данных «{request.subject}».\n\n{request.body}\n\n"
        f"Ответить нужно до {russian.date_long(due)} включительно."
    )
    subject = f"Запрос данных: {request.subject}, до {russian.date_short(due)}"
    return tell_answerers(answers, kind="request.new", subject=subject, body=body, mark=mark)


def remind(answers: Iterable[DataRequestAnswer], days: int) -> int:
    """Three days, one day, overdue (days < 0)."""
    count = 0
    for one in answers:
        due = one.due
        assert due is not None
        left = "срок прошёл" if days < 0 else f"остался{NBSP}1 день" if days == 1 else f"осталось {days} дня"
        body = f"Запрос «{one.request.subject}»: срок ответа {russian.date_long(due)}, {left}. Ответ ещё не отправлен."
        kind = "late" if days < 0 else str(days)
        count += tell_answerers(
            [one], kind="request.reminder", subject=f"Запрос «{one.request.subject}»: {left}", body=body,
            mark=f"{kind}-{due:%Y%m%d}",
        )  # fmt: skip
    return count
