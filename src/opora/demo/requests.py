"""Data requests and a statistics form in the demo, by the ordinary services: open and closed, answers in every state."""

from __future__ import annotations

from decimal import Decimal

from django.apps import apps
from django.db import connection

from opora.core import clock
from opora.core.access import SYSTEM, Actor
from opora.demo.frame import Frame
from opora.monitoring.requests import partner_links, queries
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer
from opora.monitoring.requests.services import answering, asking
from opora.people.actors import actor_of
from opora.people.models import Account
from opora.reporting.statistics import queries as statistics_rows
from opora.reporting.statistics import services as statistics
from opora.surveys import services as forms
from opora.surveys.models import FormTemplate, FormVersion
from opora.surveys.queries import sheet
from opora.surveys.rules.definition import (
    CHOICE,
    NUMBER,
    TABLE,
    TEXT,
    Address,
    Check,
    Column,
    Definition,
    Field,
    Row,
    Section,
)
from opora.surveys.rules.values import typed_again

AREAS = (
    ("technical", "техническая"),
    ("natural_science", "естественнонаучная"),
    ("tourism", "туристско-краеведческая"),
    ("artistic", "художественная"),
    ("sport", "физкультурно-спортивная"),
    ("social_humanitarian", "социально-гуманитарная"),
)
HOLIDAYS = Definition(
    (
        Section(
            "1",
            "Занятость детей в каникулы",
            "Числа в графе 3 подставлены по записям системы: проверьте их.",
            (
                Field("1", NUMBER, "Всего обучающихся в организации", unit="чел.", required=True, indicator="learners"),
                Field(
                    "2",
                    TABLE,
                    "По направленностям",
                    columns=(Column("3", "Зачислений"), Column("4", "из них занимались в каникулы", required=True)),
                    rows=tuple(Row(f"{n:02d}", name) for n, (_, name) in enumerate(AREAS, start=1)),
                    bindings={f"{n:02d}.3": f"enrolments.{code}" for n, (code, _) in enumerate(AREAS, start=1)},
                ),
                Field("3", CHOICE, "Утверждён ли план каникул", required=True, choices=("Да", "Нет", "В работе")),
            ),
        ),
        Section(
            "2",
            "Чем занимались",
            "",
            (
                Field(
                    "4",
                    TABLE,
                    "События для детей",
                    "Добавьте по строке на событие.",
                    open_rows=True,
                    columns=(
                        Column("1", "Название", TEXT, required=True),
                        Column("2", "Когда", "date"),
                        Column("3", "Детей"),
                    ),
                ),
                Field("5", TEXT, "Что помешало и что предлагаете"),
            ),
        ),
    ),
    (
        Check("1", "1", "Гр. 3 >= Гр. 4"),
        Check("2", "1", "Итого по гр. 4 >= Поле 1 * 0,2", soft=True, note="занята хотя бы пятая часть"),
    ),
)
COVERAGE = Definition(
    (
        Section(
            "1",
            "Охват и организации",
            "",
            (
                Field(
                    "1", NUMBER, "Детей 5–17 лет без повторов", unit="чел.", required=True, indicator="unique_children"
                ),
                Field("2", NUMBER, "Охват", unit="%", digits=1, required=True, indicator="coverage"),
                Field("3", NUMBER, "Организаций", required=True, indicator="organisations"),
                Field("4", NUMBER, "Педагогов", unit="чел.", required=True, indicator="teachers"),
                Field("5", NUMBER, "Из них прошли обучение в этом году", unit="чел.", required=True),
                Field("6", TEXT, "Лучшая практика года", required=True),
            ),
        ),
    ),
    (Check("1", "1", "Поле 4 >= Поле 5"),),
)
SUBJECT = "Занятость детей в осенние каникулы"
EVENTS = (
    ("Турнир по настольным играм", 24),
    ("День открытых мастерских", 46),
    ("Поход по родному краю", 18),
    ("Концерт «Осенние нотки»", 60),
    ("Школа юного робототехника", 15),
)
REMARK = "В событии не указано число детей, и графа 4 пуста по спортивной направленности. Поправьте и пришлите снова."


def write(frame: Frame) -> None:
    """After the district is in the database."""
    region, head = _actor("regional_operator"), _actor("centre_head")
    if region is None or head is None:
        return
    _closed(frame, region)
    _open(frame, head)
    _asked_by_region(frame, region)
    _statistics(frame)
    with connection.cursor() as cursor:  # what was told long ago is not told again
        cursor.execute("DELETE FROM outbox WHERE kind LIKE 'data_request.%'")
        cursor.execute("DELETE FROM letter WHERE kind LIKE 'request.%' AND kind <> 'request.new'")


