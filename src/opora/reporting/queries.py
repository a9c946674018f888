"""Reading reports: the actor first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.models import StoredFile
from opora.core.reasons import Hidden
from opora.monitoring.models import Snapshot
from opora.planning import policy as planning
from opora.planning.models import PlanItem
from opora.reporting import policy
from opora.reporting.content import Source, fingerprint
from opora.reporting.models import Report, ReportRun, ReportVersion
from opora.reporting.statistics import declaration_own
from opora.reporting.statistics import queries as statistics
from opora.reporting.statistics.models import StatisticsForm
from opora.territory.models import Centre, Region


def whole() -> QuerySet[Report]:
    """Reports with everything that their pages name."""
    return Report.objects.select_related(
        "centre__municipality__region",
        "organisation__municipality__region",
        "region",
        "snapshot",
        "plan_item__plan",
        "evidence",
    )


def report(actor: Actor, pk: int, action: str = "view") -> Report:
    """One report, or Forbidden, or Hidden."""
    kind = Report.objects.filter(pk=pk).values_list("kind", flat=True).first() or Report.Kind.ANNUAL
    found: Report = policy.of(kind).get(actor, action, pk=pk)
    return whole().get(pk=found.pk)


def reports(actor: Actor, *, year: int | None = None, kind: str = "") -> QuerySet[Report]:
    """Reports that the actor reads with the state of their latest version, newest years first."""
    policy.reports.require(actor, "view")
    latest = ReportVersion.objects.filter(report_id=OuterRef("pk")).order_by("-number")
    rows = policy.reports.rows(actor, "view").select_related("centre", "region", "municipality", "snapshot")
    rows = rows.annotate(
        made_state=Subquery(latest.values("state")[:1]), made_at=Subquery(latest.values("finished_at")[:1])
    )
    if year:
        rows = rows.filter(year=year)
    if kind:
        rows = rows.filter(kind=kind)
    found: QuerySet[Report] = rows.order_by("-year", "centre__sort_name", "kind", "pk")
    return found


def centres(actor: Actor) -> list[Centre]:
    """Centres whose reports the actor writes."""
    rows = Centre.objects.filter(is_active=True).select_related("municipality__region")
    if actor.system or any(reach.everything for reach in actor.reaches if reach.role in policy.WRITERS):
        return list(rows)
    own = frozenset().union(*(r.centres for r in actor.reaches if r.role in policy.WRITERS))
    whole = actor.municipalities(*policy.WRITERS)
    return list(rows.filter(Q(pk__in=own) | Q(municipality_id__in=whole)).order_by("sort_name", "pk"))


def regions(actor: Actor) -> list[Region]:
    """Regions whose summary the actor writes."""
    held = [r.place_id for r in actor.reaches if r.role == "regional_operator" and r.place_kind == "region"]
    ids = {pk for pk in held if pk is not None}
    return list(Region.objects.filter(pk__in=ids))


def annual_snapshot(one: Report) -> Snapshot | None:
    """The latest snapshot frozen for a report of this place and year."""
    if one.organisation:
        return None  # its figures are taken together with the cells of its form
    place = {"centre": one.centre} if one.centre else {"centre": None, "municipality": None, "region": one.region}
    rows = Snapshot.objects.filter(kind=Snapshot.Kind.ANNUAL, year=one.year, **place)
    return rows.order_by("-date", "-pk").first()


def source_of(one: Report) -> Source:
    """What the document of a report is made of. Its figures must be frozen."""
    assert one.snapshot is not None
    zone = zone_of(one)
    return Source(
        kind=one.kind,
        title=one.get_kind_display(),
        year=one.year,
        date=one.snapshot.date,
        frozen_on=one.snapshot.created_at.astimezone(clock.zone(zone)).date(),
        state=state_words(one, zone),
        values=one.snapshot.values,
        texts={text.section: text.text for text in one.texts.all()},
        signatory_name=one.signatory_name,
        signatory_post=one.signatory_post or post_of(one),
    )


def post_of(one: Report) -> str:
    """The post of who signs."""
    if one.organisation:
        return "Руководитель организации"
    if one.centre:
        return "Руководитель муниципального опорного центра"
    return "Руководитель регионального модельного центра"


def zone_of(one: Report) -> str:
    """The time zone in which days of the report are told."""
    if one.organisation:
        return one.organisation.municipality.time_zone
    return one.centre.municipality.time_zone if one.centre else one.region.time_zone


def state_words(one: Report, zone: str) -> str:
    """What the title page says about the state."""
    moments: dict[str, tuple[str, dt.datetime | None]] = {
        Report.State.AGREED: ("Согласован", one.agreed_at),
        Report.State.SIGNED: ("Утверждён" if one.is_self else "Подписан", one.signed_at),
    }
    word, moment = moments.get(one.state, ("Проект", None))
    return f"{word} {russian.date_long(moment.astimezone(clock.zone(zone)).date())}" if moment else word


def finished_files(one: Report) -> ReportVersion | None:
    """The files that hold exactly what would be made now; None when they have to be made."""
    last = ReportVersion.objects.filter(report=one, state=ReportVersion.State.DONE).first()
    if last is None or one.snapshot is None:
        return None
    return last if last.fingerprint == fingerprint(source_of(one)) else None


def indicators_of(one: Report) -> StatisticsForm | None:
    """The table of indicators that a self-assessment prints."""
    rows = StatisticsForm.objects.filter(organisation=one.organisation, year=one.year, code=declaration_own.CODE)
    return rows.first()


def form(pk: int) -> StatisticsForm:
    """A table of indicators with its answer."""
    return statistics.whole().get(pk=pk)


def plan_items(actor: Actor, one: Report) -> list[PlanItem]:
    """Items that a report of a centre may close: of its plans for the year and around it, not cancelled."""
    rows = planning.items.rows(actor, "change").filter(
        plan__centre=one.centre_id, plan__year__range=(one.year, one.year + 1), cancelled_on__isnull=True
    )
    return list(rows.select_related("plan").order_by("-plan__year", "position", "pk"))


def versions(one: Report) -> list[ReportVersion]:
    """Versions of a report, newest first."""
    return list(one.versions.select_related("created_by", "snapshot").order_by("-number")[:20])


def file_of(actor: Actor, version_pk: int, code: str) -> tuple[ReportVersion, StoredFile]:
    """A stored file of a version that the actor may read. Hidden otherwise."""
    rows = ReportVersion.objects.filter(pk=version_pk, state=ReportVersion.State.DONE).select_related("report")
    version = rows.first()
    policy.of(version.report.kind if version else Report.Kind.ANNUAL).get(
        actor, "view", pk=version.report_id if version else 0
    )
    assert version is not None
    return version, stored(version, code)


def stored(version: ReportVersion, code: str) -> StoredFile:
    """A file of a version by its format. Raises Hidden when it was not made."""
    entry = next((one for one in version.manifest if one["format"] == code), None)
    if entry is None:
        raise Hidden("file")
    return StoredFile.objects.get(pk=entry["file"])


@dataclass(frozen=True, slots=True)
class RunState:
    """How far a run is."""

    total: int
    done: int
    failed: int

    @property
    def finished(self) -> bool:
        return self.done + self.failed == self.total

    @property
    def percent(self) -> int:
        return 100 * (self.done + self.failed) // self.total if self.total else 0


def run(actor: Actor, pk: int) -> ReportRun:
    """One run, or Forbidden, or Hidden."""
    found: ReportRun = policy.runs.get(actor, "view", pk=pk)
    return found


def run_state(one: ReportRun) -> RunState:
    counted = one.versions.aggregate(
        total=Count("pk"), done=Count("pk", filter=Q(state="done")), failed=Count("pk", filter=Q(state="failed"))
    )
    return RunState(**counted)


def run_rows(one: ReportRun) -> Iterable[Any]:
    """Versions of a run with their reports, in the order of making."""
    return one.versions.select_related("report__centre", "report__region").order_by("pk")
