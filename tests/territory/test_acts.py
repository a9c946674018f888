"""Legal acts (A6): near-equal acts, chains of replacements, in force on a date, publications."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.core import doctor
from opora.core.access import SYSTEM
from opora.core.reasons import Refused
from opora.core.registers import registry
from opora.core.registers.importing.run import import_file
from opora.territory import invariants, queries_acts, rules, services_acts
from opora.territory.models import ActPublication, LegalAct
from tests.registers.samples import World, actor, make_world

DAY = dt.date(2026, 3, 2)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def save(number: str = "402-п", **more: Any) -> LegalAct:
    data = {
        "kind": "decree",
        "level": "municipal",
        "issuer": "Администрация Озёрного муниципального района",
        "number": number,
        "date": DAY,
        "title": "О кружках",
        **more,
    }
    return services_acts.save_act(SYSTEM, LegalAct(), data)


@pytest.mark.parametrize(
    ("number", "issuer", "key"),
    [
        ("402-п", "Администрация Озёрного муниципального района", "402п|админ озерн"),
        ("№ 402-П", "Администрация Озерного района", "402п|админ озерн"),
        ("402", "Дума Озёрного района", "402|дума озерн"),
        ("678-р", "Правительство Российской Федерации", "678р|прави"),
    ],
)
def test_spelling_is_left_aside(number: str, issuer: str, key: str) -> None:
    assert rules.act_key(number, issuer) == key


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.integers(1, 8), st.integers(1, 8) | st.none(), max_size=8), st.integers(1, 8))
def test_a_circle_is_seen_and_the_search_ends(chain: dict[int, int | None], act: int) -> None:
    found = rules.closes_circle(act, chain.get(act), chain)
    following, steps = chain.get(act), 0
    while following is not None and following != act and steps < 20:
        following, steps = chain.get(following), steps + 1
    assert found == (following == act)


@pytest.mark.django_db
def test_a_near_equal_act_is_no_second_row() -> None:
    save()
    with pytest.raises(Refused) as refused:
        save("№ 402-П", issuer="Администрация Озерного района", title="О кружках района")
    assert [reason.code for reason in refused.value.reasons] == ["near_act"]
    assert "402-п" in refused.value.reasons[0].message
    save("№ 402-П", issuer="Администрация Озерного района", is_other=True)
    assert LegalAct.objects.count() == 2


def test_import_warns_and_keeps_the_stored_row(world: World, tmp_path: Path) -> None:
    save()
    path = tmp_path / "acts.csv"
    path.write_text(
        "Вид,Уровень,Кем издан,Номер,Дата,Название,ОКТМО муниципалитета\n"
        "Постановление,Муниципальный,Администрация Озерного района,№ 402-П,02.03.2026,О секциях,63602000\n"
        "Приказ,Муниципальный,Управление образования,12,03.03.2026,О смотре,63602000\n",
        encoding="utf-8",
    )
    report = import_file(SYSTEM, registry.get("legal_acts"), path)
    assert report.written, [problem.message for problem in report.errors]
    assert [problem.code for problem in report.warnings] == ["near_act"]
    assert LegalAct.objects.count() == 2
    stored = LegalAct.objects.get(date=DAY)
    assert (stored.number, stored.title) == ("402-п", "О кружках")
    path.write_text(path.read_text("utf-8").replace("Озерного района,№ 402-П", "Озёрного муниципального района,402-п"))
    report = import_file(SYSTEM, registry.get("legal_acts"), path)
    assert [problem.code for problem in report.warnings] == ["other_title"]
    assert LegalAct.objects.count() == 2


@pytest.mark.django_db
def test_a_replaced_act_ends_before_the_new_one_begins() -> None:
    new = save("500-п", date=dt.date(2026, 9, 1), in_force_from=dt.date(2026, 10, 1))
    old = save(replaced_by=new)
    assert old.in_force_to == dt.date(2026, 9, 30)
    for day, found in ((DAY, [old]), (dt.date(2026, 9, 30), [old]), (dt.date(2026, 10, 1), [new])):
        assert list(queries_acts.acts_in_force(SYSTEM, day=day)) == found
    assert not queries_acts.acts_in_force(SYSTEM, day=dt.date(2026, 3, 1)).exists()
    third = save("600-п", date=dt.date(2027, 1, 1))
    new.replaced_by = third
    new.save()
    for act in (old, new, third):
        assert queries_acts.chain(LegalAct.objects.get(pk=act.pk)) == [old, new, third]
    with pytest.raises(Refused) as refused:
        services_acts.save_act(SYSTEM, third, {"replaced_by": old})
    assert refused.value.reasons[0].code == "circle"
    LegalAct.objects.filter(pk=third.pk).update(replaced_by=old)
    [circle, _] = doctor.run(invariants.CHECKS)
    assert (circle.ok, circle.figure) == (False, 3)


def test_the_card_shows_chain_publications_and_files(world: World, client: Client) -> None:
    old = save(municipality=world.here, replaced_by=save("500-п", date=dt.date(2026, 9, 1), municipality=world.here))
    client.force_login(world.people["coordinator"], backend="opora.people.backends.AccountBackend")
    page = client.get(f"/office/legal_acts/{old.pk}/").content.decode()
    assert "Цепочка замен" in page
    assert "500-п" in page
    answer = client.post(f"/office/legal_acts/{old.pk}/files/", {"file": _pdf()})
    assert answer.status_code == 302
    page = client.get(f"/office/legal_acts/{old.pk}/").content.decode()
    assert "Постановление.pdf" in page
    listed = client.get("/office/legal_acts/", {"on": "2026-05-01"}).content.decode()
    assert "402-п" in listed
    assert "500-п" not in listed


def _pdf() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("Постановление.pdf", b"%PDF-1.7 body", content_type="application/pdf")


def test_unpublished_acts_wait(world: World) -> None:
    act = save(municipality=world.here)
    save("1-ФЗ", kind="law", level="federal", issuer="Российская Федерация", municipality=world.here)
    head = actor(world, "coordinator")
    assert list(queries_acts.unpublished_for(head)) == [act]
    ActPublication.objects.create(act=act, site="Сайт администрации", date=DAY)
    assert not queries_acts.unpublished_for(head).exists()
