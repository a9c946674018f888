"""Forms that organisations fill in for a year: the federal one, and the indicators of self-assessment."""

from __future__ import annotations

from dataclasses import dataclass

from opora.reporting.statistics import declaration, declaration_own
from opora.surveys.rules.definition import Definition


@dataclass(frozen=True, slots=True)
class Kind:
    """A form that comes with Opora. `due`: month and day of the year after; `after`: what to do when it is ready."""

    code: str
    name: str
    title: str
    about: str
    form: Definition
    due: tuple[int, int]
    after: str
    carries: bool = False
    """Does what was typed go into the next year's form?"""


KINDS = {
    one.code: one
    for one in (
        Kind(
            declaration.CODE,
            "1-ДОП",
            declaration.TITLE,
            declaration.ABOUT,
            declaration.FORM_1_DOP,
            declaration.DUE,
            "Форма готова: проверки сходятся. Скачайте её и передайте в Росстат.",
        ),
        Kind(
            declaration_own.CODE,
            "Показатели самообследования",
            declaration_own.TITLE,
            declaration_own.ABOUT,
            declaration_own.FORM,
            declaration_own.DUE,
            "Показатели готовы: проверки сходятся. Обновите показатели в отчёте и утвердите его.",
            carries=True,
        ),
    )
}


def of(code: str) -> Kind:
    """The kind of a form by its code."""
    return KINDS[code]


def name_of(code: str) -> str:
    """What people call the form; an unknown code names itself."""
    return KINDS[code].name if code in KINDS else code
