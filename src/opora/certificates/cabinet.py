"""What certificates add to the guardian's cabinet: the next step of each child, the certificate in its card."""

from __future__ import annotations

from collections.abc import Iterable

from opora.certificates import queries
from opora.certificates.models import Certificate
from opora.certificates.rules.life import LIVING_STATES
from opora.core import russian
from opora.core.access import Actor
from opora.people import cabinet
from opora.people.models import Child

TAGS = {"applied": "info", "issued": "warning", "active": "positive", "frozen": "warning"}


def steps(actor: Actor, children: list[Child]) -> dict[int, list[cabinet.NextStep]]:
    """One step per child about its certificate; two queries for all children."""
    certificates = queries.living_of(child.pk for child in children)
    balances = queries.balances_for(row.pk for row in certificates.values())
    found: dict[int, list[cabinet.NextStep]] = {}
    for child in children:
        row = certificates.get(child.pk)
        step = _step(child, row)
        if step is None and row is not None:
            balance = balances.get(row.pk)
            if balance is not None and balance.nominal:
                step = cabinet.NextStep(
                    60,
                    f"На сертификате осталось {russian.money(balance.balance)}.",
                    f"/cabinet/certificates/{row.public_id}/",
                    "Посмотреть",
                    "positive",
                )
        if step:
            found[child.pk] = [step]
    return found


def _step(child: Child, row: Certificate | None) -> cabinet.NextStep | None:
    if row is None or row.state not in LIVING_STATES:
        return cabinet.NextStep(
            30,
            "Попросите сертификат: с ним кружки бесплатны или дешевле.",
            f"/cabinet/children/{child.public_id}/certificate/",
            "Получить сертификат",
        )
    url = f"/cabinet/certificates/{row.public_id}/"
    if row.state == "applied":
        due = russian.date(row.answer_due) if row.answer_due else "скоро"
        return cabinet.NextStep(40, f"Заявление на сертификат рассмотрят до {due}.", url, "Подробнее")
    if row.state == "issued" and child.identity != Child.Identity.CONFIRMED:
        return cabinet.NextStep(
            10,
            "Сертификат выдан. Один раз придите в пункт приёма с документом ребёнка, чтобы он заработал.",
            url,
            "Что взять с собой",
            "warning",
        )
    if row.state == "issued":
        return cabinet.NextStep(
            10, "Личность подтверждена, осталось активировать сертификат.", url, "Активировать", "warning"
        )
    if row.state == "frozen":
        return cabinet.NextStep(50, "Сертификат приостановлен.", url, "Подробнее", "warning")
    if child.municipality_id != row.municipality_id:
        return cabinet.NextStep(20, "Вы сменили место жительства: перенесите сертификат.", url, "Перенести", "warning")
    return None


def links(actor: Actor, child: Child) -> Iterable[cabinet.CardLink]:
    """The certificate in a child's card."""
    row = queries.living_of([child.pk]).get(child.pk)
    if row is None:
        url = f"/cabinet/children/{child.public_id}/certificate/"
        yield cabinet.CardLink(10, "Сертификат", "Ещё не получен", url, "ticket")
        return
    balance = queries.balances_for([row.pk]).get(row.pk)
    text = f"№ {row.number}" if row.number else "Номер появится, когда его выдадут"
    if balance is not None and balance.nominal:
        text += f", осталось {russian.money(balance.balance)}"
    yield cabinet.CardLink(
        10,
        "Сертификат",
        text,
        f"/cabinet/certificates/{row.public_id}/",
        "ticket",
        row.get_state_display(),
        TAGS.get(row.state, "neutral"),
    )


cabinet.next_steps(steps)
cabinet.card_links(links)
