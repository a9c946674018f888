"""Reading requests, answers and their consolidation; the actor first where a person asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, QuerySet

from opora.core import clock
from opora.core.access import CENTRE_ROLES, Actor
from opora.methodics.models import Partner
from opora.monitoring.requests import policy
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer
from opora.providers.models import Organisation
from opora.providers.queries import organisations_of_centre
from opora.surveys import queries as forms
from opora.surveys.rules.consolidate import Answer, Consolidated, consolidate
from opora.surveys.rules.definition import from_json
from opora.territory.models import Centre, Municipality, Region
from opora.territory.queries import municipalities_of_centre

DONE = (DataRequestAnswer.State.SENT, DataRequestAnswer.State.ACCEPTED)


def whole() -> QuerySet[DataRequest]:
    """Requests with all that a page names."""
    return DataRequest.objects.select_related(
        "region", "municipality", "centre", "version__template", "created_by", "passed_from__request"
    )


def whole_answers() -> QuerySet[DataRequestAnswer]:
    return DataRequestAnswer.objects.select_related(
        "request__region", "request__municipality", "request__centre", "request__created_by", "request__version",
        "centre__municipality", "organisation", "partner", "municipality", "answer__version__template", "answer__updated_by",
        "sent_by", "judged_by",
    )  # fmt: skip


def request_card(actor: Actor, pk: int, action: str = "view") -> DataRequest:
    """A request that the actor may see. Raises Hidden and Forbidden."""
    policy.REQUEST.get(actor, action, pk=pk)
    return whole().get(pk=pk)


def answer_card(actor: Actor, pk: int, action: str = "view") -> DataRequestAnswer:
    policy.ANSWER.get(actor, action, pk=pk)
    return whole_answers().get(pk=pk)


def sender_places(actor: Actor) -> list[tuple[str, int]]:
    """(region | municipality | centre, id) in whose name the actor may ask, the widest first."""
    found: list[tuple[str, int]] = []
    for reach in actor.reaches:
        if reach.role == "regional_operator" and reach.place_kind == "region" and reach.place_id:
            found.append(("region", reach.place_id))
        elif reach.role == "coordinator":
            found += [("municipality", pk) for pk in sorted(reach.municipalities)]
        elif reach.role in CENTRE_ROLES:
            found += [("centre", pk) for pk in sorted(reach.centres)]
    order = {"region": 0, "municipality": 1, "centre": 2}
    return sorted(dict.fromkeys(found), key=lambda item: order[item[0]])


def zone_of(one: DataRequest) -> ZoneInfo:
    """The zone of the sender's dates."""
    if one.municipality_id and one.municipality:
        return clock.zone(one.municipality.time_zone)
    return clock.zone(one.region.time_zone if one.region else None)


def candidates(one: DataRequest) -> QuerySet[Centre] | QuerySet[Organisation]:
    """Whom the sender may ask: its territory's centres or organisations, a centre those that it serves."""
    region, municipality = one.region_id or 0, one.municipality_id or 0
    if one.audience == DataRequest.Audience.CENTRES:
        centres = Centre.objects.filter(is_active=True).select_related("municipality")
        if one.sender_kind == DataRequest.Sender.REGION:
            return centres.filter(municipality__region_id=region)
        return centres.filter(municipality_id=municipality)
    rows = Organisation.objects.filter(state=Organisation.State.ACTIVE).select_related("municipality")
    if one.sender_kind == DataRequest.Sender.REGION:
        return rows.filter(municipality__region_id=region)
    if one.sender_kind == DataRequest.Sender.AUTHORITY:
        return rows.filter(municipality_id=municipality)
    on = clock.today(zone_of(one))
    served = municipalities_of_centre(one.centre_id or 0, on)
    return rows.filter(Q(municipality__in=served) | Q(pk__in=organisations_of_centre(one.centre_id or 0, on)))


def partner_candidates(one: DataRequest) -> QuerySet[Partner]:
    """Partners that a centre may ask: those of its own municipality with an address to send the link to."""
    if one.sender_kind != DataRequest.Sender.CENTRE:
        return Partner.objects.none()
    return Partner.objects.filter(municipality=one.municipality_id or 0).exclude(email="")


