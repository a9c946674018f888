"""One click in a letter answers one question for one guardian, without signing in (docs/threat-model.md).

A room registers a :class:`Kind` of question. The link is made when a letter is sent; it names the question and the
account, is signed, and dies with the answer, with the account's address or password, and after some days. Opening it
changes nothing; the answer is a POST that runs the room's ordinary service as that guardian.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.db.models import Model
from django.utils.crypto import constant_time_compare, salted_hmac

from opora.core import clock
from opora.core.access import Actor
from opora.core.letters import Link
from opora.core.models import Letter
from opora.core.reasons import Forbidden, Hidden
from opora.people.actors import actor_of
from opora.people.models import Account
from opora.people.queries import as_guardian

SALT = "opora.answers"
LIVES = dt.timedelta(days=30)
"""So long a link works when nothing ends it before; the deadline of the question itself counts as well."""
WAY = "letter"
NOTE = "Входить не нужно. Ссылка только для вас, не пересылайте её: по ней отвечают от вашего имени."
Data = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. `kind`: look of the button; `confirm`: what to ask before it is sent."""

    code: str
    text: str
    kind: str = ""
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A condition that goes with the answer."""

    name: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the page asks; no more of the child than the letter said.

    `facts`: (label, value) of sums, days, group; `effects`: what each answer does; `text`: what is agreed to;
    `carried`: values that the answer brings back; `about`: the row that the access journal names.
    """

    title: str
    lead: str
    about: Model
    choices: tuple[Choice, ...]
    facts: tuple[tuple[str, str], ...] = ()
    effects: tuple[str, ...] = ()
    text: str = ""
    text_title: str = ""
    carried: Data = field(default_factory=dict)
    ticks: tuple[Tick, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """The question is over: what was decided, and the page of the cabinet where more stands."""

    title: str
    text: str
    url: str
    good: bool = False
    body: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question. `ask(actor, pk)` reads, raising Hidden for what is not this guardian's;
    `answer(actor, pk, choice, data)` runs the ordinary service, which refuses with its reasons."""

    code: str
    button: str
    ask: Callable[[Actor, int], Question | Decided]
    answer: Callable[[Actor, int, str, Data], Any]
    main: bool = True
    """The letter waits for this answer; else its own page is the first button."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that works: whose, and what it asks."""

    kind: Kind
    pk: int
    actor: Actor


@dataclass(frozen=True, slots=True)
class Dead:
    """A link that does not work (any more), in words."""

    title: str
    text: str


BROKEN = Dead(
    "Ссылка не действует",
    "Возможно, она скопирована не целиком или письмо переслал кто-то другой. Ничего не изменилось.",
)
OVER = Dead(
    "Ссылка больше не действует",
    "Ссылки из писем работают 30 дней. Что с вашей заявкой или сообщением сейчас, видно в личном кабинете.",
)
CHANGED = Dead(
    "Ссылка больше не действует",
    "После того как пришло письмо, у вашей учётной записи изменился адрес почты или пароль. Чтобы никто чужой не"
    " ответил за вас, прежние ссылки перестали работать. Войдите в личный кабинет и ответьте там.",
)
NOT_YOURS = Dead(
    "Ответить по этой ссылке нельзя",
    "Отвечает законный представитель ребёнка. Если это вы, войдите в личный кабинет: там видно, что с заявкой.",
)
FOREIGN = Dead(
    "Это письмо пришло не вам",
    "Вы вошли под другой учётной записью, а ссылка – для того, кому пришло письмо. Ничего не изменилось. Если письмо"
    " ваше, выйдите и откройте ссылку ещё раз.",
)
_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of question known; letters name it as «code:pk» in `Letter.answer`."""
    _kinds[kind.code] = kind


def known() -> Mapping[str, Kind]:
    """Kinds by code."""
    return dict(_kinds)


def token(code: str, pk: int, account: Account, sent_at: dt.datetime) -> str:
    """The signed part of a link: question, account, the account's present mark, the minute when it ends."""
    ends = int((sent_at + LIVES).timestamp() // 60)
    return signing.Signer(salt=SALT).sign_object([code, pk, account.pk, _mark(account), ends])


def link_of(letter: Letter) -> Link | None:
    """The button of a letter's question; None when the account is gone or the question unknown."""
    code, _, pk = letter.answer.partition(":")
    kind = _kinds.get(code)
    account = Account.objects.filter(pk=letter.account_id or 0, is_active=True).first()
    if kind is None or account is None or not pk.isdigit():
        return None
    return Link(kind.button, f"/answers/{token(code, int(pk), account, letter.created_at)}/", NOTE, kind.main)


def opened(link: str, *, request_id: str = "") -> Opened | Dead:
    """What is behind the signed part of a link. Reads only."""
    try:
        code, pk, account_id, mark, ends = signing.Signer(salt=SALT).unsign_object(link)
    except (signing.BadSignature, ValueError, TypeError):
        return BROKEN
    kind = _kinds.get(code)
    if kind is None or clock.now().timestamp() >= ends * 60:
        return OVER
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None or not constant_time_compare(mark, _mark(account)):
        return CHANGED
    family = as_guardian(actor_of(account, request_id=request_id))
    return Opened(kind, pk, Actor(**{name: getattr(family, name) for name in _KEPT}, way=WAY))


_KEPT = ("account_id", "email", "name", "reaches", "request_id", "children", "child_keys")


def ask(link: Opened) -> Question | Decided | Dead:
    """The question as it stands now, what was decided, or why this account may not answer."""
    try:
        return link.kind.ask(link.actor, link.pk)
    except (Hidden, Forbidden):
        return NOT_YOURS


def _mark(account: Account) -> str:
    """Changes with the account's address and password, says nothing of either."""
    return salted_hmac(SALT, f"{account.pk}:{account.email.lower()}:{account.password}").hexdigest()[:16]
