"""Self-assessment in the showcase: reports of last year in every state, a note that closes an item of the plan.

The records of the demo begin with this school year. What an organisation taught before stood in paper journals: its
numbers of last year are typed, with that explanation, and follow from today's, a little smaller.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.demo.districts import showcase
from opora.demo.frame import Frame
from opora.demo.reports import COORDINATOR, HEAD, LAST_YEAR, keep, past_table
from opora.monitoring import snapshots
from opora.monitoring.models import Snapshot
from opora.people.models import Account
from opora.planning.models import PlanItem
from opora.providers.models import Organisation
from opora.reporting import queries, queries_own, services
from opora.reporting.facts.organisation import collect_own
from opora.reporting.models import Report, ReportText
from opora.reporting.statistics import declaration_own as declared
from opora.reporting.statistics import queries_own as records
from opora.reporting.statistics import rules_own as rules
from opora.reporting.statistics import services as forms
from opora.surveys.queries import sheet
from opora.surveys.rules.values import typed_again
from opora.territory.models import Centre

STATES = ("published", "draft", "published", "signed")
"""How far the first organisations are; the rest have not begun."""
WHY = "В прошлом году учёт вёлся в журналах на бумаге: число по форме 1-ДОП и личным делам."
BY_HAND = {
    "1.5": 24, "1.7": 61, "1.8": 402, "1.8.1": 318, "1.8.2": 96, "1.8.3": 12, "1.8.4": 21, "1.8.5": 6, "1.9": 118,
    "1.9.1": 84, "1.9.2": 31, "1.9.3": 5, "1.9.4": 7, "1.9.5": 0, "1.10": 73, "1.10.1": 58, "1.10.2": 15, "1.10.3": 0,
    "1.10.4": 6, "1.10.5": 0, "1.11": 17, "1.11.1": 14, "1.11.2": 3, "1.11.3": 0, "1.11.4": 0, "1.11.5": 0, "1.18": 9,
    "1.18.1": 5, "1.18.2": 4, "1.19": 4, "1.20": 6, "1.23.1": 11, "1.23.2": 4, "2.2": 14, "2.2.1": 9, "2.2.2": 1,
    "2.2.3": 2, "2.2.4": 1, "2.2.5": 1, "2.2.6": 0, "2.3": 2, "2.3.1": 1, "2.3.2": 0, "2.3.3": 1, "2.7": 240,
}  # fmt: skip
ANSWERS = {"1.24": "Да", "2.4": "Нет", "2.5": "Да", "2.6": "Да", "2.6.1": "Да", "2.6.2": "Нет", "2.6.3": "Нет",
           "2.6.4": "Да", "2.6.5": "Да"}  # fmt: skip
TEXTS = {
    "self_management": "Организацией управляют директор, педагогический совет и общее собрание работников. За год "
    "педагогический совет собирался пять раз: рассмотрел учебный план, итоги аттестации учащихся и этот отчёт.",
    "self_results": "Промежуточную аттестацию по программам прошли 96 % учащихся. До конца программы доучились 91 %: "
    "реже всего остаются подростки первого года обучения, поэтому для них введены короткие пробные модули.",
    "self_methodics": "К каждой программе есть методический комплект и оценочные материалы. Обновлены пособия по "
    "робототехнике и прикладному творчеству, педагоги опубликовали четыре разработки.",
    "self_control": "Качество проверяют открытыми занятиями, аттестацией и опросом родителей два раза в год. "
    "В последнем опросе удовлетворены 88 % семей; чаще всего просят больше занятий в выходные.",
}


def write(frame: Frame) -> None:
    """After the reports of the centre; nothing where it is not the showcase that was loaded."""
    centre = Centre.objects.filter(slug=f"moc-{showcase().slug}").select_related("municipality__region").first()
    if centre is None:
        return
    rows = Organisation.objects.filter(
        municipality=centre.municipality, state="active", kind__in=queries_own.KINDS, is_branch=False
    )
    with clock.frozen(frame.moment(frame.date, 8)):
        for one, state in zip(rows.select_related("municipality__region").order_by("pk"), STATES, strict=False):
            _last_year(frame, one, state)
        _note(frame, centre)
    for report in queries.whole().filter(kind=Report.Kind.SELF, published_at__isnull=False):
        services.order(SYSTEM, report=report)  # by the clock of the machine: jobs are taken in time


def _last_year(frame: Frame, one: Organisation, state: str) -> None:
    """The report of last year of one organisation, by the ordinary services; its figures a little below today's."""
    year = frame.date.year - 1
    report = services.begin(SYSTEM, organisation=one, year=year)
    _type(frame, report, one, finished=state != "draft")
    ReportText.objects.bulk_create(ReportText(report=report, section=code, text=text) for code, text in TEXTS.items())
    if state == "draft":
        services.freeze(SYSTEM, report=report)
        return
    place = snapshots.place_of_organisation(one)
    scope = snapshots.scope_of(place, frame.date)
    data: dict[str, Any] = collect_own(scope, one, year)
    data["tables"] = {
        name: table if name == "indicators" else past_table(name, table, year) for name, table in data["tables"].items()
    }
    made = min(frame.moment(dt.date(year + 1, 3, 27), 15), frame.moment(frame.date, 9))
    snapshot = keep(
        place, dt.date(year, 12, 31), snapshots.figures(scope), LAST_YEAR, at=made, kind=Snapshot.Kind.ANNUAL, year=year,
        title=f"{one}: отчёт о самообследовании за {year} год", data=data,
    )  # fmt: skip
    Report.objects.filter(pk=report.pk).update(
        snapshot=snapshot,
        state=Report.State.SIGNED,
        signed_at=made,
        signatory_name=one.head_name,
        signatory_post="Руководитель организации",
        created_at=made - dt.timedelta(days=9),
        published_at=made + dt.timedelta(days=4) if state == "published" else None,
    )


