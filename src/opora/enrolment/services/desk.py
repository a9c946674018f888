"""Applications that staff enter for families: one on paper, or a whole list into a group (E2)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from opora.catalogue.models import Group
from opora.core import identifiers, names
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment import policy
from opora.enrolment.services.apply import Applied, apply
from opora.people import policy as people_policy
from opora.people import services as people
from opora.people.models import Child
from opora.people.services import ChildData

UNKNOWN = Reason(
    "child_unknown",
    "Такого ребёнка в системе нет.",
    hint="Завести карточку может оператор пункта приёма или семья в личном кабинете.",
    field="last_name",
)

OTHER_CHILD = Reason(
    "snils_of_another",
    "Этот СНИЛС записан за другим ребёнком: имя или дата рождения не совпадают.",
    hint="Проверьте СНИЛС, имя и дату рождения по документам.",
    field="snils",
)


def apply_on_paper(
    actor: Actor, *, data: ChildData, giver_name: str, group: Group, funding: str, key: str | None = None
) -> Applied:
    """An application signed on paper. A known child is found by name and birth date, a new one gets a record.

    The guardian's consent on paper is recorded with its giver. Raises Refused with reasons.
    """
    with act(actor):
        child = find_child(
            group,
            last=data.last_name,
            first=data.first_name,
            patronymic=data.patronymic,
            born=data.birth_date,
            snils=data.snils,
        )
        if child is None:
            if not actor.has(*people_policy.DESK):
                raise Refused(UNKNOWN)
            child = people.add_child(actor, data=data, relation="guardian", giver_name=giver_name, channel="desk")
        comment = f"Заявление на бумаге: {giver_name}"[:500]
        return apply(
            actor, child=child, group=group, funding=funding, source="desk", comment=comment, idempotency_key=key
        )


def find_child(group: Group, *, last: str, first: str, patronymic: str, born: dt.date, snils: str = "") -> Child | None:
    """The one living record by СНИЛС, else by name and birth date; None when there is none or several.

    Raises Refused when the СНИЛС is another child's: a slip of the pen (or a twin's card) must not enrol a stranger.
    """
    rows = Child.objects.filter(state="living", municipality__region_id=group.municipality.region_id)
    if snils:
        found = rows.filter(snils=snils).first()
        if found is not None:
            if found.birth_date != born or names.part_key(found.first_name) != names.part_key(first):
                raise Refused(OTHER_CHILD)
            return found
    wanted = [names.part_key(last), names.part_key(first), names.part_key(patronymic)]
    same = [
        row
        for row in rows.filter(birth_date=born)[:2000]
        if [names.part_key(row.last_name), names.part_key(row.first_name)] == wanted[:2]
        and (not wanted[2] or not row.patronymic or names.part_key(row.patronymic) == wanted[2])
    ]
    return same[0] if len(same) == 1 else None


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a list as read from the file: its number, values, what is wrong in it."""

    row: int
    last_name: str = ""
    first_name: str = ""
    patronymic: str = ""
    birth_date: dt.date | None = None
    snils: str = ""
    problem: str = ""


@dataclass
class ListReport:
    """What became of a list: applications made, those in the queue, errors by row. Any error: nothing was written."""

    placed: int = 0
    waiting: int = 0
    known: int = 0
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    written: bool = False


class _Undo(Exception):
    pass


def apply_list(
    actor: Actor, *, group: Group, rows: Iterable[ListRow], funding: str, dry_run: bool = False
) -> ListReport:
    """Apply for all children of a list or for none. A child with a living application counts as known.

    Errors name the row and the child. Raises Hidden or Forbidden.
    """
    policy.require_apply(
        actor, child_id=0, organisation_id=group.organisation_id, municipality_id=group.municipality_id
    )
    report = ListReport()
    try:
        with act(actor):
            for row in rows:
                _apply_row(actor, group, row, funding, report)
            if report.errors or dry_run:
                raise _Undo
            report.written = True
    except _Undo:
        pass
    return report


def _apply_row(actor: Actor, group: Group, row: ListRow, funding: str, report: ListReport) -> None:
    name = " ".join(part for part in (row.last_name, row.first_name, row.patronymic) if part)
    if row.problem or row.birth_date is None:
        report.errors.append((row.row, name, row.problem or "Нет даты рождения."))
        return
    try:
        child = find_child(
            group,
            last=row.last_name,
            first=row.first_name,
            patronymic=row.patronymic,
            born=row.birth_date,
            snils=row.snils,
        )
        if child is None:
            report.errors.append((row.row, name, f"{UNKNOWN.message} {UNKNOWN.hint}"))
            return
        made = apply(actor, child=child, group=group, funding=funding, source="list")
    except Refused as refused:
        if any(reason.code == "same_group" for reason in refused.reasons):
            report.known += 1
            return
        report.errors.append((row.row, name, " ".join(reason.message for reason in refused.reasons)))
        return
    if made.state == "waiting":
        report.waiting += 1
    else:
        report.placed += 1


def checked(row: ListRow, raw_date: Any, raw_snils: str) -> ListRow:
    """The row with its date and СНИЛС read; `problem` says what is wrong."""
    from opora.core.registers.importing.parsing import date

    problems = []
    if not row.last_name or not row.first_name:
        problems.append("Нужны фамилия и имя.")
    born: dt.date | None = None
    try:
        born = date(raw_date)
    except ValueError as error:
        problems.append(str(error))
    if born is None and not problems:
        problems.append("Нет даты рождения.")
    snils = ""
    if raw_snils.strip():
        try:
            snils = identifiers.snils(raw_snils)
        except ValueError as error:
            problems.append(str(error))
    return dataclasses.replace(row, birth_date=born, snils=snils, problem=" ".join(problems))
