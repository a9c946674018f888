"""What is always true of consents (spec/trust.md, Personal data). Part of ``opora doctor``."""

from __future__ import annotations

from opora.core import doctor
from opora.core.doctor import Check
from opora.people.rules import SENSITIVE_CATEGORIES

_CODES = ", ".join(f"'{code}'" for code in sorted(SENSITIVE_CATEGORIES))

CHECKS: tuple[Check, ...] = (
    Check(
        "consent.processing",
        "У каждого ребёнка, которого внёс законный представитель, есть согласие на обработку данных",
        """SELECT DISTINCT g.child_id FROM guardianship g WHERE g.ended_at IS NULL AND g.relation <> 'self'
            AND NOT EXISTS (SELECT FROM consent s JOIN consent_text t ON t.id = s.text_id
                WHERE s.child_id = g.child_id AND t.kind = 'processing')""",
        "Запросите согласие у законного представителя или сотрите сведения о ребёнке.",
    ),
    Check(
        "consent.sensitive",
        "Особые категории записаны только с отдельным согласием",
        f"""SELECT DISTINCT k.child_id FROM child_category k
            WHERE k.code IN ({_CODES}) AND (k.ends_on IS NULL OR k.ends_on >= current_date)
              AND NOT EXISTS (SELECT FROM consent s JOIN consent_text t ON t.id = s.text_id
                WHERE s.child_id = k.child_id AND t.kind = 'sensitive' AND s.withdrawn_at IS NULL)""",
        "Запросите отдельное согласие или удалите категорию из карточки ребёнка.",
    ),
    Check(
        "consent.texts",
        "Тексты согласий не менялись с тех пор, как их приняли",
        "SELECT id FROM consent_text WHERE sha256 <> encode(sha256(convert_to(text, 'UTF8')), 'hex')",
        "Верните прежний текст из копии; новая редакция добавляется отдельной версией.",
    ),
)
doctor.declare("people", CHECKS)
