"""Coded reasons of a provider's refusal with their legal ground: what the family reads and what is counted."""

from __future__ import annotations

from opora.core.reasons import Reason

_RULES = "273-ФЗ, статья 55; правила приёма организации"
REFUSALS: dict[str, Reason] = {
    "documents": Reason("documents", "Не представлены документы, нужные для зачисления.", _RULES,
                        "Принесите документы и подайте заявку снова."),
    "false_data": Reason("false_data", "Сведения в заявке не совпадают с документами.", _RULES,
                         "Исправьте сведения о ребёнке и подайте заявку снова."),
    "age": Reason("age", "Возраст ребёнка не подходит для этой группы.", _RULES,
                  "Посмотрите группы для другого возраста."),
    "medical": Reason("medical", "Нет медицинского допуска к занятиям.", "323-ФЗ, статья 46; правила приёма организации",
                      "Получите справку у врача и подайте заявку снова."),
    "tests": Reason("tests", "Вступительные испытания не пройдены.", _RULES,
                    "Спросите организацию о других программах и повторных испытаниях."),
    "no_answer": Reason("no_answer", "Семья не пришла с документами в назначенный срок.", _RULES,
                        "Подайте новую заявку, если занятия ещё нужны."),
    "group_cancelled": Reason("group_cancelled", "Группа не набрана, занятий не будет.", _RULES,
                              "Выберите другую группу: подскажем свободные."),
}  # fmt: skip
OTHER = "other"
CHOICES = [(code, reason.message) for code, reason in REFUSALS.items()] + [(OTHER, "Другая причина, напишу сам")]


def refusal(code: str, text: str = "") -> list[Reason]:
    """The coded reason, with the person's own words after it."""
    words = text.strip()
    if code in REFUSALS:
        found = [REFUSALS[code]]
        return found + ([Reason(code, words)] if words else [])
    return [Reason(OTHER, words, _RULES)] if words else []
