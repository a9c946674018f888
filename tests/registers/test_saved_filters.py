"""Named filters: kept for their own account, without words of a search that may be names, and forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from opora.core.models import SavedFilter
from opora.core.registers import get, saved

from .samples import World

ADDRESS = "/office/venues/"


def shown(answer: Any) -> str:
    return answer.content.decode().replace("\u00a0", " ")


def test_a_filter_is_named_found_above_the_list_and_forgotten(world: World, signed_in: Any) -> None:
    client = signed_in("centre_head")
    narrowed = f"organisation={world.mine.pk}&sort=-name"
    assert "Сохранить отбор" in shown(client.get(f"{ADDRESS}?{narrowed}"))
    assert "Сохранить отбор" not in shown(client.get(ADDRESS))
    kept = client.post(
        f"{ADDRESS}filters/save/", {"name": "  Наш   дом ", "query": f"{narrowed}&page=3&evil=1&print=1"}
    )
    assert kept.status_code == 302 and kept["Location"] == f"{ADDRESS}?{narrowed}"
    row = SavedFilter.objects.get()
    assert (row.name, row.query, row.register) == ("Наш дом", narrowed, "venues")
    listed = shown(client.get(ADDRESS))
    assert f'<a href="?organisation={world.mine.pk}&amp;sort=-name">Наш дом</a>' in listed
    assert 'aria-current="true">Наш дом' in shown(client.get(f"{ADDRESS}?{narrowed}"))
    client.post(f"{ADDRESS}filters/save/", {"name": "Наш дом", "query": "sort=name"})
    assert SavedFilter.objects.get().query == "sort=name"
    assert client.post(f"{ADDRESS}filters/{row.pk}/delete/").status_code == 302
    assert not SavedFilter.objects.exists()


def test_filters_belong_to_their_account(world: World, signed_in: Any) -> None:
    client = signed_in("centre_head")
    client.post(f"{ADDRESS}filters/save/", {"name": "Моё", "query": f"organisation={world.mine.pk}"})
    assert "Моё</a>" in shown(client.get(ADDRESS))
    row = SavedFilter.objects.get()
    other = signed_in("coordinator")
    assert "Моё</a>" not in shown(other.get(ADDRESS))
    assert other.post(f"{ADDRESS}filters/{row.pk}/delete/").status_code == 404
    assert SavedFilter.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("name", "query"), [("", "organisation=1"), ("Пусто", ""), ("Пусто", "page=2"), ("Пусто", "organisation=")]
)
def test_nothing_is_kept_without_name_and_filter(world: World, signed_in: Any, name: str, query: str) -> None:
    answer = signed_in("centre_head").post(f"{ADDRESS}filters/save/", {"name": name, "query": query}, follow=True)
    assert answer.status_code == 200 and ("Назовите отбор" in shown(answer) or "отбор пуст" in shown(answer))
    assert not SavedFilter.objects.exists()


def test_words_of_a_search_over_people_are_not_kept() -> None:
    asked = QueryDict("q=Незабудкина&sort=sort_name")
    assert saved.kept(get("children"), asked) == "sort=sort_name"
    assert saved.kept(get("accounts"), asked) == "sort=sort_name"
    assert "q=" in saved.kept(get("venues"), QueryDict("q=Лесная"))


def test_so_many_and_no_more(world: World, signed_in: Any) -> None:
    client = signed_in("centre_head")
    for number in range(saved.MOST + 2):
        client.post(f"{ADDRESS}filters/save/", {"name": f"№ {number}", "query": f"organisation={world.mine.pk}"})
    assert SavedFilter.objects.count() == saved.MOST
