"""Russian for people: numbers, money, dates, names and typography.

Pure functions over values; no Django, no settings, no "now". Strings come back ready to show: no-break
spaces (U+00A0) group thousands and tie a number to its word. (The narrow U+202F is in few fonts, ours not among them.)
"""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MINUS = "\u2212"

MONTHS = (
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()  # noqa: SIM905
)
MONTHS_OF = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()  # noqa: SIM905
)
WEEKDAYS = "понедельник вторник среда четверг пятница суббота воскресенье".split()  # noqa: SIM905
WEEKDAYS_SHORT = "пн вт ср чт пт сб вс".split()  # noqa: SIM905
WEEKDAYS_IN = (
    "в понедельник|во вторник|в среду|в четверг|в пятницу|в субботу|в воскресенье".split("|")  # noqa: SIM905
)

Number = int | Decimal | float


def plural_form(n: Number, one: str, few: str, many: str) -> str:
    """The form of a noun after `n`: 1 заявка, 2 заявки, 5 заявок; after a fraction, 1,5 заявки."""
    if n != int(n):
        return few
    rest = abs(int(n)) % 100
    if 11 <= rest <= 14:
        return many
    if rest % 10 == 1:
        return one
    return few if rest % 10 in (2, 3, 4) else many


def plural(n: Number, one: str, few: str, many: str) -> str:
    """`n` with its noun, tied together: «5 заявок», «8 352 зачисления»."""
    return f"{number(n)}{NBSP}{plural_form(n, one, few, many)}"


def _grouped(digits: str) -> str:
    """Spaces between thousands; four digits too, as in columns of figures."""
    return f"{int(digits):,}".replace(",", NBSP)


def number(value: Number, places: int | None = None) -> str:
    """A number with a decimal comma: 8352 → «8 352», Decimal("2.22") → «2,22».

    `places` rounds half up to that many decimals; without it, integers have none and fractions keep theirs.
    """
    if places is None and type(value) is int:
        return f"{MINUS if value < 0 else ''}{abs(value):,}".replace(",", NBSP)
    exact = Decimal(str(value))
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{abs(exact):f}"
    whole, _, fraction = text.partition(".")
    if places is None:
        fraction = fraction.rstrip("0")
    sign = MINUS if exact < 0 else ""
    return sign + _grouped(whole) + (f",{fraction}" if fraction else "")


def percent(value: Number, places: int = 1) -> str:
    """A value already in percent: 98.63 → «98,6 %»; whole numbers lose the zero decimals."""
    shown = number(value, places)
    if "," in shown:
        shown = shown.rstrip("0").rstrip(",")
    return f"{shown}{NBSP}%"


def money(rubles: Decimal | int, sign: bool = False) -> str:
    """Rubles and kopecks: Decimal("1250.98") → «1 250,98 ₽»; `sign` puts a plus before an income.

    Float is refused (TypeError): money is Decimal or whole rubles everywhere in Opora.
    """
    if isinstance(rubles, float):
        raise TypeError("money is Decimal, not float")
    plus = "+" if sign and rubles > 0 else ""
    return f"{plus}{number(Decimal(rubles), 2)}{NBSP}₽"


def money_kopecks(kopecks: int, sign: bool = False) -> str:
    """The same from whole kopecks: 125098 → «1 250,98 ₽»."""
    return money(Decimal(kopecks) / 100, sign)


def file_size(size: int) -> str:
    """Bytes for people: 1536 → «1,5 КБ»."""
    if size < 1024:
        return plural(size, "байт", "байта", "байт")
    power = 1 if size < 1024**2 else 2 if size < 1024**3 else 3
    amount, unit = Decimal(size) / 1024**power, ("", "КБ", "МБ", "ГБ")[power]
    return f"{number(amount, 1 if amount < 100 else 0).removesuffix(',0')}{NBSP}{unit}"


def date(day: dt.date) -> str:
    """Near dates, where the year is plain: «12 октября, пн»."""
    return f"{day.day}{NBSP}{MONTHS_OF[day.month - 1]}, {WEEKDAYS_SHORT[day.weekday()]}"


def date_long(day: dt.date) -> str:
    """«12 октября 2026 г.»"""
    return f"{day.day}{NBSP}{MONTHS_OF[day.month - 1]} {day.year}{NBSP}г."


def date_full(day: dt.date) -> str:
    """With the year and without «г.», for running text: «12 октября 2026»."""
    return f"{day.day}{NBSP}{MONTHS_OF[day.month - 1]}{NBSP}{day.year}"


def date_short(day: dt.date) -> str:
    """Tables and documents: «12.10.2026»."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def time(moment: dt.time | dt.datetime) -> str:
    """«16:30»."""
    return f"{moment.hour:02}:{moment.minute:02}"


def date_time(moment: dt.datetime) -> str:
    """A moment already in the municipality's zone: «12 октября 2026, 16:30»."""
    return f"{date_full(moment)}, {time(moment)}"


def day_and_time(moment: dt.datetime, today: dt.date | None = None) -> str:
    """A moment already in the municipality's zone: «1 сентября в 10:00»; of another year than today's with the year."""
    day = (
        date_full(moment) if today and today.year != moment.year else f"{moment.day}{NBSP}{MONTHS_OF[moment.month - 1]}"
    )
    return f"{day} в{NBSP}{time(moment)}"


