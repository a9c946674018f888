"""States and sums of enrolment as office pages show them."""

from __future__ import annotations

from typing import Any

from opora.core import russian
from opora.enrolment.models import Application

STATES: dict[str, tuple[str, str]] = {
    "submitted": ("Ждёт решения", "info"),
    "confirmed": ("Документы подтверждены", "info"),
    "enrolled": ("Зачислен", "positive"),
    "waiting": ("В листе ожидания", "neutral"),
    "place_offered": ("Предложено место", "warning"),
    "refused": ("Отказано", "danger"),
    "withdrawn": ("Отозвана", "neutral"),
    "expired": ("Срок истёк", "neutral"),
    "finished": ("Обучение окончено", "neutral"),
}
CONTRACT_STATES: dict[str, tuple[str, str]] = {
    "requested": ("Запрошен", "info"),
    "offered": ("Ждёт согласия семьи", "warning"),
    "active": ("Действует", "positive"),
    "closed": ("Завершён", "neutral"),
    "refused": ("Отказано", "danger"),
    "withdrawn": ("Отозван", "neutral"),
    "expired": ("Срок истёк", "neutral"),
}
ORDER_STATES = {"draft": "warning", "issued": "positive"}
MARKS = (("present", "Здесь", "+"), ("absent", "Нет", "н"), ("ill", "Болеет", "б"), ("excused", "Уваж.", "у"))
SIGNS = {"present": "", "absent": "н", "ill": "б", "excused": "у"}


def money_lines(one: Application) -> list[tuple[str, Any]]:
    """Who pays what of the whole course."""
    if one.funding == "budget":
        return [("Оплата", "за счёт бюджета, семья не платит")]
    lines: list[tuple[str, Any]] = [("Стоимость", russian.money(one.total_sum))]
    if one.funding == "certificate":
        lines.append(("По сертификату", russian.money(one.certificate_sum)))
    return [*lines, ("Платит семья", russian.money(one.guardian_sum))]
