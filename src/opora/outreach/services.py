"""Class lists and their pupils: lists by hand, one pupil by hand, what an import does before and after writing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from opora.core import clock, names, russian
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.registers.importing.declaration import Found, Level, Problem
from opora.enrolment.rules.rollover import school_year_of, school_year_title
from opora.outreach import policy, rules, services_matching
from opora.outreach.models import ClassList, Pupil
from opora.providers.models import Organisation

_YEAR = re.compile(r"^(.+)-(20\d\d)$")
_NOT_A_SCHOOL = Reason(
    "not_a_school", "Списки классов ведут общеобразовательные организации: выберите школу.", field="organisation"
)
_LEAVERS = """
UPDATE pupil p SET state = 'left', left_on = timezone(m.time_zone, %(now)s)::date
  FROM class_list l JOIN municipality m ON m.id = l.municipality_id
 WHERE p.class_list_id = l.id AND p.state = 'studying'
   AND EXISTS (SELECT FROM {stage} s WHERE s.class_list_id = p.class_list_id
                  AND s.grade = p.grade AND s.letter = p.letter)
   AND NOT EXISTS (SELECT FROM {stage} s WHERE coalesce(s.target_id, s.new_id) = p.id)
"""
_BACK = """
UPDATE pupil p SET state = 'studying', left_on = NULL FROM {stage} s
 WHERE s.target_id = p.id AND p.state = 'left'
"""


def save_class_list(actor: Actor, instance: ClassList, data: dict[str, Any]) -> ClassList:
    """Add or change a list. A list that holds pupils keeps its school and year."""
    organisation, year = data["organisation"], int(data["year"])
    moved = (organisation.pk, year) != (instance.organisation_id, instance.year)
    if moved and organisation.kind != Organisation.Kind.SCHOOL:
        raise Refused(_NOT_A_SCHOOL)
    if moved and instance.pk and instance.pupils.exists():
        raise Refused(Reason("not_empty", "В списке уже есть ученики: школу и год не поменять.", field="organisation"))
    if moved and not 2000 <= year <= year_now(organisation) + 1:
        raise Refused(Reason("year", "Проверьте год: списки ведут на идущий или следующий учебный год.", field="year"))
    instance.organisation, instance.year, instance.basis = organisation, year, data.get("basis", "")
    instance.municipality_id = organisation.municipality_id
    if moved:
        instance.key, instance.name = key_of(organisation, year), name_of(organisation, year)
    instance.save()
    return instance


def key_of(organisation: Organisation, year: int) -> str:
    """The code by which files and commands name a list: «shkola-3-2026»."""
    return f"{organisation.slug}-{year}"


def name_of(organisation: Organisation, year: int) -> str:
    """«Школа № 2, 2026/2027»."""
    return f"{organisation.short_name}, {school_year_title(year)}"


def save_pupil(actor: Actor, instance: Pupil, data: dict[str, Any]) -> Pupil:
    """Add or change one pupil; whom it is, is looked for again unless a person has said so."""
    for name, value in data.items():
        setattr(instance, name, value)
    known = rules.school_class(instance.school_class)
    instance.school_class, instance.grade, instance.letter = str(known), known.grade, known.letter
    instance.match_key = names.match_key(instance.last_name, instance.first_name, instance.patronymic)
    instance.save()
    services_matching.compare(actor, lists=[instance.class_list_id], again=True)
    instance.refresh_from_db()
    return instance


# --- what an import asks -------------------------------------------------------------------------------------


def schools(actor: Actor) -> QuerySet[Organisation]:
    """Schools whose lists the actor may bring."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, state=Organisation.State.ACTIVE)
    if actor.system:
        return rows
    roles = policy.READERS
    if any(reach.everything and reach.role in roles for reach in actor.reaches):
        return rows
    return rows.filter(Q(municipality__in=actor.municipalities(*roles)) | Q(pk__in=actor.organisations(*roles)))


def year_now(organisation: Organisation) -> int:
    """The school year that goes on where the school is."""
    return school_year_of(clock.today(organisation.municipality.time_zone))


def own_list(actor: Actor) -> str:
    """The list a file without a school belongs to: this year's of the only school the actor brings lists of, else ""."""
    if actor.system:
        return ""
    rows = list(schools(actor).select_related("municipality").order_by("pk")[:2])
    return key_of(rows[0], year_now(rows[0])) if len(rows) == 1 else ""


