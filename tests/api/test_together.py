"""Brothers and sisters in one call: all or nothing, and a repeat gives the first answer (E3)."""

from __future__ import annotations

from typing import Any

import pytest

from opora.enrolment import invariants, services
from opora.enrolment.models import Application
from opora.people.models import Child
from tests.cabinet.conftest import Scene

from .conftest import Caller

PATH, KEY = "/applications/together", "siblings-1"


@pytest.fixture
def sibling(scene: Scene) -> Child:
    scene.family.children.append(scene.world.child(scene.family.account))
    return scene.family.children[1]


def items(group: Any, *children: Child, **more: object) -> dict[str, Any]:
    return {"items": [{"child": one.public_id, "group": group.pk, "funding": "budget", **more} for one in children]}


def codes(answer: Any) -> list[str]:
    return [reason["code"] for reason in answer.json()["reasons"]]


def test_all_get_a_place_once(scene: Scene, guardian: Caller, sibling: Child) -> None:
    group = scene.world.group(capacity=2)
    body = items(group, scene.child, sibling)
    first = guardian.post(PATH, body, key=KEY)
    assert first.status_code == 201, first.content
    made = first.json()["items"]
    assert [one["child"] for one in made] == [str(scene.child.public_id), str(sibling.public_id)]
    assert {one["state"] for one in made} == {"submitted"}
    # the last places are gone by now: the repeat still gets the first answer
    again = guardian.post(PATH, body, key=KEY)
    assert again.status_code == 201 and [one["id"] for one in again.json()["items"]] == [one["id"] for one in made]
    assert Application.objects.count() == 2
    other = guardian.post(PATH, items(group, sibling, scene.child), key=KEY)
    assert other.status_code == 409 and codes(other) == ["key_reused"]
    alone = guardian.post("/applications", body["items"][0], key=KEY)
    assert alone.status_code == 409
    assert not invariants.broken()


def test_without_room_for_all_they_wait_as_one_or_nobody_does(scene: Scene, guardian: Caller, sibling: Child) -> None:
    group = scene.world.group(capacity=1)
    refused = guardian.post(PATH, items(group, scene.child, sibling, join_waitlist=False), key=KEY)
    assert refused.status_code == 409 and codes(refused) == ["no_place"]
    assert not Application.objects.exists()
    waiting = guardian.post(PATH, items(group, scene.child, sibling), key=KEY)
    assert waiting.status_code == 201
    assert [one["position"] for one in waiting.json()["items"]] == [1, 2]
    assert Application.objects.values("bundle").distinct().count() == 1


def test_a_refusal_of_one_refuses_all_and_names_the_child(scene: Scene, guardian: Caller, sibling: Child) -> None:
    group = scene.world.group(capacity=5)
    services.apply(scene.family.actor, child=sibling, group=group, funding="budget")
    refused = guardian.post(PATH, items(group, scene.child, sibling), key=KEY)
    assert refused.status_code == 409 and "same_group" in codes(refused)
    assert sibling.first_name in refused.json()["reasons"][0]["message"]
    assert Application.objects.count() == 1
    sums = items(group, scene.child, sibling, expected_guardian_sum="1.00")
    assert "sum_changed" in codes(guardian.post(PATH, sums, key="siblings-2"))


def test_what_is_asked_wrongly(scene: Scene, guardian: Caller, stranger: Caller, sibling: Child) -> None:
    group = scene.world.group()
    assert guardian.post(PATH, items(group, scene.child, sibling)).status_code == 422  # no key
    assert guardian.post(PATH, items(group, scene.child), key=KEY).status_code == 422  # one is not together
    assert guardian.post(PATH, items(group, *[sibling] * 11), key=KEY).status_code == 422
    assert stranger.post(PATH, items(group, scene.child, sibling), key=KEY).status_code == 404
    twice = guardian.post(PATH, items(group, sibling, sibling), key=KEY)
    assert twice.status_code == 409 and "same_group" in codes(twice)
    assert not Application.objects.exists()
