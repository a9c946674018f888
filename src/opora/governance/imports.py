"""Files of councils: members, meetings with who came, decisions with how they ended; each row by its service."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat

from opora.core.access import Actor
from opora.core.reasons import Reason, Refused
from opora.core.registers import ImportColumn
from opora.core.registers.declaration import Register
from opora.core.registers.importing.parsing import folded, text
from opora.core.registers.importing.rowwise import Known, RowWriter, Values
from opora.governance import policy, queries, services
from opora.governance.models import Council, CouncilMember, Decision, Meeting, Presence
from opora.territory import policy as territory
from opora.territory.services_acts import label

_INITIALS = re.compile(r"[\s.]+")


def council_written(path: str) -> Case:
    """A council with its municipality: many districts have a council of the same name."""
    named = Concat(f"{path}__name", Value(" ("), f"{path}__municipality__name", Value(")"))
    return Case(
        When(Q(**{f"{path}__municipality__isnull": True}), then=F(f"{path}__name")),
        default=named,
        output_field=CharField(),
    )


def came() -> Coalesce:
    """Names of those who came to a meeting, one after another."""
    rows = Presence.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    names = rows.annotate(names=StringAgg("member__name", "; ", order_by="member__name")).values("names")
    return Coalesce(Subquery(names), Value(""), output_field=TextField())


COUNCIL_HINT = "Название; если таких советов несколько, то с муниципалитетом в скобках"


def council_column(field: str, path: str) -> ImportColumn:
    """The column that names a council; `field` is the model's own way to it."""
    return ImportColumn(
        "council", "Совет", field=field, path=f"{path}__name", parse=text(500), required=True,
        hint=COUNCIL_HINT, written=council_written(path),
    )  # fmt: skip


def _councils(actor: Actor) -> Known:
    rows = policy.councils.rows(actor, "change").select_related("municipality", "region")
    return Known("council", rows, _with_place, lambda row: row.name)


def _with_place(row: Council) -> str:
    return f"{row.name} ({row.municipality.name})" if row.municipality else row.name


class CouncilRows(RowWriter):
    """Councils by name and municipality; the region follows from the municipality."""

    def __init__(self, actor: Actor, register: Register) -> None:
        super().__init__(actor, register)
        places = territory.municipalities.rows(actor, "view")
        self.municipalities = Known(
            "municipality", places, lambda row: row.oktmo, lambda row: row.name, lambda row: row.short_name
        )
        regions = territory.regions.rows(actor, "view")
        self.regions = Known("region", regions, lambda row: row.code, lambda row: row.name)
        self.acts = Known("act", territory.legal_acts.rows(actor, "view"), label, str, lambda row: row.title)

    def write(self, values: Values) -> str:
        data = dict(values)
        if "municipality" in data:
            data["municipality"] = self.municipalities.find(data["municipality"])
        if "region" in data:
            data["region"] = self.regions.find(data["region"])
            place = data.get("municipality")
            if place is not None:
                if data["region"] is not None and data["region"].pk != place.region_id:
                    raise Refused(Reason("region", "Муниципалитет относится к другому региону.", field="region"))
                data["region"] = place.region
            elif data["region"] is None:
                data.pop("region")
        if "act" in data:
            data["act"] = self.acts.find(data["act"])
        found = Council.objects.filter(name__iexact=data["name"], municipality=data.get("municipality"))
        if data.get("region") is not None:
            found = found.filter(region=data["region"])
        return self.keep(found.first(), data)


class MemberRows(RowWriter):
    """Members of councils by council, name and first day."""

    def __init__(self, actor: Actor, register: Register) -> None:
        super().__init__(actor, register)
        self.councils = _councils(actor)

    def write(self, values: Values) -> str:
        data = dict(values) | {"council": self.councils.find(values["council"])}
        found = CouncilMember.objects.filter(
            council=data["council"], name__iexact=data["name"], starts_on=data["starts_on"]
        )
        return self.keep(found.first(), data)