def _actor(role: str) -> Actor | None:
    account = Account.objects.filter(email=f"{role}@opora.demo").first()
    return actor_of(account) if account else None


def _form(actor: Actor, title: str, about: str, form: Definition) -> FormVersion:
    template = FormTemplate.objects.filter(title=title).first() or forms.create_template(
        actor, title=title, about=about
    )
    version = forms.draft_of(actor, template=template)
    forms.change_draft(actor, template=template, revision=version.revision, change=lambda _: form)
    return forms.publish(actor, template=template)


def _closed(frame: Frame, region: Actor) -> None:
    """The region's request of the spring, answered and in the archive."""
    with clock.frozen(frame.moment(frame.before(70), 10)):
        version = _form(region, "Охват и кадры опорного центра", "Ежегодный запрос регионального центра.", COVERAGE)
        one = _sent(region, version, "Охват и кадры на начало учебного года", "centres", 10)
    with clock.frozen(frame.moment(frame.before(62), 15)):
        for number, answer in enumerate(queries.answers_of(one)):
            _fill_coverage(answer, number)
            answering.send_answer(SYSTEM, pk=answer.pk)
            asking.judge(region, pk=answer.pk, accept=True)
        asking.close_request(region, pk=one.pk)


def _fill_coverage(answer: DataRequestAnswer, number: int) -> None:
    answering.count_figures(SYSTEM, pk=answer.pk)
    posted = _as_posted(answer, "1")
    trained = int(Decimal(posted.get("v-4", "0").replace(",", ".")) * 3 // 10)
    practice = (
        "Мобильные мастерские для сельских школ",
        "Семейный клуб выходного дня",
        "Наставники из старшеклассников",
    )
    answering.save_section(
        SYSTEM,
        pk=answer.pk,
        section="1",
        posted={**posted, "v-5": str(trained), "v-6": practice[number % len(practice)]},
        revision=_revision(answer, "1"),
    )


def _as_posted(answer: DataRequestAnswer, section: str) -> dict[str, str]:
    """What the page of a section would send back unchanged."""
    values = sheet(queries.whole_answers().get(pk=answer.pk).answer).values
    return {address.key: typed_again(value) for address, value in values.items() if address.section == section}


def _revision(answer: DataRequestAnswer, section: str) -> int:
    return int(queries.whole_answers().get(pk=answer.pk).answer.revisions.get(section, 0))


def _sent(
    actor: Actor, version: FormVersion, subject: str, audience: str, days: int, partners: tuple[str, ...] = ()
) -> DataRequest:
    """A request to everybody of the audience, and to the centre's partners of these kinds."""
    one = asking.create_request(
        actor,
        subject=subject,
        body="Просим проверить подставленные числа и дополнить ответ. Данные войдут в доклад для коллегии.",
        version=version,
        working_days=days,
        audience=audience,
    )
    asked = queries.partner_candidates(one).filter(kind__in=partners).values_list("pk", flat=True)
    asking.pick(actor, pk=one.pk, ids=queries.candidates(one).values_list("pk", flat=True), partners=asked)
    return asking.send_request(actor, pk=one.pk)


def _open(frame: Frame, head: Actor) -> None:
    """The centre's request of this week: answers in every state."""
    with clock.frozen(frame.moment(frame.before(4), 9)):
        about = "Занятость и события в каникулы: по направленностям и списком."
        version = _form(head, "Каникулы: занятость детей", about, HOLIDAYS)
        one = _sent(head, version, SUBJECT, "organisations", 5, partners=("college", "culture"))
    answers = [row for row in queries.answers_of(one) if row.organisation_id]
    own = min((row.organisation_id or 0 for row in answers), default=0)
    others = [row for row in answers if row.organisation_id != own]
    with clock.frozen(frame.moment(frame.before(2), 14)):
        for number, answer in enumerate(others[: len(others) * 2 // 3]):
            _fill_holidays(frame, answer, number)
            answering.send_answer(SYSTEM, pk=answer.pk)
        for answer in one.answers.filter(partner__kind="college").select_related("partner"):
            _answered_by_college(frame, answer)
    with clock.frozen(frame.moment(frame.before(1), 11)):
        done = others[: len(others) * 2 // 3]
        for answer in done[: len(done) // 2]:
            asking.judge(head, pk=answer.pk, accept=True)
        for answer in done[len(done) // 2 :][:2]:
            asking.judge(head, pk=answer.pk, accept=False, remarks=REMARK)
        for answer in answers:
            if answer.organisation_id == own:
                answering.count_figures(SYSTEM, pk=answer.pk)


def _answered_by_college(frame: Frame, answer: DataRequestAnswer) -> None:
    """One partner has answered by the link of its letter; the museum has not yet."""
    partner = partner_links.actor_of(answer)
    posted = {"v-1": "48", "v-3": "В работе"}
    for row in range(1, len(AREAS) + 1):
        posted |= {f"v-2-{row:02d}-3": "48" if row == 1 else "0", f"v-2-{row:02d}-4": "26" if row == 1 else "0"}
    answering.save_section(partner, pk=answer.pk, section="1", posted=posted, revision=0)
    second = {"v-4-1-1": "День открытых мастерских", "v-4-1-2": frame.before(9).isoformat(), "v-4-1-3": "35"}
    second["v-5"] = "Мастерские сварки и мехатроники открыты в каникулы: можем принять ещё две группы."
    answering.save_section(partner, pk=answer.pk, section="2", posted=second, revision=0)
    answering.send_answer(partner, pk=answer.pk)


def _fill_holidays(frame: Frame, answer: DataRequestAnswer, number: int) -> None:
    answering.count_figures(SYSTEM, pk=answer.pk)
    posted = _as_posted(answer, "1")
    for row in range(1, len(AREAS) + 1):
        whole = Decimal(posted.get(f"v-2-{row:02d}-3", "0") or "0")
        posted[f"v-2-{row:02d}-4"] = str(int(whole * (3 + (number + row) % 5) // 10))
    posted["v-3"] = ("Да", "Да", "В работе")[number % 3]
    answering.save_section(SYSTEM, pk=answer.pk, section="1", posted=posted, revision=_revision(answer, "1"))
    second: dict[str, str] = {}
    for place in range(1, 2 + number % 2):
        name, children = EVENTS[(number + place) % len(EVENTS)]
        when = frame.before(20 - place) if frame.date.month in (11, 12) else frame.before(9)
        second |= {f"v-4-{place}-1": name, f"v-4-{place}-2": when.isoformat(), f"v-4-{place}-3": str(children)}
    if number % 3 == 0:
        second["v-5"] = "Не хватает автобуса для сельских ребят, просим включить в общий график выездов."
    answering.save_section(SYSTEM, pk=answer.pk, section="2", posted=second, revision=0)
    found = sheet(queries.whole_answers().get(pk=answer.pk).answer).unexplained
    if found:
        text = "Часть групп занимается только по будням, в каникулы у них перерыв по расписанию."
        answering.explain(SYSTEM, pk=answer.pk, texts={one.key: text for one in found if one.soft})


def _asked_by_region(frame: Frame, region: Actor) -> None:
    """The region's request that the centre has not answered yet."""
    with clock.frozen(frame.moment(frame.before(1), 16)):
        version = FormVersion.objects.filter(template__title="Охват и кадры опорного центра", state="published").get()
        _sent(region, version, "Охват и кадры к годовому отчёту", "centres", 7)


COSTS = {"33": "599,5", "34": "412,5", "35": "187", "36": "42"}
SOURCES = {"37": "412,5", "38": "96,5", "39": "316", "40": "0"}
"""Thousands of roubles that the organisation spent on digital tools, and from what."""


def _statistics(frame: Frame) -> None:
    """The statistics form of the first organisation in work: costs by hand, one difference explained."""
    organisation = apps.get_model("providers.Organisation").objects.order_by("pk").first()
    if organisation is None:
        return
    with clock.frozen(frame.moment(frame.date, 8)):
        one = statistics.begin(SYSTEM, organisation=organisation, year=min(frame.year_start.year, frame.date.year))
        for section, sums in (("6", COSTS), ("7", SOURCES)):
            posted = {f"v-{section}-{row}-3": value for row, value in sums.items()}
            statistics.save_section(SYSTEM, pk=one.pk, section=section, posted=posted, revision=0)
        first = _statistics_posted(one.pk, "1")
        first["v-1-09-3"] = str(int(first.get("v-1-09-3", "0")) + 6)
        statistics.save_section(SYSTEM, pk=one.pk, section="1", posted=first, revision=1)
        text = "Шесть ребят занимаются в сетевой форме по договору с техникумом, в системе программа ещё не отмечена."
        statistics.explain_differences(SYSTEM, pk=one.pk, texts={Address("1", "1", "09", "3").key: text})


def _statistics_posted(pk: int, section: str) -> dict[str, str]:

    values = sheet(statistics_rows.whole().get(pk=pk).answer).values
    return {address.key: typed_again(value) for address, value in values.items() if address.section == section}
