"""Reading forms and answers. Answers belong to requests and reports of higher rooms, which ask their own policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Prefetch

from opora.core.access import Actor
from opora.surveys import policy
from opora.surveys.models import FormAnswer, FormCell, FormTemplate, FormVersion
from opora.surveys.rules.definition import TABLE, Address, Definition, from_json
from opora.surveys.rules.evaluate import Finding, findings
from opora.surveys.rules.values import Typed, missing


def template(actor: Actor, pk: int, action: str = "view") -> FormTemplate:
    """A form that the actor may see (or change). Raises Hidden and Forbidden."""
    found: FormTemplate = policy.TEMPLATE.get(actor, action, pk=pk)
    return found


def templates(actor: Actor) -> list[FormTemplate]:
    """Forms that the actor may use, with their versions: two queries."""
    rows = policy.TEMPLATE.rows(actor, "view").filter(is_archived=False)
    versions = Prefetch("versions", FormVersion.objects.defer("definition"))
    return list(rows.prefetch_related(versions).order_by("sort_name", "pk"))


def published(template_id: int) -> FormVersion | None:
    """The version that new answers are given on."""
    return FormVersion.objects.filter(template_id=template_id, state=FormVersion.State.PUBLISHED).first()


def draft(template_id: int) -> FormVersion | None:
    return FormVersion.objects.filter(template_id=template_id, state=FormVersion.State.DRAFT).first()


def shown_version(template_id: int) -> FormVersion | None:
    """The draft when there is one, else the published version."""
    return draft(template_id) or published(template_id)


def by_code(code: str) -> FormVersion | None:
    """The published version of a form that comes with Opora."""
    rows = FormVersion.objects.filter(template__code=code, state=FormVersion.State.PUBLISHED)
    return rows.select_related("template").first()


def value_of(cell: FormCell) -> Typed | None:
    """The typed value of a kept cell, without the noughts of its storage."""
    if cell.number is not None:
        return _trimmed(cell.number)
    return cell.date or cell.text or None


def _trimmed(number: Decimal) -> Decimal:
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def address_of(cell: FormCell) -> Address:
    return Address(cell.section, cell.field, cell.row, cell.column)


@dataclass
class Sheet:
    """An answer read into memory: its form, its cells, and what the checks say."""

    answer: FormAnswer
    form: Definition
    cells: Mapping[Address, FormCell]
    last_year: Mapping[Address, Decimal] | None = None

    @cached_property
    def values(self) -> dict[Address, Typed]:
        return {address: value for address, cell in self.cells.items() if (value := value_of(cell)) is not None}

    @cached_property
    def numbers(self) -> dict[Address, Decimal]:
        return {address: value for address, value in self.values.items() if isinstance(value, Decimal)}

    @cached_property
    def rows_of(self) -> dict[str, list[str]]:
        """Rows of open tables by field."""
        return rows_of(self.form, self.values)

    @cached_property
    def findings(self) -> list[Finding]:
        return findings(self.form, self.numbers, last_year=self.last_year, rows_of=self.rows_of)

    @cached_property
    def missing(self) -> list[str]:
        return missing(self.form, self.values)

    @cached_property
    def unexplained(self) -> list[Finding]:
        """What stands in the way of sending: hard findings, and soft ones without an explanation."""
        return [one for one in self.findings if not (one.soft and self.answer.explanations.get(one.key, "").strip())]

    @cached_property
    def differing(self) -> list[tuple[Address, FormCell]]:
        """Cells whose typed number differs from what the system counted."""
        return [
            (address, cell)
            for address, cell in self.cells.items()
            if cell.computed is not None and cell.number != cell.computed
        ]


def rows_of(form: Definition, addresses: Iterable[Address]) -> dict[str, list[str]]:
    """Rows that answers added to open tables, in order."""
    tables = {one.code for s in form.sections for one in s.fields if one.kind == TABLE and one.open_rows}
    found: dict[str, set[str]] = {code: set() for code in tables}
    for address in addresses:
        if address.field in tables and address.row:
            found[address.field].add(address.row)
    return {code: sorted(rows, key=lambda row: (int(row) if row.isdigit() else 0, row)) for code, rows in found.items()}


def sheet(answer: FormAnswer) -> Sheet:
    """Read one answer: two queries, three with a last year's."""
    cells = {address_of(cell): cell for cell in FormCell.objects.filter(answer=answer)}
    last = None
    if answer.previous_id:
        rows = FormCell.objects.filter(answer_id=answer.previous_id, number__isnull=False)
        last = {address_of(cell): _trimmed(cell.number) for cell in rows if cell.number is not None}
    return Sheet(answer, from_json(answer.version.definition), cells, last)


def cells_of(answers: Iterable[int]) -> dict[int, dict[Address, Typed]]:
    """Values of many answers at once, by answer: one query."""
    found: dict[int, dict[Address, Typed]] = {pk: {} for pk in answers}
    for cell in FormCell.objects.filter(answer_id__in=list(found)).order_by("pk"):
        if (value := value_of(cell)) is not None:
            found[cell.answer_id][address_of(cell)] = value
    return found
