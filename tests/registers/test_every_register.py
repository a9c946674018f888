"""One suite over every declared register: list, paging, sort, filter, search, card, edit, history, export → import."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opora.core.access import SYSTEM, Actor
from opora.core.registers import Register, access, every, export, forms
from opora.core.registers.api import api_card, api_rows
from opora.core.registers.importing.run import import_file
from opora.core.registers.listing import base_rows, ordering
from opora.people.actors import actor_of

from .samples import World, make

REGISTERS = [pytest.param(register, id=register.slug) for register in every()]
IMPORTED = [pytest.param(register, id=register.slug) for register in every() if register.importer]
EDITED = [pytest.param(register, id=register.slug) for register in every() if forms.form_class(register)]
every_register = pytest.mark.parametrize("register", REGISTERS)


def who_may(world: World, register: Register, action: str, row: Any = None) -> str:
    """The first of the world's people who may do the action (to the row)."""
    for name, account in world.people.items():
        actor = actor_of(account)
        if not actor.is_staff or not access.may(register, actor, action) or access.needs_session(register, actor):
            continue
        if row is None or register.policy.can(actor, register.granted(action), row):
            return name
    pytest.fail(f"nobody of the world may {action} {register.slug}")


def reader(world: World, register: Register, rows: list[Any]) -> tuple[str, Actor]:
    name = who_may(world, register, "view", rows[0])
    return name, actor_of(world.people[name])


def ids(register: Register, actor: Actor, /, **params: str) -> list[str]:
    return [item["id"] for item in api_rows(actor, register, {"limit": "200", **params})["items"]]


@every_register
def test_list_card_and_history_open(register: Register, world: World, signed_in: Any) -> None:
    rows = [make(register.model, world) for _ in range(3)]
    name, _ = reader(world, register, rows)
    client = signed_in(name)
    listed = client.get(register.url())
    assert listed.status_code == 200
    assert register.key_of(rows[0]) in listed.content.decode()
    assert client.get(register.url("card", rows[0])).status_code == 200
    history = client.get(register.url("history", rows[0]))
    assert history.status_code == 200
    assert client.get(f"{register.url()}?print=1").status_code == 200


@every_register
def test_pages_neither_overlap_nor_lose_rows(register: Register, world: World) -> None:
    rows = [make(register.model, world) for _ in range(7)]
    _, actor = reader(world, register, rows)
    for sort in ["", *(f"{sign}{c.name}" for c in register.list_columns if c.sort != "" for sign in ("", "-"))]:
        whole = ids(register, actor, sort=sort)
        paged: list[str] = []
        page: int | None = 1
        while page:
            part = api_rows(actor, register, {"limit": "2", "page": str(page), "sort": sort})
            paged += [item["id"] for item in part["items"]]
            page = part["next"]
        assert paged == whole
        assert len(set(whole)) == len(whole) == part["count"]


@every_register
def test_sorting_down_is_sorting_up_turned_round(register: Register, world: World) -> None:
    rows = [make(register.model, world) for _ in range(4)]
    _, actor = reader(world, register, rows)
    for column in register.list_columns:
        field = register.field(column.sort or column.lookup)
        if column.sort == "" or field is None or field.null:
            continue
        assert ids(register, actor, sort=column.name) == ids(register, actor, sort=f"-{column.name}")[::-1]


@every_register
def test_filters_keep_the_rows_they_name(register: Register, world: World, signed_in: Any) -> None:
    row = make(register.model, world)
    name, actor = reader(world, register, [row])
    key = row.pk if register.key_field == "pk" else register.key_of(row)
    for item in register.all_filters:
        field = register.field(item.lookup)
        if item.apply is not None or item.options is not None or field is None:
            continue
        value = register.model._default_manager.filter(pk=row.pk).values_list(item.lookup, flat=True)[0]
        if isinstance(value, bool):
            value = int(value)
        if value is None or isinstance(value, dt.date | dt.datetime):
            continue
        ranged = (
            isinstance(value, int)
            and not field.is_relation
            and not field.choices
            and not isinstance(field.get_internal_type(), bool)
            and field.get_internal_type() != "BooleanField"
        )
        names = [f"{item.name}_from", f"{item.name}_to"] if ranged else [item.name]
        assert key in ids(register, actor, **dict.fromkeys(names, str(value))), item.name
    client = signed_in(name)
    for item in register.all_filters:
        assert client.get(register.url(), {item.name: "неверно", f"{item.name}_from": "x"}).status_code == 200


