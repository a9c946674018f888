"""Indicators of an organisation of supplementary education for its self-assessment, as a template of the form engine.

Source: annex 5 to the order of the Ministry of Education and Science of 10.12.2013 No. 1324 (as changed in 2017); an
official document. A line bears its own number in the form and the indicator's number in its title.
"""

from __future__ import annotations

from opora.surveys.rules.definition import CHOICE, TABLE, Address, Check, Column, Definition, Field, Row, Section

CODE = "1324-5"
TITLE = "Показатели самообследования организации дополнительного образования"
ABOUT = (
    "Приложение 5 к приказу Минобрнауки России от 10.12.2013 № 1324. Что есть в реестрах, система сосчитает сама, "
    "остальное организация вводит один раз: значения переносятся в следующий год."
)
DUE = (4, 20)
COLUMN = "3"
YES, NO = "Да", "Нет"
LEVELS = ("муниципальном", "региональном", "межрегиональном", "федеральном", "международном")
OF_LEVELS = ("муниципального", "регионального", "межрегионального", "федерального", "международного")
EVENTS = "(конкурсы, соревнования, фестивали, конференции)"
LEARNERS, STAFF, ALL_STAFF = "учащиеся", "педагоги", "сотрудники"


class Line:
    """An indicator: number, title, unit, and of what number its share is printed."""

    def __init__(self, number: str, title: str, unit: str = "чел.", share: str = "") -> None:
        self.number, self.title, self.unit, self.share = number, title, unit, share

    @property
    def deeper(self) -> bool:
        return self.number.count(".") > 1


def _levels(number: str, words: tuple[str, ...], unit: str, share: str) -> list[Line]:
    return [Line(f"{number}.{at}", word, unit, share) for at, word in enumerate(words, start=1)]


def _on(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"На {word} уровне" for word in words)


