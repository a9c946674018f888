"""Invitations: letters and sheets, thirty days, outcomes by themselves and by word, measures, erasure of past lists."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from docx import Document

from opora.core import clock, measures
from opora.core.access import SYSTEM
from opora.core.doctor import examine
from opora.core.measures import Span
from opora.core.models import AccessLog, ErasureAct, Letter
from opora.core.names import match_key
from opora.core.office import work
from opora.core.reasons import Forbidden, Refused
from opora.outreach import documents, queries, queries_offers, services_invitations, services_retention, states
from opora.outreach.models import Invitation, Pupil
from opora.people.models import Account, Consent, Guardianship, RoleAssignment
from opora.people.services_consents import record_consent
from opora.providers.models import Venue
from tests.outreach.town import DAY, NOW, Town, make_town, the_list

SPAN_DAYS = (dt.date(2026, 9, 1), dt.date(2026, 12, 31))


@pytest.fixture
def town(db: None, tmp_path: Path) -> Town:
    made = make_town(tmp_path)
    with clock.frozen(NOW):
        made.child = made.world.family(  # type: ignore[attr-defined]
            last_name="Лесной", first_name="Миша", patronymic="Ильич", birth_date=dt.date(2016, 4, 2),
            match_key=match_key("Лесной", "Миша", "Ильич"),
        ).child  # fmt: skip
        made.load(
            "Лесной;Миша;Ильич;02.04.2016;5А;;ОВЗ", "Никто;Пётр;;01.01.2015;5А;;", "Другова;Анна;;01.01.2015;5Б;;"
        )
    return made


def keys(*lasts: str) -> list[str]:
    rows = Pupil.objects.filter(last_name__in=lasts) if lasts else Pupil.objects.all()
    return [str(pk) for pk in rows.values_list("public_id", flat=True)]


def outcomes() -> dict[str, str]:
    rows = Invitation.objects.annotate(result=states.outcome())
    return dict(rows.order_by("pk").values_list("pupil__last_name", "result"))


def measured(town: Town, code: str) -> int:
    return int(measures.get(code).counted(Span(frozenset({town.world.municipality.pk}), *SPAN_DAYS)).numerator)


def test_a_consent_withdrawn_ends_letters_until_it_is_given_again(town: Town) -> None:
    with clock.frozen(NOW):
        guardianship = Guardianship.objects.get(child=town.child)  # type: ignore[attr-defined]
        said = {
            "kind": "messages",
            "account_id": guardianship.account_id,
            "child_id": guardianship.child_id,
            "giver_name": "Лесная Анна",
        }
        first = record_consent(SYSTEM, **said)
        assert len(services_invitations.plan(town.school, keys=keys()).letters) == 1
        Consent.objects.filter(pk=first.pk).update(withdrawn_at=clock.now())
        assert services_invitations.plan(town.school, keys=keys()).letters == []
        record_consent(SYSTEM, **said)
        assert len(services_invitations.plan(town.school, keys=keys()).letters) == 1


def test_a_guardian_gets_a_letter_and_the_others_a_sheet(town: Town) -> None:
    venue = Venue.objects.create(organisation=town.world.organisation, name="Дом", address="ул. Лесная, 1",
                                 latitude=57.91, longitude=39.5)  # fmt: skip
    group = town.world.group(venue=venue, age_from=7, age_to=11)
    town.world.group(venue=venue, age_from=12, age_to=17)
    with clock.frozen(NOW):
        made = services_invitations.invite(town.school, keys=keys())
        assert (made.letters, made.papers) == (1, 2)
        letter = Letter.objects.get(kind="invitation")
        assert "Миша" in letter.body and "Лесной" not in letter.body + letter.subject
        assert "«Робототехника»" in letter.body and "ул. Лесная, 1" in letter.body
        rows = queries.of_batch(town.school, made.batch)
        text = "\n".join(p.text for p in Document(io.BytesIO(documents.sheets(rows))).paragraphs)
    assert "Никто Пётр, 5А класс" in text and "Другова Анна, 5Б класс" in text and "Лесной" not in text
    assert [row.groups for row in rows] == [[group.pk]] * 2
    assert all(finding.ok for finding in examine() if finding.name.startswith("outreach."))


def test_full_groups_and_other_ages_are_not_offered(town: Town) -> None:
    full = town.world.group(capacity=0)
    town.world.group(age_from=14, age_to=17)
    town.world.group(sex="f")
    town.world.group(window_from=NOW + dt.timedelta(days=3))
    with clock.frozen(NOW):
        pick = queries_offers.picker([town.organisation.pk])
        assert pick(town.organisation.pk, 10) == [] and full.pk
        fits = town.world.group(age_from=9, age_to=11)
        assert queries_offers.picker([town.organisation.pk])(town.organisation.pk, 10) == [fits.pk]


def test_who_learns_waits_for_a_decision_or_was_invited_lately_is_passed_over(town: Town) -> None:
    with clock.frozen(NOW):
        town.enrol(town.child)  # type: ignore[attr-defined]
        first = services_invitations.invite(town.centre, keys=[*keys(), "нет такого"])
        assert (first.letters, first.papers) == (0, 2)
        with pytest.raises(Refused, match="уже приглашали"):
            services_invitations.invite(town.centre, keys=keys())
        assert services_invitations.invite(town.centre, keys=keys("Никто"), again=True).papers == 1
        with pytest.raises(Refused, match="некого"):
            services_invitations.invite(town.centre, keys=keys("Лесной"))
        with pytest.raises(Refused, match="некого"):
            services_invitations.invite(town.neighbour, keys=keys("Никто"))
    with clock.frozen(NOW + dt.timedelta(days=29)), pytest.raises(Refused):
        services_invitations.invite(town.centre, keys=keys("Другова"))
    with clock.frozen(NOW + dt.timedelta(days=30)):
        assert services_invitations.invite(town.centre, keys=keys("Другова")).papers == 1
    assert (measured(town, "children_invited"), measured(town, "children_involved")) == (2, 0)


def test_outcomes_come_by_themselves_and_outweigh_words(town: Town) -> None:
    child = town.child  # type: ignore[attr-defined]
    before = town.apply(child, state="refused", submitted_at=NOW - dt.timedelta(days=9))
    with clock.frozen(NOW):
        services_invitations.invite(town.centre, keys=keys())
        assert set(outcomes().values()) == {"none"}
        told = Invitation.objects.get(pupil__last_name="Никто")
        told.answer = "refused"
        told.save()
        mine = Invitation.objects.get(pupil__last_name="Лесной")
        mine.answer = "elsewhere"
        mine.save()
        assert outcomes() == {"Лесной": "elsewhere", "Никто": "refused", "Другова": "none"}
        town.apply(child, submitted_at=NOW + dt.timedelta(hours=1))
        assert outcomes()["Лесной"] == "applied"
        # a study that an earlier application led to is not an answer; one of one's own is
        one = town.enrol(child, starts_on=DAY, application=before)
        assert outcomes()["Лесной"] == "applied"
        one.application = None
        one.save()
        assert outcomes()["Лесной"] == "enrolled"
        total = queries.overview(town.centre, queries.Narrowed(2026), DAY).total
    assert dict(total.outcomes) == {"enrolled": 1, "refused": 1, "none": 1}
    assert measured(town, "children_involved") == 1
    lines = {item.title for item in work.waiting_for(town.centre)}
    assert not any("Двойники" in title for title in lines)


def test_lists_of_past_years_are_erased_and_what_came_of_them_stays(town: Town) -> None:
    with clock.frozen(NOW):
        services_invitations.invite(town.centre, keys=keys())
        Invitation.objects.filter(pupil__last_name="Никто").update(answer="refused", answer_note="Болеет")
        town.enrol(town.child, starts_on=DAY)  # type: ignore[attr-defined]
    with clock.frozen(dt.datetime(2028, 8, 31, 9, tzinfo=dt.UTC)):
        assert services_retention.erase_past() == 0
    with clock.frozen(dt.datetime(2028, 9, 2, 9, tzinfo=dt.UTC)):
        assert (services_retention.erase_past(), services_retention.erase_past()) == (3, 0)
    assert set(Pupil.objects.values_list("state", "last_name", "snils", "child", "birth_date")) == {
        ("erased", "", "", None, None)
    }
    assert sorted(Invitation.objects.values_list("frozen", "answer_note")) == [
        ("enrolled", ""), ("none", ""), ("refused", ""),
    ]  # fmt: skip
    assert (measured(town, "children_invited"), measured(town, "children_involved")) == (3, 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM history WHERE (\"table\" IN ('pupil', 'invitation'))"
            " AND (before::text || after::text) ~ 'Лесной|Никто|Другова|Болеет|Пётр'"
        )
        assert cursor.fetchone() == (0,)
    assert ErasureAct.objects.filter(table="pupil").count() == 3
    assert all(finding.ok for finding in examine() if finding.name.startswith("outreach."))


def test_the_whole_road_on_the_pages(town: Town, client: Client, tmp_path: Path) -> None:
    """The school uploads, the centre looks, invites and prints; each opening of names is in the journal."""
    people: dict[str, Account] = {}
    for role, kind, place in (
        ("provider_manager", "organisation", town.organisation.pk),
        ("coordinator", "municipality", town.world.municipality.pk),
    ):
        people[role] = Account.objects.create_user(f"{role}@school.example", "secret-word-1")
        RoleAssignment.objects.create(
            account=people[role], role=role, place_kind=kind, place_id=place, starts_on=dt.date(2020, 1, 1)
        )
    file = tmp_path / "5v.csv"
    file.write_text("Фамилия;Имя;Дата рождения;Класс\nНовый;Глеб;03.03.2015;5В\n", encoding="utf-8")
    with clock.frozen(NOW):
        client.force_login(people["provider_manager"], backend="opora.people.backends.AccountBackend")
        sent = client.get(f"/office/class_lists/{the_list().pk}/load/")
        assert sent.headers["Location"].endswith(f"into={the_list().key}")
        with file.open("rb") as upload:
            checked = client.post("/office/pupils/import/", {"do": "check", "file": upload}, follow=True)
        page = checked.content.decode()
        assert "Файл проверен" in page and not Pupil.objects.filter(last_name="Новый").exists()
        token = checked.request["QUERY_STRING"].removeprefix("upload=")
        assert "Загружено" in client.post(
            "/office/pupils/import/", {"do": "write", "upload": token}, follow=True
        ).content.decode()  # fmt: skip
        seen = client.get("/office/uncovered/").content.decode()
        assert "Занимаются 0 из 4" in seen and "5В" in seen
        listed = client.get("/office/pupils/", {"status": "uncovered", "school_class": "5в"}).content.decode()
        assert "Новый Глеб" in listed and "Никто" not in listed
        asked = client.post("/office/pupils/invite/", {"pick": keys("Новый", "Лесной")}).content.decode()
        assert "Пригласить: 2\u00a0детей" in asked
        done = client.post("/office/pupils/invite/", {"pick": keys("Новый", "Лесной"), "do": "invite"})
        batch = done.context["made"].batch
        sheet = client.get(f"/office/invitations/batch/{batch}.docx")
        assert sheet.status_code == 200 and sheet.content[:2] == b"PK"
        assert AccessLog.objects.filter(action="sheet", account_id=people["provider_manager"].pk).exists()
        assert client.get("/office/uncovered/table.xlsx", {"class": "5"}).content[:2] == b"PK"
        assert client.get("/office/pupil-matches/").status_code == 403
        client.force_login(people["coordinator"], backend="opora.people.backends.AccountBackend")
        assert client.get("/office/uncovered/").status_code == 200
        assert client.post("/office/pupils/invite/", {"pick": keys("Новый")}).status_code == 403


def test_nobody_else_invites(town: Town) -> None:
    outsider: Any = town.world.family().actor
    with pytest.raises(Forbidden):
        services_invitations.invite(outsider, keys=keys())
