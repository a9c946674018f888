"""`opora doctor`: a sound district passes, each kind of damage is named with what to do, exit code 1."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import connection

from opora.core import clock, installation
from opora.core.models import Job, StoredFile
from opora.enrolment import invariants, services

from .world import REQUEST_DAY

pytestmark = pytest.mark.django_db


def doctor() -> tuple[int, dict]:
    out = io.StringIO()
    try:
        call_command("doctor", "--json", stdout=out)
    except SystemExit as stopped:
        return int(stopped.code), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def broken(document: dict) -> set[str]:
    return {one["name"] for one in document["checks"] if not one["ok"]}


def test_a_sound_district_passes(world):
    family = world.family()
    world.certificate(family.child)
    with clock.frozen(REQUEST_DAY):
        services.apply(family.actor, child=family.child, group=world.group(), funding="certificate")
    code, document = doctor()
    assert (code, document["ok"], broken(document)) == (0, True, set())
    assert {one.name for one in invariants.CHECKS} < {one["name"] for one in document["checks"]}
    assert all({"name", "ok", "figure", "advice"} <= one.keys() for one in document["checks"])


def test_damage_is_named_with_advice(world):
    group = world.group()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE group_places SET places_taken = 3 WHERE group_id = %s", [group.pk])
    Job.objects.create(task="x", state=Job.State.FAILED)
    Job.objects.create(task="x", run_after=clock.now() - 2 * installation.LATE)
    StoredFile.objects.create(sha256="0" * 64, name="a", content_type="b", size=1, owner_kind="c", owner_id=1)
    code, document = doctor()
    assert code == 1 and document["ok"] is False
    assert broken(document) == {"places.counted", "jobs.failed", "jobs.late", "files.present"}
    assert all(one["advice"] and one["figure"] == 1 for one in document["checks"] if not one["ok"])


def test_pending_migrations_stop_the_questions(world, monkeypatch):
    monkeypatch.setattr(installation.versions, "waiting", lambda: 2)
    code, document = doctor()
    assert code == 1
    assert broken(document) == {"database.migrations"} and len(document["checks"]) == 3


def test_words_for_a_person(world, capsys):
    call_command("doctor")
    assert "Всё в порядке." in capsys.readouterr().out
