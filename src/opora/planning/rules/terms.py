"""Due terms as people write them: "Июнь–август 2018 г.", "в течение года", "1 квартал", "до 01.09.2018" (I1).

:func:`parse` turns a text into a :class:`Term` (its kind, first and last day), :func:`text_of` back; what text_of says
parses into the same term. A term without a year belongs to the year of the plan.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import cast

from opora.core.russian import MONTHS

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
ROMAN_OF = ("", "I", "II", "III", "IV")
STEMS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
SEASONS = {"весн": (3, 5), "лет": (6, 8), "осен": (9, 11), "зим": (12, 2)}
REPEATED = {
    "ежедневно": "daily", "еженедельно": "weekly", "ежемесячно": "monthly", "ежеквартально": "quarterly",
    "постоянно": "always", "по мере необходимости": "when_needed", "по графику": "scheduled",
    "по отдельному графику": "scheduled", "по плану": "scheduled", "систематически": "always", "регулярно": "always",
}  # fmt: skip
REPEATED_TEXT = {
    "daily": "ежедневно", "weekly": "еженедельно", "monthly": "ежемесячно", "quarterly": "ежеквартально",
    "always": "постоянно", "when_needed": "по мере необходимости", "scheduled": "по графику",
}  # fmt: skip
YEARS = (1990, 2100)


@dataclass(frozen=True, slots=True)
class Term:
    """From the first day to the last, both included. `months` are the months of a list ("март, октябрь")."""

    kind: str
    """day, days, until, month, months, listed, quarter, half, year, years, study_year, or how often it is repeated."""
    first: dt.date
    last: dt.date
    months: tuple[int, ...] = ()

    @property
    def is_span(self) -> bool:
        """Whether the text itself says when the work begins."""
        return self.kind not in ("day", "until")


class UnknownTerm(ValueError):
    """The text names no term; the message says so in Russian."""


def parse(text: str, year: int) -> Term:
    """The term meant by the text; `year` where the text names none. Raises UnknownTerm."""
    letters, values = _tokens(text)
    if letters:
        for pattern, make in _SHAPES:
            if pattern.fullmatch(letters):
                try:
                    return make(letters, values, year)
                except (ValueError, IndexError, KeyError):
                    break
    raise UnknownTerm(
        f"Срок «{' '.join(str(text).split())}» не понят. Напишите, например: «до 01.09.{year}», «сентябрь»,"
        " «июнь–август», «2 квартал», «в течение года»."
    )


def text_of(term: Term) -> str:
    """The term in words, with its year: «Июнь – август 2018 г.», «до 01.09.2018», «в течение 2018 года»."""
    year = term.last.year
    if term.kind in REPEATED_TEXT:
        return f"{REPEATED_TEXT[term.kind]}, {year} г."
    if term.kind == "day":
        return f"{term.last:%d.%m.%Y}"
    if term.kind == "days":
        return f"{term.first:%d.%m.%Y} – {term.last:%d.%m.%Y}"
    if term.kind == "until":
        return f"до {term.last:%d.%m.%Y}"
    if term.kind == "listed":
        return f"{', '.join(MONTHS[month - 1] for month in term.months).capitalize()} {year} г."
    if term.kind in ("month", "months"):
        return _months_text(term)
    if term.kind in ("quarter", "half"):
        size, word = (3, "квартал") if term.kind == "quarter" else (6, "полугодие")
        low, high = (term.first.month - 1) // size + 1, (term.last.month - 1) // size + 1
        return f"{ROMAN_OF[low] if low == high else f'{ROMAN_OF[low]}–{ROMAN_OF[high]}'} {word} {year} г."
    if term.kind == "study_year":
        return f"{term.first.year}/{term.last.year} учебный год"
    if term.kind == "years":
        return f"{term.first.year}–{year} гг."
    return f"в течение {year} года"


def _months_text(term: Term) -> str:
    first, last = MONTHS[term.first.month - 1], MONTHS[term.last.month - 1]
    if term.kind == "month":
        return f"{last.capitalize()} {term.last.year} г."
    if term.first.year == term.last.year:
        return f"{first.capitalize()} – {last} {term.last.year} г."
    return f"{first.capitalize()} {term.first.year} г. – {last} {term.last.year} г."


# --- reading ----------------------------------------------------------------------------------------------------

Values = list[object]
_DATE = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?(?![\d/])")
_WORD = re.compile(r"[а-яa-z]+|\d+|[-,/;]")
_NOISE = {
    "г", "гг", "год", "года", "году", "годов", "годы", "в", "во", "месяц", "месяца", "месяцев", "месяце", "число",
    "числа", "срок", "начиная", "включительно", "каждого", "календарного", "календарный", "отчетного", "текущего",
}  # fmt: skip
_UNTIL = {"до", "к", "позднее", "позже", "конца"}
_AND = {",", ";", "и"}


def _tokens(text: str) -> tuple[str, Values]:
    """Letters that name the kinds of tokens (see _SHAPES), and their values; ("", []) for what is not understood."""
    clean = " ".join(str(text).lower().replace("ё", "е").replace("\u00a0", " ").split())
    clean = re.sub(r"[‐‑‒–—―−]", "-", clean)
    clean = re.sub(r"не позднее|не позже", "до", clean)
    clean = re.sub(r"(?:в )?течени[еи]|на протяжении|весь период|весь год|круглый год", " весь ", clean)
    for phrase, code in sorted(REPEATED.items(), key=lambda pair: -len(pair[0])):
        clean = re.sub(rf"\b{phrase}\b", f" повтор{code.replace('_', '')} ", clean)
    letters, values = "", []
    place = 0
    while place < len(clean):
        letter, value, place = _token(clean, place)
        if letter is None:
            return "", []
        if letter:
            letters += letter
            values.append(value)
    return _joined(letters, values)


def _token(text: str, place: int) -> tuple[str | None, object, int]:
    """The next token: its letter ("" = noise, None = unknown), value and where the rest begins."""
    if text[place] in " .()":
        return "", None, place + 1
    if found := _DATE.match(text, place):
        day, month, year = (int(part) if part else None for part in found.groups())
        if year is not None and year < 100:
            year += 2000
        return "D", (day, month, year), found.end()
    found = _WORD.match(text, place)
    if found is None:
        return None, None, place + 1
    return (*_word(found.group()), found.end())


def _word(word: str) -> tuple[str | None, object]:
    if word.isdigit():
        number = int(word)
        return ("Y", number) if YEARS[0] <= number < YEARS[1] else (("N", number) if 0 < number <= 31 else (None, 0))
    if word in ROMAN:
        return "N", ROMAN[word]
    if word.startswith("повтор"):
        code = next(code for code in REPEATED_TEXT if code.replace("_", "") == word.removeprefix("повтор"))
        return "E", code
    simple = {"-": "-", "/": "/", "по": "-", "с": "F", "со": "F", "весь": "W"}
    if word in simple:
        return simple[word], word
    if word in _NOISE:
        return "", None
    if word in _UNTIL:
        return "T", word
    if word in _AND:
        return ",", word
    return _calendar_word(word)


def _calendar_word(word: str) -> tuple[str | None, object]:
    if word.startswith("квартал") or word == "кв":
        return "Q", 3
    if word.startswith("полугоди"):
        return "H", 6
    if word.startswith("учебн"):
        return "S", word
    if word in ("перв", "первый", "первое", "первом"):
        return "N", 1
    if word in ("второй", "второе", "втором"):
        return "N", 2
    if word in ("третий", "третьем"):
        return "N", 3
    if word in ("четвертый", "четвертом"):
        return "N", 4
    if word in ("й", "го", "ый", "ое", "е", "м", "ом"):  # endings after a number: «1-й квартал», «2-е полугодие»
        return "'", word
    for stem, months in SEASONS.items():
        if word.startswith(stem):
            return "Z", months
    for number, stem in enumerate(STEMS, start=1):
        if word.startswith(stem) and (stem != "ма" or word in ("май", "мая", "мае", "маю")):
            return "M", number
    return None, None


def _joined(letters: str, values: Values) -> tuple[str, Values]:
    """Without endings after numbers («1-й»: N-' → N) and doubled «до конца»."""
    pairs = list(zip(letters, values, strict=True))
    kept: list[tuple[str, object]] = []
    for letter, value in pairs:
        if letter == "'":
            if kept and kept[-1][0] == "-":
                kept.pop()
            continue
        if letter == "T" and kept and kept[-1][0] == "T":
            kept[-1] = ("T", "конца")
            continue
        kept.append((letter, value))
    while kept and kept[-1][0] in ",-":
        kept.pop()
    return "".join(letter for letter, _ in kept), [value for _, value in kept]


# --- shapes: what sequence of tokens means what ------------------------------------------------------------------


def _of(letters: str, values: Values, wanted: str) -> list[int]:
    return [int(str(value)) for letter, value in zip(letters, values, strict=True) if letter == wanted]


def _last_day(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _day(value: object, year: int) -> dt.date:
    day, month, named = cast(tuple[int, int, int | None], value)
    return dt.date(named or year, month, day)


def _date(letters: str, values: Values, year: int) -> Term:
    """«01.09.2018», «1 сентября 2018»."""
    if letters[0] == "D":
        day = _day(values[0], (_of(letters, values, "Y") or [year])[0])
    else:
        day = dt.date((_of(letters, values, "Y") or [year])[0], _of(letters, values, "M")[0], int(str(values[0])))
    return Term("day", day, day)


def _until(letters: str, values: Values, year: int) -> Term:
    """«до 01.09.2018», «до 1 сентября», «до сентября» (its first day), «до конца июня», «до конца года»."""
    if letters[1:2] in ("D", "N"):
        last = _date(letters[1:], values[1:], year).last
    else:
        named = (_of(letters, values, "Y") or [year])[0]
        months = _of(letters, values, "M")
        to_end = values[0] == "конца" or not months
        last = _last_day(named, months[0] if months else 12) if to_end else dt.date(named, months[0], 1)
    return Term("until", dt.date(last.year, 1, 1), last)


def _days(letters: str, values: Values, year: int) -> Term:
    """«с 1 по 15 марта», «1–15 марта 2018», «01.03.2018 – 15.03.2018», «с 1 сентября по 15 октября»."""
    letters, values = _without(letters, values, "F")
    middle = letters.index("-")
    named = (_of(letters, values, "Y") or [year])[-1]
    right = _date(letters[middle + 1 :], values[middle + 1 :], named).last
    if letters[:middle] == "N":
        left = dt.date(right.year, right.month, int(str(values[0])))
    else:
        left = _date(letters[:middle], values[:middle], right.year).last
    return _ordered("days", left, right)


def _ordered(kind: str, first: dt.date, last: dt.date) -> Term:
    if first > last:
        raise ValueError("backwards")
    return Term(kind, first, last)


def _without(letters: str, values: Values, unwanted: str) -> tuple[str, Values]:
    kept = [(letter, value) for letter, value in zip(letters, values, strict=True) if letter not in unwanted]
    return "".join(letter for letter, _ in kept), [value for _, value in kept]


def _month(letters: str, values: Values, year: int) -> Term:
    month, named = _of(letters, values, "M")[0], (_of(letters, values, "Y") or [year])[0]
    return Term("month", dt.date(named, month, 1), _last_day(named, month))


def _months(letters: str, values: Values, year: int) -> Term:
    """«Июнь–август 2018», «с сентября 2018 по май 2019»; «ноябрь–февраль» ends in the year named, or begins in ours."""
    low, high = _of(letters, values, "M")
    years = _of(letters, values, "Y")
    turned = high < low
    last = years[-1] if years else year + turned
    first = years[0] if len(years) == 2 else last - turned
    if (first, low) == (last, high):
        return _month("MY", [low, last], year)
    return _ordered("months", dt.date(first, low, 1), _last_day(last, high))


def _listed(letters: str, values: Values, year: int) -> Term:
    """«Март, октябрь», «апрель и ноябрь 2018»."""
    months = tuple(sorted(set(_of(letters, values, "M"))))
    named = (_of(letters, values, "Y") or [year])[0]
    if len(months) == 1:
        return _month("MY", [months[0], named], year)
    return Term("listed", dt.date(named, months[0], 1), _last_day(named, months[-1]), months)


def _season(letters: str, values: Values, year: int) -> Term:
    low, high = cast(tuple[int, int], values[letters.index("Z")])
    named = (_of(letters, values, "Y") or [year])[0]
    return _months("M-M", [low, "-", high], named)


def _part(letters: str, values: Values, year: int) -> Term:
    """«1 квартал», «II–III квартал 2018», «первое полугодие»."""
    size = 3 if "Q" in letters else 6
    numbers = _of(letters, values, "N")
    named = (_of(letters, values, "Y") or [year])[0]
    if not all(number * size <= 12 for number in numbers):
        raise ValueError("no such part of the year")
    first = dt.date(named, (numbers[0] - 1) * size + 1, 1)
    return _ordered("quarter" if size == 3 else "half", first, _last_day(named, numbers[-1] * size))


def _year(letters: str, values: Values, year: int) -> Term:
    named = (_of(letters, values, "Y") or [year])[0]
    return Term("year", dt.date(named, 1, 1), dt.date(named, 12, 31))


def _years(letters: str, values: Values, year: int) -> Term:
    low, high = _of(letters, values, "Y")
    return _ordered("years", dt.date(low, 1, 1), dt.date(high, 12, 31))


def _study_year(letters: str, values: Values, year: int) -> Term:
    named = (_of(letters, values, "Y") or [year])[0]
    return Term("study_year", dt.date(named, 9, 1), dt.date(named + 1, 5, 31))


def _repeated(letters: str, values: Values, year: int) -> Term:
    whole = _year(letters, values, year)
    return Term(str(values[letters.index("E")]), whole.first, whole.last)


_SHAPES = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (r"D|DY|NMY?", _date),
        (r"T(DY?|NMY?|MY?|Y)|T", _until),
        (r"F?(N|NMY?|DY?)-(NMY?|DY?)", _days),
        (r"W?MY?", _month),
        (r"F?MY?-MY?", _months),
        (r"M(,M)+Y?", _listed),
        (r"W?ZY?", _season),
        (r"W?N([-,]N)?[QH]Y?", _part),
        (r"W?SY?|W?Y[-/]YS|W?Y[-/]NS|W?SY[-/]Y", _study_year),
        (r"WY?|Y", _year),
        (r"F?Y[-/]Y|WY[-/]Y", _years),
        (r"E,?W?Y?", _repeated),
    )
)
