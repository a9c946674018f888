"""Partners and agreements of the showcase's centre; deficits of teachers, training, placements, seminars."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import TYPE_CHECKING

from opora.catalogue.models import Programme
from opora.governance.models import CentreMember
from opora.methodics.models import (
    Agreement,
    Competence,
    Deficit,
    DeficitSurvey,
    Partner,
    PlacementSite,
    Seminar,
    SeminarParticipant,
    Training,
)
from opora.providers.models import Organisation, Staff
from opora.territory.models import LegalAct

if TYPE_CHECKING:
    from opora.demo.governing import Place

INSTITUTE = "Верхневолжский институт развития образования"
PARTNERS = (
    ("business", "АО «Заречинский моторный завод»", "Морозов Виктор Ильич", "mentoring",
     "Наставники и экскурсии для технических кружков", 310, -55),
    ("university", "Верхневолжский государственный университет", "Ларина Софья Олеговна", "career",
     "Профессиональные пробы в лабораториях университета", 420, -310),
    ("college", "Заречинский политехнический колледж", "Фомин Андрей Львович", "network",
     "Сетевые программы на базе мастерских", 200, -530),
    ("non_profit", "АНО «Чистая Волга»", "Ракитина Юлия Андреевна", "events",
     "Экологические экспедиции и конкурсы", 150, -21),
    ("culture", "Заречинский краеведческий музей", "Гусева Лидия Петровна", "network",
     "Сетевые краеведческие программы", 600, -130),
    ("sport", "Федерация спортивного ориентирования области", "Ветров Илья Сергеевич", "events",
     "Соревнования и подготовка судей", 95, -270),
    ("network", "МОУ «Лицей № 2»", "Котова Елена Юрьевна", "resources",
     "Кабинеты лицея для кружков во второй половине дня", 700, 35),
    ("science", "Опытная станция луговых культур", "Сомова Вера Ивановна", "career",
     "Полевые практики юных натуралистов", 60, None),
)  # fmt: skip
EMAILS = {
    "business": "nastavniki@motor.example",
    "university": "proby@university.example",
    "college": "masterskie@college.example",
    "culture": "museum@kraeved.example",
}
"""Partners with an address can be asked by data requests; the others show that an address is missing."""
COMPETENCES = (
    ("digital", "Дистанционные и цифровые средства", "Цифровая"),
    ("multilevel", "Разноуровневые программы", "Методическая"),
    ("special_needs", "Работа с детьми с ОВЗ", "Инклюзия"),
    ("projects", "Проектная деятельность детей", "Методическая"),
    ("assessment", "Оценка результатов обучения", "Методическая"),
    ("parents", "Общение с родителями", "Коммуникация"),
)


def write(place: Place, act: LegalAct) -> None:
    """Partners with agreements, then everything about staff."""
    _agreements(place)
    competences = [Competence.objects.create(code=code, name=name, area=area) for code, name, area in COMPETENCES]
    sites = _sites(place, act)
    _survey(place, competences, sites)
    _centre_and_heads(place)
    _seminars(place, competences)


def _agreements(place: Place) -> None:
    date = place.frame.date
    for number, (kind, name, contact, topic, subject, signed, ends) in enumerate(PARTNERS, 1):
        partner = Partner.objects.create(
            municipality=place.municipality,
            kind=kind,
            name=name,
            contact=contact,
            about=subject,
            email=EMAILS.get(kind, ""),
        )
        signed_on = place.frame.before(signed)
        agreement = Agreement.objects.create(
            centre=place.centre, partner=partner, number=f"{number}/{signed_on.year % 100}", signed_on=signed_on,
            topic=topic, subject=subject, starts_on=signed_on,
            ends_on=None if ends is None else date - dt.timedelta(days=ends), responsible="Тихомирова А. П.",
        )  # fmt: skip
        if topic == "network":
            _network(agreement, "tourism" if kind == "culture" else "technical")


def _network(agreement: Agreement, focus_area: str) -> None:
    """Three programmes go in the network form with the partner."""
    rows = Programme.objects.filter(
        municipality_id=agreement.centre.municipality_id, state="published", focus_area=focus_area
    )
    chosen = list(rows.order_by("pk")[:3])
    Programme.objects.filter(pk__in=[one.pk for one in chosen]).update(
        is_network=True, network_partners=agreement.partner.name
    )
    agreement.programmes.set(chosen)


def _sites(place: Place, act: LegalAct) -> list[PlacementSite]:
    organisations = Organisation.objects.filter(municipality=place.municipality).order_by("pk")
    return [
        PlacementSite.objects.create(
            organisation=organisations[index], topic=topic, act=act, head_name=organisations[index].head_name,
            capacity=6, starts_on=act.date,
        )
        for index, topic in ((0, "Разноуровневая программа: от замысла до группы"), (1, "Занятия в природе с детьми"))
    ]  # fmt: skip


def _survey(place: Place, competences: list[Competence], sites: list[PlacementSite]) -> None:
    """Every fourth teacher was asked; most of those who lack something have learned it since."""
    frame, rng = place.frame, Random("deficits")
    survey = DeficitSurvey.objects.create(
        municipality=place.municipality, name="Профессиональные дефициты педагогов", held_on=frame.before(190),
        method="Самооценка и наблюдение занятий, 24 вопроса", state="closed",
    )  # fmt: skip
    teachers = Staff.objects.filter(organisation__municipality=place.municipality, kind="teacher", left_on=None)
    findings: list[Deficit] = []
    trainings: list[Training] = []
    for index, teacher in enumerate(teachers.filter(organisation__state="active").order_by("pk")[::4]):
        for competence in rng.sample(competences, 3):
            level = rng.choices(("none", "partial", "full"), weights=(5, 3, 2))[0]
            findings.append(Deficit(survey=survey, staff=teacher, competence=competence, level=level))
            if level != "none" and rng.random() < 0.6 and not any(one.staff == teacher for one in trainings):
                trainings.append(_training(place, teacher, competence, index, sites, rng))
    Deficit.objects.bulk_create(findings)
    Training.objects.bulk_create(trainings)


def _training(
    place: Place, teacher: Staff, competence: Competence, index: int, sites: list[PlacementSite], rng: Random
) -> Training:
    start = place.frame.before(rng.randint(40, 160))
    placement = index % 9 == 4
    studying = index % 11 == 7
    end = start + dt.timedelta(days=5 if placement else 21)
    certified = not placement and not studying and index % 8 != 3
    return Training(
        staff=teacher, kind="placement" if placement else "advanced", programme=competence.name,
        competence=competence, institution=str(sites[0].organisation) if placement else INSTITUTE,
        site=sites[index % 2] if placement else None, hours=8 if placement else 36, starts_on=start,
        finished_on=None if studying else end, state="studying" if studying else "finished",
        certificate_number=f"7634{1000 + index}" if certified else "", certificate_date=end if certified else None,
    )  # fmt: skip


def _centre_and_heads(place: Place) -> None:
    """All of the centre's own staff and most heads are trained."""
    start = place.frame.before(330)
    members = CentreMember.objects.filter(centre=place.centre).exclude(role="member")
    people = [row.staff for row in members.select_related("staff").order_by("pk")]
    heads = Staff.objects.filter(organisation__municipality=place.municipality, kind="head").order_by("pk")
    people += [head for index, head in enumerate(heads) if index % 5 != 3]
    Training.objects.bulk_create(
        Training(
            staff=one, kind="advanced", institution=INSTITUTE, hours=72, starts_on=start, state="finished",
            programme="Управление опорным центром" if index < len(members) else "Управление дополнительным образованием",
            finished_on=start + dt.timedelta(days=30), certificate_number=f"7633{2000 + index}",
            certificate_date=start + dt.timedelta(days=33),
        )
        for index, one in enumerate(people)
    )  # fmt: skip


