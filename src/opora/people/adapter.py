"""How allauth writes to Opora: letters in Russian through our outbox."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Default behaviour; kept as the one place where sign-up rules of an installation go."""
