"""Ready papers of a group and of a learner: what stands in them (E5). Writing nothing but the journal of access."""

from __future__ import annotations

import datetime as dt
from typing import Any

from opora.catalogue.models import Group
from opora.catalogue.presentation import schedule_text
from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.numbering import take_number
from opora.core.reasons import Reason, Refused
from opora.core.transactions import act
from opora.enrolment.documents.papers import paper
from opora.enrolment.models import Enrolment, Lesson, SafetyCard
from opora.people.models import Guardianship


def study_paper(actor: Actor, *, enrolment: Enrolment, signatory: Any) -> bytes:
    """PDF: confirmation that the child studies here, for the school. Takes the next number of the organisation."""
    group, organisation, child = enrolment.group, enrolment.organisation, enrolment.child
    today = clock.today(group.municipality.time_zone)
    if enrolment.ends_on is not None and enrolment.ends_on < today:
        raise Refused(Reason("not_learner", "Ребёнок уже не учится: справку об обучении выдать нельзя."))
    if signatory is None:
        raise Refused(
            Reason(
                "no_signatory",
                "Не указано, кто подписывает документы организации.",
                hint="Добавьте подписанта в карточке организации.",
            )
        )
    with act(actor):
        number = take_number("organisation", organisation.pk, "study_paper", today.year)
    last = min(day for day in (enrolment.ends_on, group.ends_on) if day is not None)
    contacts = ", ".join(part for part in (organisation.phone, organisation.email) if part)
    return paper(
        "certificate_of_study",
        {
            "organisation": {
                "full_name": organisation.full_name,
                "short_name": organisation.short_name,
                "address": organisation.address,
                "contacts": contacts,
            },
            "date": russian.date_long(today),
            "number": str(number),
            "whom": "по месту требования",
            "child": child.full_name,
            "born": f"{child.birth_date:%d.%m.%Y}",
            "programme": group.programme.name,
            "group": group.name,
            "period": f"с {russian.date_long(enrolment.starts_on)} по {russian.date_long(last)}",
            "hours": russian.plural(
                group.module.hours, "академический час", "академических часа", "академических часов"
            ),
            "schedule": schedule_text(group) or "по расписанию организации",
            "signatory": {"post": signatory.post, "short": russian.short_name(signatory.name)},
        },
    )


def group_list(group: Group, learners: list[Enrolment], *, excursion: bool = False) -> bytes:
    """PDF: the list of a group; for an excursion with telephones, who collects and a column for signatures."""
    today = clock.today(group.municipality.time_zone)
    rows = _excursion_rows(learners) if excursion else _plain_rows(learners, today)
    columns = (
        [
            ["№", "auto"],
            ["Фамилия, имя", "1fr"],
            ["Родился", "auto"],
            ["Телефон родителя", "auto"],
            ["Важно знать", "1fr"],
            ["Роспись", "22mm"],
        ]
        if excursion
        else [
            ["№", "auto"],
            ["Фамилия, имя, отчество", "1fr"],
            ["Родился", "auto"],
            ["Возраст", "auto"],
            ["Школа, класс", "1fr"],
        ]
    )
    facts = [
        ["Программа", f"«{group.programme.name}»"],
        ["Педагог", group.teacher.full_name if group.teacher else "не указан"],
        ["Занятия", schedule_text(group) or "расписания нет"],
        ["На дату", russian.date_long(today)],
    ]
    footer = (
        ["Куда: ______________________________  Дата: ______________  Время выхода и возвращения: ______________",
         "Сопровождающие: ________________________________________________________________",
         "С правилами безопасности дети ознакомлены. Ответственный: _______________________"]
        if excursion
        else []
    )  # fmt: skip
    title = f"Список детей на выезд: {group.name}" if excursion else f"Список группы: {group.name}"
    data = {
        "organisation": group.organisation.full_name,
        "title": title,
        "facts": facts,
        "columns": columns,
        "rows": rows,
        "footer": footer,
    }
    return paper("group_list", data)


def _plain_rows(learners: list[Enrolment], today: dt.date) -> list[list[str]]:
    return [
        [
            str(place),
            row.child.full_name,
            f"{row.child.birth_date:%d.%m.%Y}",
            russian.age(row.child.birth_date, today),
            ", ".join(part for part in (row.child.school_name, row.child.school_class) if part),
        ]
        for place, row in enumerate(learners, start=1)
    ]


def _excursion_rows(learners: list[Enrolment]) -> list[list[str]]:
    children = [row.child_id for row in learners]
    phones: dict[int, str] = {}
    rows = Guardianship.objects.filter(child_id__in=children, ended_at__isnull=True).exclude(relation="self")
    for child_id, phone in rows.values_list("child_id", "account__phone"):
        phones.setdefault(child_id, phone)
    notes = dict(SafetyCard.objects.filter(child_id__in=children).values_list("child_id", "medical_note"))
    return [
        [
            str(place),
            f"{row.child.last_name} {row.child.first_name}",
            f"{row.child.birth_date:%d.%m.%Y}",
            phones.get(row.child_id, ""),
            notes.get(row.child_id, ""),
            "",
        ]
        for place, row in enumerate(learners, start=1)
    ]


def month_journal(group: Group, first: dt.date, lessons: list[Lesson], rows: list[dict[str, Any]]) -> bytes:
    """PDF: the journal of a month with topics."""
    signs = {"+": ""}
    return paper(
        "journal",
        {
            "organisation": group.organisation.full_name,
            "month": russian.month(first),
            "group": group.name,
            "programme": group.programme.name,
            "teacher": group.teacher.full_name if group.teacher else "",
            "days": [str(one.date.day) for one in lessons],
            "rows": [
                [
                    str(place),
                    f"{row['enrolment'].child.last_name} {row['enrolment'].child.first_name}",
                    *(signs.get(cell, cell) for cell in row["cells"]),
                    str(row["present"]),
                ]
                for place, row in enumerate(rows, start=1)
            ],
            "topics": [
                [f"{one.date:%d.%m}", f"{one.academic_hours.normalize():f} ч", one.topic or one.reason or "–"]
                for one in lessons
                if one.topic or one.state == "cancelled"
            ],
        },
    )
