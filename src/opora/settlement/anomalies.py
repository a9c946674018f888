"""Anomalies (D7): lists computed from the registers, each with why it is suspicious and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from opora.catalogue.models import Group
from opora.core import clock
from opora.core.access import Actor
from opora.core.reasons import Forbidden, Hidden, Reason, Refused
from opora.core.transactions import act
from opora.people.models import Child
from opora.providers.models import Organisation
from opora.settlement import sql_anomalies as sql
from opora.settlement.models import AnomalyDecision
from opora.territory.models import Municipality

VIEW = ("payer", "coordinator", "centre_head")
LEAST_NOTE = 10


@dataclass(frozen=True, slots=True)
class Kind:
    """One list: `why` it is suspicious, `advice` what to do with a row."""

    code: str
    title: str
    why: str
    advice: str
    sql: str


KINDS = (
    Kind(
        "no_attendance",
        "Зачислен по сертификату, но не ходит",
        "Сертификат оплачивает место, а за 30 дней в журнале нет ни одной отметки о присутствии.",
        "Спросите педагога и семью. Если ребёнок не ходит, предложите расторгнуть договор: деньги вернутся на сертификат.",
        sql.NO_ATTENDANCE,
    ),
    Kind(
        "empty_journal",
        "Договоры действуют, а журнал пуст",
        "По группе идут списания с сертификатов, но за 30 дней не отмечено ни одного занятия.",
        "Проверьте, идут ли занятия. Пусть педагог заполнит журнал до счёта, иначе занятия не оплатят.",
        sql.EMPTY_JOURNAL,
    ),
    Kind(
        "same_day",
        "Много заявок одного оператора за день",
        "Один человек внёс больше 40 заявок за день: возможно, заявления оформлены без семей.",
        "Сверьте бумажные заявления за этот день, позвоните нескольким семьям.",
        sql.SAME_DAY,
    ),
    Kind(
        "no_act",
        "Списано без согласия семьи",
        "По договору списаны деньги, но нет записи о согласии законного представителя.",
        "Приложите подписанный договор в пункте приёма или верните деньги на сертификат.",
        sql.NO_ACT,
    ),
    Kind(
        "after_end",
        "Списано после окончания обучения",
        "Месяц списан позже дня, которым обучение или договор окончены.",
        "Проверьте приказ и дату расторжения, исправьте счёт корректировкой.",
        sql.AFTER_END,
    ),
    Kind(
        "two_places",
        "Ребёнок отмечен в двух местах сразу",
        "Отметки о присутствии в двух группах в одно и то же время: одна из них неверна.",
        "Уточните у педагогов, где был ребёнок, и исправьте журнал.",
        sql.TWO_PLACES,
    ),
    Kind(
        "teacher_twice",
        "Педагог ведёт две группы одновременно",
        "По журналу педагог провёл занятия двух групп в одно и то же время.",
        "Проверьте замены и расписание: одно из занятий могло не состояться.",
        sql.TEACHER_TWICE,
    ),
    Kind(
        "perfect",
        "Журнал без единого пропуска",
        "За месяц в большой группе никто ни разу не болел и не пропустил занятие: журнал могли заполнить заранее.",
        "Посетите занятие без предупреждения и сравните с отметками.",
        sql.PERFECT,
    ),
)
BY_CODE = {kind.code: kind for kind in KINDS}


@dataclass
class Found:
    """A row of a list; `decision` is what was found out about it."""

    key: str
    municipality_id: int
    organisation_id: int | None
    child_id: int | None
    group_id: int | None
    day: dt.date
    seen: str
    decision: AnomalyDecision | None = None
    organisation: Organisation | None = None
    child: Child | None = None
    group: Group | None = None


def places(actor: Actor) -> list[int]:
    """Municipalities whose anomalies the actor looks at. Forbidden without such a role."""
    if not actor.has(*VIEW):
        raise Forbidden("anomalies")
    everywhere = any(reach.everything and reach.role in VIEW for reach in actor.reaches)
    if actor.system or everywhere:
        return list(Municipality.objects.order_by("pk").values_list("pk", flat=True))
    return sorted(actor.municipalities(*VIEW))


def counts(actor: Actor) -> list[tuple[Kind, int, int]]:
    """(kind, open, closed) for the overview."""
    where = places(actor)
    result = []
    for kind in KINDS:
        keys = {row.key for row in _select(kind, where)}
        closed = AnomalyDecision.objects.filter(kind=kind.code, key__in=keys).count()
        result.append((kind, len(keys) - closed, closed))
    return result


def rows(actor: Actor, code: str, *, decided: bool = False) -> tuple[Kind, list[Found]]:
    """The open (or the decided) rows of one list, newest first. Hidden for an unknown list."""
    where = places(actor)
    if code not in BY_CODE:
        raise Hidden("kind")
    kind = BY_CODE[code]
    found = _select(kind, where)
    decisions = {
        one.key: one
        for one in AnomalyDecision.objects.filter(kind=code, municipality_id__in=where).select_related("decided_by")
    }
    for row in found:
        row.decision = decisions.get(row.key)
    chosen = [row for row in found if (row.decision is not None) == decided]
    return kind, _named(sorted(chosen, key=lambda row: (row.day, row.key), reverse=True))


def decide(actor: Actor, *, code: str, keys: Iterable[str], verdict: str, note: str) -> int:
    """Close the picked rows with a verdict and a note; rows decided before keep their decision."""
    where = places(actor)
    if code not in BY_CODE:
        raise Hidden("kind")
    reasons = []
    if verdict not in AnomalyDecision.Verdict.values:
        reasons.append(Reason("verdict", "Выберите вывод.", field="verdict"))
    if len(note.strip()) < LEAST_NOTE:
        reasons.append(Reason("note", "Напишите, что выяснили: хотя бы одно предложение.", field="note"))
    known = {row.key: row for row in _select(BY_CODE[code], where)}
    picked = [known[key] for key in dict.fromkeys(keys) if key in known]
    if not picked:
        reasons.append(Reason("nothing", "Отметьте строки, по которым есть вывод."))
    if reasons:
        raise Refused(reasons)
    with act(actor):
        made = AnomalyDecision.objects.bulk_create(
            [
                AnomalyDecision(
                    kind=code,
                    key=row.key,
                    municipality_id=row.municipality_id,
                    verdict=verdict,
                    note=note.strip()[:500],
                    decided_by_id=actor.account_id,
                    decided_at=clock.now(),
                )
                for row in picked
            ],
            ignore_conflicts=True,
        )
    return len(made)


def _select(kind: Kind, where: Sequence[int]) -> list[Found]:
    with connection.cursor() as cursor:
        cursor.execute(kind.sql, {"places": list(where), "today": clock.today(clock.WESTERNMOST)})
        return [Found(*row) for row in cursor.fetchall()]


def _named(found: list[Found]) -> list[Found]:
    """Organisations, children and groups of the rows, three queries."""
    organisations = Organisation.objects.in_bulk({row.organisation_id for row in found if row.organisation_id})
    children = Child.objects.in_bulk({row.child_id for row in found if row.child_id})
    groups = Group.objects.select_related("programme").in_bulk({row.group_id for row in found if row.group_id})
    for row in found:
        row.organisation = organisations.get(row.organisation_id or 0)
        row.child, row.group = children.get(row.child_id or 0), groups.get(row.group_id or 0)
    return found