def _seminars(place: Place, competences: list[Competence]) -> None:
    teachers = list(
        Staff.objects.filter(organisation__municipality=place.municipality, kind="teacher", left_on=None).order_by("pk")
    )
    for number, (kind, title, before, hours, outcome) in enumerate(
        (
            ("seminar", "Как собрать разноуровневую программу", 128, 4, "Подготовлено семь проектов программ."),
            ("workshop", "Кружок в селе: модуль с выездом", 73, 3, "Согласован график выездов на полугодие."),
            ("webinar", "Карточка программы, которую понимает родитель", 33, 2, "Исправлено 46 карточек."),
            ("contest", "Педагог года дополнительного образования", 210, 6, "Три победителя представят район."),
        )
    ):
        seminar = Seminar.objects.create(
            centre=place.centre, kind=kind, title=title, date=place.frame.before(before), hours=hours, outcome=outcome,
            competence=competences[number], place=place.host.short_name,
        )  # fmt: skip
        contest = ("1 место", "2 место", "3 место")
        SeminarParticipant.objects.bulk_create(
            SeminarParticipant(
                seminar=seminar, staff=one, speaks=index < 3,
                result=contest[index] if kind == "contest" and index < 3 else "",
            )
            for index, one in enumerate(teachers[number::9][: 9 + number * 4])
        )  # fmt: skip
