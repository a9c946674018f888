"""Russian personal names: matching keys, display forms, patronymics, order."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NBSP = "\u00a0"
_LOOKALIKES = str.maketrans("ABCEHKMOPTXYabcehkmoptxy", "АВСЕНКМОРТХУавсенкмортху")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_HYPHENS = re.compile(r"\s*[\-\u2010-\u2015\u2212]\s*")
_NOT_LETTER = re.compile(r"[\W\d_]+")
_NO_PATRONYMIC = {"", "нет", "неимеет", "отсутствует", "бо", "безотчества"}
_PARTICLES = {"оглы", "оглу", "кызы", "гызы", "улы", "уулу", "заде", "де", "фон", "ван", "ибн", "бен"}
# father's names whose patronymics do not follow the endings
_IRREGULAR = {
    "илья": "Ильич", "лука": "Лукич", "фома": "Фомич", "никита": "Никитич", "кузьма": "Кузьмич",
    "лев": "Львович", "павел": "Павлович", "пётр": "Петрович", "яков": "Яковлевич", "михаил": "Михайлович",
    "савва": "Саввич", "даниил": "Данилович", "гавриил": "Гаврилович", "иаков": "Яковлевич",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FullName:
    """Surname, given name, patronymic (may be empty), as displayed."""

    surname: str
    name: str
    patronymic: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.surname, self.name, self.patronymic) if part)

    @property
    def short(self) -> str:
        """«Иванова М. П.» with non-breaking spaces."""
        letters = [f"{part[0]}." for part in (self.name, self.patronymic) if part]
        return NBSP.join([self.surname, *letters])

    @property
    def address(self) -> str:
        """«Мария Петровна», the polite form; without a patronymic the given name alone."""
        return " ".join(part for part in (self.name, self.patronymic) if part)


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFKC", text or "").replace("\u00ad", "")
    if _CYRILLIC.search(text):
        # Latin letters that look Cyrillic slip in from other keyboards and old files
        text = text.translate(_LOOKALIKES)
    return " ".join(text.split())


_LATIN = re.compile(r"[^\W\d_\u0400-\u052f]+", re.UNICODE)
_FOREIGN_SIGN = re.compile(r"[^\u0400-\u052f\s\-\u2010-\u2015\u2212'`\u2018\u2019\u02bc]")


def spelling_problem(text: str) -> str:
    """What keeps a person's name from being written in a Russian document; empty when nothing does.

    Letters are Cyrillic; a hyphen, an apostrophe and blanks may stand between them («Анна-Мария», «О’Нил», «ибн
    Ахмад»). Latin letters that look Cyrillic are put right among Cyrillic ones, so they are no problem there.
    """
    clean = _clean(text)
    if clean and part_key(clean) in _NO_PATRONYMIC:
        return ""  # «-», «б/о» where there is no patronymic
    typed = unicodedata.normalize("NFKC", text or "").replace("\u00ad", "").split()
    for word, put_right in zip(typed, clean.split(), strict=True):
        if _LATIN.search(put_right):
            return f"Здесь не русские буквы: «{word}». Напишите русскими, как в документе."
    if any(character.isdigit() for character in clean):
        return "Цифр в имени не бывает. Напишите его буквами, как в документе."
    if sign := _FOREIGN_SIGN.search(clean):
        return f"Знака «{sign[0]}» в имени не бывает. Подходят буквы, дефис, апостроф и пробел."
    return ""


def part_key(text: str) -> str:
    """One part of a name without case, spaces, hyphens, apostrophes, with ё = е."""
    return _NOT_LETTER.sub("", _clean(text)).casefold().replace("ё", "е")


def match_key(surname: str, name: str, patronymic: str = "") -> str:
    """The key by which the same person is found: parts joined by «|» (spec/enrolment.md)."""
    last = part_key(patronymic)
    return f"{part_key(surname)}|{part_key(name)}|{'' if last in _NO_PATRONYMIC else last}"


def sort_key(surname: str, name: str = "", patronymic: str = "") -> str:
    """Russian order: lower case, ё as е; the same as the generated column `sort_name`."""
    return " ".join(part for part in (surname, name, patronymic) if part).lower().replace("ё", "е")


def tidy_part(text: str) -> str:
    """Spaces and hyphens in order; all-capital or all-lower input gets capital initials, mixed case stays."""
    words = _HYPHENS.sub("-", _clean(text)).split(" ")
    return " ".join(
        "-".join(
            _tidy_word(piece, follows=bool(place or part), alone=len(words) == 1)
            for part, piece in enumerate(word.split("-"))
        )
        for place, word in enumerate(words)
    )


def _tidy_word(word: str, *, follows: bool, alone: bool) -> str:
    if word.lower() in _PARTICLES and (follows or (word.islower() and not alone)):
        return word.lower()
    if word.isupper() or word.islower():
        return word[:1].upper() + word[1:].lower()
    return word


def tidy_patronymic(text: str) -> str:
    """Like tidy_part; «нет», «-», «б/о» become empty."""
    return "" if part_key(text) in _NO_PATRONYMIC else tidy_part(text)


def split_full_name(text: str) -> FullName:
    """«Иванова Мария Петровна» → parts; fewer than two words raise ValueError."""
    words = _HYPHENS.sub("-", _clean(text)).split(" ")
    if len(words) < 2 or not all(words[:2]):
        raise ValueError(f"ФИО: нужны хотя бы фамилия и имя, получено «{text}».")
    return FullName(tidy_part(words[0]), tidy_part(words[1]), tidy_patronymic(" ".join(words[2:])))


def sex_by_patronymic(patronymic: str) -> str | None:
    """Sex code "m" or "f" (people.Child.Sex), None when the ending does not say."""
    key = part_key(patronymic)
    if key.endswith(("вна", "чна", "кызы", "гызы")):
        return "f"
    if key.endswith(("вич", "ич", "оглы", "оглу", "улы", "уулу")):
        return "m"
    return None


def patronymic_of(father: str, sex: str) -> str:
    """Patronymic by the rules of Russian word formation: Пётр → Петрович ("m") / Петровна ("f")."""
    name = tidy_part(father)
    male = _IRREGULAR.get(name.lower()) or _regular_male(name)
    if sex == "m":
        return male
    if male.endswith(("ович", "евич")):
        return male[:-2] + "на"
    return male[:-2] + ("инична" if male in {"Ильич", "Лукич", "Фомич", "Кузьмич"} else "ична")


def _regular_male(name: str) -> str:
    if name.endswith("ий"):
        # two consonants before -ий keep the и: Дмитрий → Дмитриевич, but Юрий → Юрьевич
        consonants = "бвгджзклмнпрстфхцчшщ"
        keeps = len(name) > 3 and name[-3] in consonants and name[-4] in consonants and name[-4:-2] not in {"нт", "рт"}
        return name[:-1] + "евич" if keeps else name[:-2] + "ьевич"
    if name.endswith("й"):
        return name[:-1] + "евич"
    if name.endswith("ь"):
        return name[:-1] + "евич"
    if name.endswith(("а", "я")):
        return name[:-1] + "ич"
    if name.endswith("о"):
        return name + "вич"
    if name.endswith(("ж", "ш", "ч", "щ", "ц")):
        return name + "евич"
    return name + "ович"
