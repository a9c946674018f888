"""Sign-in by e-mail and password through allauth; permissions never come from Django's groups."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend


class AccountBackend(AuthenticationBackend):
    """allauth's backend without Django's permission tables, which Opora does not use."""
