"""Masks: what an administrator reads of a personal value without a session with personal data (spec/trust.md).

A mask keeps enough to tell two rows apart and to recognise the person one speaks with, never the value itself.
"""

from __future__ import annotations

from typing import Any


def email(value: Any) -> str:
    """«an…@example.org»: the beginning of the name and the whole domain."""
    name, at, domain = str(value or "").partition("@")
    if not at:
        return initial(value)
    return f"{name[:2] if len(name) > 3 else name[:1]}…@{domain}"


def initial(value: Any) -> str:
    """«И.» of «Ирина»; nothing of nothing."""
    text = str(value or "").strip()
    return f"{text[0].upper()}." if text else ""


def phone(value: Any) -> str:
    """«…17»: the last two digits."""
    digits = "".join(sign for sign in str(value or "") if sign.isdigit())
    return f"…{digits[-2:]}" if len(digits) > 4 else ""
