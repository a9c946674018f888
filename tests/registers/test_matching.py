"""Names of municipalities as people write them; places in addresses; subjects of the Federation."""

from __future__ import annotations

import pytest

from opora.providers.imports import place_of
from opora.territory import russia
from opora.territory.matching import best, reduce_name

KNOWN = {
    1: "Белгородский муниципальный район",
    2: "город Белгород",
    3: "Ровеньской муниципальный район",
    4: "Яковлевский муниципальный округ",
    5: "Тутаевский муниципальный район",
    6: "город Рыбинск",
    7: "Рыбинский муниципальный район",
}


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Белгородский район", 1),
        ("Городской округ «Город Белгород»", 2),
        ("г. Белгород", 2),
        ("Ровеньский район район", 3),
        ("Яковлевский ГО", 4),
        ("Тутаевский м.р.", 5),
        ("Тутаевский м. р.", 5),
        ("г. Рыбинск", 6),
        ("рыбинский р-н", 7),
        ("ГБУ ДО БелОЦД(Ю)ТТ", None),
        ("", None),
        ("район", None),
    ],
)
def test_written_names(written: str, key: int | None) -> None:
    assert best(written, KNOWN) == key


def test_equal_candidates_are_no_answer() -> None:
    assert best("Октябрьский район", {1: "Октябрьский район", 2: "Октябрьский район"}) is None
    assert reduce_name("Ёлкинский м.р.").stem == "елкинский"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("обл. Ярославская, р-н. Пошехонский, г. Пошехонье, пл. Свободы, дом 8", ("Пошехонский", "Пошехонье")),
        ("обл. Магаданская, г. Магадан, ул. Парковая", ("", "Магадан")),
        ("Саратовская область, Озёрный район, с. Озёрки", ("Озёрный", "")),
        ("Неизвестно", ("", "")),
    ],
)
def test_places_in_addresses(address: str, place: tuple[str, str]) -> None:
    assert place_of(address) == place


def test_subjects() -> None:
    assert len(russia.SUBJECTS) == len({subject.code for subject in russia.SUBJECTS}) == 85
    assert russia.by_oktmo("71818000").name.startswith("Ханты")  # type: ignore[union-attr]
    assert russia.by_name("Кемеровская область").code == "42"  # type: ignore[union-attr]
    assert russia.by_name("г. Москва").code == "77"  # type: ignore[union-attr]
    assert russia.by_name("область") is None
