"""Programmes, modules, groups, counters of places and the weekly timetable."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

from opora.catalogue.rules import GroupContent, ProgrammeContent, completeness
from opora.core import russian
from opora.demo.content import templates
from opora.demo.courses import Group, Programme
from opora.demo.districts import District
from opora.demo.frame import Frame
from opora.demo.identifiers import slug
from opora.demo.sink import Sink

WEEKS = 36
NBSP = "\u00a0"
LEVEL_TEXT = {
    "starter": "Подготовка не нужна, начинаем с самых первых шагов.",
    "basic": "Приходить можно с любой подготовкой: педагог подберёт группу.",
    "advanced": "Понадобится начальная подготовка или успешное вступительное прослушивание, просмотр, тестирование.",
}
REMARKS = (
    ("annotation", "Добавьте, чем заканчивается каждый год обучения и как родители узнают о результатах."),
    ("groups", "Нет расписания групп: родителям не видно, когда приходить."),
    ("results", "Сформулируйте результаты так, чтобы их можно было проверить."),
)


def directions(sink: Sink) -> dict[str, int]:
    """The second level under focus areas; id by name."""
    found: dict[str, int] = {}
    for template in templates():
        if template.direction not in found:
            found[template.direction] = sink.add(
                "catalogue.ActivityDirection",
                code=slug(template.direction, 60),
                name=template.direction,
                focus_area=template.focus_area,
            )
    return found


def programme(sink: Sink, frame: Frame, district: District, one: Programme, where: dict[str, int], rng: Random) -> None:
    """A programme with its modules and groups."""
    template, org = one.template, one.organisation
    one.id = sink.next_id("catalogue.Programme")
    published = frame.moment(frame.year_start - dt.timedelta(days=rng.randint(20, 160)), rng.randint(9, 17))
    sent = None if one.state == "draft" else published - dt.timedelta(days=rng.randint(2, 9))
    if one.state in ("moderation", "returned"):
        sent = frame.moment(frame.before(rng.randint(1, 9)), rng.randint(9, 17))
    preprofessional = template.register == "preprofessional"
    content = _content(one, frame)
    sink.add(
        "catalogue.Programme",
        id=one.id,
        organisation_id=org.id,
        municipality_id=district.id,
        slug=slug(one.name, 100) or "programma",
        name=one.name,
        annotation=template.annotation,
        audience=content.audience,
        results=f"{template.results}.",
        requirements=f"{template.requirements}.",
        focus_area=template.focus_area,
        activity_direction_id=where[template.direction],
        kind=("sport_training" if org.kind == "sport" else "preprofessional") if preprofessional else "general",
        level=template.level,
        age_from=template.age_from,
        age_to=template.age_to,
        is_prevocational=template.direction == "Профориентация",
        special_needs=["any"] if "особенност" in template.name or "Адаптивн" in template.name else [],
        state=one.state,
        published_at=published if one.state == "published" else None,
        submitted_at=sent,
        completeness=completeness(content, frame.date).score,
        created_at=published - dt.timedelta(days=20),
    )
    if one.state == "returned":
        for field, text in rng.sample(REMARKS, 2):
            sink.add(
                "catalogue.ModerationRemark", programme_id=one.id, field=field, text=text,
                created_at=frame.moment(frame.before(1), 15),
            )  # fmt: skip
    prices = _modules(sink, one)
    for group in one.groups:
        _group(sink, frame, district, group, prices)


def module_price(one: Programme, module: int) -> tuple[Decimal, Decimal | None]:
    """Price and normative cost of a whole year in roubles; a budget programme costs the family nothing."""
    if not one.certified:
        return Decimal(0), None
    rate = 62 + (len(one.name) * 7 + one.template.size) % 25
    hours = one.template.modules[module].hours * WEEKS
    price = Decimal(hours * rate).quantize(Decimal(10)) + 0
    return price, (price * Decimal("0.9")).quantize(Decimal("0.01"))


def _modules(sink: Sink, one: Programme) -> list[tuple[int, Decimal, Decimal | None]]:
    made = []
    single = len(one.template.modules) == 1
    for index, shape in enumerate(one.template.modules):
        price, norm = module_price(one, index)
        module_id = sink.add(
            "catalogue.Module",
            programme_id=one.id,
            number=index + 1,
            name="Весь курс" if single else f"{index + 1}-й год обучения",
            hours=shape.hours * WEEKS,
            price=price,
            normative_cost=norm,
            normative_basis="Расчёт по ставке человеко-часа, приказ уполномоченного органа" if norm else "",
            description=f"{russian.plural(shape.hours, 'час', 'часа', 'часов')} в{NBSP}неделю, "
            f"для детей {russian.age_range(shape.age_from, shape.age_to)}",
        )
        made.append((module_id, price, norm))
    return made


def _group(
    sink: Sink, frame: Frame, district: District, group: Group, modules: list[tuple[int, Decimal, Decimal | None]]
) -> None:
    one = group.programme
    module_id, price, norm = modules[group.module]
    assert group.teacher is not None and group.venue is not None
    group.module_id = module_id
    single = len(one.template.modules) == 1
    group.id = sink.add(
        "catalogue.Group",
        module_id=module_id,
        programme_id=one.id,
        organisation_id=one.organisation.id,
        municipality_id=district.id,
        venue_id=group.venue.id,
        teacher_id=group.teacher.id,
        name=f"Группа {group.number}" if single else f"{group.module + 1}-й год обучения, группа {group.number}",
        starts_on=starts_on(frame, group),
        ends_on=frame.year_end,
        capacity=group.capacity,
        age_from=group.age_from,
        age_to=group.age_to,
        sex=one.sex,
        needs_medical=one.template.focus_area == "sport" and one.organisation.kind == "sport",
        has_entrance_tests=one.template.register == "preprofessional" and one.organisation.kind == "arts",
        for_budget=not one.certified,
        for_certificate=one.certified,
        for_paid=one.certified,
        window_from=frame.moment(frame.year_start - dt.timedelta(days=17), 8),
        price=price,
        normative_cost=norm,
        state="open",
        created_at=frame.moment(frame.year_start - dt.timedelta(days=30)),
    )
    for weekday, start, end, hours, room in group.slots:
        sink.add(
            "catalogue.Slot",
            group_id=group.id,
            weekday=weekday,
            starts_at=dt.time(start // 60, start % 60),
            ends_at=dt.time(end // 60, end % 60),
            academic_hours=Decimal(hours),
            venue_id=group.venue.id,
            room=room,
            teacher_id=group.teacher.id,
        )


def starts_on(frame: Frame, group: Group) -> dt.date:
    """First years begin in the middle of September, after recruiting; later years on the 1st."""
    return frame.late_start if group.module == 0 else frame.year_start


def places(sink: Sink, group: Group, holding: int, waiting: int) -> None:
    """The counter row, written when all applications of the group are known."""
    sink.add("catalogue.GroupPlaces", group_id=group.id, capacity=group.capacity, places_taken=holding, waiting=waiting)


def _content(one: Programme, frame: Frame) -> ProgrammeContent:
    template = one.template
    audience = f"Для детей {template.age_from}–{template.age_to}{NBSP}лет. {LEVEL_TEXT[template.level]}"
    return ProgrammeContent(
        name=one.name,
        annotation=template.annotation,
        audience=audience,
        results=template.results,
        focus_area=template.focus_area,
        activity_direction=True,
        age_from=template.age_from,
        age_to=template.age_to,
        module_hours=tuple(shape.hours * WEEKS for shape in template.modules),
        groups=tuple(
            GroupContent(
                name=str(group.number), starts_on=starts_on(frame, group), ends_on=frame.year_end,
                slots=len(group.slots), has_teacher=True, has_venue=True, age_from=group.age_from,
                age_to=group.age_to, capacity=group.capacity,
            )
            for group in one.groups
        ),
    )  # fmt: skip
