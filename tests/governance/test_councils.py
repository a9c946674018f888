"""Councils (A4): quorum, decisions under control, minutes; proposals (I7); structure (A3)."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.core import clock, doctor
from opora.core.access import SYSTEM
from opora.core.office import work
from opora.core.reasons import Hidden, Refused
from opora.governance import invariants, queries, rules, services
from opora.governance.documents import minutes
from opora.governance.models import CentreUnit, Council, CouncilMember, Decision, Meeting, Proposal
from tests.registers.samples import World, actor, make_world

DAY = dt.date(2026, 10, 12)
NOW = dt.datetime(2026, 10, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def council(world: World) -> Council:
    council = Council.objects.create(
        kind="team", name="Команда", region=world.region, municipality=world.here, starts_on=DAY - dt.timedelta(days=90)
    )
    sides = ("authority", "organisations", "public", "business")
    for number in range(5):
        CouncilMember.objects.create(
            council=council,
            side=sides[number % 4],
            role="chair" if number == 0 else "secretary" if number == 1 else "member",
            name=f"Дубов{number} Иван Петрович",
            post="директор",
            starts_on=council.starts_on,
            ends_on=DAY - dt.timedelta(days=1) if number == 4 else None,
        )
    return council


def meeting_of(council: Council) -> Meeting:
    return Meeting.objects.create(council=council, number=3, date=DAY, agenda="1. О группах\nО плане", place="Зал")


def ids(council: Council) -> list[int]:
    return list(council.members.order_by("pk").values_list("pk", flat=True))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 400), st.integers(1, 99))
def test_quorum_is_more_than_its_share_and_can_be_reached(members: int, share: int) -> None:
    needed = rules.needed_for_quorum(members, share)
    assert needed * 100 > members * share
    assert (needed - 1) * 100 <= members * share
    assert rules.has_quorum(members, members, share)
    assert not rules.has_quorum(0, 0, share)


def test_questions_lose_their_numbers() -> None:
    assert rules.questions("1. О группах\n\n 2.О плане\nО смете на 2026 г.") == [
        "О группах",
        "О плане",
        "О смете на 2026 г.",
    ]


def test_only_members_of_that_day_make_the_quorum(world: World, council: Council) -> None:
    meeting, head = meeting_of(council), actor(world, "methodologist")
    chair, secretary, third, _, former = ids(council)
    with clock.frozen(NOW):
        held = services.hold(head, meeting=meeting, present=[chair, secretary, former])
        assert (held.state, held.members_then, held.present_then) == ("failed", 4, 2)
        with pytest.raises(Refused, match="состоявшемуся"):
            services.save_decision(head, Decision(), _decision(meeting))
        held = services.hold(head, meeting=meeting, present=[chair, secretary, third], guests="журналист")
        assert (held.state, held.present_then) == ("held", 3)
        first = services.save_decision(head, Decision(), _decision(held))
        second = services.save_decision(head, Decision(), _decision(held))
        assert (first.number, second.number) == (1, 2)
        with pytest.raises(Refused, match="уже внесены решения"):
            services.hold(head, meeting=meeting, present=[chair])
    assert all(finding.ok for finding in doctor.run(invariants.CHECKS))
    Decision.objects.filter(pk=first.pk).update(votes_for=9)
    assert [finding.name for finding in doctor.run(invariants.CHECKS) if not finding.ok] == ["governance.decisions"]


def _decision(meeting: Meeting, **more: Any) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "question": 1,
        "text": "Открыть четыре группы",
        "responsible": "Дубов И. П.",
        "account": None,
        "due_on": DAY + dt.timedelta(days=5),
        "votes_for": 3,
        "votes_against": 0,
        "votes_abstained": 0,
        **more,
    }


def held(council: Council, **more: Any) -> Meeting:
    meeting = meeting_of(council)
    with clock.frozen(NOW):
        return services.hold(SYSTEM, meeting=meeting, present=ids(council)[:4], **more)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"due_on": DAY - dt.timedelta(days=1)}, "due"), ({"question": 3}, "question"), ({"votes_for": 5}, "votes")],
)
def test_a_decision_fits_its_meeting(council: Council, change: dict[str, Any], code: str) -> None:
    meeting = held(council)
    with pytest.raises(Refused) as refused:
        services.save_decision(SYSTEM, Decision(), _decision(meeting, **change))
    assert [reason.code for reason in refused.value.reasons] == [code]


def test_overdue_decisions_wait_for_keepers_and_for_the_responsible(world: World, council: Council) -> None:
    meeting = held(council)
    account = world.people["provider_manager"]
    decision = services.save_decision(SYSTEM, Decision(), _decision(meeting, account=account))
    manager, stranger = actor(world, "provider_manager"), actor(world, "stranger")
    with clock.frozen(NOW):
        for who in (manager, actor(world, "coordinator")):
            titles = [item.title for item in work.waiting_for(who)]
            assert "Просроченные решения советов" in titles
        assert not [item for item in work.waiting_for(stranger) if "советов" in item.title]
        with pytest.raises(Hidden):
            services.close_decision(stranger, decision=decision, state="done", day=DAY, result="Сделано")
        closed = services.close_decision(manager, decision=decision, state="done", day=DAY, result="Сделано")
        assert (closed.state, closed.closed_on) == ("done", DAY)
        assert not queries.open_decisions(manager).exists()
        with pytest.raises(Refused, match="уже закрыто"):
            services.close_decision(manager, decision=decision, state="done", day=DAY, result="Ещё раз")


def test_minutes_say_who_was_there_and_what_was_decided(council: Council) -> None:
    meeting = held(council, guests="журналист")
    services.save_decision(SYSTEM, Decision(), _decision(meeting))
    document = Document(io.BytesIO(minutes.render(meeting)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs).replace("\xa0", " ")
    assert "Присутствовали: 4 из 4 членов" in text
    assert "Кворум имеется (необходимо не менее 3)" in text
    assert "«за» – 3" in text
    cells = [cell.text.replace("\xa0", " ") for table in document.tables for row in table.rows for cell in row.cells]
    assert "Открыть четыре группы" in cells
    assert "17.10.2026" in cells


def test_pages_from_attendance_to_minutes(world: World, council: Council, client: Client) -> None:
    meeting = meeting_of(council)
    client.force_login(world.people["centre_head"], backend="opora.people.backends.AccountBackend")
    with clock.frozen(NOW):
        page = client.get(f"/office/meetings/{meeting.pk}/present/").content.decode()
        assert "не меньше 3" in page
        answer = client.post(
            f"/office/meetings/{meeting.pk}/present/", {"present": [str(one) for one in ids(council)[:3]]}
        )
        assert answer.status_code == 302
        answer = client.get(f"/office/meetings/{meeting.pk}/minutes.docx")
        assert answer["Content-Type"].endswith("wordprocessingml.document")
        card = client.get(f"/office/meetings/{meeting.pk}/").content.decode()
        assert "Протокол" in card


def test_a_region_keeps_its_own_council(world: World) -> None:
    from opora.governance import policy

    council = Council.objects.create(kind="coordination", name="Совет", region=world.region, starts_on=DAY)
    assert policy.councils.can(actor(world, "regional_operator"), "change", council)
    assert not policy.councils.can(actor(world, "coordinator"), "change", council)
    assert policy.councils.can(actor(world, "coordinator"), "view", council)


def proposal_of(world: World) -> Proposal:
    return Proposal.objects.create(centre=world.centre, addressee="Администрация", title="О кружках", text="Нужны")


def test_the_fate_of_a_proposal(world: World) -> None:
    proposal, head = proposal_of(world), actor(world, "centre_head")
    with clock.frozen(NOW):
        with pytest.raises(Refused, match="невозможно"):
            services.step(head, proposal=proposal, code="accept", day=DAY)
        sent = services.step(head, proposal=proposal, code="send", day=DAY, number="44")
        assert (sent.state, sent.answer_due) == ("sent", dt.date(2026, 11, 11))
        with pytest.raises(Refused, match="Раньше"):
            services.step(head, proposal=proposal, code="accept", day=DAY - dt.timedelta(days=1))
        with pytest.raises(Refused, match="почему"):
            services.step(head, proposal=proposal, code="decline", day=DAY, reason=" ")
        with pytest.raises(Refused, match="не меняется"):
            services.save_proposal(head, sent, {"text": "Другое"})
        assert list(queries.unanswered(head)) == [proposal]
        services.step(head, proposal=proposal, code="accept", day=DAY, carry_out_by=dt.date(2026, 12, 1))
        assert list(queries.to_carry_out(head)) == [proposal]
        done = services.step(head, proposal=proposal, code="carry_out", day=DAY, result="Группы открыты")
        assert (done.state, done.carried_out_on, done.result) == ("carried_out", DAY, "Группы открыты")
        with pytest.raises(Hidden):
            services.step(actor(world, "stranger"), proposal=proposal, code="withdraw", day=DAY)


def test_a_step_page_asks_only_what_it_needs(world: World, client: Client) -> None:
    proposal = proposal_of(world)
    client.force_login(world.people["centre_head"], backend="opora.people.backends.AccountBackend")
    with clock.frozen(NOW):
        page = client.get(f"/office/proposals/{proposal.pk}/step/send/").content.decode()
        assert "Исходящий номер" in page
        assert "Почему отклонено" not in page
        assert client.post(f"/office/proposals/{proposal.pk}/step/send/", {"day": "2026-10-12"}).status_code == 302
        assert client.post(f"/office/proposals/{proposal.pk}/step/decline/", {"day": "2026-10-12"}).status_code == 422
    proposal.refresh_from_db()
    assert proposal.state == "sent"


def test_a_group_that_ended_owes_its_result(world: World) -> None:
    unit = CentreUnit.objects.create(
        centre=world.centre, kind="creative_group", name="Группа", starts_on=DAY, ends_on=DAY + dt.timedelta(days=2)
    )
    head = actor(world, "centre_head")
    with clock.frozen(NOW):
        assert list(queries.ended_without_result(head)) == [unit]
        CentreUnit.objects.update(result="Описаны три программы")
        assert not queries.ended_without_result(head).exists()
