"""The road of a family through the API: child, certificate, application, decision, contract, statement."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from django.test import Client

from opora.core.models import AccessLog
from opora.enrolment import services
from opora.enrolment.models import Application
from opora.people.models import Child
from opora.territory.models import Locality
from tests.cabinet.conftest import Scene

from .conftest import Caller


def body(scene: Scene, **more: object) -> dict[str, object]:
    return {"child": scene.child.public_id, "group": scene.group.pk, "funding": "certificate", **more}


def codes(answer: object) -> list[str]:
    assert answer["Content-Type"] == "application/problem+json"  # type: ignore[index]
    return [reason["code"] for reason in answer.json()["reasons"]]  # type: ignore[attr-defined]


def test_child_and_certificate(scene: Scene, guardian: Caller) -> None:
    place = Locality.objects.create(municipality=scene.world.municipality, name="Ольховка")
    scene.world.municipality.is_served = True
    scene.world.municipality.save()
    values = {
        "last_name": "лесная",
        "first_name": "Дарья",
        "birth_date": "2015-03-08",
        "sex": "f",
        "locality": place.pk,
        "relation": "mother",
    }
    made = guardian.post("/children", values)
    assert made.status_code == 201, made.content
    listed = guardian.get("/children").json()
    assert listed["count"] == 2 and listed["next"] is None
    assert made.json()["id"] in [item["id"] for item in listed["items"]]
    paged = guardian.get("/children", per_page=1).json()
    assert len(paged["items"]) == 1 and paged["next"] == "/api/v1/children?page=2&per_page=1"
    wrong = guardian.post("/children", values | {"birth_date": "3015-03-08", "first_name": "Ася"})
    assert wrong.status_code == 409 and codes(wrong)
    asked = guardian.post("/certificates", {"child": made.json()["id"], "wants_funding": True})
    assert asked.status_code == 201 and asked.json()["state"] == "applied"
    again = guardian.post("/certificates", {"child": made.json()["id"]})
    assert again.status_code == 409 and codes(again)


def test_application_and_its_key(scene: Scene, guardian: Caller) -> None:
    assert guardian.post("/applications", body(scene)).status_code == 422  # no key
    first = guardian.post("/applications", body(scene, expected_guardian_sum="562.94"), key="ключ-1".encode().hex())
    assert first.status_code == 201, first.content
    seen = first.json()
    assert (seen["state"], seen["guardian_sum"], seen["certificate_sum"]) == ("submitted", "562.94", "5066.40")
    assert "withdraw" in seen["acts"] and seen["contract"]
    again = guardian.post("/applications", body(scene, expected_guardian_sum="562.94"), key="ключ-1".encode().hex())
    assert again.status_code == 201 and again.json()["id"] == seen["id"]
    other = guardian.post("/applications", body(scene, comment="иначе"), key="ключ-1".encode().hex())
    assert other.status_code == 409 and codes(other) == ["key_reused"]
    assert Application.objects.count() == 1
    row = Application.objects.get()
    assert row.source == "api"
    changed = guardian.post(
        "/applications", {**body(scene), "group": scene.world.group().pk, "expected_guardian_sum": "1.00"}, key="k" * 9
    )
    assert changed.status_code == 409 and codes(changed) == ["sum_changed"]


def test_decisions_of_the_provider(scene: Scene, guardian: Caller, provider: Caller) -> None:
    made = guardian.post("/applications", body(scene), key="a" * 10).json()
    url = f"/applications/{made['id']}"
    assert guardian.post(f"{url}/confirm").status_code == 403
    assert guardian.post(f"{url}/refuse", {"reason": "нет"}).status_code == 403
    confirmed = provider.post(f"{url}/confirm")
    assert confirmed.status_code == 200 and confirmed.json()["state"] == "confirmed"
    assert codes(provider.post(f"{url}/enrol")) == ["contract_decides"]
    assert provider.post(f"{url}/withdraw").status_code in (403, 404)
    contract = guardian.get(f"/contracts/{made['contract']}").json()
    assert contract["state"] == "offered" and contract["months"][0]["certificate"] == "1250.98"
    stale = guardian.post(f"/contracts/{made['contract']}/accept", {"terms_sha256": "0" * 64})
    assert codes(stale) == ["text_changed"]
    accepted = guardian.post(f"/contracts/{made['contract']}/accept", {"terms_sha256": contract["terms_sha256"]})
    assert accepted.status_code == 200 and accepted.json()["state"] == "active"
    assert provider.get(url).json()["state"] == "enrolled"
    assert AccessLog.objects.filter(action="child.open", object_id=scene.child.pk).exists()
    number = contract["certificate"]
    statement = guardian.get(f"/certificates/{number}/statement").json()
    period = statement["periods"][0]
    assert [period[name] for name in ("nominal", "balance", "reserve", "spent")] == [
        "6000.00",
        "933.60",
        "3815.42",
        "1250.98",
    ]
    assert sum(Decimal(entry["d_balance"]) for entry in period["entries"]) == Decimal("933.60")
    assert provider.get(f"/certificates/{number}/statement").status_code == 404


def test_budget_place(scene: Scene, guardian: Caller, provider: Caller) -> None:
    made = guardian.post("/applications", body(scene, funding="budget"), key="b" * 10).json()
    url = f"/applications/{made['id']}"
    provider.post(f"{url}/confirm")
    enrolled = provider.post(f"{url}/enrol", {"starts_on": "2026-10-14"})
    assert enrolled.status_code == 200 and enrolled.json()["starts_on"] == "2026-10-14"
    assert guardian.post(f"{url}/withdraw").status_code == 409
    listed = provider.get("/applications", state="enrolled", group=scene.group.pk).json()
    assert [item["id"] for item in listed["items"]] == [made["id"]] and listed["items"][0]["acts"] is None
    assert provider.get("/applications", state="refused").json()["count"] == 0


def test_refusal_carries_every_reason(scene: Scene, guardian: Caller) -> None:
    group = scene.world.group(sex="f", age_to=6, for_budget=False)
    answer = guardian.post("/applications", body(scene, group=group.pk, funding="budget"), key="c" * 10)
    assert answer.status_code == 409 and {"funding_not_offered", "age", "sex"} <= set(codes(answer))
    assert all(reason["message"] for reason in answer.json()["reasons"])
    refused = guardian.post("/applications", body(scene, funding="budget"), key="d" * 10).json()
    said = Caller(scene.family.account).get(f"/applications/{refused['id']}").json()
    assert said["reason"] == ""


def test_waiting(scene: Scene, guardian: Caller) -> None:
    group = scene.world.group(capacity=1)
    other = scene.world.family()
    services.apply(other.actor, child=other.child, group=group, funding="budget")
    none = guardian.post("/applications", body(scene, group=group.pk, join_waitlist=False), key="e" * 10)
    assert codes(none) == ["no_place"]
    waits = guardian.post("/applications", body(scene, group=group.pk), key="f" * 10).json()
    assert (waits["state"], waits["position"]) == ("waiting", 1)


def test_strangers_get_404(scene: Scene, guardian: Caller, stranger: Caller) -> None:
    made = guardian.post("/applications", body(scene), key="g" * 10).json()
    number = scene.child.certificates.get().number
    assert stranger.post("/applications", body(scene), key="h" * 10).status_code == 404
    assert stranger.post("/certificates", {"child": scene.child.public_id}).status_code == 404
    for path in (
        f"/applications/{made['id']}",
        f"/contracts/{made['contract']}",
        f"/certificates/{number}/statement",
        f"/applications/{uuid.uuid4()}",
    ):
        assert stranger.get(path).status_code == 404, path
    for act in ("withdraw", "confirm", "enrol"):
        assert stranger.post(f"/applications/{made['id']}/{act}").status_code == 404, act
    assert stranger.post(f"/contracts/{made['contract']}/accept", {"terms_sha256": "0" * 64}).status_code == 404
    assert stranger.get("/applications").json()["count"] == 0
    assert stranger.get("/children").json()["count"] == 1


def test_who_calls(scene: Scene, guardian: Caller) -> None:
    anonymous = Client()
    answer = anonymous.get("/api/v1/children")
    assert answer.status_code == 401 and answer["Content-Type"] == "application/problem+json"
    assert anonymous.get("/api/v1/children", headers={"Authorization": "Bearer opora_wrong"}).status_code == 401
    reader = Caller(scene.family.account, ("read",))
    assert reader.get("/children").status_code == 200
    assert reader.post("/applications", body(scene), key="i" * 10).status_code == 403
    signed_in = Client(enforce_csrf_checks=True)
    signed_in.force_login(scene.family.account)
    assert signed_in.get("/api/v1/children").status_code == 200
    assert signed_in.post("/api/v1/children", "{}", content_type="application/json").status_code == 403


def test_bad_input(scene: Scene, guardian: Caller) -> None:
    assert guardian.post("/applications", "{", key="j" * 10).status_code == 400
    for wrong in (
        {"group": "x"},
        {"group": 10**30},
        {"funding": "gold"},
        {"expected_guardian_sum": "1.005"},
        {"expected_guardian_sum": "NaN"},
        {"child": "1"},
        {"comment": "a\x00b"},
        {"starts_on": "32.13.2026"},
    ):
        answer = guardian.post("/applications", body(scene) | wrong, key="k" * 10)
        assert answer.status_code == 422 and answer.json()["reasons"][0]["message"], wrong
    assert guardian.post("/applications", body(scene, group=2**62), key="l" * 10).status_code == 404
    far = guardian.post("/applications", body(scene, starts_on="9999-12-31"), key="m" * 10)
    assert far.status_code == 409 and "start_after_group" in codes(far)
    assert not Application.objects.exists() and Child.objects.filter(birth_date__gt=dt.date(2020, 1, 1)).count() == 0
