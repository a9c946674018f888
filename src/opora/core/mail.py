"""E-mail backend that stores letters; the worker sends them (OPORA_EMAIL_URL), the demo shows them at /demo/mail/."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from opora.core.outbox import write_letter


class OutboxBackend(BaseEmailBackend):
    """Letters of Django and allauth (address confirmation, password reset) go the same way as ours."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for address in message.to:
                write_letter(
                    account_id=None,
                    address=address,
                    kind="account",
                    subject=str(message.subject).strip(),
                    body=str(message.body),
                    dedup=uuid.uuid4().hex,
                )
        return len(email_messages)
