"""Programmes that a process keeps are shared by all threads: pages read them and leave them as they were."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.test import Client

from opora.catalogue import kept_pages
from opora.enrolment import services
from tests.cabinet.conftest import Scene


def state(one: models.Model, seen: set[int] | None = None) -> dict[str, Any]:
    """Everything the instance holds, with the instances it leads to; each once."""
    seen = set() if seen is None else seen
    if id(one) in seen:
        return {"again": id(one)}
    seen.add(id(one))
    held = {name: value for name, value in vars(one).items() if name not in ("_state", "_prefetched_objects_cache")}
    cached = {name: _deep(value, seen) for name, value in one._state.fields_cache.items()}
    fetched = getattr(one, "_prefetched_objects_cache", {})
    return {
        "id": id(one),
        **held,
        **cached,
        **{name: [_deep(row, seen) for row in rows] for name, rows in fetched.items()},
    }


def _deep(value: Any, seen: set[int]) -> Any:
    return state(value, seen) if isinstance(value, models.Model) else value


def test_pages_do_not_change_what_is_kept(scene: Scene) -> None:
    programme = scene.group.programme
    kept_pages.forget()
    kept, _ = kept_pages.public_programme(programme.pk)
    before = state(kept)
    choice = {
        "group": scene.group.pk,
        "child": scene.child.public_id,
        f"funding-{scene.child.public_id}": "certificate",
    }
    for client in (Client(), scene.client):
        assert client.get(f"/navigator/{programme.slug}-{programme.pk}/").status_code == 200
    assert scene.client.get(f"/cabinet/apply/?{urlencode(choice)}").status_code == 200
    again, _ = kept_pages.public_programme(programme.pk)
    assert again is kept and state(again) == before


def test_places_are_those_of_the_moment(scene: Scene) -> None:
    kept_pages.forget()
    kept, places = kept_pages.public_programme(scene.group.programme_id)
    free, waiting = places[scene.group.pk]
    services.apply(scene.family.actor, child=scene.child, group=scene.group, funding="certificate")
    again, now = kept_pages.public_programme(scene.group.programme_id)
    assert again is kept and now[scene.group.pk] == (free - 1, waiting)
