"""The import pipeline: files as people have them, errors with rows, all or nothing, foreign layouts."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from opora.core import identifiers
from opora.core.access import SYSTEM
from opora.core.reasons import Forbidden
from opora.core.registers import get
from opora.core.registers.importing import parsing
from opora.core.registers.importing.reading import Unreadable, open_source
from opora.core.registers.importing.run import import_file
from opora.people.actors import actor_of
from opora.providers.models import Organisation, Venue
from opora.territory.models import Locality, Municipality, Population, Region

from .samples import World, make_world

LOCALITIES = "Наименование;ОКТМО муниципалитета;Вид;Городской\n"
LOCALITIES += "Озёрки;63602000;Сельский населённый пункт;нет\nГородок;63602000;city;да\n"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def load(slug: str, text: str | bytes, folder: Path, actor: Any = SYSTEM, **options: Any) -> Any:
    path = folder / "file.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return import_file(actor, get(slug), path, **options)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251", "utf-16"])
def test_encodings_and_delimiters_are_found(world: World, tmp_path: Path, delimiter: str, encoding: str) -> None:
    report = load("localities", LOCALITIES.replace(";", delimiter).encode(encoding), tmp_path)
    assert (report.created, report.written, report.errors) == (2, True, [])
    assert set(Locality.objects.values_list("name", "kind", "is_urban")) == {
        ("Озёрки", "village", False),
        ("Городок", "city", True),
    }


def test_columns_in_any_order_with_a_title_above(world: World, tmp_path: Path) -> None:
    text = (
        "Список населённых пунктов,,\n,,\nТип,name,Муниципалитет,Лишняя\nГород,Заречный,озерный муниципальный район,1\n"
    )
    report = load("localities", text, tmp_path)
    assert report.created == 1
    assert [problem.code for problem in report.warnings] == ["unknown_column"]


def test_any_error_writes_nothing_and_names_the_row(world: World, tmp_path: Path) -> None:
    text = LOCALITIES + "Пустой;99999999;деревня;может\n;63602000;city;нет\n"
    report = load("localities", text, tmp_path)
    assert (report.read, report.created, report.rejected, report.written) == (4, 2, 2, False)
    assert {(problem.row, problem.code) for problem in report.errors} == {(4, "value"), (5, "required")}
    assert not Locality.objects.exists()


def test_valid_rows_may_be_taken_alone(world: World, tmp_path: Path) -> None:
    report = load("localities", LOCALITIES + "Чужой;99999999;city;нет\n", tmp_path, accept_valid=True)
    assert (report.created, report.rejected, report.written) == (2, 1, True)
    assert [(problem.row, problem.code) for problem in report.errors] == [(4, "reference")]
    assert Locality.objects.count() == 2


def test_dry_run_tells_and_writes_nothing(world: World, tmp_path: Path) -> None:
    report = load("localities", LOCALITIES, tmp_path, dry_run=True)
    assert (report.created, report.written) == (2, False)
    assert not Locality.objects.exists()


def test_existing_rows_are_changed_only_where_they_differ(world: World, tmp_path: Path) -> None:
    load("localities", LOCALITIES, tmp_path)
    report = load("localities", LOCALITIES.replace("пункт;нет", "пункт;да"), tmp_path)
    assert (report.created, report.updated, report.unchanged) == (0, 1, 1)


def test_repeats_and_partial_files(world: World, tmp_path: Path) -> None:
    report = load("localities", LOCALITIES + "Городок;63602000;Город;нет\n", tmp_path)
    assert [(problem.row, problem.code) for problem in report.errors] == [(4, "duplicate")]
    report = load("population", "oktmo,year,age,count\n63602000,2026,7,100\n", tmp_path)
    assert [problem.code for problem in report.errors] == ["required"]
    assert "Источник" in report.errors[0].message
    assert not Population.objects.exists()


def test_formulas_are_flagged_and_phone_numbers_are_not(world: World, tmp_path: Path) -> None:
    head = "Код организации;Название;Адрес\n"
    report = load("venues", head + 'dom;=HYPERLINK("x");ул. Мира\ndom;+7 (845) 123;-5\n', tmp_path)
    assert [(problem.row, problem.code) for problem in report.errors] == [(2, "formula")]
    assert parsing.looks_like_formula("@SUM(A1)")
    assert parsing.looks_like_formula("-1+1")
    assert parsing.looks_like_formula("+cmd|' /C calc'!A0")
    assert not parsing.looks_like_formula("- кружок")


def test_dangerous_text_goes_round_neutralised(world: World, tmp_path: Path) -> None:
    from opora.core.registers import export

    Venue.objects.create(organisation=world.mine, name="=1+1", address="+7 845")
    path = tmp_path / "venues.csv"
    export.write_file(get("venues"), Venue.objects.all(), path, ["pk"])
    assert "'=1+1" in path.read_text("utf-8")
    report = import_file(SYSTEM, get("venues"), path)
    assert (report.unchanged, report.errors) == (1, [])


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "пуст"),
        (b"%PDF-1.7 ...", "не таблица"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS"),
        (b"\x00\x01\x02" * 50, "двоичные"),
        (b"<!doctype html><html></html>", "веб-страница"),
        (b"PK\x03\x04 broken", "XLSX"),
        (b'{"items": 5}', "список"),
        (b'{"items": [', "JSON"),
        ("имя;возраст\nа;б\n".encode(), "ни одной известной колонки"),
    ],
)
def test_wrong_files_are_refused_in_words(world: World, tmp_path: Path, content: bytes, word: str) -> None:
    with pytest.raises(Unreadable) as refused:
        load("localities", content, tmp_path)
    assert word in str(refused.value)


def test_zip_bombs_and_plain_archives_are_refused(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(bomb.getvalue())
    with pytest.raises(Unreadable, match="недопустимо велик"):
        open_source(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(Unreadable, match="архив"):
        open_source(path)


def test_rows_outside_the_actors_reach_are_errors(world: World, tmp_path: Path) -> None:
    coordinator = actor_of(world.people["coordinator"])
    text = "ОКТМО муниципалитета;Наименование;Вид\n63602000;Своё;city\n63603000;Чужое;city\n"
    report = load("localities", text, tmp_path, coordinator)
    assert [(problem.row, problem.code) for problem in report.errors] == [(3, "outside")]
    assert not Locality.objects.exists()
    with pytest.raises(Forbidden):
        load("localities", text, tmp_path, actor_of(world.people["provider_manager"]))
    manager = actor_of(world.people["provider_manager"])
    report = load("venues", "Код организации;Название;Адрес\nsud;Чужая;ул. Мира\n", tmp_path, manager)
    assert [problem.code for problem in report.errors] == ["reference"]


def classifier(*lines: str) -> bytes:
    """Lines «code;name;centre» with their check digits, as the raw classifier has them."""
    made = []
    for line in lines:
        code, name, centre = line.split(";")
        bare = code.replace(" ", "")
        check = identifiers.oktmo_check_digit(bare) if bare else ""
        made.append(f"{code}    ;{check};{name};{centre}" if bare else f";;{name};")
    return "\r\n".join(made).encode("windows-1251")


RAW = (
    "79 000 000;Муниципальные образования Республики Адыгея;",
    "79 600 000;Муниципальные районы Республики Адыгея/;",
    "79 605 000;Выдуманный муниципальный район;а Выдуманный",
    "79 605 400;Сельские поселения Выдуманного муниципального района/;",
    "79 605 402;- Первое;с Первое",
    ";Пояснение: примечание;",
    "79 701 000;- город Примерск;г Примерск",
)


def test_the_raw_classifier_is_taken_as_distributed(db: None, tmp_path: Path) -> None:
    report = load("municipalities", classifier(*RAW), tmp_path)
    assert (report.read, report.created, report.unchanged, report.rejected) == (6, 3, 3, 0)
    assert {problem.code for problem in report.warnings} == {"group", "note"}
    region = Region.objects.get()
    assert (region.name, region.oktmo) == ("Республика Адыгея", "79000000")
    assert set(Municipality.objects.values_list("oktmo", "kind", "parent_oktmo", "name")) == {
        ("79605000", "district", "", "Выдуманный муниципальный район"),
        ("79605402", "settlement", "79605000", "Первое"),
        ("79701000", "urban_okrug", "", "город Примерск"),
    }
    again = load("municipalities", classifier(*RAW), tmp_path)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 6)


def test_a_wrong_check_digit_is_an_error(db: None, tmp_path: Path) -> None:
    text = "ОКТМО,КЧ,уровень,наименование,центр\n63602000,7,МР,Первый район,с Первое\n63603000,9,МР,Второй район,с Второе\n"
    report = load("municipalities", text, tmp_path)
    assert [(problem.row, problem.code) for problem in report.errors] == [(3, "check_digit")]
    assert not Municipality.objects.exists()


def inn(beginning: str) -> str:
    """A ten-digit ИНН with its check digit."""
    return next(f"{beginning}{digit}" for digit in range(10) if _right(f"{beginning}{digit}"))


def _right(text: str) -> bool:
    try:
        return bool(identifiers.inn(text))
    except ValueError:
        return False


HEAD = (
    "id,Полное наименование об организации (по уставу),Краткое наименование организации,Субъект РФ,Адрес организации,inn,"
    "ogrn,Количество занимающихся детей,Количество занимающихся детей художественной направленностью,"
    "Количество занимающихся детей технической направленностью,Общее количество сотрудников,Количество педагогов\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_the_public_register_of_organisations(db: None, tmp_path: Path, encoding: str) -> None:
    one, two = inn("640100001"), inn("640100002")
    rows = (
        f'1,Муниципальный дом,Дом,Саратовская область,"обл. Саратовская, р-н. Озёрный, с. Озёрки",{one},,10,6,4,20,5\n'
        f"2,Станция техников,Станция,Саратовская область,Неизвестно,{two},Не известно,10,6,5,Неизвестно,5\n"
        f'3,Станция юннатов,Юннаты,Саратовская область,"г. Примерск, ул. Мира",{two},,9,9,0,3,7\n'
    )
    report = load("organisations", (HEAD + rows).encode(encoding), tmp_path)
    assert [problem.message for problem in report.errors] == []
    assert (report.created, report.written) == (3, True)
    codes = {(problem.row, problem.code) for problem in report.warnings}
    assert {(3, "sum_mismatch"), (4, "repeated_inn"), (4, "more_teachers"), (2, "municipality_added")} <= codes
    house = Organisation.objects.get(short_name="Дом")
    assert (house.municipality.name, house.municipality.oktmo) == ("Озёрный муниципальный район", "63999001")
    assert house.declared["learners"] == {"total": 10, "artistic": 6, "technical": 4} | dict.fromkeys(
        ("natural_science", "social_humanitarian", "sport", "tourism", "intellectual_games")
    )
    assert Organisation.objects.get(short_name="Станция").address == ""
    again = load("organisations", (HEAD + rows).encode(encoding), tmp_path)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    broken = load("organisations", HEAD + rows.replace(one, one[:9] + str((int(one[9]) + 1) % 10)), tmp_path)
    assert [(problem.row, problem.column) for problem in broken.errors] == [(2, "ИНН")]


def test_the_classifier_replaces_temporary_codes(db: None, tmp_path: Path) -> None:
    load("organisations", HEAD + '1,Дом,Дом,Саратовская область,"р-н. Озёрный, с. Озёрки",,,1,1,0,1,1\n', tmp_path)
    text = "ОКТМО,КЧ,уровень,наименование,центр\n63602000,7,МР,Озёрный муниципальный район,с Озёрки\n"
    report = load("municipalities", text, tmp_path)
    assert (report.created, report.updated) == (0, 1)
    assert Organisation.objects.get().municipality.oktmo == "63602000"


def test_the_command_prints_one_json_document(world: World, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "file.csv"
    path.write_text(LOCALITIES, encoding="utf-8")
    call_command("import_register", "localities", str(path), "--json", "--dry-run")
    answer = json.loads(capsys.readouterr().out)
    assert answer == {
        "read": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0, "written": False, "warnings": [], "errors": []
    }  # fmt: skip
    path.write_text(LOCALITIES + "x;1;2;3\n", encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        call_command("import_register", "localities", str(path), "--json")
    assert left.value.code == 1
    assert json.loads(capsys.readouterr().out)["written"] is False
    call_command("export_register", "regions", "-", "--json")
    assert json.loads(capsys.readouterr().out)["items"][0]["name"] == "Саратовская область"


def test_the_page_checks_first_and_writes_after(world: World, client: Any, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(world.people["coordinator"], backend="opora.people.backends.AccountBackend")
    file = io.BytesIO(LOCALITIES.encode())
    file.name = "места.csv"
    checked = client.post("/office/localities/import/", {"do": "check", "file": file}, follow=True)
    assert "Файл проверен, можно загружать" in checked.content.decode()
    assert not Locality.objects.exists()
    upload = checked.context["upload"]
    written = client.post("/office/localities/import/", {"do": "write", "upload": upload}, follow=True)
    assert "Загружено" in written.content.decode()
    assert Locality.objects.count() == 2
    client.force_login(world.people["centre_head"], backend="opora.people.backends.AccountBackend")
    assert "upload" not in client.get(f"/office/localities/import/?upload={upload}").context
