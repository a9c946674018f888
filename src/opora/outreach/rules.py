"""Rules about class lists: classes and categories as schools write them, near matches, invitations. Pure functions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import DamerauLevenshtein

from opora.people import rules as people

AGE_FROM, AGE_TO = 5, 17
"""Whom coverage counts (spec/planning.md, Indicators)."""
OLDEST = 20
INVITED_LATELY = 30
"""Days during which a child is not invited again without being asked."""
TYPO = "Похоже на опечатку в имени"
_CLASS = re.compile(
    r"^(\d{1,2})\s*[-–—.,]?\s*(?:класс|кл\.?)?\s*[«\"'(]?\s*([А-ЯЁA-Z]{0,3}\d?)\s*[»\"')]?\s*(?:класс|кл\.?)?$",
    re.IGNORECASE,
)
_LOOKALIKES = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
_PARTS = re.compile(r"[;,/\n]+")


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A class: grade 1–12 and its letter, which may be missing."""

    grade: int
    letter: str = ""

    def __str__(self) -> str:
        return f"{self.grade}{self.letter}"


def school_class(text: object) -> SchoolClass:
    """«5А», «5 "а"», «5-А класс», 5 → a class. Raises ValueError in Russian for anything else."""
    said = str(text).strip()
    said = said[:-2] if said.endswith(".0") else said
    found = _CLASS.match(said)
    if found is None or not 1 <= int(found[1]) <= 12:
        raise ValueError(f"Класс «{said}» не понят, напишите, например, «5А» или «11».")
    return SchoolClass(int(found[1]), found[2].upper().translate(_LOOKALIKES))


def class_letter(text: object) -> str:
    """The letter alone: «а», «"Б"» → «А», «Б». Raises ValueError in Russian."""
    said = re.sub(r"[«»\"'()\s]", "", str(text)).upper().translate(_LOOKALIKES)
    if said and not re.fullmatch(r"[А-ЯЁ]{1,3}\d?", said):
        raise ValueError(f"Буква класса «{text}» не понята, напишите, например, «А».")
    return said


_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("special_needs", ("овз", "ограниченн", "огранич", "здпр", "с овз")),
    ("disabled", ("инвалид",)),
    ("orphan", ("сирот", "опека", "опекаем", "попечени")),
    ("hardship", ("тжс", "трудн")),
    ("at_risk", ("соп", "опасн", "пдн", "кдн", "внутришкольн")),
    ("gifted", ("одар", "одарён")),
    ("migrant", ("мигрант",)),
    ("large_family", ("многодет",)),
    ("low_income", ("малообесп", "малоимущ")),
    ("service_family", ("сво", "участник сво", "мобилизов")),
)
NOTHING = frozenset({"", "-", "–", "—", "нет", "0"})


def category_words(text: str) -> list[str]:
    """Codes of the categories a cell names («ОВЗ, многодетная»), what is not understood stays as it is written."""
    found: list[str] = []
    for part in _PARTS.split(text):
        said = part.strip().casefold().replace("ё", "е")
        if said in NOTHING:
            continue
        code = next((code for code, words in _WORDS if any(_begins(said, word) for word in words)), part.strip())
        if code not in found:
            found.append(code)
    return found


def _begins(said: str, word: str) -> bool:
    """Does a word of the cell begin so? Abbreviations stand as whole words."""
    start = word.replace("ё", "е")
    if len(start) <= 3:
        return start in re.findall(r"\w+", said)
    return any(piece.startswith(start) for piece in re.findall(r"\w+", said)) or said.startswith(start)


def birth_problem(birth_date: dt.date, grade: int | None, today: dt.date) -> tuple[str, str] | None:
    """(message, "error" or "warning") when the age is not that of a pupil, or not of the class."""
    if birth_date > today:
        return "Дата рождения ещё не наступила. Проверьте год.", "error"
    age = people.full_years(birth_date, today)
    if not AGE_FROM <= age <= OLDEST:
        return f"По дате рождения ученику {age}\u00a0лет. Проверьте год.", "error"
    if grade is not None and abs(age - 6 - grade) > 3:
        return f"Возраст {age}\u00a0лет не похож на {grade}\u00a0класс. Проверьте дату и класс.", "warning"
    return None


# --- whom a pupil may be -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """A known record beside a pupil: `root` is the child it stands for (a provisional record repeats another)."""

    root: int
    identity: people.ChildIdentity


@dataclass(frozen=True, slots=True)
class Found:
    """What comparing gives: the one child it surely is, or those that a person must look at with the ground."""

    child: int | None = None
    candidates: tuple[tuple[int, str], ...] = ()


