"""Files of programmes and groups: columns, and the list of programmes joined by «#» as one region publishes it.

What decides a published programme (ages, level, focus area, hours) is not changed by a file: that goes through
moderation, so these columns fill new rows only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection

from opora.catalogue.services import imported
from opora.catalogue.services.programmes import slug_of
from opora.catalogue.vocabulary import FocusArea
from opora.core.access import Actor
from opora.core.registers import ImportColumn, Layout, Ref
from opora.core.registers.importing.declaration import Level, Problem, Record
from opora.core.registers.importing.headings import folded
from opora.providers.services import SEPARATOR

_BLANK = re.compile(r"\s+")
_ORGANISATION = Ref(
    by=("slug", "inn", "external_key", "short_name", "full_name"),
    within={"municipality_id": "municipality"},
    resolve=imported.organisations_of_units,
)
MUNICIPALITY = ImportColumn(
    "municipality",
    "ОКТМО муниципалитета",
    aliases=("муниципалитет", "муниципальное образование", "октмо", "район"),
    ref=Ref(by=("oktmo", "name", "short_name"), resolve=imported.municipalities),
)
ORGANISATION = ImportColumn(
    "organisation", "Организация", aliases=("код организации", "инн", "поставщик"), ref=_ORGANISATION
)
PROGRAMME_COLUMNS = (
    MUNICIPALITY,
    ORGANISATION,
    ImportColumn("name", "Название", aliases=("наименование", "программа", "наименование программы")),
    ImportColumn("focus_area", "Направленность", keep_empty=True, insert_only=True),
    ImportColumn("raw_focus_area", "Направленность как написана", keep_empty=True, insert_only=True),
    ImportColumn(
        "activity_direction", "Вид деятельности", aliases=("направление",), ref=Ref(by=("name", "code")), required=False
    ),
    ImportColumn("kind", "Вид программы", insert_only=True),
    ImportColumn("level", "Уровень", aliases=("уровень программы",), insert_only=True),
    ImportColumn("study_form", "Форма обучения", insert_only=True),
    ImportColumn("age_from", "Возраст с", aliases=("минимальный возраст", "возраст от"), insert_only=True),
    ImportColumn("age_to", "Возраст по", aliases=("максимальный возраст", "возраст до"), insert_only=True),
    ImportColumn("annotation", "О программе", aliases=("аннотация", "описание"), keep_empty=True),
    ImportColumn("audience", "Для кого", keep_empty=True),
    ImportColumn("results", "Чему научится", aliases=("результаты",), keep_empty=True),
    ImportColumn("requirements", "Что понадобится", keep_empty=True),
    ImportColumn("keywords", "Слова для поиска", keep_empty=True),
    ImportColumn("is_short", "Краткосрочная"),
    ImportColumn("is_mobile", "Выездная"),
    ImportColumn("is_network", "Сетевая форма"),
    ImportColumn("is_prevocational", "Профессиональные пробы"),
    ImportColumn("external_key", "Номер в другой системе", aliases=("код программы", "ид программы")),
)
_PROGRAMME = ImportColumn(
    "programme",
    "Программа",
    aliases=("название программы",),
    ref=Ref(by=("external_key", "name"), within={"organisation_id": "organisation"}),
)
GROUP_COLUMNS = (
    MUNICIPALITY,
    ORGANISATION,
    _PROGRAMME,
    ImportColumn(
        "module", "Модуль", aliases=("номер модуля", "год обучения"),
        ref=Ref(by=("number", "name"), within={"programme_id": "programme"}), path="module__number", insert_only=True,
    ),
    ImportColumn("name", "Группа", aliases=("название группы", "наименование группы")),
    ImportColumn("starts_on", "Начало занятий", aliases=("дата начала",), insert_only=True),
    ImportColumn("ends_on", "Окончание занятий", aliases=("дата окончания",), insert_only=True),
    ImportColumn("capacity", "Мест", aliases=("количество мест", "вместимость"), insert_only=True),
    ImportColumn("age_from", "Возраст с", aliases=("возраст от",)),
    ImportColumn("age_to", "Возраст по", aliases=("возраст до",)),
    ImportColumn(
        "teacher", "Педагог", aliases=("фио педагога", "преподаватель"),
        ref=Ref(by=("sort_name",), within={"organisation_id": "organisation"}), required=False,
    ),
    ImportColumn(
        "venue", "Площадка", aliases=("место занятий",),
        ref=Ref(by=("name", "address"), within={"organisation_id": "organisation"}), required=False,
    ),
    ImportColumn("for_budget", "За счёт бюджета", insert_only=True),
    ImportColumn("for_certificate", "По сертификату", insert_only=True),
    ImportColumn("for_paid", "Платно", insert_only=True),
    ImportColumn("external_key", "Номер в другой системе", aliases=("код группы",)),
)  # fmt: skip

_AREAS = {
    "художественная": "artistic",
    "художественное": "artistic",
    "художественно эстетическая": "artistic",
    "техническая": "technical",
    "техническое": "technical",
    "научно техническая": "technical",
    "туристско краеведческая": "tourism",
    "туристско краеведческое": "tourism",
    "естественнонаучная": "natural_science",
    "естественно научная": "natural_science",
    "естественнонаучное": "natural_science",
    "социально гуманитарная": "social_humanitarian",
    "социально педагогическая": "social_humanitarian",
    "социально гуманитарное": "social_humanitarian",
    "физкультурно спортивная": "sport",
    "физкультурно спортивное": "sport",
}
_LEVELS = {"ознакомительный": "starter", "углубленный": "advanced", "initial": "starter"}


def area_of(written: str) -> str:
    """The focus area that a text means, "" when it is not one we know or a person mapped."""
    key = folded(written)
    known = {folded(label): code for code, label in FocusArea.choices} | {
        folded(code): code for code in FocusArea.values
    }
    return known.get(key) or _AREAS.get(key) or imported.mapped(written)


def fill_programme(values: dict[str, Any]) -> None:
    """Complete a row before it is read: municipality of its organisation, focus area by its many spellings."""
    _municipality(values)
    written = _BLANK.sub(" ", str(values.get("focus_area") or "")).strip()
    if written:
        values["focus_area"] = area_of(written)
        if not values["focus_area"]:
            values["raw_focus_area"] = written[:200]
    level = folded(values.get("level") or "")
    if level in _LEVELS:
        values["level"] = _LEVELS[level]


def fill_group(values: dict[str, Any]) -> None:
    """The municipality comes from the organisation; a programme of one module needs no number."""
    _municipality(values)
    if values.get("module") in (None, ""):
        values["module"] = "1"


def _municipality(values: dict[str, Any]) -> None:
    if values.get("municipality") in (None, "") and values.get("organisation") not in (None, ""):
        values["municipality"] = f"{imported.OF_ORGANISATION}{values['organisation']}"


def check_programme(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    """Ages in order; a focus area that nobody knows is kept and told."""
    low, high = values.get("age_from"), values.get("age_to")
    if low is not None and high is not None and low > high:
        yield "Возраст с", "ages_reversed", f"Возраст «с» ({low}) больше возраста «по» ({high}).", "error"
    raw = values.get("raw_focus_area")
    if raw and not values.get("focus_area"):
        yield (
            "Направленность",
            "unknown_focus_area",
            f"Направленность «{raw}» не из шести: сохранена как написана."
            " Её значение задаётся один раз в реестре «Направленности из файлов».",
            "warning",
        )


def check_group(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    """Dates and ages in order, at least one place."""
    start, end = values.get("starts_on"), values.get("ends_on")
    if start and end and start > end:
        yield "Начало занятий", "dates_reversed", "Начало занятий позже окончания.", "error"
    low, high = values.get("age_from"), values.get("age_to")
    if low is not None and high is not None and low > high:
        yield "Возраст с", "ages_reversed", f"Возраст «с» ({low}) больше возраста «по» ({high}).", "error"
    if values.get("capacity") == 0:
        yield "Мест", "capacity_missing", "В группе должно быть хотя бы одно место.", "error"


def derive_programme(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A new programme gets the address of its page from its name."""
    return {"slug": slug_of(str(values.get("name") or ""))}


