"""Declarations of personal data: each model says which fields are personal, why and how long (152-ФЗ).

Every model of Opora has a class attribute ``PERSONAL``: a dict of field name → :class:`Personal`, empty
where the model holds none. The start-up check in :mod:`opora.core.checks` fails without it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Personal:
    """Purpose and legal ground, retention in years after the last use; `sensitive` narrows who sees it."""

    purpose: str
    ground: str
    retention_years: int
    sensitive: bool = False


EDUCATION = Personal("Обучение по дополнительным программам", "273-ФЗ, ст. 55, 75; согласие", 5)
ACCOUNT = Personal("Учётная запись и уведомления", "согласие", 1)
STAFF = Personal("Сведения о работниках организации", "273-ФЗ, ст. 29; ТК РФ", 5)
HEALTH = Personal("Особые условия обучения и льготы", "отдельное согласие", 5, sensitive=True)
OFFICIAL = Personal("Сведения о представителях организации", "273-ФЗ, ст. 29", 5)
