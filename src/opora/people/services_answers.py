"""Answering by the link of a letter: the journal first, then the room's ordinary service."""

from __future__ import annotations

from opora.core.journal import log_access
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.people.answers import Data, Opened, Question

UNKNOWN = Reason("unknown_answer", "Выберите один из ответов.")


def answer(link: Opened, question: Question, *, choice: str, data: Data) -> None:
    """Run the service that stands behind the answer, as the guardian whose link it is.

    The access journal says that the answer came by a letter; the change history bears the same request. Raises
    Refused with the service's reasons; the try stays in the journal.
    """
    if choice not in [one.code for one in question.choices]:
        raise Refused(UNKNOWN)
    with act(link.actor):
        log_access(
            link.actor,
            "answer.link",
            question.about,
            by="guardian",
            reason=f"Ответ по ссылке из письма: {link.kind.code}, {choice}",
        )
    link.kind.answer(link.actor, link.pk, choice, data)
