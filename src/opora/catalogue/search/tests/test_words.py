"""What people type and what they must find."""

from random import Random

import pytest

from ..index import Index
from ..spelling import corrections
from ..text import stem
from ..values import ProgrammeDoc, SearchQuery
from .sample import sample_docs
from .typing_errors import misspelt

NAMES = (
    "Робототехника",
    "Шахматы",
    "Шахматный дебют",
    "Плавание",
    "Рисование",
    "Карате",
    "Лыжные гонки",
    "Лыжи для всех",
    "Футбол",
    "Хореография",
    "Бальные танцы",
    "Программирование на Python",
    "Настольный теннис",
    "Театральная студия «Зеркало»",
    "Юный эколог",
    "Ёлочка: мастерская игрушек",
    "Живопись",
    "Английский язык",
    "Лего-конструирование",
    "3D-моделирование",
    "Мультипликация",
    "Легкая атлетика",
    "Юные инспектора движения",
)


@pytest.fixture(scope="module")
def index() -> Index:
    return Index().build(ProgrammeDoc(id=i, name=name) for i, name in enumerate(NAMES, start=1))


def names_found(index: Index, text: str) -> list[str]:
    return [NAMES[hit.id - 1] for hit in index.search(SearchQuery(q=text)).items]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("робототехникой", "Робототехника"),
        ("РОБОТОТЕХНИКУ", "Робототехника"),
        ("шахматами", "Шахматы"),
        ("бальных танцев", "Бальные танцы"),
        ("танец", "Бальные танцы"),
        ("елочка", "Ёлочка: мастерская игрушек"),
        ("ёлочки", "Ёлочка: мастерская игрушек"),
        ("лёгкая атлетика", "Легкая атлетика"),
        ("игрушка", "Ёлочка: мастерская игрушек"),
        ("каратэ", "Карате"),
        ("плаванье", "Плавание"),
        ("работотехника", "Робототехника"),
        ("роботехника", "Робототехника"),
        ("шахмоты", "Шахматы"),
        ("рисавание", "Рисование"),
        ("харегография", "Хореография"),
        ("програмирование", "Программирование на Python"),
        ("анлийский", "Английский язык"),
        ("hj,jnjnt[ybrf", "Робототехника"),
        ("Hj<jnjnt{ybrf", "Робототехника"),
        ("hf,jnjnt[ybrf", "Робототехника"),
        ("зныерщт", "Программирование на Python"),
        ("знерщт", "Программирование на Python"),
        ("robototehnika", "Робототехника"),
        ("shahmaty", "Шахматы"),
        ("futbol", "Футбол"),
        ("пайтон", "Программирование на Python"),
        ("изо", "Рисование"),
        ("изо", "Живопись"),
        ("дети шахматы", "Шахматы"),
        ("лыжник", "Лыжные гонки"),
        ("лыжи", "Лыжные гонки"),
        ("лыжный", "Лыжи для всех"),
        ("шахматы", "Шахматный дебют"),
        ("шахматный", "Шахматы"),
        ("роботы", "Робототехника"),
        ("танцы", "Хореография"),
        ("пинг-понг", "Настольный теннис"),
        ("театр", "Театральная студия «Зеркало»"),
        ("экология", "Юный эколог"),
        ("робото техника", "Робототехника"),
        ("лего конструирование", "Лего-конструирование"),
        ("легоконструирование", "Лего-конструирование"),
        ("3д моделирование", "3D-моделирование"),
        ("юид", "Юные инспектора движения"),
        ("шахм", "Шахматы"),
        ("робо", "Робототехника"),
        ("типликац", "Мультипликация"),
        ("кружок рисования для детей 7 лет", "Рисование"),
        ("мастерская «игрушек»", "Ёлочка: мастерская игрушек"),
    ],
)
def test_finds(index: Index, typed: str, name: str) -> None:
    assert name in names_found(index, typed)[:5]


