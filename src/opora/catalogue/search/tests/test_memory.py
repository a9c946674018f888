"""What is remembered is never older than the index, and never grows without end."""

from dataclasses import replace

import pytest

from .. import evaluate, memory
from ..index import Index
from ..memory import Memory
from ..values import SearchQuery
from .sample import sample_docs
from .test_index import programme


def test_an_answer_is_made_once_for_one_owner() -> None:
    kept: Memory[list[int]] = Memory(len)
    made: list[int] = []

    def answer() -> list[int]:
        made.append(1)
        return [len(made)]

    first, second = object(), object()
    assert kept.get(first, "q", answer) is kept.get(first, "q", answer)
    assert kept.get(second, "q", answer) == [2]
    assert kept.get(first, "q", answer) == [3]


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST_ANSWERS", 3)
    monkeypatch.setattr(memory, "MOST_WEIGHT", 40)
    owner, kept = object(), Memory[str](len)
    for letter in "абвг":
        kept.get(owner, letter, lambda letter=letter: letter * 10)
    assert kept.get(owner, "г", lambda: "anew") == "г" * 10
    assert kept.get(owner, "а", lambda: "anew") == "anew"
    assert kept.get(owner, "big", lambda: "x" * 11) == "x" * 11
    assert kept.get(owner, "big", lambda: "anew") == "anew"


def test_the_same_question_after_each_change_is_answered_anew() -> None:
    docs = sample_docs(40)
    index, query = Index().build(docs), SearchQuery(q="робототехника", free_only=True, per_page=100)
    groups = [group.id for doc in docs for group in doc.groups]
    for change in (
        lambda: index.set_free_many(dict.fromkeys(groups, 0)),
        lambda: index.set_free_many(dict.fromkeys(groups, 2)),
        lambda: index.upsert([programme(90_000, "Робототехника")]),
        lambda: index.upsert([replace(docs[0], name="Робототехника")]),
        lambda: index.remove([90_000]),
        index.compact,
    ):
        index.search(query)
        change()
        assert index.search(query) == evaluate.search(index._state, query)