def _of(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{word.capitalize()} уровня" for word in words)


LINES: dict[str, list[Line]] = {
    "1": [
        Line("1.1", "Общая численность учащихся"),
        Line("1.1.1", "Детей дошкольного возраста (3–7 лет)"),
        Line("1.1.2", "Детей младшего школьного возраста (7–11 лет)"),
        Line("1.1.3", "Детей среднего школьного возраста (11–15 лет)"),
        Line("1.1.4", "Детей старшего школьного возраста (15–17 лет)"),
        Line("1.2", "Учащиеся по договорам об оказании платных образовательных услуг"),
        Line("1.3", "Занимающиеся в двух и более объединениях (кружках, секциях, клубах)", share=LEARNERS),
        Line("1.4", "Учащиеся с применением дистанционных технологий, электронного обучения", share=LEARNERS),
        Line("1.5", "Учащиеся по программам для детей с выдающимися способностями", share=LEARNERS),
        Line("1.6", "Учащиеся по программам для детей с особыми потребностями в образовании", share=LEARNERS),
        Line("1.6.1", "Учащиеся с ограниченными возможностями здоровья", share=LEARNERS),
        Line("1.6.2", "Дети-сироты, дети, оставшиеся без попечения родителей", share=LEARNERS),
        Line("1.6.3", "Дети-мигранты", share=LEARNERS),
        Line("1.6.4", "Дети, попавшие в трудную жизненную ситуацию", share=LEARNERS),
        Line("1.7", "Занимающиеся учебно-исследовательской, проектной деятельностью", share=LEARNERS),
    ],
    "2": [
        Line("1.8", f"Принявшие участие в массовых мероприятиях {EVENTS}", share=LEARNERS),
        *_levels("1.8", _on(LEVELS), "чел.", LEARNERS),
        Line("1.9", f"Победители и призёры массовых мероприятий {EVENTS}", share=LEARNERS),
        *_levels("1.9", _on(LEVELS), "чел.", LEARNERS),
        Line("1.10", "Участвующие в образовательных и социальных проектах", share=LEARNERS),
        *_levels("1.10", _of(OF_LEVELS), "чел.", LEARNERS),
        Line("1.11", "Количество массовых мероприятий, проведённых организацией", "ед."),
        *_levels("1.11", _on(LEVELS), "ед.", ""),
    ],
    "3": [
        Line("1.12", "Общая численность педагогических работников"),
        Line("1.13", "Имеющие высшее образование", share=STAFF),
        Line("1.14", "Имеющие высшее образование педагогической направленности", share=STAFF),
        Line("1.15", "Имеющие среднее профессиональное образование", share=STAFF),
        Line("1.16", "Имеющие среднее профессиональное образование педагогической направленности", share=STAFF),
        Line("1.17", "Которым по результатам аттестации присвоена категория", share=STAFF),
        Line("1.17.1", "Высшая", share=STAFF),
        Line("1.17.2", "Первая", share=STAFF),
        Line("1.18", "Педагогический стаж которых составляет до 5 лет и свыше 30 лет", share=STAFF),
        Line("1.18.1", "До 5 лет", share=STAFF),
        Line("1.18.2", "Свыше 30 лет", share=STAFF),
        Line("1.19", "Педагоги в возрасте до 30 лет", share=STAFF),
        Line("1.20", "Педагоги в возрасте от 55 лет", share=STAFF),
        Line("1.21", "Прошедшие за последние 5 лет повышение квалификации или переподготовку", share=ALL_STAFF),
        Line("1.22", "Специалисты, обеспечивающие методическую деятельность", share=ALL_STAFF),
        Line("1.23.1", "Публикации педагогов за 3 года", "ед."),
        Line("1.23.2", "Публикации педагогов за отчётный период", "ед."),
    ],
    "4": [
        Line("2.1", "Количество компьютеров в расчёте на одного учащегося", "ед."),
        Line("2.2", "Количество помещений для образовательной деятельности", "ед."),
        Line("2.2.1", "Учебный класс", "ед."),
        Line("2.2.2", "Лаборатория", "ед."),
        Line("2.2.3", "Мастерская", "ед."),
        Line("2.2.4", "Танцевальный класс", "ед."),
        Line("2.2.5", "Спортивный зал", "ед."),
        Line("2.2.6", "Бассейн", "ед."),
        Line("2.3", "Количество помещений для досуговой деятельности учащихся", "ед."),
        Line("2.3.1", "Актовый зал", "ед."),
        Line("2.3.2", "Концертный зал", "ед."),
        Line("2.3.3", "Игровое помещение", "ед."),
        Line("2.7", "Учащиеся, которым обеспечен широкополосный интернет (не менее 2 Мб/с)", share=LEARNERS),
    ],
}
"""Lines by section."""
QUESTIONS: dict[str, list[Line]] = {
    "3": [Line("1.24", "Система психолого-педагогической поддержки одарённых детей и иных групп детей", "")],
    "4": [
        Line("2.4", "Загородные оздоровительные лагеря, базы отдыха", ""),
        Line("2.5", "Система электронного документооборота", ""),
        Line("2.6", "Читальный зал библиотеки", ""),
        Line("2.6.1", "С возможностью работы на стационарных или переносных компьютерах", ""),
        Line("2.6.2", "С медиатекой", ""),
        Line("2.6.3", "Оснащённый средствами сканирования и распознавания текстов", ""),
        Line("2.6.4", "С выходом в интернет с компьютеров библиотеки", ""),
        Line("2.6.5", "С контролируемой распечаткой бумажных материалов", ""),
    ],
}
"""Yes or no, by section."""
_ORDER = [line for lines in LINES.values() for line in lines]
ROW_OF = {line.number: f"{at:02d}" for at, line in enumerate(_ORDER, start=1)}
"""Indicator's number → line of the form."""
SECTION_OF = {line.number: section for section, lines in LINES.items() for line in lines}
TITLES = {
    "1": "Учащиеся",
    "2": "Мероприятия и проекты",
    "3": "Педагогические работники",
    "4": "Инфраструктура",
}
HINTS = {
    "1": "На конец отчётного года. Ребёнок считается один раз, сколько бы групп он ни посещал.",
    "2": "За отчётный год. Ребёнок, который участвовал несколько раз, считается один раз.",
    "3": "На конец отчётного года, без внешних совместителей.",
    "4": "На конец отчётного года. Помещения и компьютеры берутся из принятого листа инвентаризации, если он есть.",
}


def address_of(number: str) -> Address:
    """The cell of an indicator."""
    if number in ROW_OF:
        return Address(SECTION_OF[number], f"t{SECTION_OF[number]}", ROW_OF[number], COLUMN)
    section = next(code for code, lines in QUESTIONS.items() if any(line.number == number for line in lines))
    return Address(section, _question(number))


def _question(number: str) -> str:
    """Questions are numbered on after the lines of the tables."""
    asked = [line.number for lines in QUESTIONS.values() for line in lines]
    return str(len(_ORDER) + 1 + asked.index(number))


def _section(code: str) -> Section:
    rows = tuple(
        Row(
            ROW_OF[line.number],
            f"{line.number}. {line.title}{f', {line.unit}' if line.unit != 'чел.' else ''}",
            "",
            line.deeper,
        )
        for line in LINES[code]
    )
    digits = 2 if code == "4" else 0
    table = Field(f"t{code}", TABLE, TITLES[code], columns=(Column(COLUMN, "Значение", digits=digits),), rows=rows)
    asked = tuple(
        Field(_question(line.number), CHOICE, f"{line.number}. {line.title}", choices=(YES, NO))
        for line in QUESTIONS.get(code, ())
    )
    return Section(code, TITLES[code], HINTS[code], (table, *asked))


def _checks() -> list[tuple[str, str]]:
    """Parts are never more than their whole; events and rooms by kind add up."""
    found: list[tuple[str, str]] = []

    def rule(whole: str, sign: str, *parts: str) -> None:
        names = ", ".join(ROW_OF[part] for part in parts)
        side = f"Сумме строк {names}" if len(parts) > 1 else f"Стр. {names}"
        where = SECTION_OF[whole]
        away = SECTION_OF[parts[0]]
        found.append((where, f"Стр. {ROW_OF[whole]} {sign} {side}" + (f" раздела {away}" if away != where else "")))

    rule("1.1", ">=", "1.1.1", "1.1.2", "1.1.3", "1.1.4")
    for part in ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "1.10", "2.7"):
        rule("1.1", ">=", part)
    for whole in ("1.6", "1.8", "1.9", "1.10"):
        for line in _ORDER:
            if line.number.startswith(f"{whole}."):
                rule(whole, ">=", line.number)
    rule("1.11", "=", *(f"1.11.{at}" for at in range(1, 6)))
    for part in ("1.13", "1.15", "1.17", "1.18", "1.19", "1.20"):
        rule("1.12", ">=", part)
    rule("1.13", ">=", "1.14")
    rule("1.15", ">=", "1.16")
    rule("1.17", "=", "1.17.1", "1.17.2")
    rule("1.18", "=", "1.18.1", "1.18.2")
    rule("1.23.1", ">=", "1.23.2")
    rule("2.2", "=", *(f"2.2.{at}" for at in range(1, 7)))
    rule("2.3", "=", *(f"2.3.{at}" for at in range(1, 4)))
    return found


FORM = Definition(
    tuple(_section(code) for code in LINES),
    tuple(Check(str(at), section, text) for at, (section, text) in enumerate(_checks(), start=1)),
)
