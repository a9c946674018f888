"""Registers of enrolment: applications, contracts, enrolments, orders."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, Q, When

from opora.core import clock, russian
from opora.core.access import Actor
from opora.core.registers import Action, Column, Filter, Register, register
from opora.enrolment import policy, registers_rollover  # noqa: F401  (declares its registers)
from opora.enrolment.models import Application, Contract, Enrolment, Order
from opora.enrolment.presentation_office import CONTRACT_STATES, ORDER_STATES, STATES
from opora.enrolment.queries_office import deadline_text
from opora.people.expressions import full_name

_APPLICATION = {code: colour for code, (_, colour) in STATES.items()}
_CONTRACT = {code: colour for code, (_, colour) in CONTRACT_STATES.items()}
NAME = full_name()
_DEADLINES = [("late", "Просроченные"), ("today", "Ответить сегодня и завтра")]


def _by_deadline(actor: Actor, value: Any) -> Q:
    now = clock.now()
    waiting = Q(state="submitted")
    return waiting & (
        Q(deadline__lte=now) if value == "late" else Q(deadline__gt=now, deadline__lte=now + dt.timedelta(days=2))
    )


_ZONE = "municipality__time_zone"
# only an application that waits for an answer has a deadline; the rest come after it
_OPEN_DEADLINE = Case(When(state="submitted", then=F("deadline")), output_field=DateTimeField())


def _day(value: Any, zone: str) -> str:
    return russian.date(value.astimezone(clock.zone(zone))) if value else ""


def _deadline(value: Any, zone: str) -> str:
    return deadline_text(value, zone)[0]


applications = register(
    Register(
        slug="applications",
        model=Application,
        policy=policy.APPLICATION,
        title="Заявки",
        about="Заявки на обучение со сроком ответа. Подтвердите документы или откажите с причиной.",
        menu="enrolment",
        menu_order=10,
        icon="inbox",
        columns=(
            Column("child", "Ребёнок", annotate=NAME, sort="child__sort_name"),
            Column("group", to="groups"),
            Column("programme", "Программа", path="group__programme__name"),
            Column("funding", "Оплата"),
            Column("submitted_at", "Подана", show=_day, zone=_ZONE),
            Column("due", "Срок ответа", annotate=_OPEN_DEADLINE, show=_deadline, zone=_ZONE, kind="text"),
            Column("state", states=_APPLICATION),
        ),
        search=("child__sort_name", "group__name", "group__programme__sort_name"),
        filters=(
            "state",
            Filter("due", "Срок", options=lambda actor: _DEADLINES, apply=_by_deadline),
            "organisation",
            Filter("programme", "Программа", path="group__programme"),
            "funding",
            "source",
            Filter("submitted_at", "Подана"),
        ),
        sort="column_due",
        templates={"list": "enrolment/office/applications.html"},
        actions=(
            Action("Подтвердить", "enrolment:confirm_picked", place="bulk", action="confirm", kind=""),
            Action("Отказать", "enrolment:refuse", place="bulk", action="refuse", kind="secondary"),
            Action(
                "Заявка на бумаге", "enrolment:desk", place="list", action="confirm", url_arg="", icon="plus", kind=""
            ),
        ),
        personal=("comment",),
    )
)

contracts = register(
    Register(
        slug="contracts",
        model=Contract,
        policy=policy.CONTRACT,
        title="Договоры",
        about="Договоры-оферты, которые оплачивают сертификаты. Появляются из заявок по сертификату.",
        menu="enrolment",
        menu_order=30,
        icon="file-text",
        columns=(
            Column("number", show=lambda value: value or "Номера ещё нет"),
            Column("child", "Ребёнок", annotate=NAME, sort="child__sort_name"),
            Column("state", states=_CONTRACT),
            Column("group", to="groups"),
            "starts_on",
            "ends_on",
            Column("certificate_sum", kind="money"),
            Column("guardian_sum", kind="money"),
        ),
        card=(
            "number",
            Column("child", "Ребёнок", annotate=NAME),
            Column("application", "Заявка", path="application__public_id", to="applications"),
            Column("programme", to="programmes"),
            Column("group", to="groups"),
            "organisation",
            "starts_on",
            "ends_on",
            Column("total_sum", kind="money"),
            Column("certificate_sum", kind="money"),
            Column("guardian_sum", kind="money"),
            Column("state", states=_CONTRACT),
            "offered_at",
            "accept_until",
            "accepted_at",
            "terminates_on",
            "termination_ground",
        ),
        search=("number", "child__sort_name"),
        filters=("state", "organisation", "group", "programme", Filter("starts_on", "Начало")),
        sort="-requested_at",
    )
)

enrolments = register(
    Register(
        slug="enrolments",
        model=Enrolment,
        policy=policy.ENROLMENT,
        title="Обучающиеся",
        about="Кто где учится: по приказам и договорам. Отсюда считается охват.",
        menu="enrolment",
        menu_order=40,
        icon="graduation-cap",
        columns=(
            Column("child", "Ребёнок", annotate=NAME, sort="child__sort_name"),
            Column("born", "Родился", path="child__birth_date"),
            Column("programme", "Программа", path="group__programme__name"),
            Column("group", to="groups"),
            Column("organisation", to="organisations"),
            "funding",
            "starts_on",
            "ends_on",
        ),
        search=("child__sort_name", "group__name", "group__programme__sort_name"),
        filters=(
            "organisation",
            Filter("programme", "Программа", path="group__programme"),
            "funding",
            "focus_area",
            Filter("starts_on", "Зачислен"),
            Filter("ends_on", "Отчислен"),
        ),
        sort="child__sort_name",
        actions=(
            Action("Справка об обучении", "enrolment:study_paper", action="view", icon="file-down"),
            Action("Карточка безопасности", "enrolment:safety", action="view", icon="shield-check"),
        ),
        personal=("child",),
    )
)

orders = register(
    Register(
        slug="orders",
        model=Order,
        policy=policy.ORDER,
        title="Приказы",
        about="Приказы о зачислении, переводе и отчислении: номер, дата, список детей, документ Word.",
        menu="enrolment",
        menu_order=50,
        icon="clipboard-list",
        columns=(
            Column("name", "Приказ", annotate=F("number"), show=lambda value: f"№ {value}" if value else "проект"),
            "kind",
            "date",
            Column("organisation", to="organisations"),
            Column("count", "Детей", annotate=Count("lines"), kind="number"),
            Column("state", states=ORDER_STATES),
        ),
        search=("number", "lines__child__sort_name"),
        filters=("kind", "state", "organisation", Filter("date", "Дата")),
        sort="-created_at",
        actions=(
            Action(
                "Новый приказ", "enrolment:order_new", place="list", action="edit", url_arg="", icon="plus", kind=""
            ),
            Action("Шаблоны", "enrolment:templates", place="list", action="edit", url_arg="", icon="file-text"),
        ),
    )
)
