"""The showcase's acts, centre structure, councils with decisions, and proposals to authorities."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opora.demo import partnering, stocktaking
from opora.demo.districts import showcase
from opora.demo.frame import Frame
from opora.governance.models import (
    CentreMember,
    CentreUnit,
    Council,
    CouncilMember,
    Decision,
    Meeting,
    Presence,
    Proposal,
)
from opora.governance.rules import answer_due
from opora.people.models import Account
from opora.providers.models import Organisation, Staff
from opora.territory.models import ActPublication, Centre, LegalAct, Municipality
from opora.territory.rules import act_key


@dataclass(frozen=True)
class Place:
    """The showcase as the database holds it."""

    frame: Frame
    municipality: Municipality
    centre: Centre
    host: Organisation
    accounts: dict[str, Account]


def write(frame: Frame) -> None:
    """After the district is in the database."""
    municipality = Municipality.objects.select_related("region").get(oktmo=showcase().oktmo)
    centre = Centre.objects.filter(municipality=municipality).order_by("pk")[0]
    host = Organisation.objects.filter(municipality=municipality).order_by("pk")[0]
    accounts = {
        row.email.split("@")[0]: row
        for row in Account.objects.filter(email__endswith="@opora.demo", roles__isnull=False)
    }
    place = Place(frame, municipality, centre, host, accounts)
    acts = _acts(place)
    _structure(place, acts)
    _councils(place, acts)
    _proposals(place)
    stocktaking.write(place, acts["inventory"])
    partnering.write(place, acts["placement"])


def _acts(place: Place) -> dict[str, LegalAct]:
    """Acts around those that the district has already: an old one replaced, orders, federal ground, publications."""
    frame, year = place.frame, place.frame.year_start.year
    authority = f"Администрация: {place.municipality.name}"
    founding = LegalAct.objects.get(municipality=place.municipality, number="118-п")
    own, centre = "own", f"{place.host.short_name}"
    rows: dict[str, tuple[Any, ...]] = {
        "old": ("decree", "municipal", authority, "96-п", dt.date(year - 4, 2, 10),
                "О координации дополнительного образования детей в районе"),
        "team": ("directive", "municipal", authority, "57-р", dt.date(year - 1, 10, 4),
                 "О муниципальной команде по внедрению целевой модели"),
        "council": ("decree", "municipal", authority, "131-п", dt.date(year - 2, 4, 18),
                    "О межведомственном совете по дополнительному образованию детей"),
        "inventory": ("order", "municipal", "Управление образования", "214", frame.before(62),
                      "О проведении инвентаризации ресурсов дополнительного образования"),
        "placement": ("order", "municipal", "Управление образования", "187", frame.before(140),
                      "О присвоении статуса стажировочных площадок"),
        "unit": ("order", own, centre, "63-о", dt.date(year - 2, 4, 28), "О структуре опорного центра"),
        "office": ("order", own, centre, "18-о", frame.before(75), "О проектном офисе «Навигатор без ошибок»"),
    }  # fmt: skip
    made = {}
    for name, (kind, level, issuer, number, date, title) in rows.items():
        made[name] = LegalAct.objects.create(
            municipality=place.municipality, kind=kind, level=level, issuer=issuer, number=number, date=date,
            title=title, in_force_from=date, match_key=act_key(number, issuer),
        )  # fmt: skip
    old = made["old"]
    old.replaced_by, old.in_force_to = founding, founding.date - dt.timedelta(days=1)
    old.save()
    _federal()
    published = [founding, made["council"], made["team"], made["unit"]]
    published += LegalAct.objects.filter(municipality=place.municipality, number__in=("402-п", "391-п"))
    for act in published:
        date = act.date + dt.timedelta(days=3)
        slug = act.number.split("-")[0]
        ActPublication.objects.create(
            act=act, site="Сайт администрации района", url=f"https://zarechensky.example/acts/{slug}", date=date
        )
    return made | {"founding": founding}


def _federal() -> None:
    rows = (
        ("law", "Российская Федерация", "273-ФЗ", dt.date(2012, 12, 29), "Об образовании в Российской Федерации"),
        ("directive", "Правительство Российской Федерации", "678-р", dt.date(2022, 3, 31),
         "Концепция развития дополнительного образования детей до 2030 года"),
    )  # fmt: skip
    for kind, issuer, number, date, title in rows:
        LegalAct.objects.create(
            kind=kind, level="federal", issuer=issuer, number=number, date=date, title=title, must_publish=False,
            match_key=act_key(number, issuer),
        )  # fmt: skip


def _structure(place: Place, acts: dict[str, LegalAct]) -> None:
    frame, since = place.frame, place.centre.founded_on or place.frame.before(600)
    units = [
        CentreUnit(kind="department", name="Отдел методического сопровождения", act=acts["unit"], starts_on=since,
                   task="Помогать организациям обновлять программы, вести навигатор, готовить педагогов."),
        CentreUnit(kind="creative_group", name="Разноуровневые программы", act=acts["unit"],
                   starts_on=frame.before(290), ends_on=frame.before(18),
                   task="Собрать и описать разноуровневые программы трёх организаций."),
        CentreUnit(kind="laboratory", name="Модульные программы для сёл", act=acts["unit"],
                   starts_on=frame.before(200), task="Проверить модульные программы с выездом в три села."),
        CentreUnit(kind="project_office", name="Навигатор без ошибок", act=acts["office"],
                   starts_on=frame.before(70), ends_on=frame.date + dt.timedelta(days=110),
                   task="Довести полноту описаний программ до 95 %."),
        CentreUnit(kind="creative_group", name="Сетевые программы со школами", act=acts["unit"],
                   starts_on=frame.before(500), ends_on=frame.before(190), task="Запустить сетевые программы.",
                   result="Запущено шесть сетевых программ с тремя школами, описание опубликовано в банке практик."),
    ]  # fmt: skip
    for unit in units:
        unit.centre = place.centre
        unit.save()
    for role, kind, post, rate in (
        ("centre_head", "head", "Руководитель опорного центра", 1),
        ("methodologist", "methodologist", "Методист опорного центра", 1),
        ("organiser", "organiser", "Педагог-организатор опорного центра", "0.5"),
    ):
        account = place.accounts[role]
        staff = Staff.objects.create(
            organisation=place.host, account=account, last_name=account.last_name, first_name=account.first_name,
            patronymic=account.patronymic, kind="organiser" if kind == "organiser" else "methodologist", post=post,
            education="Высшее педагогическое", hired_on=since, education_level="higher", is_pedagogical=True,
            sex="m" if account.patronymic.endswith("ич") else "f", birth_date=dt.date(since.year - 38, 4, 12),
        )  # fmt: skip
        part = None if kind == "head" else units[0]
        CentreMember.objects.create(
            centre=place.centre, unit=part, staff=staff, role=kind, post=post, rate=Decimal(rate), starts_on=since
        )
    others = Staff.objects.filter(organisation=place.host, left_on__isnull=True, account__isnull=True)
    for staff in others.filter(kind="methodologist").order_by("pk")[:1]:
        CentreMember.objects.create(
            centre=place.centre, unit=units[0], staff=staff, role="methodologist", post="Методист", rate=Decimal("0.5"),
            starts_on=since,
        )  # fmt: skip
    teachers = others.filter(kind="teacher").order_by("pk")
    for index, staff in enumerate(teachers[:9]):
        unit = units[1 + index % 3]
        CentreMember.objects.create(
            centre=place.centre, unit=unit, staff=staff, role="member", post="Участник", rate=0,
            starts_on=unit.starts_on, ends_on=unit.ends_on,
        )  # fmt: skip


MEMBERS = (
    ("authority", "chair", "Рождественский Олег Юрьевич", "заместитель главы администрации района"),
    ("authority", "member", "Панкратова Ольга Львовна", "начальник управления образования"),
    ("authority", "member", "Лаптев Игорь Семёнович", "начальник отдела культуры и спорта"),
    ("organisations", "secretary", "Белозёрова Марина Сергеевна", "руководитель опорного центра"),
    ("organisations", "member", "Зимина Татьяна Николаевна", "директор детской школы искусств"),
    ("organisations", "member", "Чернов Павел Андреевич", "директор спортивной школы"),
    ("public", "member", "Савельева Инна Романовна", "председатель районного родительского комитета"),
    ("public", "member", "Кузьмин Артём Олегович", "руководитель клуба «Краевед»"),
    ("business", "member", "Морозов Виктор Ильич", "технический директор моторного завода"),
)
AGENDA = "О готовности к учебному году и открытии новых групп\nОб участии предприятий в технических кружках\nРазное"


def _councils(place: Place, acts: dict[str, LegalAct]) -> None:
    frame, municipality = place.frame, place.municipality
    since = acts["council"].date
    main = Council.objects.create(
        kind="interdepartmental", name="Межведомственный совет по дополнительному образованию детей",
        region=municipality.region, municipality=municipality, act=acts["council"], starts_on=since,
    )  # fmt: skip
    team = Council.objects.create(
        kind="team", name="Муниципальная команда целевой модели", region=municipality.region,
        municipality=municipality, act=acts["team"], starts_on=acts["team"].date,
    )  # fmt: skip
    technical = Council.objects.create(
        kind="coordination", name="Координационный совет технической направленности", region=municipality.region,
        municipality=municipality, focus_area="technical", starts_on=frame.before(260),
    )  # fmt: skip
    regional = Council.objects.create(
        kind="resource_centre", name="Совет регионального ресурсного центра туризма и краеведения",
        region=municipality.region, focus_area="tourism", starts_on=frame.before(400),
    )  # fmt: skip
    for council, rows in ((main, MEMBERS), (team, MEMBERS[:5]), (technical, MEMBERS[2:]), (regional, MEMBERS[1:6])):
        _members(place, council, rows)
    last = _meeting(place, main, 3, 46, AGENDA, absent=("Лаптев Игорь Семёнович",))
    first = _meeting(place, main, 2, 171, "Об итогах учебного года\nО летних сменах", absent=())
    _decisions(place, last, first)
    _meeting(place, team, 5, 24, "О заполнении навигатора\nО подготовке педагогов", absent=("Лаптев Игорь Семёнович",))
    _meeting(place, technical, 1, 80, "О лаборатории робототехники", absent=[row[2] for row in MEMBERS[4:]])
    day = frame.working_days_after(frame.date, 6)
    Meeting.objects.create(
        council=main, number=4, date=day, starts_at=dt.time(15), place="Малый зал администрации",
        agenda="Об исполнении решений совета\nО плане опорного центра на год",
    )  # fmt: skip


def _members(place: Place, council: Council, rows: tuple[tuple[str, str, str, str], ...]) -> None:
    known = {"Рождественский Олег Юрьевич": "coordinator", "Белозёрова Марина Сергеевна": "centre_head"}
    has_chair = any(role == "chair" for _, role, _, _ in rows)
    for index, (side, role, name, post) in enumerate(rows):
        CouncilMember.objects.create(
            council=council, side=side, role=role if has_chair or index else "chair", name=name, post=post,
            account=place.accounts.get(known.get(name, "")), starts_on=council.starts_on,
        )  # fmt: skip


def _meeting(place: Place, council: Council, number: int, before: int, agenda: str, *, absent: Any) -> Meeting:
    members = list(council.members.order_by("pk"))
    came = [one for one in members if one.name not in absent]
    held = len(came) > len(members) // 2
    meeting = Meeting.objects.create(
        council=council, number=number, date=place.frame.before(before), starts_at=dt.time(14, 30),
        place="Малый зал администрации", agenda=agenda, state="held" if held else "failed",
        members_then=len(members), present_then=len(came), guests="корреспондент районной газеты",
    )  # fmt: skip
    Presence.objects.bulk_create(Presence(meeting=meeting, member=one) for one in came)
    return meeting


def _decisions(place: Place, last: Meeting, first: Meeting) -> None:
    date, before = place.frame.date, place.frame.before
    rows = (
        (last, 1, "Открыть не менее четырёх новых групп в сельских школах", "Панкратова О. Л.", None, date
         + dt.timedelta(days=25), "", None, (8, 0, 0)),
        (last, 1, "Разместить во всех организациях памятку о записи через навигатор", "Белозёрова М. С.",
         "centre_head", date + dt.timedelta(days=9), "", None, (8, 0, 0)),
        (last, 2, "Подготовить соглашение с моторным заводом о наставниках для технических кружков",
         "Рождественский О. Ю.", "coordinator", before(11), "", None, (7, 0, 1)),
        (last, 2, "Представить список кружков, которым нужно оборудование", "Белозёрова М. С.", "centre_head",
         before(4), "", None, (8, 0, 0)),
        (first, 1, "Опубликовать итоги учебного года на сайте администрации", "Лаптев И. С.", None, before(140),
         "Итоги опубликованы на сайте администрации", before(146), (9, 0, 0)),
        (first, 2, "Утвердить перечень профильных смен на лето", "Панкратова О. Л.", None, before(150),
         "Утверждено девять смен приказом управления образования", before(152), (9, 0, 0)),
    )  # fmt: skip
    for number, (meeting, question, text, name, role, due, result, closed, votes) in enumerate(rows, 1):
        Decision.objects.create(
            meeting=meeting, number=number, question=question, text=text, responsible=name,
            account=place.accounts[role] if role else None, due_on=due, result=result, closed_on=closed,
            state="done" if closed else "open", votes_for=votes[0], votes_against=votes[1], votes_abstained=votes[2],
        )  # fmt: skip


def _proposals(place: Place) -> None:
    before, date = place.frame.before, place.frame.date
    authority, department = "Администрация района", "Управление образования района"
    rows: tuple[dict[str, Any], ...] = (
        {"addressee": department, "title": "Возить детей из Песочни в технический корпус по средам",
         "text": "В Песочне 41 ребёнок хочет заниматься робототехникой, ближайшая лаборатория в 18 км.",
         "state": "considered", "number": "44", "sent_on": before(21)},
        {"addressee": authority, "title": "Выделить деньги на выездные модульные программы",
         "text": "Три села остались без кружков, модульная программа с выездом охватит 90 детей.",
         "state": "accepted", "number": "31", "sent_on": before(96), "answered_on": before(71),
         "answer": "письмо администрации № 1204", "carry_out_by": date + dt.timedelta(days=40)},
        {"addressee": authority, "title": "Закрепить кабинеты школ за кружками после 15 часов",
         "text": "Девять кружков занимаются в неподходящих помещениях, хотя кабинеты школ свободны.",
         "state": "carried_out", "number": "12", "sent_on": before(230), "answered_on": before(207),
         "answer": "письмо администрации № 415", "carried_out_on": before(120),
         "result": "Кабинеты закреплены приказами школ, занимается 14 групп."},
        {"addressee": department, "title": "Ввести ставку тьютора для детей с ОВЗ в трёх организациях",
         "text": "32 ребёнка с ОВЗ занимаются без сопровождения.",
         "state": "declined", "number": "19", "sent_on": before(180), "answered_on": before(151),
         "answer": "письмо управления № 730", "reason": "Ставки не предусмотрены бюджетом этого года."},
        {"addressee": department, "title": "Провести общий день открытых дверей в январе",
         "text": "Показать кружки, в которых остались места, до начала второго полугодия.", "state": "draft"},
    )  # fmt: skip
    for row in rows:
        due = answer_due(row["sent_on"]) if "sent_on" in row else None
        Proposal.objects.create(centre=place.centre, answer_due=due, **row)
