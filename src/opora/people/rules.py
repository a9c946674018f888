"""Rules about people: age, the same child, merging, categories (spec/enrolment.md, "Family and child")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from opora.core import names
from opora.core.reasons import Reason

LEARNER_AGE = 14
CERTIFICATE_AGE = 18


def birthday(birth_date: date, years: int) -> date:
    """The day on which `years` full years are reached; born on 29 February: 1 March of a common year.

    The same convention as PostgreSQL's age(), so figures in SQL and decisions here never differ.
    """
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 3, 1)


def full_years(birth_date: date, on: date) -> int:
    """Age in full years on a date; negative before birth."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def age_fits(birth_date: date, on: date, age_from: int | None, age_to: int | None) -> bool:
    """Both limits inclusive, in full years; a missing limit does not limit."""
    years = full_years(birth_date, on)
    return (age_from is None or years >= age_from) and (age_to is None or years <= age_to)


def may_be_learner(birth_date: date, on: date) -> bool:
    """A learner has an own cabinet from 14."""
    return full_years(birth_date, on) >= LEARNER_AGE


def certificate_last_day(birth_date: date, years: int = CERTIFICATE_AGE) -> date:
    """The last valid day of a certificate is the 18th birthday (spec/financing.md)."""
    return birthday(birth_date, years)


def birth_date_reasons(birth_date: date, today: date) -> list[Reason]:
    """A child's record is for people born and not yet of age."""
    if birth_date > today:
        return [Reason("born_in_future", "Дата рождения ещё не наступила. Проверьте год.")]
    if full_years(birth_date, today) >= CERTIFICATE_AGE:
        return [
            Reason(
                "of_age",
                "Человеку уже исполнилось 18\u00a0лет. Опора записывает детей до 18\u00a0лет.",
                hint="Проверьте год рождения.",
            )
        ]
    return []


def name_reasons(**parts: str) -> list[Reason]:
    """Parts of a person's name that cannot stand in a Russian document, each at its field."""
    found = ((field, names.spelling_problem(text)) for field, text in parts.items())
    return [Reason("name_spelling", problem, field=field) for field, problem in found if problem]


class Match(StrEnum):
    """What two records are to each other; everything but SAME and DIFFERENT goes to the merge queue."""

    SAME = "same"
    POSSIBLE_TWIN = "possible_twin"
    NAMESAKE = "namesake"
    DIFFERENT = "different"


MATCH_LABELS: Mapping[Match, str] = {
    Match.SAME: "Один и тот же ребёнок",
    Match.POSSIBLE_TWIN: "Возможно, двойняшки",
    Match.NAMESAKE: "Похожие данные: тёзка или опечатка",
    Match.DIFFERENT: "Разные дети",
}


@dataclass(frozen=True, slots=True)
class ChildIdentity:
    """What decides whether two records are one child; snils: 11 digits or ""; sex: "m", "f", ""."""

    surname: str
    name: str
    birth_date: date
    patronymic: str = ""
    snils: str = ""
    sex: str = ""

    @property
    def key(self) -> str:
        """Normalised full name."""
        return names.match_key(self.surname, self.name, self.patronymic)


def match(first: ChildIdentity, second: ChildIdentity) -> Match:
    """СНИЛС decides; without it the normalised full name with the birth date."""
    same_birth = first.birth_date == second.birth_date
    same_name = first.key == second.key
    if first.snils and second.snils:
        if first.snils == second.snils:
            # one number, but neither name nor birth date agree: somebody mistyped, people decide
            return Match.SAME if same_birth or same_name else Match.NAMESAKE
        return _unequal_numbers(first, second, same_birth=same_birth, same_name=same_name)
    if same_name and same_birth:
        return Match.NAMESAKE if _sexes_differ(first, second) else Match.SAME
    return _similar(first, second, same_birth=same_birth)


def _unequal_numbers(first: ChildIdentity, second: ChildIdentity, *, same_birth: bool, same_name: bool) -> Match:
    if same_name and same_birth:
        return Match.NAMESAKE
    return Match.POSSIBLE_TWIN if same_birth and _siblings(first, second) else Match.DIFFERENT


def _similar(first: ChildIdentity, second: ChildIdentity, *, same_birth: bool) -> Match:
    (last1, given1, father1), (last2, given2, father2) = first.key.split("|"), second.key.split("|")
    same_given = given1 == given2
    if same_birth and last1 == last2 and same_given:
        return Match.NAMESAKE  # the patronymic differs or is missing on one side
    if same_birth and same_given and father1 and father1 == father2:
        return Match.NAMESAKE  # the surname may have changed
    if same_birth and _siblings(first, second):
        return Match.POSSIBLE_TWIN
    if last1 == last2 and same_given and father1 == father2:
        # the full name is equal; near dates (typed day and month swapped, one part wrong) look like an error
        return Match.NAMESAKE if _near_dates(first.birth_date, second.birth_date) else Match.DIFFERENT
    return Match.DIFFERENT


