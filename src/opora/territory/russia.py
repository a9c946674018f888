"""Subjects of the Federation as classifiers name them: first digits of ОКТМО, code, name, time zone of the centre.

Three-digit beginnings (autonomous okrugs inside an oblast) come before the two-digit ones.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: `prefix` of its ОКТМО codes, its two-digit code, name, IANA zone."""

    prefix: str
    code: str
    name: str
    zone: str

    @property
    def oktmo(self) -> str:
        """The subject's own eight-digit code."""
        return self.prefix.ljust(8, "0")


_ZONES = {
    "M": "Europe/Moscow", "K": "Europe/Kaliningrad", "S": "Europe/Samara", "V": "Europe/Volgograd",
    "T": "Europe/Saratov", "A": "Europe/Astrakhan", "U": "Europe/Ulyanovsk", "Y": "Asia/Yekaterinburg",
    "O": "Asia/Omsk", "N": "Asia/Novosibirsk", "B": "Asia/Barnaul", "J": "Asia/Tomsk", "W": "Asia/Krasnoyarsk",
    "I": "Asia/Irkutsk", "C": "Asia/Chita", "Q": "Asia/Yakutsk", "D": "Asia/Vladivostok", "G": "Asia/Magadan",
    "H": "Asia/Sakhalin", "P": "Asia/Kamchatka", "R": "Asia/Anadyr", "E": "Europe/Kirov", "F": "Europe/Simferopol",
    "Z": "Asia/Novokuznetsk",
}  # fmt: skip
_LIST = """
118 83 M Ненецкий автономный округ
718 86 Y Ханты-Мансийский автономный округ – Югра
719 89 Y Ямало-Ненецкий автономный округ
01 22 B Алтайский край
03 23 M Краснодарский край
04 24 W Красноярский край
05 25 D Приморский край
07 26 M Ставропольский край
08 27 D Хабаровский край
10 28 Q Амурская область
11 29 M Архангельская область
12 30 A Астраханская область
14 31 M Белгородская область
15 32 M Брянская область
17 33 M Владимирская область
18 34 V Волгоградская область
19 35 M Вологодская область
20 36 M Воронежская область
22 52 M Нижегородская область
24 37 M Ивановская область
25 38 I Иркутская область
26 06 M Республика Ингушетия
27 39 K Калининградская область
28 69 M Тверская область
29 40 M Калужская область
30 41 P Камчатский край
32 42 Z Кемеровская область – Кузбасс
33 43 E Кировская область
34 44 M Костромская область
35 91 F Республика Крым
36 63 S Самарская область
37 45 Y Курганская область
38 46 M Курская область
40 78 M Санкт-Петербург
41 47 M Ленинградская область
42 48 M Липецкая область
44 49 G Магаданская область
45 77 M Москва
46 50 M Московская область
47 51 M Мурманская область
49 53 M Новгородская область
50 54 N Новосибирская область
52 55 O Омская область
53 56 Y Оренбургская область
54 57 M Орловская область
56 58 M Пензенская область
57 59 Y Пермский край
58 60 M Псковская область
60 61 M Ростовская область
61 62 M Рязанская область
63 64 T Саратовская область
64 65 H Сахалинская область
65 66 Y Свердловская область
66 67 M Смоленская область
67 92 F Севастополь
68 68 M Тамбовская область
69 70 J Томская область
70 71 M Тульская область
71 72 Y Тюменская область
73 73 U Ульяновская область
75 74 Y Челябинская область
76 75 C Забайкальский край
77 87 R Чукотский автономный округ
78 76 M Ярославская область
79 01 M Республика Адыгея
80 02 Y Республика Башкортостан
81 03 I Республика Бурятия
82 05 M Республика Дагестан
83 07 M Кабардино-Балкарская Республика
84 04 B Республика Алтай
85 08 M Республика Калмыкия
86 10 M Республика Карелия
87 11 M Республика Коми
88 12 M Республика Марий Эл
89 13 M Республика Мордовия
90 15 M Республика Северная Осетия – Алания
91 09 M Карачаево-Черкесская Республика
92 16 M Республика Татарстан
93 17 W Республика Тыва
94 18 S Удмуртская Республика
95 19 W Республика Хакасия
96 20 M Чеченская Республика
97 21 M Чувашская Республика
98 14 Q Республика Саха (Якутия)
99 79 D Еврейская автономная область
"""


def _read(line: str) -> Subject:
    prefix, code, zone, name = line.split(" ", 3)
    return Subject(prefix, code, name, _ZONES[zone])


SUBJECTS = tuple(_read(line) for line in _LIST.strip().splitlines())


def by_oktmo(code: str) -> Subject | None:
    """The subject of a classifier code, by its first digits."""
    return next((subject for subject in SUBJECTS if code.startswith(subject.prefix)), None)


def by_name(name: str) -> Subject | None:
    """The subject with that name, however its words stand («Мордовия Республика», «Кемеровская область»)."""
    wanted = _words(name)
    if not wanted:
        return None
    exact = [subject for subject in SUBJECTS if _words(subject.name) == wanted]
    close = [subject for subject in SUBJECTS if wanted <= _words(subject.name)]
    found = exact or close
    return found[0] if len(found) == 1 else None


def _words(name: str) -> frozenset[str]:
    text = "".join(sign if sign.isalpha() or sign == "-" else " " for sign in name.lower().replace("ё", "е"))
    short = {"обл": "область", "респ": "республика", "г": "", "город": "", "-": ""}
    return frozenset(word for part in text.split() if (word := short.get(part, part)))
