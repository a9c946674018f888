"""Writing answers: a section at a time under its revision, figures of the system, what was sent.

The room that owns the answer (requests, statistics) asks its policy before it calls these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.surveys.models import FormAnswer, FormAnswerVersion, FormCell, FormVersion
from opora.surveys.queries import address_of, value_of
from opora.surveys.rules.definition import NUMBER, Address, from_json, kind_at
from opora.surveys.rules.values import Problem, Typed, read_section, shown


class Unreadable(Refused):
    """Something typed could not be read; nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__([Reason("cell", one.message, field=one.address.key) for one in self.problems])


class Overtaken(Refused):
    """Somebody else saved the section meanwhile; nothing was written. `theirs`: key of the cell → their value."""

    def __init__(self, who: str, revision: int, theirs: Mapping[str, str]) -> None:
        self.revision, self.theirs = revision, dict(theirs)
        text = f"Пока вы заполняли раздел, его записал другой человек: {who}. Ваши значения не записаны, но остались на странице."
        hint = "Сравните отмеченные клетки и нажмите «Записать» ещё раз, чтобы оставить свои."
        super().__init__(Reason("overtaken", text, hint=hint))


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure of the system for a cell and what it was made of."""

    value: Decimal
    basis: Mapping[str, Any]


def new_answers(version: FormVersion, previous: Sequence[int | None]) -> list[FormAnswer]:
    """Empty answers, one for each of `previous` (last year's answer or None); call inside the owners' transaction."""
    return FormAnswer.objects.bulk_create([FormAnswer(version=version, previous_id=one) for one in previous])


def lock(answer_id: int) -> FormAnswer:
    """The answer under its lock, with the version: whoever writes cells holds it."""
    FormAnswer.objects.select_for_update(no_key=True).get(pk=answer_id)
    return FormAnswer.objects.select_related("version", "updated_by").get(pk=answer_id)


def save_section(actor: Actor, *, answer_id: int, section: str, posted: Mapping[str, str], revision: int) -> FormAnswer:
    """Write one section as typed. Raises Unreadable (nothing written), Overtaken (somebody was quicker).

    The very same values sent twice are no conflict.
    """
    with act(actor):
        answer = lock(answer_id)
        form = from_json(answer.version.definition)
        part = form.section(section)
        if part is None:
            raise Refused(Reason("section", f"Раздела {section} в форме нет."))
        reading = read_section(form, part, posted)
        if reading.problems:
            raise Unreadable(reading.problems)
        kept = {address_of(cell): cell for cell in FormCell.objects.filter(answer=answer, section=section)}
        now = {address: value for address, cell in kept.items() if (value := value_of(cell)) is not None}
        known = int(answer.revisions.get(section, 0))
        if revision != known and now != dict(reading.cells):
            raise Overtaken(_who(answer), known, _theirs(now, reading.cells))
        _write(answer, kept, reading.cells)
        _touch(actor, answer, section)
    return answer


def _who(answer: FormAnswer) -> str:
    return answer.updated_by.full_name if answer.updated_by else "система"


def _theirs(now: Mapping[Address, Typed], mine: Mapping[Address, Typed]) -> dict[str, str]:
    return {
        address.key: shown(now.get(address)) or "пусто"
        for address in {*now, *mine}
        if now.get(address) != mine.get(address)
    }


def _write(answer: FormAnswer, kept: Mapping[Address, FormCell], cells: Mapping[Address, Typed]) -> None:
    """The section as it is typed now: new cells, changed ones, emptied ones."""
    new, changed, gone = [], [], []
    for address, value in cells.items():
        cell = kept.get(address)
        if cell is None:
            new.append(_cell(answer, address, value))
        elif value_of(cell) != value:
            _put(cell, value)
            same = cell.computed is not None and cell.number == cell.computed
            cell.source = FormCell.Source.COUNTED if same else FormCell.Source.TYPED
            changed.append(cell)
    for address, cell in kept.items():
        if address in cells:
            continue
        if cell.computed is None:
            gone.append(cell.pk)
            continue
        _put(cell, None)  # what the system counted stays known beside an emptied cell
        cell.source = FormCell.Source.TYPED
        changed.append(cell)
    FormCell.objects.filter(pk__in=gone).delete()
    FormCell.objects.bulk_create(new)
    FormCell.objects.bulk_update(changed, ["number", "date", "text", "source"])


def _cell(answer: FormAnswer, address: Address, value: Typed | None, **more: Any) -> FormCell:
    cell = FormCell(
        answer=answer, section=address.section, field=address.field, row=address.row, column=address.column, **more
    )
    _put(cell, value)
    return cell


def _put(cell: FormCell, value: Typed | None) -> None:
    cell.number = value if isinstance(value, Decimal) else None
    cell.text = value if isinstance(value, str) else ""
    cell.date = value if not isinstance(value, str | Decimal) else None


def _touch(actor: Actor, answer: FormAnswer, *sections: str) -> None:
    for section in sections:
        answer.revisions[section] = int(answer.revisions.get(section, 0)) + 1
    answer.updated_at, answer.updated_by_id = clock.now(), actor.account_id
    answer.save(update_fields=["revisions", "updated_at", "updated_by"])


def fill_counted(actor: Actor, *, answer_id: int, figures: Mapping[Address, Counted]) -> int:
    """Put the system's figures into number cells; a typed number stays and is shown beside the figure.

    Returns how many cells were filled. Figures for cells that the form does not have are left out.
    """
    with act(actor):
        answer = lock(answer_id)
        form = from_json(answer.version.definition)
        kept = {address_of(cell): cell for cell in FormCell.objects.filter(answer=answer)}
        new, changed = [], []
        for address, figure in figures.items():
            if kind_at(form, address) != NUMBER:
                continue
            cell = kept.get(address)
            basis = dict(figure.basis)
            if cell is None:
                counted = FormCell.Source.COUNTED
                new.append(_cell(answer, address, figure.value, computed=figure.value, basis=basis, source=counted))
                continue
            if cell.source == FormCell.Source.COUNTED or cell.number == cell.computed:
                cell.number, cell.source = figure.value, FormCell.Source.COUNTED
            cell.computed, cell.basis = figure.value, basis
            changed.append(cell)
        FormCell.objects.bulk_create(new)
        FormCell.objects.bulk_update(changed, ["number", "computed", "basis", "source"])
        _touch(actor, answer, *{address.section for address in figures})
    return len(new) + len(changed)


def carry_over(actor: Actor, *, answer_id: int) -> int:
    """What people typed last year into cells that the system does not count: kept until they confirm or change it."""
    with act(actor):
        answer = lock(answer_id)
        form = from_json(answer.version.definition)
        taken = {address_of(cell) for cell in FormCell.objects.filter(answer=answer)}
        new = []
        for cell in FormCell.objects.filter(answer_id=answer.previous_id, computed__isnull=True).order_by("pk"):
            address, value = address_of(cell), value_of(cell)
            if value is not None and address not in taken and kind_at(form, address):
                new.append(_cell(answer, address, value, basis={"carried": True}))
        FormCell.objects.bulk_create(new)
    return len(new)


def confirm_carried(actor: Actor, *, answer_id: int, section: str) -> None:
    """The section was looked through and written: what came from last year is this year's."""
    with act(actor):
        FormCell.objects.filter(answer_id=answer_id, section=section, basis__has_key="carried").update(basis={})


def replace_cells(actor: Actor, *, answer_id: int, cells: Mapping[Address, Typed]) -> int:
    """All cells anew, from a consolidation. What the system counted stays known beside the sums."""
    with act(actor):
        answer = lock(answer_id)
        form = from_json(answer.version.definition)
        kept = {address_of(cell): cell for cell in FormCell.objects.filter(answer=answer)}
        FormCell.objects.filter(answer=answer).delete()
        rows = []
        for address in {*cells, *(address for address, cell in kept.items() if cell.computed is not None)}:
            old = kept.get(address)
            more = {"computed": old.computed, "basis": old.basis, "explanation": old.explanation} if old else {}
            source = FormCell.Source.CONSOLIDATED if address in cells else FormCell.Source.TYPED
            rows.append(_cell(answer, address, cells.get(address), source=source, **more))
        FormCell.objects.bulk_create(rows)
        _touch(actor, answer, *(section.code for section in form.sections))
    return len(cells)


def explain(actor: Actor, *, answer_id: int, texts: Mapping[str, str]) -> None:
    """Explanations of soft checks that do not hold: key of the finding → text."""
    with act(actor):
        answer = lock(answer_id)
        answer.explanations = {
            **answer.explanations, **{key[:60]: text.strip()[:500] for key, text in texts.items()}
        }  # fmt: skip
        answer.updated_at, answer.updated_by_id = clock.now(), actor.account_id
        answer.save(update_fields=["explanations", "updated_at", "updated_by"])


def explain_cells(actor: Actor, *, answer_id: int, texts: Mapping[str, str]) -> None:
    """Why typed numbers differ from what the system counted: key of the cell → text."""
    with act(actor):
        answer = lock(answer_id)
        changed = []
        for cell in FormCell.objects.filter(answer=answer, computed__isnull=False):
            text = texts.get(address_of(cell).key)
            if text is not None and text.strip()[:500] != cell.explanation:
                cell.explanation = text.strip()[:500]
                changed.append(cell)
        FormCell.objects.bulk_update(changed, ["explanation"])
        answer.updated_at, answer.updated_by_id = clock.now(), actor.account_id
        answer.save(update_fields=["updated_at", "updated_by"])


def keep(actor: Actor, *, answer: FormAnswer) -> FormAnswerVersion:
    """What the answer holds now, kept for good; call inside the transaction that sends it."""
    number = FormAnswerVersion.objects.filter(answer=answer).count() + 1
    rows = FormCell.objects.filter(answer=answer).order_by("section", "field", "row", "column")
    cells = [
        [cell.section, cell.field, cell.row, cell.column, shown(value)]
        for cell in rows
        if (value := value_of(cell)) is not None
    ]
    return FormAnswerVersion.objects.create(
        answer=answer, number=number, at=clock.now(), account_id=actor.account_id, cells=cells
    )