def _siblings(first: ChildIdentity, second: ChildIdentity) -> bool:
    """Same surname root and different given names: Иванов and Иванова are of one family."""
    last1, given1, _ = first.key.split("|")
    last2, given2, _ = second.key.split("|")
    return given1 != given2 and _surname_root(last1) == _surname_root(last2)


def _surname_root(key: str) -> str:
    for ending in ("ая", "ий", "ый", "ой", "а"):
        if key.endswith(ending) and len(key) > len(ending) + 2:
            return key[: -len(ending)]
    return key


def _near_dates(first: date, second: date) -> bool:
    parts = zip((first.year, first.month, first.day), (second.year, second.month, second.day), strict=True)
    swapped = first.year == second.year and (first.month, first.day) == (second.day, second.month)
    return swapped or sum(a != b for a, b in parts) <= 1


def _sexes_differ(first: ChildIdentity, second: ChildIdentity) -> bool:
    return bool(first.sex and second.sex and first.sex != second.sex)


@dataclass(frozen=True, slots=True)
class MergeSide:
    """Facts about one record before a merge; living_groups: groups with a living contract or application."""

    child_id: int
    snils: str = ""
    has_used_balance: bool = False
    living_groups: frozenset[int] = frozenset()
    erased: bool = False


def merge_reasons(kept: MergeSide, merged: MergeSide) -> list[Reason]:
    """Why two records cannot become one now; empty when they can."""
    reasons = []
    if kept.child_id == merged.child_id:
        reasons.append(Reason("merge_itself", "Выбрана одна и та же карточка."))
    if kept.erased or merged.erased:
        reasons.append(Reason("merge_erased", "Данные одной из карточек удалены по требованию."))
    if kept.snils and merged.snils and kept.snils != merged.snils:
        reasons.append(
            Reason(
                "merge_snils",
                "У карточек разные СНИЛС: это два разных ребёнка.",
                hint="Если один из номеров введён с ошибкой, сначала исправьте его с указанием причины.",
            )
        )
    if kept.has_used_balance and merged.has_used_balance:
        reasons.append(
            Reason(
                "merge_balances",
                "По сертификатам обеих карточек уже расходовались деньги.",
                ground="правила персонифицированного финансирования: у ребёнка один действующий сертификат",
                hint="Расторгните договоры по одному из сертификатов и повторите.",
            )
        )
    if kept.living_groups & merged.living_groups:
        reasons.append(
            Reason(
                "merge_same_group",
                "Обе карточки записаны в одну и ту же группу.",
                hint="Отзовите одну из двух записей и повторите.",
            )
        )
    return reasons


def undo_merge_reasons(later_acts: Mapping[str, int]) -> list[Reason]:
    """Why a merge cannot be undone: acts made since (Russian name in the genitive plural → how many)."""
    return [
        Reason(
            "merge_used",
            f"После объединения появились новые действия: {name} – {count}.",
            hint="Сначала отмените их; иначе непонятно, какой из карточек они принадлежат.",
        )
        for name, count in later_acts.items()
        if count
    ]


CATEGORIES: Mapping[str, str] = {
    "special_needs": "Ограниченные возможности здоровья",
    "disabled": "Инвалидность",
    "orphan": "Сирота или без попечения родителей",
    "hardship": "Трудная жизненная ситуация",
    "at_risk": "Социально опасное положение",
    "migrant": "Семья мигрантов",
    "low_income": "Малообеспеченная семья",
    "large_family": "Многодетная семья",
    "service_family": "Семья участника СВО",
    "rural": "Сельская местность",
    "gifted": "Одарённый ребёнок",
}
SENSITIVE_CATEGORIES = frozenset(
    {"special_needs", "disabled", "orphan", "hardship", "at_risk", "migrant", "low_income", "service_family"}
)


def unconsented_categories(categories: set[str], consented: set[str]) -> list[Reason]:
    """Sensitive categories recorded without their own consent."""
    return [
        Reason(
            "category_without_consent",
            f"Категория «{CATEGORIES[code]}» требует отдельного согласия законного представителя.",
            ground="152-ФЗ, статьи 9 и 10",
            hint="Получите согласие на бумаге или предложите родителю дать его в кабинете.",
        )
        for code in CATEGORIES
        if code in categories & SENSITIVE_CATEGORIES - consented
    ]