@pytest.mark.parametrize(
    ("typed", "corrected", "swapped"),
    [
        ("работотехника", "робототехника", False),
        ("шахмоты и плованье", "шахматы и плавание", False),
        ("hj,jnjnt[ybrf", "робототехника", True),
        ("зныерщт", "python", True),
        ("робототехникой", None, False),
        ("шахм", None, False),
        ("лыжник", None, False),
        ("пинг-понг", None, False),
    ],
)
def test_tells_what_was_searched_instead(index: Index, typed: str, corrected: str | None, swapped: bool) -> None:
    result = index.search(SearchQuery(q=typed))
    assert (result.corrected, result.layout_swapped) == (corrected, swapped)


def test_a_known_rare_word_is_not_corrected() -> None:
    docs = [ProgrammeDoc(id=i, name="Лепка") for i in range(1, 60)]
    index = Index().build([*docs, ProgrammeDoc(id=99, name="Репка")])
    result = index.search(SearchQuery(q="репка"))
    assert [hit.id for hit in result.items] == [99]
    assert (result.corrected, result.suggestion) == (None, "лепка")


def test_words_of_removed_programmes_count_as_unknown(index: Index) -> None:
    own = Index().build([ProgrammeDoc(id=1, name="Плаванье"), ProgrammeDoc(id=2, name="Плетение")])
    own.upsert([ProgrammeDoc(id=3, name="Плотение")])
    own.remove([3])
    result = own.search(SearchQuery(q="плотение"))
    assert ([hit.id for hit in result.items], result.corrected) == ([2], "плетение")


def test_without_a_programme_for_all_words_the_most_are_shown(index: Index) -> None:
    result = index.search(SearchQuery(q="футбол живопись"))
    assert result.partial
    assert {NAMES[hit.id - 1] for hit in result.items} >= {"Футбол", "Живопись"}


def test_an_exact_name_comes_first_then_a_beginning_then_other_places() -> None:
    names = ("Мир шахмат и шашек", "Шахматы для начинающих", "Шахматы", "Логика")
    docs = [ProgrammeDoc(id=i, name=name) for i, name in enumerate(names, start=1)]
    docs[3] = ProgrammeDoc(id=4, name="Логика", annotation="Немного о том, как играть в шахматы")
    found = [hit.id for hit in Index().build(docs).search(SearchQuery(q="шахматы")).items]
    assert found == [3, 2, 1, 4]


@pytest.mark.parametrize("typed", ["", "   ", "!?", "«»", "\u0301", "[];'", "a" * 5000, "я " * 500, "№", "%_\\"])
def test_any_text_is_bearable(index: Index, typed: str) -> None:
    index.search(SearchQuery(q=typed))
    index.suggest(typed)


def test_suggests_phrases_and_programmes(index: Index) -> None:
    lines = index.suggest("робо")
    assert (lines[0].text, lines[0].kind) == ("робототехника", "phrase")
    assert [line.text for line in index.suggest("hj,j")][:1] == ["робототехника"]
    assert ("Настольный теннис", 13) in [(line.text, line.programme_id) for line in index.suggest("теннис")]
    assert index.suggest("р") == []
    assert len(index.suggest("ш", 3)) <= 3


CLUB_WORDS = (
    "робототехника шахматы плавание рисование карате хореография футбол волейбол баскетбол гимнастика акробатика"
    " программирование авиамоделирование судомоделирование электроника фотография живопись вокал гитара фортепиано"
    " керамика бисероплетение вязание оригами вышивка мультипликация кулинария самбо дзюдо хоккей фехтование"
    " скалолазание туризм ориентирование краеведение экология химия астрономия математика цветоводство английский"
    " журналистика волонтер театр танцы лыжи теннис единоборства рукоделие скульптура аппликация конструирование"
    " информатика дизайн мультфильм биатлон ансамбль фольклор барабаны скрипка аккордеон балалайка легоконструирование"
)


def typing_errors() -> list[tuple[str, str]]:
    """(typed, meant): each kind of error in each word; words of four letters lose too much by some of them."""
    random = Random(11)
    kinds = ("deletion", "insertion", "substitution", "transposition")
    return [(misspelt(random, word, kind), word) for word in CLUB_WORDS.split() for kind in kinds]


