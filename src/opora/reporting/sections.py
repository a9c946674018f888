"""The template of a report: sections in their order, what each begins with, and the tables, charts and schemes it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Block:
    """A table, a chart drawn from a table, a scheme, or the requisites.

    `source` names a frozen table; a chart takes its first column as categories and the columns `values` as series.
    """

    kind: Literal["table", "chart", "scheme", "facts", "sources"]
    source: str
    caption: str
    values: tuple[int, ...] = ()
    shape: Literal["bar", "hbar", "line", "pie"] = "hbar"
    only: Literal["", "centre", "region"] = ""
    """Only in the report of a centre, or only in that of a region."""


@dataclass(frozen=True, slots=True)
class Section:
    """`sentences`: the narrative to begin with; those whose figures are not known are left out.

    `awaits`: what has no register yet; without a text of people the section says so.
    """

    code: str
    title: str
    sentences: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    awaits: str = ""
    hint: str = ""


SECTIONS: tuple[Section, ...] = (
    Section(
        "general",
        "Общие сведения",
        (
            "Отчёт подготовлен по данным на {date}.",
            "На территории живёт {population|ребёнок,ребёнка,детей} в возрасте от 5 до 17 лет.",
            "Дополнительному образованию учат {organisations|организация,организации,организаций} и "
            "{teachers|педагог,педагога,педагогов}; доля частных организаций – {private_share}.",
            "На {date} в организациях, которые обслуживает центр, занимается {learners|ребёнок,ребёнка,детей}.",
        ),
        (
            Block("facts", "general", "Сведения об опорном центре", only="centre"),
            Block("facts", "general", "Территория", only="region"),
            Block("table", "organisations_by_kind", "Организации дополнительного образования по видам"),
            Block("scheme", "interaction", "Кто с кем взаимодействует в системе дополнительного образования"),
        ),
        hint="Что представляет собой центр, чем жил этот год, что изменилось в команде и полномочиях.",
    ),
    Section(
        "coverage",
        "Охват детей дополнительным образованием",
        (
            "Дополнительным образованием охвачено {coverage} детей: {coverage.numerator} из {coverage.denominator} "
            "живущих на территории.",
            "Каждый ребёнок посчитан один раз, сколько бы кружков он ни посещал.",
            "Всего действует {enrolments|зачисление,зачисления,зачислений}, то есть {multiplicity} на одного "
            "охваченного ребёнка.",
            "С начала года хотя бы один день занимались {coverage_year.numerator} детей, это {coverage_year}.",
        ),
        (
            Block("table", "by_focus", "Зачисления и дети по направленностям"),
            Block("chart", "by_focus", "Зачисления по направленностям", (1, 2)),
            Block("table", "by_age", "Охват по возрасту"),
            Block("chart", "by_age", "Охват по возрасту, %", (3,), "bar"),
            Block("table", "by_locality", "Охваченные дети по месту жительства", only="centre"),
            Block("table", "municipalities", "Охват по муниципалитетам"),
            Block("chart", "municipalities", "Охват по муниципалитетам, %", (3,), only="region"),
        ),
        hint="За счёт чего вырос или упал охват, где детей не хватает в кружках и почему.",
    ),
    Section(
        "programmes",
        "Программы",
        (
            "В навигаторе опубликовано {programmes|программа,программы,программ}.",
            "В открытых группах свободно {free_places|место,места,мест}.",
            "Продвинутого уровня – {programmes.advanced}, базового – {programmes.basic}, стартового – "
            "{programmes.starter}.",
        ),
        (
            Block("table", "programmes_by_level", "Программы по направленностям и уровням"),
            Block("table", "programmes_by_form", "Программы по формам обучения"),
            Block("table", "places", "Группы и места"),
            Block("chart", "places", "Места в группах", (2, 3)),
        ),
        hint="Какие программы открыты впервые, какие закрыты, что обновлено.",
    ),
    Section(
        "funding",
        "Персонифицированное финансирование",
        (
            "Сертификаты есть у {certificates_share} детей ({certificates_share.numerator} из "
            "{certificates_share.denominator}), сертификаты финансирования – у {funded_share}.",
            "На дату действует {contracts|договор,договора,договоров} об обучении по сертификатам.",
            "За год организациям выплачено {money_paid}, из них частным – {private_money_share}.",
        ),
        (
            Block("table", "certificates", "Действующие сертификаты"),
            Block("table", "certificate_groups", "Группы сертификатов: план и факт"),
            Block("table", "funding_periods", "План и исполнение по периодам"),
            Block("table", "paid", "Выплачено за год"),
            Block("table", "assignments", "Исполнение муниципальных заданий"),
        ),
        hint="Как прошло утверждение программы, хватило ли денег, что показала сверка.",
    ),
    Section(
        "navigator",
        "Навигатор и запись",
        (
            "В навигаторе представлено {navigator_organisations} организаций: {navigator_organisations.numerator} из "
            "{navigator_organisations.denominator}.",
            "В срок рассмотрено {answered_in_time} заявок.",
        ),
        (
            Block("table", "applications", "Заявки, поданные за год"),
            Block("table", "channels", "Как подавали заявки"),
        ),
        hint="Как прошла запись, что спрашивали родители, какие карточки программ исправлены.",
    ),
    Section(
        "access",
        "Равный доступ",
        (
            "Среди охваченных {special_needs|ребёнок,ребёнка,детей} с ограниченными возможностями здоровья и "
            "инвалидностью ({special_needs_share} всех охваченных).",
            "В трудной жизненной ситуации – {hardship|ребёнок,ребёнка,детей}, в сельских населённых пунктах живут "
            "{rural|ребёнок,ребёнка,детей} ({rural_share} всех охваченных).",
        ),
        (Block("table", "categories", "Охваченные дети по категориям"),),
        hint="Адаптированные программы, выездные занятия, сопровождение одарённых детей.",
    ),
    Section(
        "network",
        "Сетевое взаимодействие и партнёры",
        ("Действует {partner_agreements|соглашение,соглашения,соглашений} с партнёрами.",),
        (Block("table", "agreements", "Действующие соглашения", only="centre"),),
        hint="С кем заключены соглашения, какие программы идут в сетевой форме, что дали партнёры.",
    ),
    Section(
        "inventory",
        "Инфраструктура и ресурсы",
        ("Занятия идут на площадках всех организаций; их оснащение для детей с инвалидностью показано в таблице.",),
        (
            Block("table", "venues", "Площадки и доступная среда"),
            Block("table", "expenses", "Средства и закупки центра", only="centre"),
        ),
        hint="Что купили и отремонтировали, какие помещения используют совместно.",
    ),
    Section(
        "staff",
        "Кадры",
        (
            "В организациях работает {teachers|педагог,педагога,педагогов} дополнительного образования.",
            "За три года обучены {trained_heads} руководителей и {trained_centre_staff} сотрудников опорного центра.",
        ),
        (
            Block("table", "staff_by_category", "Педагоги по квалификационным категориям"),
            Block("chart", "staff_by_category", "Педагоги по категориям", (1,), "pie"),
            Block("table", "trainings", "Обучение, завершённое за год"),
            Block("table", "staff_by_organisation", "Педагоги по организациям"),
        ),
        hint="Кто и чему учился, кого не хватает, как поддерживают молодых педагогов.",
    ),
    Section("quality", "Качество образования", awaits="независимая оценка и экспертиза программ",
            hint="Результаты независимой оценки, экспертиза программ, отзывы родителей."),
    Section("events", "Мероприятия", awaits="мероприятия, их участники и победители",
            hint="Главные конкурсы и смены, сколько детей участвовало, чем гордитесь."),
    Section("practices", "Лучшие практики и типовые модели", awaits="практики и типовые модели",
            hint="Какие практики описаны и переданы, какие модели проходят апробацию."),
    Section("media", "Информационная работа", awaits="медиаплан и публикации",
            hint="Исполнение медиаплана, публикации, встречи с родителями."),
    Section(
        "acts",
        "Нормативная база",
        ("Работу системы на территории регулируют акты, перечисленные в таблице.",),
        (Block("table", "acts", "Действующие правовые акты"),),
        awaits="правовые акты",
        hint="Какие акты приняты в этом году и что они изменили.",
    ),
    Section(
        "plan",
        "Исполнение плана",
        ("Целевые значения показателей и их достижение на {date} приведены в таблице.",),
        (
            Block("table", "plan_items", "Пункты плана года по разделам", only="centre"),
            Block("table", "targets", "Целевые значения: план и факт"),
        ),
        awaits="план и целевые значения",
        hint="Что из плана года сделано, что перенесено и почему.",
    ),
    Section("tasks", "Проблемы и задачи на следующий год",
            hint="Чего не удалось достичь, что мешает, что вы сделаете в следующем году."),
)  # fmt: skip
"""Sections of the annual report (spec/planning.md, Annual report)."""

SOURCES = Section(
    "sources",
    "Источники и определения показателей",
    ("Каждый показатель взят из снимка, который сделан на {date} и больше не меняется.",),
    (Block("sources", "figures", "Показатели, на которых стоит отчёт"),),
)
"""The last section of every report: what each figure is, from where and of which day."""

BY_KIND: dict[str, tuple[str, ...]] = {
    "annual": tuple(section.code for section in SECTIONS),
    "coverage": ("coverage", "access", "programmes", "tasks"),
    "demand": ("navigator", "programmes", "coverage", "tasks"),
    "access": ("access", "coverage", "inventory", "tasks"),
    "legal": ("acts", "plan", "tasks"),
    "staff": ("staff", "tasks"),
    "self": (),
}
"""Which sections a kind of report has, in their order; those of a self-assessment stand in `sections_own`."""


def of_kind(kind: str) -> list[Section]:
    """Sections of a report of this kind, in order, without the last one about sources."""
    from opora.reporting import sections_own

    if kind == "self":
        return list(sections_own.SECTIONS)
    known = {section.code: section for section in SECTIONS}
    return [known[code] for code in BY_KIND[kind]]


def get(kind: str, code: str) -> Section | None:
    """The section of that code, or None."""
    return next((section for section in of_kind(kind) if section.code == code), None)
