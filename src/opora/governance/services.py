"""Writing governance: meetings with quorum, decisions under control, proposals step by step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Max

from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.registers.services import locked, plain_save
from opora.core.transactions import act
from opora.governance import policy, queries, rules
from opora.governance.models import Council, CouncilMember, Decision, Meeting, Presence, Proposal


def save_council(actor: Actor, council: Council, data: dict[str, Any]) -> Council:
    """A council of a municipality belongs to the region of that municipality."""
    if data.get("municipality") is not None:
        data["region"] = data["municipality"].region
    if data.get("region") is None and council.pk is None:
        raise Refused(Reason("region", "Укажите муниципалитет, а для совета всего региона – регион.", field="region"))
    council = locked(council)
    plain_save(actor, council, data)
    return council


def save_member(actor: Actor, member: CouncilMember, data: dict[str, Any]) -> CouncilMember:
    """Add or change a member. Who sat in a council on the day of a meeting that is over stays as the minutes say."""
    after = data.get("council") or member.council
    _lock_councils({after.pk, member.council_id or after.pk})
    member = locked(member)
    before = () if member.pk is None else ((member.council_id, member.starts_on, member.ends_on),)
    term = [data[name] if name in data else getattr(member, name) for name in ("starts_on", "ends_on")]
    for meeting in queries.rosters_changed(before, ((after.pk, *term),)):
        date = russian.date_full(meeting.date)
        hint = "Укажите дату после этого заседания, а если решений ещё нет, отметьте присутствовавших заново."
        message = f"Заседание {date} уже прошло, в протоколе членов совета: {meeting.members_then}."
        raise Refused(Reason("roster", message, hint=hint, field="starts_on"))
    plain_save(actor, member, data)
    return member


def _lock_councils(ids: Collection[int]) -> None:
    """Councils by ascending id, before their meetings: members and attendance change one after the other."""
    list(Council.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk"))


def save_meeting(actor: Actor, meeting: Meeting, data: dict[str, Any]) -> Meeting:
    """Appoint or change a meeting; one that is over keeps its council, its day and its agenda."""
    meeting = locked(meeting)
    if meeting.pk is not None and meeting.state != Meeting.State.PLANNED:
        named = (name for name in ("council", "date", "agenda") if name in data)
        changed = [name for name in named if data[name] != getattr(meeting, name)]
        if changed:
            raise Refused(Reason("held", "Заседание уже прошло: совет, дата и повестка не меняются.", field=changed[0]))
    plain_save(actor, meeting, data)
    return meeting


def hold(actor: Actor, *, meeting: Meeting, present: Collection[int], guests: str = "") -> Meeting:
    """Write down who came and close the attendance. Without a quorum the meeting did not take place.

    `present`: ids of members in force on the day. Refused for a future day and once decisions exist.
    """
    with act(actor):
        _lock_councils({meeting.council_id})
        held: Meeting = Meeting.objects.select_for_update(of=("self",)).select_related("council").get(pk=meeting.pk)
        if not policy.meetings.can(actor, "change", held):
            raise Hidden("change")
        if held.council_id != meeting.council_id:
            raise Refused(Reason("moved", "Заседание только что перенесли в другой совет. Откройте его заново."))
        if held.date > clock.today(clock.EASTERNMOST):
            raise Refused(Reason("future", "Заседание ещё не наступило: присутствие отмечают в день заседания."))
        if held.decisions.exists():
            raise Refused(Reason("decided", "По заседанию уже внесены решения: состав присутствовавших не меняется."))
        members = {row.pk for row in queries.members_on(held.council_id, held.date)}
        came = members & set(present)
        if not members:
            raise Refused(Reason("no_members", "У совета нет членов на день заседания. Внесите состав совета."))
        held.presences.all().delete()
        Presence.objects.bulk_create(Presence(meeting=held, member_id=pk) for pk in sorted(came))
        enough = rules.has_quorum(len(members), len(came), held.council.quorum)
        held.state = Meeting.State.HELD if enough else Meeting.State.FAILED
        held.members_then, held.present_then, held.guests = len(members), len(came), guests
        held.quorum_then = held.council.quorum
        held.save()
    return held


def save_decision(actor: Actor, decision: Decision, data: dict[str, Any]) -> Decision:
    """Add or change a decision of a meeting that was held; its number follows the last one, unless one is given."""
    asked: Meeting = data.get("meeting") or decision.meeting
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("council").get(pk=asked.pk)
    decision = locked(decision)
    problems = list(_decision_problems(decision, meeting, data))
    if problems:
        raise Refused(problems)
    if decision.pk is None and not data.get("number"):
        last = Decision.objects.filter(meeting=meeting).aggregate(last=Max("number"))["last"] or 0
        data = {**data, "number": last + 1}
    plain_save(actor, decision, data)
    return decision


def _decision_problems(decision: Decision, meeting: Meeting, data: dict[str, Any]) -> list[Reason]:
    found = []
    moved = decision.pk is None or decision.meeting_id != meeting.pk
    if moved and meeting.state != Meeting.State.HELD:
        hint = "Отметьте присутствовавших в карточке заседания."
        found.append(Reason("no_quorum", "Решения вносят по состоявшемуся заседанию.", hint=hint, field="meeting"))
    due = data.get("due_on")
    if due is not None and due < meeting.date and due != decision.due_on:
        found.append(Reason("due", "Срок исполнения раньше заседания.", field="due_on"))
    question = data.get("question")
    asked = len(rules.questions(meeting.agenda))
    if question is not None and question != decision.question and not 1 <= question <= asked:
        found.append(Reason("question", f"В повестке вопросов: {asked}.", field="question"))
    names = ("votes_for", "votes_against", "votes_abstained")
    was = [getattr(decision, name) for name in names]
    votes = [data.get(name, vote) for name, vote in zip(names, was, strict=True)]
    total = sum(vote or 0 for vote in votes)
    if votes != was and meeting.present_then is not None and total > meeting.present_then:
        message = f"Голосов {total}, а присутствовало {meeting.present_then}."
        found.append(Reason("votes", message, field="votes_for"))
    return found


def close_decision(actor: Actor, *, decision: Decision, state: str, day: dt.date, result: str) -> Decision:
    """Take a decision off control: carried out (`done`) or cancelled, with what was done or why."""
    with act(actor):
        found: Decision = Decision.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=decision.pk)
        if not queries.may_close(actor, found):
            raise Hidden("change")
        if found.state != Decision.State.OPEN:
            raise Refused(Reason("closed", "Решение уже закрыто."))
        if not found.meeting.date <= day <= clock.today(clock.EASTERNMOST):
            raise Refused(Reason("day", "Дата исполнения – между днём заседания и сегодняшним.", field="day"))
        found.state, found.closed_on, found.result = state, day, result.strip()
        found.save()
    return found


def step(actor: Actor, *, proposal: Proposal, code: str, day: dt.date, **said: Any) -> Proposal:
    """Lead a proposal one step on. `said`: number, answer, reason, carry_out_by, act, result by the step.

    Raises Refused for a step that the state does not allow, a day before the former step, a missing reason.
    """
    with act(actor):
        found: Proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if not policy.proposals.can(actor, "change", found):
            raise Hidden("change")
        state = rules.PROPOSAL.next_state(found.state, code)
        before = found.carried_out_on or found.answered_on or found.sent_on
        if before is not None and day < before:
            raise Refused(Reason("day", f"Раньше предыдущего шага: {russian.date_full(before)}.", field="day"))
        if day > clock.today(clock.EASTERNMOST):
            raise Refused(Reason("day", "Дата в будущем: шаг отмечают, когда он сделан.", field="day"))
        if code == "decline" and not str(said.get("reason", "")).strip():
            raise Refused(Reason("reason", "Напишите, почему предложение отклонено.", field="reason"))
        _record(found, code, day, said)
        found.state = state
        found.save()
    return found


def _record(proposal: Proposal, code: str, day: dt.date, said: dict[str, Any]) -> None:
    if code == "send":
        proposal.sent_on, proposal.answer_due = day, rules.answer_due(day)
    if code in ("accept", "decline"):
        proposal.answered_on = day
    if code == "carry_out":
        proposal.carried_out_on = day
    for name in ("number", "answer", "reason", "carry_out_by", "act", "result"):
        if said.get(name):
            setattr(proposal, name, said[name])


def save_proposal(actor: Actor, proposal: Proposal, data: dict[str, Any]) -> Proposal:
    """The words of a proposal change only while it is a draft."""
    proposal = locked(proposal)
    if proposal.pk is not None and proposal.state != Proposal.State.DRAFT:
        changed = [name for name, value in data.items() if value != getattr(proposal, name)]
        if changed:
            raise Refused(Reason("sent", "Предложение уже направлено, текст не меняется.", field=changed[0]))
    plain_save(actor, proposal, data)
    return proposal
