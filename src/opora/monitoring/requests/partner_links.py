"""A partner answers a data request by the signed link of its letter: it has no account (docs/threat-model.md).

The link is made when the letter is sent. It names the answer and the partner, is signed, and dies with the request's
closing, with the partner's address, and thirty days after the answerer's term. Opening it changes nothing.
"""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from opora.core import clock
from opora.core.letters import Link
from opora.core.models import Letter
from opora.monitoring.requests import letters, queries
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer
from opora.monitoring.requests.policy import AtLink
from opora.people.answers import BROKEN, Dead

SALT = "opora.requests.partners"
LIVES = dt.timedelta(days=30)
"""So long a link works after the answerer's term, or after a letter that was written later than that."""
WAY = "letter"
BUTTON = "Ответить на запрос"
NOTE = "Входить не нужно. По ссылке отвечают от имени вашей организации: передайте её только тому, кто готовит ответ."


def token(one: DataRequestAnswer, address: str, written_at: dt.datetime) -> str:
    """The signed part of a link: answer, partner, mark of the address, the minute when it ends."""
    ends = max(one.due_at or written_at, written_at) + LIVES
    parts = [one.pk, one.partner_id, _mark(one.partner_id or 0, address), int(ends.timestamp() // 60)]
    return signing.Signer(salt=SALT).sign_object(parts)


def link_of(letter: Letter) -> Link | None:
    """The button of a partner's letter; None for other letters and when the address is the partner's no longer."""
    code, _, pk = letter.answer.partition(":")
    if code != letters.BY_LINK or not pk.isdigit():
        return None
    one = queries.whole_answers().filter(pk=int(pk), partner__isnull=False).first()
    if one is None or one.partner is None or one.partner.email.lower() != letter.address.lower():
        return None
    return Link(BUTTON, f"/answers/requests/{token(one, letter.address, letter.created_at)}/", NOTE)


def opened(link: str, *, request_id: str = "") -> AtLink | Dead:
    """Who stands behind the signed part of a link, or why it does not work. Reads only."""
    try:
        pk, partner_id, mark, ends = signing.Signer(salt=SALT).unsign_object(link)
    except (signing.BadSignature, ValueError, TypeError):
        return BROKEN
    one = queries.whole_answers().filter(pk=pk, partner_id=partner_id).first()
    if one is None or one.partner is None:
        return BROKEN
    if one.request.state == DataRequest.State.CLOSED:
        return _over(one, "Запрос закрыт, ответы на него больше не принимают.")
    if clock.now().timestamp() >= ends * 60:
        return _over(one, "После срока ответа прошло больше 30 дней.")
    if not constant_time_compare(mark, _mark(partner_id, one.partner.email)):
        return _over(one, "После того как пришло письмо, адрес почты вашей организации изменился.")
    return actor_of(one, request_id=request_id)


def actor_of(one: DataRequestAnswer, *, request_id: str = "") -> AtLink:
    """The partner that answers, at its present address."""
    assert one.partner is not None
    return AtLink(
        email=one.partner.email,
        name=one.partner.name,
        request_id=request_id,
        way=WAY,
        answer_id=one.pk,
        partner_id=one.partner.pk,
    )


def _over(one: DataRequestAnswer, why: str) -> Dead:
    """A true link that is over: nothing of the request but whom to ask."""
    centre = one.request.centre
    contacts = ", ".join(part for part in (centre.phone, centre.email) if part) if centre else ""
    whom = queries.sender_name(one.request) + (f" ({contacts})" if contacts else "")
    return Dead("Ссылка больше не действует", f"{why} Ничего не изменилось. Если остались вопросы, напишите: {whom}.")


def _mark(partner_id: int, address: str) -> str:
    """Changes with the partner's address, says nothing of it."""
    return salted_hmac(SALT, f"{partner_id}:{address.lower()}").hexdigest()[:16]