def test_typing_errors_are_repaired_among_many_words() -> None:
    words = CLUB_WORDS.split()
    club = [ProgrammeDoc(id=100_000 + i, name=word.capitalize()) for i, word in enumerate(words)]
    index = Index().build([*sample_docs(1500), *club])
    lexicon = index._state.lexicon
    frequency = index._state.postings.frequency
    errors = [(typed, word) for typed, word in typing_errors() if stem(typed) not in lexicon.term_of]
    assert len(errors) >= 150
    repaired, found = [], []
    for typed, word in errors:
        terms = [lexicon.stem_of(c.term) for c in corrections(typed, lexicon.similar, frequency)]
        repaired.append(stem(word) in terms)
        hits = index.search(SearchQuery(q=typed, per_page=200)).items
        found.append(100_000 + words.index(word) in {hit.id for hit in hits})
    assert sum(repaired) >= 0.95 * len(errors), [e for e, good in zip(errors, repaired, strict=True) if not good]
    assert sum(found) >= 0.9 * len(errors), [e for e, good in zip(errors, found, strict=True) if not good]


TENNIS = "В зале восемь столов и робот-подавальщик, занятия ведёт программист."


@pytest.fixture
def club() -> Index:
    """Robotics, and table tennis that owns a robot."""
    docs = [
        *(
            ProgrammeDoc(id=i, name=name)
            for i, name in enumerate(("Робототехника", "Лего-роботы", "Юный робототехник"), 1)
        ),
        *(ProgrammeDoc(id=i, name=f"Настольный теннис «{i}»", annotation=TENNIS) for i in range(11, 41)),
    ]
    return Index().build(docs)


def ids_found(index: Index, text: str) -> list[int]:
    return [hit.id for hit in index.search(SearchQuery(q=text, per_page=100)).items]


@pytest.mark.parametrize("typed", ["робототехника", "робототехникой", "работотехника", "hj,jnjnt[ybrf"])
def test_a_programme_that_only_mentions_another_name_of_the_word_is_left_out(club: Index, typed: str) -> None:
    assert set(ids_found(club, typed)) == {1, 2, 3}


def test_the_very_word_in_an_annotation_comes_after_those_it_names(club: Index) -> None:
    found = ids_found(club, "робот")
    assert set(found[:3]) == {1, 2, 3} and set(found[3:]) == set(range(11, 41))


def test_another_name_in_an_annotation_is_better_than_nothing(club: Index) -> None:
    assert set(ids_found(club, "программирование")) == set(range(11, 41))


def test_suggested_words_stand_in_names_and_the_usual_come_first() -> None:
    docs = [
        *(ProgrammeDoc(id=i, name="Робототехника", annotation=TENNIS) for i in range(1, 6)),
        ProgrammeDoc(id=6, name="Роботы-спасатели"),
        ProgrammeDoc(id=7, name="Теннис", annotation=TENNIS, keywords="роспись"),
        ProgrammeDoc(id=8, name="Лего-конструирование"),
        ProgrammeDoc(id=9, name="Рисование детям", annotation="родители, робкие и родные"),
    ]
    index = Index().build(docs)

    def phrases(typed: str) -> list[str]:
        return [line.text for line in index.suggest(typed) if line.kind == "phrase"]

    assert phrases("робо") == ["робототехника", "робот", "роботы-спасатели"]
    assert phrases("ро") == ["робототехника", "робот", "роботы-спасатели", "роспись"]
    assert phrases("подав") == []
    assert phrases("легокон") == ["лего-конструирование"]
    assert phrases("hj,j") == phrases("робо")
    assert phrases("теннис ро") == ["теннис роспись"]
    assert phrases("рисование д") == []


def test_only_removed_programmes_had_the_word() -> None:
    index = Index().build([ProgrammeDoc(id=1, name="Кёрлинг"), ProgrammeDoc(id=2, name="Керамика")])
    index.remove([1])
    assert [line.text for line in index.suggest("кер")] == ["керамика"]
