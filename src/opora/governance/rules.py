"""Rules of governance: quorum of a meeting, states of proposals, deadlines of their answers."""

from __future__ import annotations

import datetime as dt

from opora.core.transitions import Machine, transition

ANSWER_DAYS = 30
"""Calendar days in which an authority answers (59-ФЗ, art. 12)."""


def needed_for_quorum(members: int, share: int) -> int:
    """How many must come: strictly more than `share` per cent of the members, at least one.

    >>> needed_for_quorum(10, 50), needed_for_quorum(11, 50), needed_for_quorum(0, 50)
    (6, 6, 1)
    """
    return members * share // 100 + 1


def has_quorum(members: int, present: int, share: int) -> bool:
    """Did enough members come? Nobody comes to a council without members."""
    return members > 0 and present >= needed_for_quorum(members, share)


def questions(agenda: str) -> list[str]:
    """Questions of an agenda, one a line; numbers that people type before them are left out."""
    lines = (line.strip() for line in agenda.splitlines())
    return [_unnumbered(line) for line in lines if line]


def _unnumbered(line: str) -> str:
    head, dot, rest = line.partition(".")
    return rest.strip() if dot and head.isdigit() and rest.strip() else line


def answer_due(sent: dt.date) -> dt.date:
    """The last day on which the authority answers."""
    return sent + dt.timedelta(days=ANSWER_DAYS)


KEEPERS = "centre_head methodologist coordinator regional_operator"
PROPOSAL = Machine(
    "Предложение",
    {
        "draft": "Черновик",
        "sent": "Направлено",
        "considered": "На рассмотрении",
        "accepted": "Принято",
        "declined": "Отклонено",
        "carried_out": "Исполнено",
        "withdrawn": "Отозвано",
    },
    (
        transition("send", "Направить", "draft", "sent", KEEPERS),
        transition("consider", "Принято к рассмотрению", "sent", "considered", KEEPERS),
        transition("accept", "Принято органом власти", "sent considered", "accepted", KEEPERS),
        transition("decline", "Отклонено органом власти", "sent considered", "declined", KEEPERS),
        transition("carry_out", "Исполнено", "accepted", "carried_out", KEEPERS),
        transition("withdraw", "Отозвать", "draft sent considered", "withdrawn", KEEPERS),
    ),
)
