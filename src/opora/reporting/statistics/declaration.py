"""Form 1-ДОП as a template of the form engine: sections, lines, columns and control rules.

Source: the official form of federal statistical observation No. 1-ДОП (order of Rosstat of 30.07.2020 No. 424); an
official document. Ages are full years on 1 January after the year; the form is due on 5 February.
"""

from __future__ import annotations

from opora.surveys.rules.definition import TABLE, Check, Column, Definition, Field, Row, Section

CODE = "1-DOP"
TITLE = "Форма № 1-ДОП «Сведения о дополнительном образовании детей»"
ABOUT = (
    "Федеральное статистическое наблюдение, годовая, приказ Росстата от 30.07.2020 № 424. "
    "Заполняется по данным системы за год, срок – 5 февраля."
)
DUE = (2, 5)
DIRECTIONS = "Направления дополнительных общеобразовательных программ"
ARTS, SPORT = "в области искусств", "в области физической культуры и спорта"
GENERAL, PREPROFESSIONAL = "по общеразвивающим программам", "по предпрофессиональным программам"
LINES = (
    ("техническое", DIRECTIONS, False),
    ("естественнонаучное", "", False),
    ("туристско-краеведческое", "", False),
    ("социально-педагогическое", "", False),
    (GENERAL, ARTS, True),
    (PREPROFESSIONAL, "", True),
    (GENERAL, SPORT, True),
    (PREPROFESSIONAL, "", True),
)
"""Lines of sections 1–3: (title, heading above, set deeper)."""
AGES = ("менее 3", *(str(age) for age in range(3, 18)))
STAFF_AGES = (
    "моложе 25", "25–29", "30–34", "35–39", "40–44", "45–49", "50–54", "55–59", "60–64", "65 и старше"
)  # fmt: skip
STAFF_LINES = (
    "Численность педагогических работников, осуществляющих образовательную деятельность по дополнительным "
    "общеобразовательным программам – всего",
    "из них педагогов дополнительного образования",
    "женщины",
)


def _rows(first: int, lines: tuple[tuple[str, str, bool], ...]) -> tuple[Row, ...]:
    return tuple(Row(f"{first + at:02d}", title, head, deeper) for at, (title, head, deeper) in enumerate(lines))


def _staff_rows(first: int) -> tuple[Row, ...]:
    total, teachers, women = STAFF_LINES
    return (
        Row(str(first), total),
        Row(str(first + 1), teachers, deeper=True),
        Row(str(first + 2), women, head=f"Из строки {first}", deeper=True),
    )


def _numbered(titles: tuple[str, ...], head: str = "", first: int = 3) -> tuple[Column, ...]:
    return tuple(Column(str(first + at), title, head=head) for at, title in enumerate(titles))


def _section(code: str, title: str, columns: tuple[Column, ...], rows: tuple[Row, ...], **more: object) -> Section:
    hint = str(more.pop("hint", ""))
    return Section(code, title, hint, (Field(code, TABLE, title, columns=columns, rows=rows, **more),))  # type: ignore[arg-type]


