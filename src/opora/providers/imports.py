"""The layout of the public register of organisations of children's supplementary education (36 columns).

Placeholders become empty; declared figures are kept in `declared`; what does not add up is a warning with its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from opora.core import identifiers
from opora.core.registers import Layout
from opora.core.registers.importing import parsing
from opora.core.registers.importing.declaration import Problem, Record
from opora.core.registers.importing.headings import folded
from opora.providers.models import Organisation

SOURCE = "dop.edu.ru"
PLACEHOLDERS = {
    "неизвестно",
    "не известно",
    "нет данных",
    "не указано",
    "не указан",
    "н/д",
    "-",
    "–",
    "—",
    "nan",
    "none",
}
# beginnings of folded headings → what they mean; longer beginnings first
HEADINGS: tuple[tuple[str, str], ...] = (
    ("полное наименование", "full_name"),
    ("краткое наименование", "short_name"),
    ("субъект рф", "region"),
    ("тип организации", "kind"),
    ("юридическое лицо", "branch"),
    ("адрес организации", "address"),
    ("номер телефона", "phone"),
    ("email", "email"),
    ("адрес сайта", "website"),
    ("дата создания", "founded_on"),
    ("номер бланка лицензии", "licence_number"),
    ("кем выдана лиценз", "licence_issuer"),
    ("cрок лицензии", "licence_until"),
    ("срок лицензии", "licence_until"),
    ("фактическая наполняемость", "occupancy"),
    ("общее количество сотрудников", "staff"),
    ("количество занимающихся детей", "learners"),
    ("количество педагогов", "teachers"),
    ("id", "id"),
    ("inn", "inn"),
    ("инн", "inn"),
    ("ogrn", "ogrn"),
    ("огрн", "ogrn"),
    ("okfs", "okfs"),
    ("окфс", "okfs"),
    ("okopf", "okopf"),
    ("окопф", "okopf"),
)
AREAS: tuple[tuple[str, str], ...] = (
    ("художествен", "artistic"),
    ("естествен", "natural_science"),
    ("техническ", "technical"),
    ("социально", "social_humanitarian"),
    ("физкультурно", "sport"),
    ("турист", "tourism"),
    ("интеллектуально", "intellectual_games"),
)
KINDS: tuple[tuple[str, str], ...] = (
    ("спортивн", Organisation.Kind.SPORT),
    ("школа искусств", Organisation.Kind.ARTS),
    ("дополнительного образования", Organisation.Kind.SUPPLEMENTARY),
    ("дошкольн", Organisation.Kind.PRESCHOOL),
    ("общеобразоват", Organisation.Kind.SCHOOL),
    ("профессиональн", Organisation.Kind.PROFESSIONAL),
    ("высшего", Organisation.Kind.HIGHER),
    ("культур", Organisation.Kind.CULTURE),
    ("индивидуальный предприниматель", Organisation.Kind.ENTREPRENEUR),
)
COLUMNS = (
    "external_key", "full_name", "short_name", "municipality", "kind", "ownership", "is_branch", "address", "phone",
    "email", "website", "founded_on", "inn", "ogrn", "okfs", "okopf", "licence_number", "licence_issuer",
    "licence_until", "declared",
)  # fmt: skip
_PART = re.compile(
    r"^\s*(?P<word>обл|край|респ|р-н|район|г|город|пгт|рп|п|с|д|пос)\s*\.?\s+(?P<name>.+?)\s*$"
    r"|^\s*(?P<bare>.+?)\s+(?:район|р-н)\s*$",
    re.IGNORECASE,
)


def places(heading: Sequence[Any]) -> dict[str, int]:
    """Meaning → place in the row, for a heading of this layout."""
    found: dict[str, int] = {}
    for place, cell in enumerate(heading):
        name = folded(cell)
        for beginning, meaning in HEADINGS:
            if name == beginning or (len(beginning) > 5 and name.startswith(beginning)):
                area = next((code for word, code in AREAS if word in name), "")
                found.setdefault(f"{meaning}.{area}" if area else meaning, place)
                break
    return found


def detect(sample: Sequence[Sequence[str]]) -> bool:
    """Names, identifiers and declared numbers of learners by focus area together are this layout alone."""
    found = places(sample[0]) if sample else {}
    return {"full_name", "region", "inn", "learners", "learners.artistic"} <= set(found)


def blank(cell: Any) -> str:
    """The cell's text, empty for a placeholder."""
    text = parsing.plain(cell)
    return "" if parsing.folded(text) in PLACEHOLDERS else text


def records(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Record | Problem]:
    """Rows of the layout as records of the register of organisations."""
    where: dict[str, int] = {}
    seen: dict[str, int] = {}
    for number, cells in rows:
        if not where:
            where = places(cells)
            continue
        if not any(blank(cell) for cell in cells):
            continue
        row = {name: blank(cells[place]) if place < len(cells) else "" for name, place in where.items()}
        yield _record(number, row, seen)