def programmes_written(actor: Actor, touched: str) -> None:
    """After writing: unknown focus areas wait for mapping, scores are counted, search is told."""
    imported.programmes_written(_ids(touched))


def groups_written(actor: Actor, touched: str) -> None:
    """After writing: prices of the modules, counters of places, scores of the programmes."""
    imported.groups_written(_ids(touched, "I"), _ids(touched))


def _ids(touched: str, op: str = "") -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {touched} WHERE %s IN ('', op)", [op])
        return [row[0] for row in cursor.fetchall()]


# --- «направление» lists joined by «#» --------------------------------------------------------------------------

UNIT_LISTS: dict[str, str] = {
    "ooTech": "technical",
    "ooScience": "natural_science",
    "ooSport": "sport",
    "ooArt": "artistic",
    "ooTourism": "tourism",
    "ooSocial": "social_humanitarian",
}
"""Lists whose name is one of the six focus areas; any other «oo…» list is kept as it is written."""
WRITTEN = {"ooOther": "Другое", "ooCulture": "Культурологическое", "ooPatriot": "Патриотическое"}
_FACTS = frozenset(
    [
        "ooCode",
        "ooType",
        "ooName",
        "ooFullName",
        "ooAddress",
        "ooPhone",
        "ooMail",
        "ooSite",
        "ooFoundationYear",
        "ooRatings",
        "ooLatt",
        "ooLong",
    ]
)
_REGION = re.compile(
    r"([А-ЯЁ][А-Яа-яЁё-]+(?:\s+[А-ЯЁ][а-яё]+)?\s+(?:область|край|обл\.?)|Республика\s+[А-ЯЁ][А-Яа-яё-]+)"
)
_DISTRICT = re.compile(r"([А-ЯЁ][А-Яа-яЁё-]+)\s+(?:муниципальный\s+)?(?:район|р-н)")
_CITY = re.compile(r"(?:\bг\.|\bгород)\s*([А-ЯЁ][А-Яа-яЁё-]+)")