ONLY = (
    "Раздел заполняет только организация дополнительного образования – самостоятельное юридическое лицо "
    "с основным видом деятельности «Образование дополнительное» (ОКВЭД 85.4). Тысячи рублей с одним знаком после запятой."
)
SPECIAL, DISABLED = "Из гр. 3 – дети с ограниченными возможностями здоровья", "Из гр. 3 – дети-инвалиды"
GIRLS = "из них девочки"
LEARNERS = (
    Column("3", "Численность обучающихся, всего"),
    Column("4", "из них (из гр. 3) девочки"),
    Column("5", "всего", head=SPECIAL),
    Column("6", f"{GIRLS} (из гр. 5)", head=SPECIAL),
    Column("7", "всего", head=DISABLED),
    Column("8", f"{GIRLS} (из гр. 7)", head=DISABLED),
)
BUDGETS = "Обучались за счёт бюджетных ассигнований"
FUNDING = (
    Column("3", "федерального бюджета", head=BUDGETS),
    Column("4", "бюджета субъекта Российской Федерации", head=BUDGETS),
    Column("5", "местного бюджета", head=BUDGETS),
    Column("6", "По договорам об оказании платных образовательных услуг"),
)
EDUCATION = "Из них (из гр. 3) имеют образование"
STAFF = (
    Column("3", "Всего работников"),
    Column("4", "высшее", head=EDUCATION),
    Column("5", "из них (из гр. 4) педагогическое", head=EDUCATION),
    Column("6", "среднее профессиональное по программам подготовки специалистов среднего звена", head=EDUCATION),
    Column("7", "из них (из гр. 6) педагогическое", head=EDUCATION),
    Column("8", "Кроме того, численность внешних совместителей"),
)
SPENT = (Column("3", "Всего", unit="тыс. руб.", digits=1),)
COSTS = (
    Row("33", "Затраты на внедрение и использование цифровых технологий – всего (сумма строк 34 и 35)"),
    Row("34", "внутренние затраты на внедрение и использование цифровых технологий", "в том числе", True),
    Row("35", "внешние затраты на внедрение и использование цифровых технологий", deeper=True),
    Row("36", "затраты на продукты и услуги в области информационной безопасности", "из строки 33", True),
)
SOURCES = (
    Row("37", "Внутренние затраты на внедрение и использование цифровых технологий (сумма строк 38, 39, 40)"),
    Row("38", "собственные средства организации", "в том числе по источникам финансирования", True),
    Row("39", "средства бюджетов всех уровней", deeper=True),
    Row("40", "прочие привлечённые средства", deeper=True),
)
SECTIONS = (
    _section(
        "1",
        "Сведения о численности обучающихся, человек",
        LEARNERS,
        (
            *_rows(1, LINES),
            Row("09", "сетевая", "Форма обучения", True),
            Row("10", "электронная и дистанционная", deeper=True),
        ),
        closed=tuple(f"{row}.{column}" for row in ("09", "10") for column in ("4", "6", "8")),
        hint="Ребёнок показывается один раз по каждому направлению, сколько бы групп он ни посещал за год.",
    ),
    _section(
        "2",
        "Возрастной состав обучающихся, человек",
        _numbered(AGES, "Число полных лет на 1 января следующего года"),
        _rows(11, LINES),
    ),
    _section(
        "3", "Распределение численности обучающихся по источникам финансирования, человек", FUNDING, _rows(19, LINES)
    ),
    _section(
        "4",
        "Распределение педагогических работников по уровню образования и полу, человек",
        STAFF,
        _staff_rows(27),
        hint="Без внешних совместителей и работавших по гражданско-правовым договорам, на конец года.",
    ),
    _section(
        "5",
        "Распределение педагогических работников по возрасту, человек",
        _numbered(STAFF_AGES, "Число полных лет на 1 января следующего года"),
        _staff_rows(30),
        hint="Без внешних совместителей и работавших по гражданско-правовым договорам.",
    ),
    _section("6", "Затраты на внедрение и использование цифровых технологий в отчётном году", SPENT, COSTS, hint=ONLY),
    _section("7", "Источники финансирования внутренних затрат на цифровые технологии", SPENT, SOURCES, hint=ONLY),
)
CONTROLS = (
    ("1", "Гр. 3 >= Гр. 4 по строкам 01 - 08"),
    ("1", "Гр. 3 >= Гр. 5 по строкам 01 - 10"),
    ("1", "Гр. 5 >= Гр. 6 по строкам 01 - 08"),
    ("1", "Гр. 3 >= Гр. 7 по строкам 01 - 10"),
    ("1", "Гр. 7 >= Гр. 8 по строкам 01 - 08"),
    ("1", "Гр. 4 >= Гр. 6 по строкам 01 - 08"),
    ("1", "Гр. 4 >= Гр. 8 по строкам 01 - 08"),
    ("2", "Сумма граф 3 - 18 по строкам 11 - 18 = Гр. 3 по соответствующим строкам 01 - 08 раздела 1"),
    ("3", "Сумма граф 3 - 6 по строкам 19 - 26 = Гр. 3 по соответствующим строкам 01 - 08 раздела 1"),
    ("4", "Гр. 3 >= сумме граф 4, 6 по строкам 27 - 29"),
    ("4", "Стр. 27 >= Стр. 28 по графам 3 - 8"),
    ("4", "Гр. 4 >= Гр. 5 по строкам 27 - 29"),
    ("4", "Стр. 27 >= Стр. 29 по графам 3 - 8"),
    ("4", "Гр. 6 >= Гр. 7 по строкам 27 - 29"),
    ("5", "Сумма граф 3 - 12 по строкам 30 - 32 = Гр. 3 по соответствующим строкам 27 - 29 раздела 4"),
    ("5", "Стр. 30 >= Стр. 31 по графам 3 - 12"),
    ("5", "Стр. 30 >= Стр. 32 по графам 3 - 12"),
    ("6", "Стр. 33 = Сумме строк 34, 35"),
    ("6", "Стр. 33 >= Стр. 36"),
    ("7", "Стр. 37 = Сумме стр. 38, 39, 40"),
    ("7", "Стр. 37 = Стр. 34 раздела 6"),
)
"""The control rules in the form's own words."""
FORM_1_DOP = Definition(
    SECTIONS, tuple(Check(str(number), section, text) for number, (section, text) in enumerate(CONTROLS, start=1))
)
