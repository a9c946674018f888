"""A plan from a file: XLSX, CSV, JSON or the table of a Word document, all or nothing (I1).

Items are found by their numbers; sections that the plan lacks are made, their titles follow the file. What was
repaired is told as remarks with row numbers. Items that the file does not name stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.core.registers.importing import headings, parsing
from opora.core.registers.importing.declaration import ImportColumn, Options, Problem
from opora.core.registers.importing.reading import Source, Unreadable
from opora.core.registers.importing.report import Report
from opora.core.transactions import act
from opora.planning import policy
from opora.planning.models import Plan, PlanItem, PlanSection
from opora.planning.rules.table import COLUMNS, Line, Table, read, text_of
from opora.planning.services import items
from opora.planning.services.plans import locked, require, require_editable

TITLES = {
    "number": "№", "content": "Содержание работы", "quantity": "Количественный показатель",
    "report_form": "Форма отчётности", "due": "Срок", "responsible": "Ответственный", "plan": "План",
}  # fmt: skip
Row = tuple[int, dict[str, Any]]


class _Undo(Exception):
    """Leaves the transaction without writing."""


def import_plan(actor: Actor, columns: Sequence[ImportColumn], source: Source, options: Options) -> Report:
    """Read the file into its plan (or plans, when a column names them) and say what became of each row.

    Raises Unreadable without any column known, or when `into` names no plan that the actor sees.
    """
    heading = headings.find(source, columns)
    names = {column.name for column in heading.places.values()}
    report = Report()
    for problem in heading.problems:
        report.add(problem)
    by_plan: dict[str, list[Row]] = {}
    for number, cells in _rows(source, heading):
        key = options.into or text_of(cells.get("plan"))
        by_plan.setdefault(key, []).append((number, cells))
    if "" in by_plan:
        by_plan = _with_default(actor, by_plan, report)
    try:
        with act(actor):
            for key, rows in by_plan.items():
                _One(actor, key, names, report, options).take(rows)
            if options.dry_run or (report.errors and not options.accept_valid):
                raise _Undo
            report.written = True
    except _Undo:
        pass
    return report


def _rows(source: Source, heading: headings.Heading) -> Iterator[Row]:
    for number, cells in source:
        if number > heading.row:
            found = {column.name: cells[place] for place, column in heading.places.items() if place < len(cells)}
            if any(text_of(value) for value in found.values()):
                yield number, {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:
    """Text without the apostrophe that our export puts before what a table program would run."""
    return parsing.plain(value) if isinstance(value, str) else value


def _with_default(actor: Actor, by_plan: dict[str, list[Row]], report: Report) -> dict[str, list[Row]]:
    """Rows that name no plan go into the newest that the actor may write."""
    newest = Plan.objects.filter(policy.plans.scope(actor, "write")).order_by("-year", "-pk").first()
    if newest is None:
        raise Unreadable("Не указано, куда загружать, а планов ещё нет. Сначала составьте план.")
    report.into = newest.slug
    rows = sorted([*by_plan.pop(""), *by_plan.pop(newest.slug, [])], key=lambda row: row[0])
    return by_plan | {newest.slug: rows}


@dataclass
class _One:
    """Rows of one plan on their way into it."""

    actor: Actor
    key: str
    names: set[str]
    report: Report
    options: Options
    failed: set[int] = field(default_factory=set)

    def take(self, rows: list[Row]) -> None:
        table = read(rows)
        for remark in table.remarks:
            self._say(remark.row, remark.column, remark.code, remark.message, error=remark.is_error)
        self.report.read += len(table.lines) + sum(remark.is_error for remark in table.remarks)
        try:
            plan = self._plan()
        except Refused as refused:
            for line in table.lines:
                self._say(line.row, TITLES["plan"], refused.reasons[0].code, refused.reasons[0].message, error=True)
            self.report.rejected = len({problem.row for problem in self.report.errors})
            return
        self._write(plan, table)
        self.report.rejected = len({problem.row for problem in self.report.errors if problem.row})

    def _plan(self) -> Plan:
        found = Plan.objects.filter(slug=self.key).first()
        if found is None:
            raise Refused(Reason("plan_unknown", f"Плана с кодом «{self.key}» нет."))
        try:
            require(self.actor, "write", found)
        except (Hidden, Forbidden):
            raise Refused(Reason("outside", "План вне вашей территории или организации.")) from None
        return locked(found.pk)

    def _write(self, plan: Plan, table: Table) -> None:
        sections = {row.number: row for row in PlanSection.objects.filter(plan=plan)}
        stored = {row.number: row for row in PlanItem.objects.filter(plan=plan).select_related("section", "plan")}
        changes = [line for line in table.lines if self._differs(stored.get(line.number), line)]
        renamed = {
            number: title
            for number, title in table.sections.items()
            if number not in sections or sections[number].title != title
        }
        if changes or renamed:
            try:
                require_editable(plan)
            except Refused as refused:
                reason = refused.reasons[0]
                self._say(0, "", reason.code, f"{reason.message} {reason.hint}".strip(), error=True)
                return
        self._sections(plan, table, sections, renamed)
        for line in table.lines:
            self._item(sections, stored, line, changed=line in changes)

    def _differs(self, item: PlanItem | None, line: Line) -> bool:
        return item is None or any(getattr(item, name) != getattr(line, name) for name in COLUMNS if name in self.names)

    def _sections(self, plan: Plan, table: Table, sections: dict[int, PlanSection], renamed: dict[int, str]) -> None:
        """Sections as the file has them; those that only numbers of items name are made too."""
        for number, title in renamed.items():
            if number in sections:
                sections[number].title = title[:1200]
                sections[number].save(update_fields=["title"])
                self._say(0, "", "section_renamed", f"Раздел {number} теперь называется: «{title[:120]}».")
            else:
                sections[number] = PlanSection.objects.create(plan=plan, number=number, title=title[:1200])
        for number in sorted({line.section for line in table.lines} - sections.keys()):
            sections[number] = PlanSection.objects.create(plan=plan, number=number, title=f"Раздел {number}")
            self._say(0, "", "section_made", f"Раздела {number} в плане не было, он добавлен без названия.")

    def _item(
        self,
        sections: dict[int, PlanSection],
        stored: dict[str, PlanItem],
        line: Line,
        *,
        changed: bool,
    ) -> None:
        if not changed:
            self.report.unchanged += 1
            return
        known = stored.get(line.number)
        data = {name: getattr(line, name) for name in COLUMNS if name in self.names}
        data |= {"number": line.number, "section": sections[line.section]}
        try:
            stored[line.number] = items.save_item(self.actor, known or PlanItem(), data)
        except Refused as refused:
            for reason in refused.reasons:
                self._say(line.row, TITLES.get(reason.field, ""), reason.code, reason.message, error=True)
            return
        if not line.due and not line.parent and "due" in self.names:
            self._say(line.row, TITLES["due"], "term_missing", "Срок не указан: просрочку по пункту не узнать.")
        self.report.created += known is None
        self.report.updated += known is not None

    def _say(self, row: int, column: str, code: str, message: str, *, error: bool = False) -> None:
        self.report.add(Problem(row, column, code, message, "error" if error else "warning"))