def _is_units(sample: Sequence[Sequence[str]]) -> bool:
    return bool(sample) and {"moCode", "ooCode", "ooName"} <= set(sample[0])


def _units(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Record | Problem]:
    """One record per programme; the row is the organisation's place in the file."""
    imported.begin_units()
    return _unit_records(rows)


def _unit_records(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Record | Problem]:
    _, names = next(rows)
    codes: dict[str, str] = {}
    for number, cells in rows:
        unit = dict(zip(names, cells, strict=False))
        title = _BLANK.sub(" ", str(unit.get("ooName") or "")).strip()
        code = str(unit.get("ooCode") or "").strip()
        if code and codes.setdefault(code, title) != title:
            yield Problem(
                number, "ooCode", "repeated_code",
                f"Код {code} уже был у организации «{codes[code]}»: различаем их по названию.", "warning",
            )  # fmt: skip
        imported.remember_unit(title, unit)
        found = list(_of_unit(number, unit, title))
        if not found:
            yield Problem(number, "", "no_programmes", f"У организации «{title}» программ в файле нет.", "warning")
        yield from found


def _of_unit(number: int, unit: dict[str, Any], title: str) -> Iterator[Record]:
    place = _place(str(unit.get("ooAddress") or "")) or f"{imported.OF_CODE}{unit.get('moCode')}"
    seen: set[str] = set()
    for key, value in unit.items():
        if key in _FACTS or not key.startswith("oo") or not isinstance(value, str):
            continue
        area = UNIT_LISTS.get(key, "")
        for part in value.split("#"):
            name = clean_name(part)
            if not name:
                continue
            if name.lower() in seen:
                said = Problem(
                    number, key, "repeated", f"Программа «{name}» названа дважды, взята один раз.", "warning"
                )
                yield Record(number, {}, (said,), skip=True)
                continue
            seen.add(name.lower())
            yield Record(
                number,
                {
                    "municipality": place,
                    "organisation": title,
                    "name": name[:300],
                    "focus_area": area or WRITTEN.get(key, key),
                },
            )


def clean_name(text: str) -> str:
    """«« Мини-футбол»» → «Мини-футбол»; quotes inside stay."""
    name = _BLANK.sub(" ", text).strip()
    if name.startswith("«") and name.count("«") == 1 and (name.endswith("»") or "»" not in name):
        name = name.strip("«» ")
    elif name.endswith("»") and "«" not in name:
        name = name.rstrip("» ")
    return name


def _place(address: str) -> str:
    """«region|district|city» for the resolver of municipalities, "" when the address names no region."""
    region, district, city = _REGION.search(address), _DISTRICT.search(address), _CITY.search(address)
    if region is None or (district is None and city is None):
        return ""
    return SEPARATOR.join((region[1], district[1] if district else "", city[1] if city and not district else ""))


LAYOUTS = (
    Layout(
        "units_by_focus_area",
        "организации со списками программ по направлениям",
        ("municipality", "organisation", "name", "focus_area", "raw_focus_area"),
        _is_units,
        _units,
    ),
)