def unreachable_partners(one: DataRequest) -> int:
    """How many partners of the centre's municipality have no address and cannot be asked."""
    if one.sender_kind != DataRequest.Sender.CENTRE:
        return 0
    return Partner.objects.filter(municipality=one.municipality_id or 0, email="").count()


@dataclass(frozen=True, slots=True)
class Progress:
    """How many answered."""

    total: int
    draft: int
    sent: int
    returned: int
    accepted: int

    @property
    def waiting(self) -> int:
        return self.draft + self.returned


def answers_of(one: DataRequest) -> list[DataRequestAnswer]:
    """All answers of a request by name, two queries at most."""
    rows = DataRequestAnswer.objects.filter(request=one).select_related(
        "centre", "organisation", "partner", "municipality"
    )
    return sorted(rows, key=lambda row: (row.who.lower().replace("ё", "е"), row.pk))


def progress(answers: Iterable[DataRequestAnswer]) -> Progress:
    states = [one.state for one in answers]
    return Progress(len(states), *(states.count(state) for state in ("draft", "sent", "returned", "accepted")))


def consolidation(one: DataRequest) -> Consolidated:
    """Sent and accepted answers put together: three queries whatever their number."""
    rows = [row for row in answers_of(one) if row.state in DONE]
    cells = forms.cells_of([row.answer_id for row in rows])
    form = from_json(one.version.definition)
    return consolidate(form, [Answer(row.who, cells[row.answer_id]) for row in rows])


def incoming(actor: Actor) -> QuerySet[DataRequestAnswer]:
    """Answers that the actor fills in and that wait for it."""
    rows: QuerySet[DataRequestAnswer] = policy.ANSWER.rows(actor, "fill")
    return rows.filter(state__in=("draft", "returned"), request__state="sent")


def to_judge(actor: Actor) -> QuerySet[DataRequestAnswer]:
    """Sent answers that wait for the actor's look."""
    rows: QuerySet[DataRequestAnswer] = policy.ANSWER.rows(actor, "judge")
    return rows.filter(state="sent", request__state="sent")


def nearest(rows: QuerySet[DataRequestAnswer]) -> tuple[int, dt.datetime | None]:
    """(how many, the last moment in time of the nearest): one query."""
    found = rows.order_by().aggregate(count=Count("pk"), due=Min("due_at"))
    return found["count"], found["due"] and found["due"] - dt.timedelta(seconds=1)


def open_requests() -> QuerySet[DataRequest]:
    """Sent requests that somebody has not answered."""
    return whole().filter(state="sent", answers__state__in=("draft", "returned")).distinct()


def unanswered(one: DataRequest) -> QuerySet[DataRequestAnswer]:
    """Answers of a request that are still awaited."""
    return whole_answers().filter(request=one, state__in=("draft", "returned"), due__isnull=False)


def last_year(one: DataRequest, name: str) -> dict[int, int]:
    """Place (centre, organisation or partner) → its latest answer on the same form to a request of the year before."""
    if one.date is None:
        return {}
    asked = DataRequest.objects.filter(version__template_id=one.version.template_id, date__year=one.date.year - 1)
    rows = DataRequestAnswer.objects.filter(request__in=asked, state__in=DONE).order_by("request__sent_at", "pk")
    return {place: answer for place, answer in rows.values_list(f"{name}_id", "answer_id") if place}


def place_name(kind: str, pk: int) -> str:
    """Name of a sender's place."""
    if kind == "region":
        return Region.objects.values_list("name", flat=True).get(pk=pk)
    model = Municipality if kind == "municipality" else Centre
    return str(model._default_manager.values_list("name", flat=True).get(pk=pk))


def sender_name(one: DataRequest) -> str:
    """«Региональный модельный центр, Верхневолжская область»."""
    if one.sender_kind == DataRequest.Sender.CENTRE:
        return str(one.centre)
    place = one.region if one.sender_kind == DataRequest.Sender.REGION else one.municipality
    return f"{one.get_sender_kind_display()}: {place.name if place else ''}"
