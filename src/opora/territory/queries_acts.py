"""Reading legal acts: in force on a date, chains of replacements, what is not published, where an act is named."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from opora.core.access import Actor
from opora.core.registers.importing.declaration import Problem
from opora.territory import policy
from opora.territory.models import ActPublication, LegalAct

PUBLISHED_BY_US = ("municipal", "own")
"""Levels whose publication is our business: the state publishes its own acts."""
LONGEST = 50


def in_force_on(day: dt.date) -> Q:
    """The condition of acts in force on a day; without a beginning the date of the act counts."""
    begun = LegalAct.objects.annotate(begins=Coalesce("in_force_from", "date")).filter(begins__lte=day)
    return Q(pk__in=begun.values("pk")) & (Q(in_force_to__isnull=True) | Q(in_force_to__gte=day))


def acts_in_force(actor: Actor, *, day: dt.date, municipality_id: int | None = None) -> QuerySet[LegalAct]:
    """Acts in force on a day: of everybody and, when named, of one municipality besides the wider ones."""
    rows: QuerySet[LegalAct] = policy.legal_acts.rows(actor, "view").filter(in_force_on(day))
    if municipality_id is not None:
        rows = rows.filter(Q(municipality_id=municipality_id) | Q(municipality__isnull=True))
    return rows.order_by("-date", "pk")


def unpublished() -> Q:
    """Acts of the municipality and of the centre that must be published and nowhere are."""
    published = ActPublication.objects.filter(act_id=OuterRef("pk"))
    return Q(~Exists(published), must_publish=True, level__in=PUBLISHED_BY_US, replaced_by__isnull=True)


def unpublished_for(actor: Actor) -> QuerySet[LegalAct]:
    """Those of them that the actor may change."""
    rows: QuerySet[LegalAct] = policy.legal_acts.rows(actor, "change")
    return rows.filter(unpublished())


def chain(act: LegalAct) -> list[LegalAct]:
    """The act with all that it replaced, directly or not, and all that replaced it, oldest first."""
    found = {act.pk: act}
    edge = [act.pk]
    while edge and len(found) < LONGEST:
        rows = [row for row in LegalAct.objects.filter(replaced_by__in=edge) if row.pk not in found]
        found |= {row.pk: row for row in rows}
        edge = [row.pk for row in rows]
    following = act.replaced_by
    while following is not None and following.pk not in found and len(found) < LONGEST:
        found[following.pk] = following
        following = following.replaced_by
    return sorted(found.values(), key=lambda row: (row.in_force_from or row.date, row.pk))


def named_in(actor: Actor, act: LegalAct) -> list[tuple[str, str, str]]:
    """(register, row, address) of rows that name the act, of registers that the actor may see; twenty of each."""
    from opora.core.registers import registry

    found: list[tuple[str, str, str]] = []
    for relation in LegalAct._meta.related_objects:
        model: Any = relation.related_model
        register = registry.of_model(model)
        if register is None or model in (LegalAct, ActPublication) or not register.allows(actor, "view"):
            continue
        rows = register.policy.rows(actor, "view").filter(**{relation.field.name: act})[:20]
        found += [(register.heading, str(row), register.url("card", row)) for row in rows]
    return found


def remarks(table: str, columns: frozenset[str]) -> list[Problem]:
    """What an import says about acts that are there already: a near-equal one or another title stays as it is."""
    if not {"kind", "issuer", "number", "date", "title", "match_key"} <= columns:
        return []
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.row, t.number, t.issuer, t.title, s.number <> t.number OR s.issuer <> t.issuer,"
            f" s.title <> t.title FROM {table} s JOIN legal_act t ON t.id = s.target_id ORDER BY s.row"
        )
        for row, number, issuer, title, other_spelling, other_title in cursor.fetchall():
            if other_spelling:
                text = f"Это акт, который уже есть: № {number}, {issuer}. Оставлена запись реестра."
                found.append(Problem(row, "Номер", "near_act", text, "warning"))
            elif other_title:
                text = f"В реестре другое название: «{title}». Оно оставлено."
                found.append(Problem(row, "Название", "other_title", text, "warning"))
        cursor.execute(
            f"SELECT DISTINCT ON (s.row) s.row, t.number, t.issuer, t.title FROM {table} s JOIN legal_act t"
            f" ON t.date = s.date AND t.kind = s.kind AND split_part(t.match_key, '|', 1) ="
            f" split_part(s.match_key, '|', 1) WHERE s.target_id IS NULL ORDER BY s.row, t.id"
        )
        for row, number, issuer, title in cursor.fetchall():
            text = f"Похож на акт, который уже есть: № {number}, {issuer}, «{title}»."
            found.append(Problem(row, "Номер", "near_act", text, "warning"))
    return found
