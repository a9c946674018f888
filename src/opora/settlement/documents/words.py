"""A sum in words, as payment papers want it: «одна тысяча двести пятьдесят рублей 98 копеек»."""

from __future__ import annotations

from decimal import Decimal

from opora.core.russian import plural_form

_UNITS = ("", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
_TEENS = (
    "десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать",
    "восемнадцать", "девятнадцать",
)  # fmt: skip
_TENS = ("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто")
_HUNDREDS = ("", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот")
_POWERS = (
    (10**9, ("миллиард", "миллиарда", "миллиардов"), False),
    (10**6, ("миллион", "миллиона", "миллионов"), False),
    (10**3, ("тысяча", "тысячи", "тысяч"), True),
)


def _below_thousand(number: int, feminine: bool) -> list[str]:
    words = [_HUNDREDS[number // 100]]
    rest = number % 100
    if 10 <= rest <= 19:
        words.append(_TEENS[rest - 10])
    else:
        unit = _UNITS[rest % 10]
        if feminine and rest % 10 in (1, 2):
            unit = ("одна", "две")[rest % 10 - 1]
        words += [_TENS[rest // 10], unit]
    return [word for word in words if word]


def in_words(amount: Decimal) -> str:
    """Roubles in words, kopecks in figures; the first letter is a capital. Below a trillion, not negative."""
    kopecks = int(amount * 100)
    if kopecks < 0 or kopecks >= 10**14:
        raise ValueError("Сумма прописью: от нуля до триллиона.")
    whole, rest = divmod(kopecks, 100)
    words: list[str] = []
    left = whole
    for power, forms, feminine in _POWERS:
        count, left = divmod(left, power)
        if count:
            words += [*_below_thousand(count, feminine), plural_form(count, *forms)]
    words += _below_thousand(left, feminine=False)
    text = " ".join(words or ["ноль"])
    roubles = plural_form(whole, "рубль", "рубля", "рублей")
    return f"{text[:1].upper()}{text[1:]} {roubles} {rest:02d} {plural_form(rest, 'копейка', 'копейки', 'копеек')}"
