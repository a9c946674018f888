"""Pure functions over words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..spelling import DeletionIndex, allowed_distance
from ..synonyms import default_synonyms, parse
from ..text import normalise, relatives, stem, swap_layout, tokenise, transliterate, words


def test_normalising_meets_all_spellings() -> None:
    assert normalise("ЁЛКА") == "елка"
    assert normalise("ра\u0301дость сте\u00adнка") == "радость стенка"
    assert normalise("и\u0306") == "й"
    assert tokenise("Лего‑конструирование «Старт»") == [
        "лего",
        "конструирование",
        "легоконструирование",
        "старт",
    ]
    assert tokenise("C++ и C#") == ["cpp", "и", "csharp"]
    assert words("3D-моделирование") == ["3d", "моделирование"]


@pytest.mark.parametrize(
    ("left", "right"), [("каратэ", "карате"), ("плаванье", "плавание"), ("робототехникой", "робототехника")]
)
def test_stems_meet(left: str, right: str) -> None:
    assert stem(left) == stem(right)


def test_layouts_and_latin_spellings() -> None:
    assert swap_layout("hj,jnjnt[ybrf") == "робототехника"
    assert swap_layout("знерщт") == "python"
    assert transliterate("robototehnika") == "робототехника"
    assert transliterate("shakhmaty") == "шахматы"
    assert transliterate("yunyy") == "юныы"


def test_relatives_know_fleeting_vowels_and_adjectives() -> None:
    assert "танц" in relatives(stem("танец"))
    assert "шахмат" in relatives(stem("шахматный"))
    assert "хореограф" in relatives(stem("хореографический"))


def test_synonyms_are_symmetric_unless_an_arrow_says_otherwise() -> None:
    table = parse(["# remark", "", "лыжи, лыжный", "борьба => самбо"])
    assert table.of(("лыж",)) and table.of(("лыжн",))
    assert table.of((stem("борьба"),)) and not table.of(("самб",))
    with pytest.raises(ValueError, match="line 1"):
        parse(["одиночка"])


def test_the_curated_list_is_sizeable_and_readable() -> None:
    assert len(default_synonyms().table) > 1000


LETTERS = st.text("абво", min_size=3, max_size=9)


@given(st.lists(LETTERS, min_size=1, max_size=12, unique=True), st.lists(LETTERS, max_size=4), LETTERS)
def test_deletion_index_misses_no_word_within_the_distance(first: list[str], later: list[str], typed: str) -> None:
    from rapidfuzz.distance import OSA

    index = DeletionIndex.build(first)
    every = list(first)
    for word in later:
        index.add(word, len(every))
        every.append(word)
    distance = allowed_distance(len(typed))
    found = index.candidates(typed, distance)
    for number, word in enumerate(every):
        reach = min(distance, 2 if len(word) >= 5 else 1)
        if OSA.distance(typed, word) <= reach:
            assert number in found, (typed, word)


def test_bulk_and_single_indexing_agree() -> None:
    vocabulary = ["шахматы", "шах", "танец", "python", "ёлка", "аа", "программирование"]
    bulk, single = DeletionIndex.build(vocabulary), DeletionIndex.build([])
    for number, word in enumerate(vocabulary):
        single.add(word, number)
    for typed in ("шахмты", "шаз", "танцы", "pithon", "прогамирование"):
        assert bulk.candidates(typed, 2) == single.candidates(typed, 2)
