"""How complete and honest a programme's page is: a score and the list of faults (spec/mission.md, C5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

MIN_ANNOTATION = 150


@dataclass(frozen=True, slots=True)
class GroupContent:
    """A group as the page shows it; slots: lines of its weekly timetable."""

    name: str
    starts_on: date
    ends_on: date
    open: bool = True
    slots: int = 0
    has_teacher: bool = False
    has_venue: bool = False
    age_from: int | None = None
    age_to: int | None = None
    capacity: int = 0


@dataclass(frozen=True, slots=True)
class ProgrammeContent:
    """What completeness looks at; hours and prices are those of the modules, in order."""

    name: str
    annotation: str = ""
    audience: str = ""
    results: str = ""
    focus_area: str = ""
    activity_direction: bool = False
    age_from: int | None = None
    age_to: int | None = None
    distance: bool = False
    module_hours: tuple[int, ...] = ()
    groups: tuple[GroupContent, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: weight is what it costs of 100; blocking ones forbid publishing; field to jump to."""

    code: str
    message: str
    weight: int
    field: str = ""
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class Completeness:
    """score 0–100 and what to mend, the heaviest first."""

    score: int
    faults: tuple[Fault, ...]

    @property
    def blocking(self) -> tuple[Fault, ...]:
        """Faults that forbid publishing."""
        return tuple(fault for fault in self.faults if fault.blocking)


def completeness(programme: ProgrammeContent, today: date) -> Completeness:
    """Score of a programme's content on a day."""
    faults = [fault for rule in _RULES for fault in rule(programme, today)]
    score = max(0, 100 - sum(fault.weight for fault in faults))
    return Completeness(score, tuple(sorted(faults, key=lambda fault: -fault.weight)))


def _texts(programme: ProgrammeContent, today: date) -> Iterable[Fault]:
    length = len(programme.annotation.strip())
    if not length:
        yield Fault("no_annotation", "Нет описания программы.", 15, "annotation", blocking=True)
    elif length < MIN_ANNOTATION:
        yield Fault("short_annotation", f"Описание короче {MIN_ANNOTATION} знаков.", 5, "annotation")
    if not programme.audience.strip():
        yield Fault("no_audience", "Не сказано, для кого программа.", 5, "audience")
    if not programme.results.strip():
        yield Fault("no_results", "Не сказано, чему ребёнок научится.", 10, "results")
    if programme.name.strip() and programme.name.isupper():
        yield Fault("shouting_name", "Название набрано заглавными буквами.", 3, "name")


def _classification(programme: ProgrammeContent, today: date) -> Iterable[Fault]:
    if not programme.focus_area:
        yield Fault("no_focus_area", "Не указана направленность.", 15, "focus_area", blocking=True)
    if not programme.activity_direction:
        yield Fault("no_direction", "Не указан вид деятельности.", 3, "activity_direction")


def _ages(programme: ProgrammeContent, today: date) -> Iterable[Fault]:
    low, high = programme.age_from, programme.age_to
    if low is None or high is None:
        yield Fault("no_ages", "Не указан возраст детей.", 15, "age_from", blocking=True)
        return
    if low > high:
        yield Fault("wrong_ages", "Возраст «с» больше возраста «по».", 15, "age_from", blocking=True)
    elif low < 3 or high > 18:
        yield Fault("wrong_ages", f"Необычный возраст: {low}–{high}. Проверьте.", 10, "age_from")
    elif high - low > 12:
        yield Fault("wide_ages", f"Возраст {low}–{high} слишком широк для одной программы.", 3, "age_from")
    for group in programme.groups:
        if group.open and _outside(group, low, high):
            yield Fault(
                "group_ages",
                f"Группа «{group.name}»: возраст не совпадает с возрастом программы.",
                5,
                "groups",
            )


def _outside(group: GroupContent, low: int, high: int) -> bool:
    below = group.age_from is not None and group.age_from < low
    above = group.age_to is not None and group.age_to > high
    return below or above


def _modules(programme: ProgrammeContent, today: date) -> Iterable[Fault]:
    if not programme.module_hours:
        yield Fault("no_modules", "Нет ни одного модуля.", 20, "modules", blocking=True)
    elif min(programme.module_hours) <= 0:
        yield Fault("no_hours", "У модуля не указаны часы.", 10, "modules", blocking=True)


def _groups(programme: ProgrammeContent, today: date) -> Iterable[Fault]:
    current = [group for group in programme.groups if group.open and group.ends_on >= today]
    expired = [group for group in programme.groups if group.open and group.ends_on < today]
    if not programme.groups:
        yield Fault("no_groups", "Нет ни одной группы.", 20, "groups")
        return
    for group in expired:
        yield Fault(
            "expired_group",
            f"Группа «{group.name}» закончилась {group.ends_on:%d.%m.%Y}, а запись в неё открыта.",
            10,
            "groups",
        )
    if not current:
        yield Fault("no_open_groups", "Нет групп, в которые можно записаться.", 10, "groups")
    checks: tuple[tuple[str, str, int, Callable[[GroupContent], bool]], ...] = (
        ("no_timetable", "нет расписания", 15, lambda group: group.slots > 0),
        ("no_teacher", "не указан педагог", 5, lambda group: group.has_teacher),
        ("no_venue", "не указано место занятий", 10, lambda group: group.has_venue or programme.distance),
        ("no_capacity", "не указано число мест", 10, lambda group: group.capacity > 0),
    )
    for code, text, weight, good in checks:
        names = [f"«{group.name}»" for group in current if not good(group)]
        if names:
            word = "Группа" if len(names) == 1 else "Группы"
            yield Fault(code, f"{word} {', '.join(names)}: {text}.", weight, "groups")


_RULES: tuple[Callable[[ProgrammeContent, date], Iterable[Fault]], ...] = (
    _texts,
    _classification,
    _ages,
    _modules,
    _groups,
)