@every_register
def test_search_finds_and_an_empty_answer_says_what_to_do(register: Register, world: World, signed_in: Any) -> None:
    row = make(register.model, world)
    name, actor = reader(world, register, [row])
    if not register.search:
        return
    path = register.search[0].rstrip("^=")
    text = register.model._default_manager.filter(pk=row.pk).values_list(path, flat=True)[0]
    key = row.pk if register.key_field == "pk" else register.key_of(row)
    if not text:
        return
    assert key in ids(register, actor, q=str(text).upper().replace("ё", "е"))
    answer = signed_in(name).get(register.url(), {"q": "такого-нет-нигде"})
    assert "Ничего не нашлось" in answer.content.decode()


@every_register
def test_an_empty_register_tells_what_it_is_for(register: Register, world: World, signed_in: Any) -> None:
    assert register.about, "the empty list needs a sentence"
    name = who_may(world, register, "view")
    client = signed_in(name)
    if not base_rows(register, actor_of(world.people[name])).exists():
        assert "Здесь пока пусто" in client.get(register.url()).content.decode()


@every_register
def test_number_of_queries_does_not_grow_with_rows(register: Register, world: World, signed_in: Any) -> None:
    first = make(register.model, world)
    name, _ = reader(world, register, [first])
    client = signed_in(name)
    counts = []
    for _ in range(2):
        client.get(register.url())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(register.url()).status_code == 200
        counts.append(len(queries))
        for _ in range(2):
            make(register.model, world)
    assert counts[0] == counts[1], "\n".join(query["sql"] for query in queries)


@every_register
def test_access_is_refused_by_default(register: Register, world: World, client: Any, signed_in: Any) -> None:
    row = make(register.model, world)
    card = register.url("card", row)
    pages = [register.url(), card, register.url("history", row), register.url("csv"), register.url("import")]
    assert all(client.get(page).status_code == 302 for page in pages)
    guardian = signed_in("guardian")
    assert all(guardian.get(page).status_code == 403 for page in pages)
    for name in ("stranger", "payer", "provider_manager"):
        actor = actor_of(world.people[name])
        someone = signed_in(name)
        if not access.may(register, actor, "view"):
            assert someone.get(card).status_code == someone.get(register.url()).status_code == 403
            continue
        seen = base_rows(register, actor).filter(pk=row.pk).exists()
        assert someone.get(card).status_code == (200 if seen else 404)
        if forms.form_class(register) and access.may(register, actor, "change"):
            own = register.policy.can(actor, register.granted("change"), row)
            assert someone.get(register.url("edit", row)).status_code == (200 if own else 404)
    unknown = "00000000-0000-4000-8000-000000000000" if register.key_field == "public_id" else "999999999"
    name, _ = reader(world, register, [row])
    assert signed_in(name).get(register.url("card", unknown)).status_code == 404


@every_register
def test_api_gives_plain_values(register: Register, world: World) -> None:
    row = make(register.model, world)
    _, actor = reader(world, register, [row])
    answer = api_rows(actor, register, {})
    assert json.loads(json.dumps(answer))["count"] == answer["count"] >= 1
    card = api_card(actor, register, register.key_of(row))
    assert {"id", *(column.name for column in register.card_columns)} == set(json.loads(json.dumps(card)))


