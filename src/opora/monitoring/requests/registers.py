"""Registers of requests and answers: lists with filters, history, export; cards are pages of their own."""

from __future__ import annotations

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from opora.core.access import Actor
from opora.core.registers import Action, Column, Filter, Register, register
from opora.monitoring.requests import policy
from opora.monitoring.requests.models import DataRequest, DataRequestAnswer

REQUEST_STATES = {"draft": "neutral", "sent": "info", "closed": "positive"}
ANSWER_STATES = {"draft": "neutral", "sent": "info", "returned": "warning", "accepted": "positive"}


def _mine(actor: Actor, value: object) -> Q:
    return policy.ANSWER.scope(actor, "fill")


def _judged(actor: Actor, value: object) -> Q:
    return policy.ANSWER.scope(actor, "judge")


ONLY = [("1", "да")]

requests = register(
    Register(
        slug="data_requests",
        model=DataRequest,
        policy=policy.REQUEST,
        title="Запросы данных",
        about="Запросы к центрам, организациям и партнёрам: форма, срок в рабочих днях, ответы и свод.",
        menu="monitoring",
        menu_order=30,
        icon="clipboard-list",
        columns=(
            "subject",
            Column("number", "№", show=lambda value: f"№ {value}" if value else "черновик"),
            "date",
            "sender_kind",
            "due",
            Column("asked", "Спросили", annotate=Count("answers"), kind="number"),
            Column(
                "answered",
                "Ответили",
                annotate=Count("answers", filter=Q(answers__state__in=("sent", "accepted"))),
                kind="number",
            ),
            Column("state", states=REQUEST_STATES),
        ),
        search=("subject", "body"),
        filters=("state", "sender_kind", "audience", Filter("due", "Срок ответа")),
        sort="-created_at",
        actions=(
            Action("Новый запрос", "requests:new", place="list", action="create", url_arg="", icon="plus", kind=""),
        ),
    )
)

answers = register(
    Register(
        slug="data_request_answers",
        model=DataRequestAnswer,
        policy=policy.ANSWER,
        title="Ответы на запросы",
        about="Запросы, на которые отвечает ваш центр или организация, и ответы на ваши запросы.",
        menu="monitoring",
        menu_order=31,
        icon="send",
        columns=(
            Column("subject", "Запрос", path="request__subject"),
            Column("number", "№", path="request__number", show=lambda value: f"№ {value}" if value else ""),
            Column(
                "who",
                "Кто отвечает",
                annotate=Coalesce(F("centre__name"), F("organisation__short_name"), F("partner__name")),
            ),
            Column("due", "Срок", kind="date"),
            Column("state", states=ANSWER_STATES),
            Column("sent_at", "Отправлен", zone="municipality__time_zone"),
        ),
        search=("request__subject", "centre__name", "organisation__short_name", "partner__name"),
        filters=(
            "state",
            Filter("own", "Отвечаем мы", kind="custom", options=lambda actor: ONLY, apply=_mine),
            Filter("judge", "Рассматриваем мы", kind="custom", options=lambda actor: ONLY, apply=_judged),
            Filter("request", "Запрос"),
            Filter("due", "Срок", kind="date"),
        ),
        sort="-due_at",
    )
)
