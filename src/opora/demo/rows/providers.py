"""Organisations with venues, heads, teachers and signatories."""

from __future__ import annotations

import datetime as dt
from random import Random

from opora.demo import identifiers
from opora.demo.courses import Teacher
from opora.demo.districts import District, Organisation
from opora.demo.frame import Frame
from opora.demo.identifiers import inn, kpp, ogrn, phone, slug
from opora.demo.naming import ELDERS, PARENTS, pick_person
from opora.demo.sink import Sink

KINDS = {"ecotourism": "supplementary"}
POSTS = {
    "sport": "Тренер-преподаватель",
    "arts": "Преподаватель",
    "psychological": "Педагог-психолог",
    "school": "Педагог дополнительного образования",
}
HEADS = {"arts": "Директор школы искусств", "school": "Директор школы", "sport": "Директор спортивной школы"}
EDUCATION = (
    "Высшее педагогическое",
    "Высшее педагогическое",
    "Высшее профильное",
    "Среднее профессиональное педагогическое",
    "Высшее, профессиональная переподготовка по педагогике",
)
TREASURY = "Отделение Верхневолжск банка России//УФК по Верхневолжской области"
ACCESS = ("ramp", "toilet", "parking", "tactile", "lift")


def organisation(sink: Sink, frame: Frame, district: District, org: Organisation, rng: Random) -> str:
    """Write an organisation with its venues and management; returns the head's full name."""
    number = sink.next_id("providers.Organisation")
    org.id = number
    sex = "f" if rng.random() < (0.4 if org.kind == "sport" else 0.75) else "m"
    head = pick_person(rng, sex, rng.choice((PARENTS, ELDERS)))
    main = org.venues[0]
    private = org.ownership == "private"
    sink.add(
        "providers.Organisation",
        id=number,
        municipality_id=district.id,
        locality_id=main.locality.id,
        slug=f"{slug(org.short, 60)}-{number}",
        full_name=org.full,
        short_name=org.short,
        kind=KINDS.get(org.kind, org.kind),
        department=org.department,
        ownership=org.ownership,
        inn=inn(number),
        kpp=kpp(1),
        ogrn=ogrn(number, 2002 + number % 12),
        okfs="Частная собственность" if private else "Муниципальная собственность",
        okopf="Автономные некоммерческие организации" if private else "Муниципальные бюджетные учреждения",
        address=main.address,
        latitude=main.lat,
        longitude=main.lon,
        phone=phone(2000000 + number * 10),
        email=f"info@{org.site.removeprefix('https://')}",
        website=org.site,
        head_name=head.full,
        founded_on=dt.date(org.founded, 1 + number % 12, 1 + number % 28),
        licence_number=f"Л035-01288-88/{100000 + number:08d}",
        licence_issuer="Департамент образования Верхневолжской области",
        licence_until="Бессрочная",
        provider_since=dt.date(frame.year_start.year - 1, 9, 1),
        provider_decision=f"Приказ от 25.08.{frame.year_start.year - 1} № {200 + number % 90}",
        **bank(district, number, private),
    )
    for venue in org.venues:
        venue.id = sink.add(
            "providers.Venue",
            organisation_id=number,
            locality_id=venue.locality.id,
            name=venue.name,
            address=venue.address,
            latitude=venue.lat,
            longitude=venue.lon,
            accessibility=list(ACCESS[: 2 + number % 3]) if venue.accessible else [],
        )
    post = HEADS.get(org.kind, "Директор")
    sink.add(
        "providers.Staff", organisation_id=number, last_name=head.last, first_name=head.first,
        patronymic=head.patronymic, kind="head", post=post, education="Высшее педагогическое",
        **of_form("Высшее педагогическое", head.sex, frame.year_start.year - 36 - number % 26, number),
        hired_on=dt.date(frame.year_start.year - rng.randint(2, 14), 8, 15),
    )  # fmt: skip
    sink.add(
        "providers.Signatory", organisation_id=number, name=head.full, post=post, ground="Устав",
        starts_on=dt.date(frame.year_start.year - 2, 9, 1),
    )  # fmt: skip
    return head.full


def of_form(education: str, sex: str, year: int, turn: int) -> dict[str, object]:
    """What form 1-ДОП asks about a worker: level of education by its words, sex, a birthday in the year."""
    return {
        "education_level": "higher" if education.startswith("Высшее") else "vocational",
        "is_pedagogical": "педагог" in education,
        "sex": sex,
        "birth_date": dt.date(year, 1 + turn * 5 % 12, 1 + turn * 11 % 28),
    }


def bank(district: District, number: int, private: bool) -> dict[str, str]:
    """Municipal institutions keep their money in the treasury, private ones in a bank."""
    if private:
        return {
            "bank_name": "Банк «Верхневолжский»",
            "bank_bik": identifiers.BIK_BANK,
            "bank_account": identifiers.settlement_account(number),
            "treasury_account": identifiers.correspondent_account(),
        }
    return {
        "bank_name": TREASURY,
        "bank_bik": identifiers.BIK_TREASURY,
        "bank_account": identifiers.payee_account(district.oktmo, 7300),
        "treasury_account": identifiers.treasury_account(),
    }


def staff(
    sink: Sink, frame: Frame, org: Organisation, teachers: list[Teacher], rng: Random, signed_in: dict[int, int]
) -> None:
    """Teachers, and at the larger organisations a methodologist besides; ``signed_in``: accounts by id(teacher)."""
    for teacher in teachers:
        years = max(0, min(teacher.age - 22, int(rng.expovariate(1 / 9))))
        qualification = rng.choices(
            ("none", "fitness", "first", "highest"), weights=(5, 3, 1, 0) if years < 3 else (1, 3, 5, 4)
        )[0]
        education = rng.choice(EDUCATION)
        teacher.id = sink.add(
            "providers.Staff",
            organisation_id=org.id,
            account_id=signed_in.get(id(teacher)),
            last_name=teacher.person.last,
            first_name=teacher.person.first,
            patronymic=teacher.person.patronymic,
            kind="teacher",
            post=POSTS.get(org.kind, "Педагог дополнительного образования"),
            qualification=qualification,
            education=education,
            **of_form(education, teacher.person.sex, frame.year_start.year - teacher.age - 1, len(teacher.person.last)),
            hired_on=dt.date(frame.year_start.year - years, 9 if years == 0 else rng.choice((2, 8, 9)), 1),
        )
    if len(teachers) > 15:
        person = pick_person(rng, "f", PARENTS)
        sink.add(
            "providers.Staff", organisation_id=org.id, last_name=person.last, first_name=person.first,
            patronymic=person.patronymic, kind="methodologist", post="Методист", qualification="first",
            education="Высшее педагогическое", hired_on=dt.date(frame.year_start.year - 3, 9, 1),
            **of_form("Высшее педагогическое", "f", frame.year_start.year - 41, len(person.last)),
        )  # fmt: skip