@pytest.mark.parametrize("register", EDITED)
def test_saving_the_form_as_it_is_changes_nothing(register: Register, world: World, signed_in: Any) -> None:
    row = make(register.model, world)
    name = who_may(world, register, "change", row)
    actor = actor_of(world.people[name])
    before = register.model._default_manager.filter(pk=row.pk).values().get()
    obj = access.row(register, actor, "change", register.key_of(row))
    form = forms.build(register, actor, instance=obj)
    data = QueryDict(mutable=True)
    for bound in form:
        value = bound.value()
        if value is None or value is False:
            continue
        if value is True:
            data[bound.html_name] = "on"
        elif isinstance(value, list | tuple):
            data.setlist(bound.html_name, [str(item) for item in value])
        else:
            widget = bound.field.widget
            shown = widget.format_value(value) if hasattr(widget, "format_value") else value
            data[bound.html_name] = (shown[0] if isinstance(shown, list) else shown) if shown is not None else ""
    client = signed_in(name)
    assert client.get(register.url("edit", row)).status_code == 200
    answer = client.post(register.url("edit", row), data.urlencode(), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302, list(answer.context["form"].errors.items()) if answer.context else answer
    after = register.model._default_manager.filter(pk=row.pk).values().get()
    differs = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    assert not {k: v for k, v in differs.items() if not isinstance(v[0], dt.datetime)}


@pytest.mark.parametrize("register", EDITED)
def test_an_empty_form_names_its_fields(register: Register, world: World, signed_in: Any) -> None:
    row = make(register.model, world)
    name = who_may(world, register, "change", row)
    answer = signed_in(name).post(register.url("edit", row), {})
    if answer.status_code == 302:
        return  # nothing is obligatory in this form
    assert answer.status_code == 422
    assert "Проверьте ответы" in answer.content.decode()


@pytest.mark.parametrize("register", IMPORTED)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".json"])
def test_import_of_an_export_changes_nothing(register: Register, suffix: str, world: World, tmp_path: Path) -> None:
    for _ in range(3):
        make(register.model, world)
    before = list(register.model._default_manager.order_by("pk").values())
    path = tmp_path / f"file{suffix}"
    export.write_file(register, base_rows(register, SYSTEM), path, ordering(register, ""))
    report = import_file(SYSTEM, register, path)
    assert [(problem.column, problem.message) for problem in report.errors] == []
    assert (report.read, report.unchanged) == (len(before), len(before))
    assert (report.created, report.updated, report.rejected) == (0, 0, 0)
    assert list(register.model._default_manager.order_by("pk").values()) == before


@pytest.mark.parametrize("register", IMPORTED)
def test_exported_rows_come_back_when_they_are_gone(register: Register, world: World, tmp_path: Path) -> None:
    rows = [make(register.model, world) for _ in range(2)]
    path = tmp_path / "file.csv"
    chosen = register.model._default_manager.filter(pk__in=[row.pk for row in rows])
    export.write_file(register, chosen, path, ["pk"])
    paths = [c.source for c in register.importer.columns if c.exported and not c.ref and c.written is None]  # type: ignore[union-attr]
    before = list(chosen.order_by("pk").values_list(*paths))
    chosen.delete()
    report = import_file(SYSTEM, register, path)
    assert [(problem.column, problem.message) for problem in report.errors] == []
    assert (report.created, report.written) == (2, True)
    newest = register.model._default_manager.order_by("-pk")[:2].values_list(*paths)
    assert sorted(map(str, newest)) == sorted(map(str, before))


@every_register
def test_every_action_leads_somewhere(register: Register, world: World) -> None:
    for action in register.actions:
        key = register.key_of(make(register.model, world))
        assert reverse(action.url, args=[key] if action.url_arg and action.place in ("card", "row") else [])


@pytest.mark.parametrize("register", IMPORTED)
def test_import_page_opens(register: Register, world: World, signed_in: Any) -> None:
    client = signed_in(who_may(world, register, "import"))
    assert client.get(register.url("import")).status_code == 200
    for address in (register.template_address, register.csv_address, register.xlsx_address):
        answer = client.get(address)
        assert b"".join(answer.streaming_content)
