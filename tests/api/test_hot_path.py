"""The road of an application over the API in few statements, with the same answers as the long one."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opora.core import clock
from opora.exchange.api.applications import ApplicationOut
from opora.people import tokens
from opora.people.models import ApiToken, Guardianship
from tests.cabinet.conftest import Scene

from .conftest import Caller
from .test_road import body


def test_four_statements(scene: Scene, guardian: Caller) -> None:
    assert guardian.get("/children").status_code == 200  # marks the use of the token
    for functions in (
        ["actor_facts", "enrolment_facts", "place_take", "application_card"],
        ["actor_facts", "enrolment_facts", "application_card"],  # a repeat takes nothing
    ):
        with CaptureQueriesContext(connection) as queries:
            assert guardian.post("/applications", body(scene), key="a" * 10).status_code == 201
        asked = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]  # the test's own transaction
        assert [re.search(r"(\w+)\(", text)[1] for text in asked] == functions  # type: ignore[index]


def test_the_answer_is_the_card_and_follows_the_schema(scene: Scene, guardian: Caller, provider: Caller) -> None:
    made = guardian.post("/applications", body(scene), key="b" * 10)
    assert made["Content-Type"] == "application/json; charset=utf-8"
    said = made.json()
    assert ApplicationOut.model_validate(said).model_dump(mode="json").keys() == said.keys()
    assert guardian.get(f"/applications/{said['id']}").json() == said
    listed = guardian.get("/applications").json()["items"][0]
    assert {name: value for name, value in said.items() if name not in ("acts", "position")} == {
        name: value for name, value in listed.items() if name not in ("acts", "position")
    }
    assert said["acts"] == ["withdraw"]
    assert set(provider.get(f"/applications/{said['id']}").json()["acts"]) == {"confirm", "refuse"}


def test_waiting_answers_tell_the_position(scene: Scene, guardian: Caller, stranger: Caller) -> None:
    group = scene.world.group(capacity=1)
    taken = scene.world.family()
    scene.world.certificate(taken.child)
    Caller(taken.account).post(
        "/applications", {**body(scene, group=group.pk), "child": taken.child.public_id}, key="c" * 9
    )
    first, second = scene.world.family(), scene.world.family()
    for number, family in enumerate((first, second), start=1):
        scene.world.certificate(family.child)
        said = Caller(family.account).post(
            "/applications", {**body(scene, group=group.pk), "child": family.child.public_id}, key="d" * 9
        )
        assert (said.status_code, said.json()["state"], said.json()["position"]) == (201, "waiting", number)


def test_an_ended_guardianship_opens_nothing(scene: Scene, guardian: Caller) -> None:
    Guardianship.objects.filter(child=scene.child).update(ended_at=clock.now())
    assert guardian.post("/applications", body(scene), key="e" * 10).status_code == 404


@pytest.fixture
def uses(monkeypatch: pytest.MonkeyPatch) -> tokens._Uses:
    fresh = tokens._Uses()
    monkeypatch.setattr(tokens, "_uses", fresh)
    return fresh


def test_use_is_marked_hourly(scene: Scene, guardian: Caller, uses: tokens._Uses) -> None:
    token = ApiToken.objects.get()
    begun = clock.now()
    guardian.get("/children")
    token.refresh_from_db()
    assert token.last_used_at == begun
    uses._written = -tokens.GATHER_SECONDS
    with clock.frozen(begun + dt.timedelta(minutes=59)):
        guardian.get("/children")
    token.refresh_from_db()
    assert token.last_used_at == begun
    later = begun + dt.timedelta(minutes=61)
    with clock.frozen(later):
        guardian.get("/children")
    token.refresh_from_db()
    assert token.last_used_at == later


def test_uses_of_a_crowd_are_written_together(
    scene: Scene, guardian: Caller, provider: Caller, stranger: Caller, uses: tokens._Uses
) -> None:
    for one in (guardian, provider, stranger):
        assert one.get("/children").status_code == 200
    assert ApiToken.objects.filter(last_used_at=None).count() == 2  # gathered
    uses._written = -tokens.GATHER_SECONDS
    assert stranger.get("/children").status_code == 200
    assert not ApiToken.objects.filter(last_used_at=None).exists()


@pytest.mark.parametrize("change", ["revoked", "expired", "inactive"])
def test_dead_tokens(change: str, scene: Scene, guardian: Caller) -> None:
    assert guardian.get("/children").status_code == 200
    if change == "revoked":
        ApiToken.objects.update(revoked_at=clock.now())
    elif change == "expired":
        ApiToken.objects.update(expires_at=clock.now())
    else:
        scene.family.account.is_active = False
        scene.family.account.save()
    assert guardian.get("/children").status_code == 401
