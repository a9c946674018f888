"""Sending stored letters by SMTP (OPORA_EMAIL_URL); without it they are only shown in the cabinet and at /demo/mail/.

A letter goes out as plain text with a simple HTML alternative. The signed link of a question is made here, at
sending: it stands neither in the database nor in a backup nor in a log.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django_tasks import task

from opora.config.env import env
from opora.core import clock
from opora.core.jobs import periodic
from opora.core.models import Letter

BATCH = 50
PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (0, 1, 10, 30, 120, 360, 720, 1440))
"""Age of a letter before its next attempt, by attempts made: servers often refuse an unknown sender for a while."""
MOST_ATTEMPTS = len(PAUSES)
REFUSED = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
"""The server looked at this letter and did not take it; any other failure is of the server itself."""
logger = logging.getLogger("opora.letters")


def connection_of(url: str) -> BaseEmailBackend:
    """A connection from smtp://user:password@host:port, smtp+tls:// or smtps://."""
    parts = urlsplit(url)
    backend: BaseEmailBackend = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname or "localhost",
        port=parts.port or (465 if parts.scheme == "smtps" else 587 if parts.scheme == "smtp+tls" else 25),
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
        timeout=20,
    )
    return backend


def send_batch(connection: BaseEmailBackend) -> int:
    """Send the oldest waiting letters; returns how many went out.

    A letter that the server refuses is tried again later, at most MOST_ATTEMPTS times; while the server itself is
    away the letters just wait.

    The row is locked while its letter is sent, so two workers never send it twice; a crash between sending and
    commit may repeat one letter, never lose it.
    """
    sent = 0
    for _ in range(BATCH):
        with transaction.atomic():
            letter = (
                Letter.objects.select_for_update(skip_locked=True)
                .filter(_due(), sent_at__isnull=True)
                .exclude(address="")
                .order_by("attempts", "id")
                .first()
            )
            if letter is None:
                break
            letter.attempts += 1
            try:
                _message(letter, connection).send()
                letter.sent_at = clock.now()
                sent += 1
            except REFUSED as error:
                logger.warning("letter refused", extra={"event": type(error).__name__})
            except (smtplib.SMTPException, OSError) as error:
                logger.warning("mail server is away", extra={"event": type(error).__name__})
                break
            letter.save(update_fields=["attempts", "sent_at"])
    return sent


def _due() -> Q:
    now = clock.now()
    due = Q()
    for made, pause in enumerate(PAUSES):
        due |= Q(attempts=made, created_at__lte=now - pause) if pause else Q(attempts=made)
    return due


@dataclass(frozen=True, slots=True)
class Link:
    """A button of a letter. `url` begins with a slash for our own pages; `note` says what to know about it.

    `main`: it stands before the page of the cabinet.
    """

    text: str
    url: str
    note: str = ""
    main: bool = True

    @property
    def whole(self) -> str:
        """The address for a mail program."""
        return self.url if self.url.startswith("http") else f"{settings.BASE_URL}{self.url}"


Answers = Callable[[Letter], "Link | None"]
_answers: list[Answers] = []


def answers(source: Answers) -> None:
    """Register who makes the link of a letter that asks something (`Letter.answer`)."""
    if source not in _answers:
        _answers.append(source)


def links_of(letter: Letter) -> list[Link]:
    """The buttons of a letter: the answer that it asks for, the page of the cabinet, an answer that may be given."""
    found = [link for link in (source(letter) for source in _answers if letter.answer) if link is not None]
    if letter.link and letter.link not in letter.body:
        text = "Открыть в личном кабинете" if letter.link.startswith("/cabinet/") else "Открыть на сайте"
        found.append(Link(text, letter.link))
    return sorted(found, key=lambda link: not link.main)


def _message(letter: Letter, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    links = links_of(letter)
    parts = [letter.body.strip()]
    for link in links:
        parts.append("\n".join(part for part in (f"{link.text}: {link.whole}", link.note) if part))
    message = EmailMultiAlternatives(
        letter.subject, "\n\n".join(parts) + "\n", settings.DEFAULT_FROM_EMAIL, [letter.address], connection=connection
    )
    page = {"letter": letter, "links": links, "site": settings.BASE_URL}
    message.attach_alternative(render_to_string("opora/letter.html", page), "text/html")
    return message


@periodic("letters.send", every=dt.timedelta(seconds=15))
@task()
def send_letters() -> int:
    """Send what waits; nothing without a mail server."""
    return send_batch(connection_of(env.email_url)) if env.email_url else 0