def lists_named(actor: Actor, texts: Sequence[str]) -> Mapping[str, Found | str]:
    """Lists meant by a school's name, code or ИНН (this school year) or by a list's code; made when they are missing."""
    known: dict[str, list[Organisation]] = {}
    for row in schools(actor).select_related("municipality").order_by("pk"):
        for name in {row.short_name, row.full_name, row.slug, row.inn} - {""}:
            known.setdefault(_folded(name), []).append(row)
    answers: dict[str, Found | str] = {}
    for text in texts:
        dated = _YEAR.match(text.strip())
        found = known.get(_folded(text), [])
        year = None
        if not found and dated:
            found, year = known.get(_folded(dated[1]), []), int(dated[2])
        if len(found) != 1:
            why = (
                "подходит несколько школ, напишите ИНН или код" if found else "среди школ, чьи списки вы ведёте, её нет"
            )
            answers[text] = f"Школа «{text}»: {why}."
            continue
        answers[text] = Found(_list_of(found[0], year or year_now(found[0])).pk)
    return answers


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[«»\"]", "", text).casefold().replace("ё", "е").split())


def _list_of(organisation: Organisation, year: int) -> ClassList:
    row, _ = ClassList.objects.get_or_create(
        organisation=organisation,
        year=year,
        defaults={
            "municipality_id": organisation.municipality_id,
            "key": key_of(organisation, year),
            "name": name_of(organisation, year),
        },
    )
    return row


def complete(values: dict[str, Any]) -> None:
    """Raw cells of a row: a letter in a column of its own joins the class; categories become their codes."""
    letter = str(values.get("letter") or "").strip()
    said = str(values.get("school_class") or "").strip()
    if letter and said:
        try:
            known = rules.school_class(said)
            values["school_class"] = f"{known.grade}{known.letter or rules.class_letter(letter)}"
            values["letter"] = known.letter or letter
        except ValueError:
            pass  # the cell's own parser says what is wrong
    categories = values.get("categories")
    if isinstance(categories, str) and not categories.strip().startswith("["):
        values["categories"] = "; ".join(rules.category_words(categories))


def derive(values: Mapping[str, Any]) -> dict[str, Any]:
    """Grade, letter and the key by which the same pupil is found."""
    known = rules.school_class(values["school_class"]) if values.get("school_class") else rules.SchoolClass(0)
    parts = [str(values.get(name) or "") for name in ("last_name", "first_name", "patronymic")]
    return {"grade": known.grade, "letter": known.letter, "match_key": names.match_key(*parts)}


def check(values: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Level]]:
    """The age is that of a pupil."""
    born, said = values.get("birth_date"), values.get("school_class")
    if born is None:
        return
    grade = rules.school_class(said).grade if said else None
    problem = rules.birth_problem(born, grade, clock.today(clock.EASTERNMOST))
    if problem:
        yield "Дата рождения", "age", problem[0], "error" if problem[1] == "error" else "warning"


def finish(actor: Actor, stage: str, whole: bool) -> Iterable[Problem]:
    """After the rows are written: who left the classes of the file, who is back; then all are compared with children.

    A file with rejected rows marks nobody as gone: they may stand in those rows.
    """
    table = connection.ops.quote_name(stage)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT class_list_id FROM {table} WHERE class_list_id IS NOT NULL")
        lists = [row[0] for row in cursor.fetchall()]
        cursor.execute(_BACK.format(stage=table))
        gone = 0
        if whole:
            cursor.execute(_LEAVERS.format(stage=table), {"now": clock.now()})
            gone = cursor.rowcount
    ClassList.objects.filter(pk__in=lists).update(loaded_at=clock.now())
    undecided = services_matching.compare(actor, lists=lists, again=True)
    if gone:
        pupils = russian.plural(gone, "ученика", "учеников", "учеников")
        yield Problem(0, "", "left", f"В файле нет {pupils} из его классов: они отмечены выбывшими.", "warning")
    if not whole:
        yield Problem(
            0,
            "Файл",
            "not_whole",
            "Часть строк не принята, поэтому выбывшие не отмечены. Загрузите файл целиком.",
            "warning",
        )
    if undecided:
        who = russian.plural(undecided, "ученик похож", "ученика похожи", "учеников похожи")
        yield Problem(0, "", "undecided", f"{who} на известных детей не точно: решит центр.", "warning")