def month(day: dt.date) -> str:
    """«октябрь 2026»."""
    return f"{MONTHS[day.month - 1]}{NBSP}{day.year}"


def period(start: dt.date | None, end: dt.date | None) -> str:
    """«15 сентября 2026 – 31 мая 2027», «1–12 октября 2026», «с 1 октября 2026», «до 31 мая 2027»."""
    if start is None and end is None:
        return "без срока"
    if start is None:
        return f"до{NBSP}{date_full(end)}" if end else ""
    if end is None:
        return f"с{NBSP}{date_full(start)}"
    if start == end:
        return date_full(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{date_full(end)}"
    if start.year == end.year:
        return f"{start.day}{NBSP}{MONTHS_OF[start.month - 1]} – {date_full(end)}"
    return f"{date_full(start)} – {date_full(end)}"


def full_years(born: dt.date, on: dt.date) -> int:
    """Whole years on a day; a child born on 29 February is a year older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def years(n: int) -> str:
    """«7 лет», «1 год»."""
    return plural(n, "год", "года", "лет")


def age(born: dt.date, on: dt.date) -> str:
    """The age on a day: «7 лет»."""
    return years(full_years(born, on))


def age_range(low: int | None, high: int | None) -> str:
    """Whom a programme takes: «7–11 лет», «от 12 лет», «до 8 лет», «любой возраст»."""
    if low is None and high is None:
        return "любой возраст"
    if high is None:
        return f"от{NBSP}{low}{NBSP}{plural_form(low or 0, 'года', 'лет', 'лет')}"
    if low is None:
        return f"до{NBSP}{high}{NBSP}{plural_form(high, 'года', 'лет', 'лет')}"
    return years(low) if low == high else f"{low}–{years(high)}"


def left(days: int, working: bool = True) -> str:
    """How long until a deadline: «остался 1 рабочий день», «срок сегодня», «просрочено на 3 рабочих дня»."""
    if days == 0:
        return "срок сегодня"
    n = abs(days)
    adjective = plural_form(n, "рабочий ", "рабочих ", "рабочих ") if working else ""
    span = f"{n}{NBSP}{adjective}{plural_form(n, 'день', 'дня', 'дней')}"
    if days < 0:
        return f"просрочено на {span}"
    return f"{plural_form(n, 'остался', 'осталось', 'осталось')} {span}"


def person_short(last: str, first: str, middle: str = "") -> str:
    """«Иванова А. П.», tied so that initials never part from the name."""
    initials = [f"{part.strip()[0].upper()}." for part in (first, middle) if part and part.strip()]
    return NBSP.join([last.strip(), *initials])


def short_name(full: str) -> str:
    """The same from one string in the order surname, name, patronymic."""
    parts = full.split()
    if len(parts) < 2:
        return full.strip()
    return person_short(parts[0], parts[1], parts[2] if len(parts) > 2 else "")


def quoted(name: str) -> str:
    """A name in quotes: «Шахматы»; quotes inside become the second kind: «Клуб „Самбист“»."""
    return f"«{name.replace('«', '„').replace('»', '“')}»"


def joined(items: list[str], last: str = "и") -> str:
    """«технические, художественные и спортивные»."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last}{NBSP}{items[-1]}"


_AFTER_SHORT = re.compile(r"(?<![\w-])([А-Яа-яЁё]{1,2}|не|для|над|под|при|без|про|что|как) (?=\S)")
_BEFORE_DASH = re.compile(r" ([—–]) ")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3}) (?=\d{3}(?!\d))")
_SIGNS = re.compile(r"([№§]) ?(?=\d)")
_NUMBER_WORD = re.compile(r"(\d) (?=[А-Яа-яЁё₽%])")
_INITIALS = re.compile(r"\b([А-ЯЁ]\.) ?(?=[А-ЯЁ])")
_NAME_INITIALS = re.compile(r"\b([А-ЯЁ][а-яё-]+) (?=[А-ЯЁ]\.(?:\s|$|,|[А-ЯЁ]\.))")
_ABBREVIATION = re.compile(r"\b(г|ул|д|кв|с|пос|стр|ст|ч|п|обл|р-н)\. (?=[А-ЯЁа-яё\d])")


def typography(text: str) -> str:
    """Ties what must not part at the end of a line: «в школе», «№ 5», «А. П. Иванова», «5 заявок», «7 000», «слово — тире»."""
    tied = _SIGNS.sub(rf"\1{NBSP}", _THOUSANDS.sub(rf"\1{NBSP}", text))
    tied = _NUMBER_WORD.sub(rf"\1{NBSP}", tied)
    tied = _INITIALS.sub(rf"\1{NBSP}", tied)
    tied = _NAME_INITIALS.sub(rf"\1{NBSP}", tied)
    tied = _ABBREVIATION.sub(rf"\1.{NBSP}", tied)
    tied = _BEFORE_DASH.sub(rf"{NBSP}\1 ", tied)
    # Twice: «и в школе» – the first pass eats the space that the second word needs before it.
    return _AFTER_SHORT.sub(rf"\1{NBSP}", _AFTER_SHORT.sub(rf"\1{NBSP}", tied))