def _record(number: int, row: dict[str, str], seen: dict[str, int]) -> Record:
    problems = [*_identifier_problems(number, row, seen)]
    declared, more = _declared(number, row)
    full_name = row.get("full_name", "")
    values: dict[str, Any] = {
        "external_key": f"{SOURCE}:{row['id']}" if row.get("id") else "",
        "full_name": full_name,
        "short_name": (row.get("short_name") or full_name)[:250],
        "municipality": "|".join((row.get("region", ""), *place_of(row.get("address", "")))),
        "kind": kind_of(row.get("kind", ""), full_name),
        "ownership": ownership_of(full_name, row.get("okfs", ""), row.get("okopf", "")),
        "is_branch": "филиал" in row.get("branch", "").lower(),
        "declared": declared,
    }
    for name in ("address", "phone", "email", "website", "founded_on", "inn", "ogrn", "okfs", "okopf"):
        values[name] = row.get(name, "")
    for name in ("licence_number", "licence_issuer", "licence_until"):
        values[name] = row.get(name, "")
    return Record(number, values, (*problems, *more))


def _identifier_problems(number: int, row: dict[str, str], seen: dict[str, int]) -> Iterator[Problem]:
    inn = row.get("inn", "")
    if not inn:
        yield Problem(number, "ИНН", "missing", "ИНН не указан.", "warning")
        return
    try:
        inn = identifiers.inn(inn)
    except ValueError:
        return  # the column's own parser names the error
    if inn in seen:
        message = f"ИНН {inn} повторяется: впервые в строке {seen[inn]}."
        yield Problem(number, "ИНН", "repeated_inn", message, "warning")
    seen.setdefault(inn, number)


def _declared(number: int, row: dict[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """Figures as declared, and what does not add up in them."""
    problems: list[Problem] = []
    count = parsing.integer(0)

    def figure(name: str, title: str) -> int | None:
        try:
            found = count(row.get(name, ""))
        except ValueError as error:
            problems.append(Problem(number, title, "value", str(error)))
            return None
        return None if found is None else int(found)

    declared: dict[str, Any] = {"source": SOURCE}
    for name, title in (("learners", "Количество занимающихся детей"), ("teachers", "Количество педагогов")):
        parts = {code: figure(f"{name}.{code}", title) for _, code in AREAS}
        total = figure(name, title)
        declared[name] = {"total": total, **parts}
        known = [value for value in parts.values() if value is not None]
        if total is not None and known and sum(known) != total:
            message = f"Сумма по направленностям {sum(known)} не равна общему числу {total}."
            problems.append(Problem(number, title, "sum_mismatch", message, "warning"))
    declared["occupancy"] = figure("occupancy", "Фактическая наполняемость")
    declared["staff"] = figure("staff", "Общее количество сотрудников")
    teachers = declared["teachers"]["total"]
    if declared["staff"] is not None and teachers is not None and teachers > declared["staff"]:
        message = f"Педагогов ({teachers}) больше, чем всех сотрудников ({declared['staff']})."
        problems.append(Problem(number, "Количество педагогов", "more_teachers", message, "warning"))
    return declared, problems


def place_of(address: str) -> tuple[str, str]:
    """(district, city) named in an address, empty where there is none: «р-н. Пошехонский, г. Пошехонье, …»."""
    district = city = ""
    for part in address.split(","):
        found = _PART.match(part)
        if found is None:
            continue
        word, name, bare = found["word"], found["name"], found["bare"]
        if bare or word.lower() in ("р-н", "район"):
            district = district or bare or name
        elif word.lower() in ("г", "город"):
            city = city or name
    return district.strip(" ."), city.strip(" .")


def kind_of(text: str, full_name: str) -> str:
    """The kind by the type told, else by the name."""
    for said in (text.lower(), full_name.lower()):
        for word, kind in KINDS:
            if word in said:
                return str(kind)
    return str(Organisation.Kind.OTHER)


def ownership_of(full_name: str, okfs: str, okopf: str) -> str:
    """Ownership by the name first («Муниципальное бюджетное …»), then by the classifiers."""
    for said in (full_name.lower()[:60], okfs.lower(), okopf.lower()):
        if "муниципальн" in said:
            return str(Organisation.Ownership.MUNICIPAL)
        if "государствен" in said or "субъект" in said or "федеральн" in said:
            return str(Organisation.Ownership.STATE)
        if "частн" in said or "автономная некоммерческая" in said or "предпринимател" in said:
            return str(Organisation.Ownership.PRIVATE)
    return str(Organisation.Ownership.MUNICIPAL)


LAYOUTS = (Layout("org_registry", "реестр организаций дополнительного образования", COLUMNS, detect, records),)
