"""What settlement adds to the family's cabinet: «Оплата» and the step of a child that has something to pay."""

from __future__ import annotations

from opora.core import russian
from opora.core.access import Actor
from opora.people import cabinet
from opora.people.models import Child
from opora.settlement import queries_family as queries

URL = "/cabinet/payments/"


def steps(actor: Actor, children: list[Child]) -> dict[int, list[cabinet.NextStep]]:
    """What is to be paid, late first; the same number of queries for any family."""
    found: dict[int, list[cabinet.NextStep]] = {}
    for one in queries.owing_of([child.pk for child in children]):
        name = russian.quoted(one.account.group.programme.name)
        due = russian.date(one.due_on) if one.due_on else ""
        text = f"{name}: срок оплаты прошёл, " if one.late else f"{name}: оплатите до {due}, "
        step = cabinet.NextStep(
            4 if one.late else 30,
            f"{text}{russian.money(one.to_pay)}.",
            f"{URL}{one.account.public_id}/",
            "Оплатить",
            "warning" if one.late else "info",
        )
        found.setdefault(one.account.child_id, []).append(step)
    return found


cabinet.next_steps(steps)
cabinet.menu_item("Оплата", URL, 35, queries.owing)