def compare(pupil: people.ChildIdentity, known: Iterable[Known], refused: frozenset[int] = frozenset()) -> Found:
    """СНИЛС or full name with birth date decide alone when they point at one child; anything else goes to a person.

    `refused` are children of whom a person said that the pupil is not one of them. Twins and mere namesakes of another
    date are nobody's candidates.
    """
    same: dict[int, str] = {}
    near: dict[int, str] = {}
    for one in known:
        if one.root in refused:
            continue
        kind = people.match(pupil, one.identity)
        if kind == people.Match.SAME:
            same[one.root] = people.MATCH_LABELS[kind]
        elif kind == people.Match.NAMESAKE:
            near.setdefault(one.root, people.MATCH_LABELS[kind])
        elif typing_error(pupil, one.identity):
            near.setdefault(one.root, TYPO)
    if len(same) == 1:
        return Found(child=next(iter(same)))
    return Found(candidates=tuple(sorted({**near, **same}.items())))


def typing_error(first: people.ChildIdentity, second: people.ChildIdentity) -> bool:
    """Born on one day, and the full names differ by one or two letters in one of the parts."""
    if first.birth_date != second.birth_date or (first.snils and second.snils and first.snils != second.snils):
        return False
    parts = [pair for pair in zip(first.key.split("|"), second.key.split("|"), strict=True) if pair[0] != pair[1]]
    if len(parts) != 1 or not all(parts[0]):
        return False
    one, other = parts[0]
    return DamerauLevenshtein.distance(one, other) <= (1 if min(len(one), len(other)) < 5 else 2)


# --- invitations ---------------------------------------------------------------------------------------------


class Status(StrEnum):
    """What a pupil is on a date, the strongest first. All but COVERED and OUT_OF_AGE are covered nowhere."""

    COVERED = "covered"
    WAITING = "waiting"
    CERTIFICATE = "certificate"
    KNOWN = "known"
    UNDECIDED = "undecided"
    UNKNOWN = "unknown"
    OUT_OF_AGE = "out_of_age"


STATUS_LABELS: dict[str, str] = {
    Status.COVERED: "Занимается",
    Status.WAITING: "Подал заявку, ждёт",
    Status.CERTIFICATE: "Есть только сертификат",
    Status.KNOWN: "Есть карточка, не занимается",
    Status.UNDECIDED: "Ждёт решения, кто это",
    Status.UNKNOWN: "В Опоре не найден",
    Status.OUT_OF_AGE: "Вне возраста 5–17 лет",
}
NOT_COVERED = (Status.WAITING, Status.CERTIFICATE, Status.KNOWN, Status.UNDECIDED, Status.UNKNOWN)


class Outcome(StrEnum):
    """What came of an invitation: a study and an application are seen by themselves and outweigh what was told."""

    ENROLLED = "enrolled"
    APPLIED = "applied"
    REFUSED = "refused"
    ELSEWHERE = "elsewhere"
    MOVED = "moved"
    NONE = "none"


OUTCOME_LABELS: dict[str, str] = {
    Outcome.ENROLLED: "Зачислен",
    Outcome.APPLIED: "Подал заявку",
    Outcome.REFUSED: "Семья отказалась",
    Outcome.ELSEWHERE: "Занимается в другом месте",
    Outcome.MOVED: "Переехал",
    Outcome.NONE: "Ответа пока нет",
}


def invited_lately(invited_on: dt.date | None, today: dt.date) -> bool:
    """Was the last invitation so recent that another one must be meant?"""
    return invited_on is not None and today - invited_on < dt.timedelta(days=INVITED_LATELY)


def erased_from(year: int, years_kept: int) -> dt.date:
    """The day from which the list of a school year is no longer kept: so many years after 31 August of its end."""
    return dt.date(year + 1 + years_kept, 9, 1)


@dataclass(frozen=True, slots=True)
class Offer:
    """A group with free places that may be offered: ages inclusive, kilometres from the school (None unknown)."""

    group: int
    programme: int
    age_from: int
    age_to: int
    focus_area: str
    free: int
    distance: float | None = None


def pick_offers(age: int, offers: Sequence[Offer], most: int = 3) -> list[Offer]:
    """The nearest that fit the age, of different programmes, at first of different focus areas."""
    fitting = sorted(
        (one for one in offers if one.age_from <= age <= one.age_to and one.free > 0),
        key=lambda one: (one.distance is None, one.distance or 0.0, -one.free, one.group),
    )
    picked: list[Offer] = []
    for fresh in (True, False):
        for one in fitting:
            taken = {other.programme for other in picked}
            areas = {other.focus_area for other in picked}
            if len(picked) < most and one.programme not in taken and not (fresh and one.focus_area in areas):
                picked.append(one)
    return picked
