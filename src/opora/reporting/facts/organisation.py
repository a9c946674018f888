"""What the self-assessment of an organisation holds: its requisites, tables of its work, its indicators."""

from __future__ import annotations

from typing import Any

from opora.core import russian
from opora.monitoring.indicators import Scope
from opora.providers.models import Organisation
from opora.reporting.facts.offer import offer_tables
from opora.reporting.facts.people import coverage_tables, navigator_tables
from opora.reporting.facts.tables import Column, Frozen, table
from opora.reporting.statistics import declaration_own, queries_own, rules_own
from opora.reporting.statistics.models import StatisticsForm
from opora.surveys.queries import sheet
from opora.surveys.rules.definition import Address

SOURCE = (
    "Записи – сосчитано по зачислениям, работникам, их обучению и инвентаризации в системе; "
    "организация – введено организацией, в реестрах этих сведений нет"
)
OWN = ("by_focus", "by_funding", "programmes_by_level", "programmes_by_form", "places", "applications",
       "staff_by_category", "venues")  # fmt: skip


def collect_own(scope: Scope, organisation: Organisation, year: int) -> dict[str, Any]:
    """{"tables", "general"} of an organisation for a year, as `collect` makes of a centre.

    "revisions": those of the form's sections, by which a signature finds that the form was changed after freezing.
    """
    forms = StatisticsForm.objects.filter(organisation=organisation, year=year, code=declaration_own.CODE)
    form = forms.select_related("answer__version").first()
    tables = {**coverage_tables(scope), **offer_tables(scope), **navigator_tables(scope)}
    return {
        "tables": {name: tables[name] for name in OWN if name in tables} | _indicators(scope, form),
        "general": _general(organisation),
        "revisions": form.answer.revisions if form else None,
    }


def _general(one: Organisation) -> dict[str, Any]:
    licence = ", ".join(filter(None, (one.licence_number, one.licence_issuer)))
    rows = [
        ("Полное наименование", one.full_name),
        ("Вид", one.get_kind_display()),
        ("Руководитель", one.head_name),
        ("Адрес", one.address),
        ("Телефон", one.phone),
        ("Электронная почта", one.email),
        ("Сайт", one.website),
        ("ИНН", one.inn),
        ("Лицензия", licence),
        ("Дата создания", russian.date_long(one.founded_on) if one.founded_on else ""),
    ]
    return {
        "organisation": one.short_name,
        "centre": "",
        "territory": one.municipality.name,
        "town": one.municipality.centre_name,
        "served": [],
        "head": one.head_name,
        "rows": [[name, value] for name, value in rows if value],
    }


def _indicators(scope: Scope, form: StatisticsForm | None) -> dict[str, Frozen]:
    """The table of the order, from the cells of the form; nothing before it is begun."""
    if form is None:
        return {}
    read = sheet(form.answer)
    numbers = {declaration_own.address_of(number): number for number in _numbers()}
    values = {numbers[address]: value for address, value in read.values.items() if address in numbers}
    counted = frozenset(numbers[at] for at, cell in read.cells.items() if _is_counted(at, cell, numbers))
    staff = queries_own.staff(form.organisation_id, scope.date).count()
    lines = rules_own.printed(values, counted, staff)  # type: ignore[arg-type]
    rows = [
        (
            line.number,
            line.title,
            line.unit,
            line.value or "не указано",
            line.share,
            ("записи" if line.counted else "организация") if line.value else "",
        )
        for line in lines
    ]
    columns = (
        Column("№"), Column("Показатель"), Column("Единица"), Column("Значение", "mixed"), Column("Доля, %", "percent"),
        Column("Откуда"),
    )  # fmt: skip
    hidden = [(y, x) for y, line in enumerate(lines) if line.hidden for x in (3, 4)]
    return {"indicators": table(columns, rows, source=SOURCE, hidden=hidden)}


def _numbers() -> list[str]:
    groups = (*declaration_own.LINES.values(), *declaration_own.QUESTIONS.values())
    return [line.number for lines in groups for line in lines]


def _is_counted(address: Address, cell: Any, numbers: dict[Address, str]) -> bool:
    return address in numbers and cell.computed is not None and cell.number == cell.computed
