"""A report from its opening to its signature."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act
from opora.monitoring import snapshots
from opora.monitoring.indicators import Scope
from opora.monitoring.models import Snapshot
from opora.monitoring.snapshots import Place
from opora.providers.queries import organisations_of_centre
from opora.reporting import policy, queries, rules, sections, texts
from opora.reporting.content import values_of
from opora.reporting.facts import collect
from opora.reporting.facts.organisation import collect_own
from opora.reporting.models import Report, ReportText
from opora.reporting.services.proof import prove
from opora.reporting.statistics.services import require_form
from opora.territory.models import Centre, Region
from opora.territory.queries import municipalities_of_centre

JOINED = ("centre__municipality__region", "organisation__municipality__region", "region", "snapshot", "plan_item__plan",
          "evidence")  # fmt: skip


def open_report(
    actor: Actor, *, year: int, centre: Centre | None = None, region: Region | None = None, kind: str = "annual"
) -> Report:
    """The report of a centre (or of a region) for a year, made when there is none yet.

    Raises Forbidden or Hidden for a place that the actor does not reach, Refused for a year out of range.
    """
    policy.reports.require(actor, "create")
    zone = centre.municipality.time_zone if centre else region.time_zone if region else None
    if problems := rules.year_problems(year, clock.today(zone)):
        raise Refused(problems)
    if kind not in sections.BY_KIND or kind == Report.Kind.SELF:
        raise Hidden(kind)
    place: dict[str, Any] = {
        "kind": kind,
        "year": year,
        "centre": centre,
        "region": centre.municipality.region if centre else region,
        "municipality": centre.municipality if centre else None,
    }
    with act(actor):
        report, _ = Report.objects.get_or_create(**place)
        if not policy.reports.can(actor, "change", report):
            raise Hidden("report")
    return report


def place_of(report: Report) -> Place:
    """What the snapshot of a report is about."""
    if report.organisation is not None:
        return snapshots.place_of_organisation(report.organisation)
    if report.centre is None:
        return snapshots.place_of_region(report.region)
    where = report.centre.municipality
    return Place(report.centre.name, where.time_zone, region=where.region, municipality=where, centre=report.centre)


def scope_of(report: Report) -> Scope:
    """What the figures of a report are counted for: whole municipalities, else the single organisations of the centre."""
    place = place_of(report)
    date = rules.day_of(report.year, clock.today(place.time_zone))
    if report.centre is None:  # an organisation or a region
        return snapshots.scope_of(place, date)
    centre = report.centre
    whole = municipalities_of_centre(centre.pk, date)
    if whole:
        one = centre.municipality
        name = one.name if whole == {one.pk} else centre.name
        return Scope(date, whole, name, one.oktmo if whole == {one.pk} else "")
    own = organisations_of_centre(centre.pk, date)
    if not own:
        raise Refused(
            Reason(
                "centre_serves_nobody",
                f"{centre.name}: на {date:%d.%m.%Y} центр никого не обслуживает.",
                hint="Укажите обслуживаемые муниципалитеты или организации в карточке центра.",
            )
        )
    return Scope(date, None, centre.name, "", (("organisation", own),))


def freeze(actor: Actor, *, report: Report, anew: bool = True) -> Snapshot:
    """Freeze the report's figures and tables; without `anew` the year's latest snapshot is taken when there is one.

    Only a report in work gets other figures: what is agreed or signed stands on those that were agreed.
    """
    reached(actor, report, "change")
    with act(actor):
        report = locked(report)
        if report.snapshot is not None and (not anew or report.state != Report.State.DRAFT):
            if anew:
                raise Refused(Reason("not_in_work", "Данные обновляют только в отчёте, который в работе."))
            return report.snapshot
        found = None if anew else queries.annual_snapshot(report)
        if found is None:
            scope = scope_of(report)
            found = snapshots.freeze(
                replace(SYSTEM, account_id=actor.account_id, request_id=actor.request_id),
                place=place_of(report),
                scope=scope,
                kind=Snapshot.Kind.ANNUAL,
                year=report.year,
                title=f"{report.place}: {report.get_kind_display().lower()} за {report.year} год"
                if report.organisation
                else f"{report.place}: годовой отчёт за {report.year} год",
                data=collect_own(scope, report.organisation, report.year)
                if report.organisation
                else collect(scope, report.centre),
            )
        report.snapshot = found
        report.save(update_fields=["snapshot"])
    return found


def save_text(actor: Actor, *, report: Report, section: str, text: str, version: int) -> ReportText:
    """Keep the narrative of a section. `version` is the one that the editor began with (0: none was written yet).

    Raises Refused for references that cannot be printed, a report that is not in work, or somebody's newer text.
    """
    reached(actor, report, "change")
    if sections.get(report.kind, section) is None:
        raise Hidden("section")
    text = text.replace("\r\n", "\n").strip()
    snapshot = freeze(actor, report=report, anew=False)
    report.snapshot = snapshot
    if wrong := texts.problems(text, values_of(queries.source_of(report))):
        raise Refused(wrong)
    with act(actor):
        report = locked(report)
        if report.state != Report.State.DRAFT:
            raise Refused(Reason("not_in_work", "Отчёт уже согласован: верните его в работу, чтобы править текст."))
        kept = ReportText.objects.filter(report=report, section=section).first()
        if (kept.version if kept else 0) != version:
            raise Refused(
                Reason(
                    "changed_meanwhile",
                    "Пока вы писали, раздел изменил кто-то ещё. Ваш текст не записан.",
                    hint="Скопируйте свой текст, откройте раздел заново и внесите правки.",
                    field="text",
                )
            )
        if kept is None:
            return ReportText.objects.create(report=report, section=section, text=text)
        kept.text, kept.version = text, version + 1
        kept.save(update_fields=["text", "version"])
    return kept


def do(actor: Actor, *, report: Report, code: str) -> Report:
    """Agree, sign or return a report. Raises Refused where its state does not allow it."""
    if code not in ("agree", "sign", "return"):
        raise Hidden("act")
    reached(actor, report, code)
    with act(actor):
        report = locked(report)
        if report.snapshot is None:
            raise Refused(Reason("no_figures", "В отчёте ещё нет показателей: сначала их надо взять из реестров."))
        report.state = rules.machine_of(report.kind).next_state(report.state, code)
        now = clock.now()
        account = actor.account_id
        if code == "agree":
            report.agreed_at, report.agreed_by_id = now, account
        elif code == "sign":
            if report.organisation is not None:
                require_form(report)
            report.signed_at, report.signed_by_id = now, account
            report.signatory_name = getattr(report.organisation or report.centre, "head_name", "") or actor.name
            report.signatory_post = queries.post_of(report)
        else:
            report.agreed_at, report.agreed_by_id = None, None
            report.signed_at, report.signed_by_id = None, None
            report.signatory_name = report.signatory_post = ""
            report.published_at = None
        report.save()
        if report.state == Report.State.SIGNED and report.plan_item is not None:
            prove(actor, report)
    return report


def reached(actor: Actor, report: Report, action: str) -> None:
    """Raise Forbidden or Hidden where the actor may not do the action to this report."""
    held = policy.of(report.kind)
    held.require(actor, action)
    if not held.can(actor, action, report):
        raise Hidden("report")


def locked(report: Report) -> Report:
    """The row as it is now, locked: texts, figures and states of one report change one after another."""
    rows = Report.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related(*JOINED).get(pk=report.pk)