def _type(frame: Frame, report: Report, one: Organisation, *, finished: bool) -> None:
    """What the registers do not know of last year, and what they know too little of."""
    form = queries.indicators_of(report)
    assert form is not None
    found = rules.count(records.learners(one.pk, frame.date), records.workers(one.pk, frame.date), (), frame.date)
    shares = {code: int(cell.value * LAST_YEAR) for code, cell in found.items()}
    shares["1.1"] = int((found["1.1"].value * LAST_YEAR).quantize(Decimal(1), ROUND_HALF_UP))  # as the frozen figure
    shares["1.17"] = shares["1.17.1"] + shares["1.17.2"]
    small = Decimal(shares["1.1"]) / 1180  # the numbers by hand are those of a large organisation
    numbers = {**{code: _part(code, value, small) for code, value in BY_HAND.items()}, **shares}
    for whole in ("1.11", "1.18", "2.2", "2.3"):
        numbers[whole] = sum(value for code, value in numbers.items() if code.startswith(f"{whole}."))
    numbers["1.12"] = max(numbers["1.12"], numbers["1.17"], numbers["1.13"] + numbers["1.15"])
    values = {declared.address_of(code): str(value) for code, value in numbers.items()}
    values |= {declared.address_of(code): text for code, text in ANSWERS.items()}
    for section in declared.LINES if finished else ("1",):
        kept = sheet(queries.form(form.pk).answer)
        posted = {at.key: typed_again(value) for at, value in kept.values.items() if at.section == section}
        posted |= {at.key: text for at, text in values.items() if at.section == section}
        revision = int(kept.answer.revisions.get(section, 0))
        forms.save_section(SYSTEM, pk=form.pk, section=section, posted=posted, revision=revision)
    differing = sheet(queries.form(form.pk).answer).differing
    forms.explain_differences(SYSTEM, pk=form.pk, texts={address.key: WHY for address, _ in differing})
    if finished:
        forms.finish(SYSTEM, pk=form.pk)


def _part(code: str, value: int, share: Decimal) -> int:
    """Children and events follow the size of an organisation; a hall is a hall."""
    return value if value < 3 else max(1, int(value * min(share, Decimal(1))))


def _note(frame: Frame, centre: Centre) -> None:
    """A note about coverage, agreed and signed: it is evidence of the plan's item about coverage."""
    head, coordinator = (Account.objects.filter(email=email).first() for email in (HEAD, COORDINATOR))
    note = services.open_report(SYSTEM, year=frame.date.year, centre=centre, kind=Report.Kind.COVERAGE)
    services.freeze(SYSTEM, report=note, anew=False)
    item = PlanItem.objects.filter(plan__centre=centre, plan__year__lte=frame.date.year, measure="coverage").first()
    if item is not None:
        services.link_item(SYSTEM, report=note, item=PlanItem.objects.select_related("plan").get(pk=item.pk))
    for code, account in (("agree", coordinator), ("sign", head)):
        services.do(_as(account), report=note, code=code)


def _as(account: Account | None) -> Actor:
    return replace(SYSTEM, account_id=account.pk if account else None)
