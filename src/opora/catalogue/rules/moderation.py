"""Moderation of programmes: states, and which changes need a new version (spec/mission.md, C1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opora.core.transitions import Machine, transition

_MODERATORS = "methodologist centre_head"
_PROVIDER = "provider_manager"

PROGRAMME = Machine(
    "Программа",
    {
        "draft": "Черновик",
        "moderation": "На модерации",
        "returned": "Возвращена с замечаниями",
        "published": "Опубликована",
        "archived": "В архиве",
    },
    (
        transition("submit", "Отправить на модерацию", "draft returned", "moderation", _PROVIDER),
        transition("recall", "Отозвать с модерации", "moderation", "draft", _PROVIDER),
        transition("return", "Вернуть с замечаниями", "moderation", "returned", _MODERATORS),
        transition("publish", "Опубликовать", "moderation", "published", _MODERATORS),
        transition("archive", "Убрать в архив", "draft returned published", "archived", f"{_PROVIDER} {_MODERATORS}"),
        transition("restore", "Вернуть из архива", "archived", "draft", _PROVIDER),
    ),
)

REVISION = Machine(
    "Изменение программы",
    {
        "moderation": "На модерации",
        "returned": "Возвращено с замечаниями",
        "approved": "Принято",
        "withdrawn": "Отозвано",
    },
    (
        transition("return", "Вернуть с замечаниями", "moderation", "returned", _MODERATORS),
        transition("submit", "Отправить снова", "returned", "moderation", _PROVIDER),
        transition("approve", "Принять", "moderation", "approved", _MODERATORS),
        transition("withdraw", "Отозвать", "moderation returned", "withdrawn", _PROVIDER),
    ),
)

MODERATED_FIELDS: Mapping[str, str] = {
    "price": "Цена",
    "normative_cost": "Нормативная стоимость",
    "age_from": "Возраст с",
    "age_to": "Возраст по",
    "hours": "Часы",
    "level": "Уровень",
    "focus_area": "Направленность",
    "kind": "Вид программы",
    "study_form": "Форма обучения",
    "special_needs": "Для детей с ОВЗ",
}
"""A change of one of these on a published programme waits in moderation while the old version stands."""


def changes_for_moderation(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Moderated fields of `after` that differ: field → (before, after); other fields change at once."""
    return {
        name: (before.get(name), after[name])
        for name in MODERATED_FIELDS
        if name in after and before.get(name) != after[name]
    }
