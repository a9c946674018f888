"""Writing statistics forms: begun, counted, sections, ready."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.providers.models import Organisation
from opora.reporting.statistics import declaration, declaration_own, kinds, policy, queries
from opora.reporting.statistics.models import StatisticsForm
from opora.surveys import queries as forms
from opora.surveys import services_answers as cells
from opora.surveys.services import ship
from opora.surveys.services_answers import Counted

if TYPE_CHECKING:
    from opora.reporting.models import Report

State = StatisticsForm.State


def begin(actor: Actor, *, organisation: Organisation, year: int, code: str = declaration.CODE) -> StatisticsForm:
    """The form of an organisation for a year, filled with what the system knows. One per year.

    A kind that carries gets what was typed last year where the records know nothing.
    """
    kind = kinds.of(code)
    policy.FORM.require(actor, "create")
    if not actor.system and organisation.pk not in actor.organisations(*policy.FILL):
        raise Hidden("organisation")
    today = clock.today(organisation.municipality.time_zone)
    if not 2015 <= year <= today.year:
        raise Refused(Reason("year", f"Год – с 2015 по {today.year}.", field="year"))
    version = ship(code=kind.code, title=kind.title, about=kind.about, form=kind.form)
    with act(actor):
        known = StatisticsForm.objects.filter(organisation=organisation, code=code, year=year).first()
        if known is not None:
            raise Refused(Reason("known", f"Форма за {year} год уже заведена.", field="year"))
        last = queries.last_year(organisation.pk, code, year)
        answer = cells.new_answers(version, [last.answer_id if last else None])[0]
        one = StatisticsForm.objects.create(
            organisation=organisation,
            municipality_id=organisation.municipality_id,
            code=code,
            year=year,
            answer=answer,
            due=dt.date(year + 1, *kind.due),
        )
        _count(actor, one)
        if kind.carries:
            cells.carry_over(actor, answer_id=answer.pk)
    return one


def _mine(actor: Actor, pk: int) -> StatisticsForm:
    """The form under its lock, when the actor may fill it in and it is in work."""
    policy.FORM.get(actor, "fill", pk=pk)
    StatisticsForm.objects.select_for_update(no_key=True).get(pk=pk)
    one = queries.whole().get(pk=pk)
    if one.state != State.DRAFT:
        raise Refused(Reason("ready", "Форма отмечена как готовая. Чтобы править её, верните её в работу."))
    return one


def count_again(actor: Actor, *, pk: int) -> int:
    """Count anew from the records as they are now; typed numbers stay and show the difference."""
    with act(actor):
        return _count(actor, _mine(actor, pk))


def _count(actor: Actor, one: StatisticsForm) -> int:
    figures = {
        address: Counted(cell.value, {"of": cell.of, "rows": len(cell.rows), "year": one.year})
        for address, cell in queries.counted(one).items()
    }
    filled = cells.fill_counted(actor, answer_id=one.answer_id, figures=figures)
    one.counted_at = clock.now()
    one.save(update_fields=["counted_at"])
    return filled


def save_section(actor: Actor, *, pk: int, section: str, posted: Mapping[str, str], revision: int) -> None:
    """One section as typed, with explanations of differences."""
    with act(actor):
        one = _mine(actor, pk)
        cells.save_section(actor, answer_id=one.answer_id, section=section, posted=posted, revision=revision)
        cells.confirm_carried(actor, answer_id=one.answer_id, section=section)


def explain_differences(actor: Actor, *, pk: int, texts: Mapping[str, str]) -> None:
    """Why typed numbers differ from the records: key of the cell → text."""
    with act(actor):
        cells.explain_cells(actor, answer_id=_mine(actor, pk).answer_id, texts=texts)


def finish(actor: Actor, *, pk: int) -> StatisticsForm:
    """Ready: every control rule holds and each difference from the records is explained. What it held is kept."""
    with act(actor):
        one = _mine(actor, pk)
        sheet = forms.sheet(one.answer)
        reasons = [Reason("check", found.message) for found in sheet.unexplained]
        silent = [address for address, cell in sheet.differing if not cell.explanation.strip()]
        if silent:
            reasons.append(
                Reason(
                    "difference",
                    f"Не пояснено расхождений с записями системы: {len(silent)}.",
                    hint="Откройте «Расхождения» и напишите, почему число другое.",
                )
            )
        if reasons:
            raise Refused(reasons)
        cells.keep(actor, answer=one.answer)
        one.state, one.ready_at, one.ready_by_id = State.READY, clock.now(), actor.account_id
        one.save(update_fields=["state", "ready_at", "ready_by"])
    return one


def reopen(actor: Actor, *, pk: int) -> None:
    """Back into work; what it held when it was ready stays kept."""
    with act(actor):
        policy.FORM.get(actor, "fill", pk=pk)
        one = StatisticsForm.objects.select_for_update(no_key=True).get(pk=pk)
        one.state, one.ready_at, one.ready_by = State.DRAFT, None, None
        one.save(update_fields=["state", "ready_at", "ready_by"])


def require_form(report: Report) -> None:
    """Raise Refused unless the indicators of a self-assessment are ready and its figures are those of the ready ones."""
    rows = StatisticsForm.objects.filter(organisation=report.organisation, year=report.year, code=declaration_own.CODE)
    form = rows.select_related("answer").first()
    if form is None or form.ready_at is None:
        hint = "Откройте показатели, допишите недостающие и нажмите «Готова»."
        raise Refused(Reason("form_not_ready", "Таблица показателей ещё не готова.", hint=hint))
    frozen = report.snapshot.values["data"].get("revisions") if report.snapshot else None
    if frozen != form.answer.revisions:
        hint = "Нажмите «Обновить показатели» и проверьте отчёт."
        raise Refused(
            Reason("figures_older", "В отчёте стоят показатели, снятые до того, как таблица готова.", hint=hint)
        )
