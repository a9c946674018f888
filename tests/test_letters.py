"""Sending letters: a mail server that is away costs no attempt, one bad address stops nobody else."""

import datetime as dt
import smtplib

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from opora.core import clock, letters
from opora.core.models import Letter

pytestmark = pytest.mark.django_db


class Server(BaseEmailBackend):
    """A mail server of the test: `away` refuses connections, `bad` are addresses it does not take."""

    def __init__(self, *, away: bool = False, bad: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.away, self.bad, self.sent = away, bad, []

    def send_messages(self, email_messages):
        if self.away:
            raise ConnectionRefusedError
        for message in email_messages:
            if message.to[0] in self.bad:
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"no such user")})
            self.sent.append(message.to[0])
        return len(email_messages)


def letter(address: str) -> Letter:
    return Letter.objects.create(address=address, kind="k", subject="s", body="b", dedup=address)


def test_a_server_that_is_away_for_long_loses_no_letter():
    one = letter("a@example.org")
    for _ in range(letters.MOST_ATTEMPTS + 2):
        assert letters.send_batch(Server(away=True)) == 0
    one.refresh_from_db()
    assert (one.attempts, one.sent_at) == (0, None)
    assert letters.send_batch(Server()) == 1
    one.refresh_from_db()
    assert one.sent_at is not None


def test_a_bad_address_does_not_stop_the_others():
    bad, good = letter("bad@example.org"), letter("good@example.org")
    server = Server(bad=("bad@example.org",))
    assert letters.send_batch(server) == 1
    assert server.sent == ["good@example.org"]
    assert letters.send_batch(server) == 0  # not hammered: the next attempt comes a minute later
    bad.refresh_from_db()
    assert bad.attempts == 1
    for day in range(1, letters.MOST_ATTEMPTS + 2):
        with clock.frozen(clock.now() + dt.timedelta(days=day)):
            letters.send_batch(server)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert bad.attempts == letters.MOST_ATTEMPTS and bad.sent_at is None and good.attempts == 1