class MeetingRows(RowWriter):
    """Meetings by council, day and number; who came is written down as on the page, with the quorum counted."""

    def __init__(self, actor: Actor, register: Register) -> None:
        super().__init__(actor, register)
        self.councils = _councils(actor)

    def write(self, values: Values) -> str:
        data = dict(values) | {"council": self.councils.find(values["council"])}
        names = data.pop("present", None)
        keys = {name: data.get(name) for name in ("council", "date", "number")}
        found = Meeting.objects.filter(**keys).first()
        verdict = self.keep(found, data)
        meeting = Meeting.objects.get(**keys)
        if not names:
            if verdict == "created":
                hint = "Отметьте присутствовавших в карточке или добавьте колонку «Присутствовали»."
                self.remarks.append(Reason("planned", "Заседание записано как назначенное.", hint=hint))
            return verdict
        members = list(queries.members_on(meeting.council_id, meeting.date))
        present = present_ids(members, names)
        if meeting.state != Meeting.State.PLANNED and present == queries.present_at(meeting):
            return verdict
        held = services.hold(self.actor, meeting=meeting, present=present, guests=meeting.guests)
        if held.state == Meeting.State.FAILED:
            said = f"Кворума не было: {held.present_then} из {held.members_then}. Заседание не состоялось."
            self.remarks.append(Reason("no_quorum", said, field="present"))
        return "created" if verdict == "created" else "updated"


def present_ids(members: list[CouncilMember], names: str) -> set[int]:
    """Members named in a cell, one after another: in full, or the surname with initials. Refused for strangers.

    Names are divided by a semicolon, a new line or a comma.
    """
    known: dict[str, list[int]] = {}
    for member in members:
        for form in {_squeezed(member.name), _squeezed(_short(member.name))}:
            known.setdefault(form, []).append(member.pk)
    said = [part.strip() for part in re.split(r"[;,\n]", names) if part.strip()]
    strangers = [name for name in said if len(known.get(_squeezed(name), [])) != 1]
    if strangers:
        message = f"Среди членов совета на этот день нет или не один: {', '.join(strangers).rstrip('.')}."
        raise Refused(Reason("present", message, hint="Сначала внесите состав совета.", field="present"))
    return {known[_squeezed(name)][0] for name in said}


def _squeezed(name: str) -> str:
    return _INITIALS.sub("", folded(name))


def _short(name: str) -> str:
    last, *rest = name.split()
    return f"{last} {''.join(f'{part[0]}.' for part in rest)}"


class DecisionRows(RowWriter):
    """Decisions by meeting and number (without a number: by their words); the end of a decision is written too."""

    ENDING = ("state", "closed_on", "result")

    def __init__(self, actor: Actor, register: Register) -> None:
        super().__init__(actor, register)
        self.councils = _councils(actor)

    def write(self, values: Values) -> str:
        data = dict(values)
        end = {name: data.pop(name, None) for name in self.ENDING}
        meeting = self._meeting(data)
        found = self._stored(meeting, data)
        if not data.get("number"):
            data.pop("number", None)
        verdict = self.keep(found, data | {"meeting": meeting})
        if end["state"] in (None, Decision.State.OPEN):
            if found is not None and end["state"] and found.state != Decision.State.OPEN:
                raise Refused(Reason("closed", "Решение уже закрыто, обратно его не открыть.", field="state"))
            return verdict
        kept = found or self._stored(meeting, data)
        assert kept is not None
        wanted = (end["state"], end["closed_on"], end["result"] or "")
        if (kept.state, kept.closed_on, kept.result) == wanted:
            return verdict
        if end["closed_on"] is None:
            raise Refused(Reason("closed_on", "Укажите, когда решение закрыто.", field="closed_on"))
        services.close_decision(
            self.actor, decision=kept, state=wanted[0], day=end["closed_on"], result=wanted[2]
        )  # fmt: skip
        return "created" if verdict == "created" else "updated"

    def _meeting(self, data: dict[str, Any]) -> Meeting:
        council = self.councils.find(data.pop("council", None))
        date, number = data.pop("meeting_date", None), data.pop("meeting_number", None)
        rows = list(Meeting.objects.filter(council=council, date=date, **({"number": number} if number else {}))[:2])
        if len(rows) == 1:
            return rows[0]
        said = "несколько заседаний, укажите номер протокола" if rows else "нет заседания, сначала загрузите заседания"
        raise Refused(Reason("reference", f"В этот день у совета {said}.", field="meeting_date"))

    def _stored(self, meeting: Meeting, data: dict[str, Any]) -> Decision | None:
        rows = Decision.objects.filter(meeting=meeting)
        return (
            rows.filter(number=data["number"]).first() if data.get("number") else rows.filter(text=data["text"]).first()
        )
