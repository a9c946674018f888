"""What settlement puts on the office: the menu and what waits for provider and payer (K7)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse_lazy

from opora.core.access import Actor
from opora.core.office import menu, work
from opora.core.office.work import WorkItem
from opora.settlement import anomalies, policy, queries, queries_family, queries_tax

_LIST = "/office/settlement_documents/"


menu.add(
    "Расчёты по месяцам",
    lambda: str(reverse_lazy("settlement:month")),
    section="settlement",
    icon="calendar-check",
    order=10,
    allowed=lambda actor: policy.AGREEMENT.allowed(actor, "view"),
)
menu.add(
    "Выписки банка",
    lambda: str(reverse_lazy("settlement:statements")),
    section="settlement",
    icon="landmark",
    order=40,
    allowed=lambda actor: policy.STATEMENT.allowed(actor, "view"),
)
menu.add(
    "Оплата семей",
    lambda: str(reverse_lazy("settlement:family_office")),
    section="settlement",
    icon="wallet",
    order=45,
    allowed=lambda actor: policy.FAMILY_PAYMENT.allowed(actor, "enter"),
)
menu.add(
    "Потребность в деньгах",
    lambda: str(reverse_lazy("settlement:cash")),
    section="settlement",
    icon="chart-column",
    order=50,
    roles=policy.CASH,
)
menu.add(
    "Реквизиты плательщика",
    lambda: str(reverse_lazy("settlement:requisites")),
    section="settlement",
    icon="signature",
    order=60,
    allowed=lambda actor: policy.PROFILE.allowed(actor, "edit"),
)
menu.add(
    "Аномалии",
    lambda: str(reverse_lazy("settlement:anomalies")),
    section="settlement",
    icon="triangle-alert",
    order=70,
    roles=anomalies.VIEW,
)
menu.add(
    "Исполнение заданий",
    lambda: str(reverse_lazy("settlement:assignments")),
    section="settlement",
    icon="list-checks",
    order=75,
    allowed=lambda actor: policy.ASSIGNMENT.allowed(actor, "view"),
)


@work.register
def documents(actor: Actor) -> Iterator[WorkItem]:
    """Drafts of the provider; documents that the payer checks and pays, by the nearest deadline."""
    if actor.system:
        return
    drafts = queries.waiting(actor, "issue", state="draft")
    yield WorkItem("Выставить заявки и счета", drafts.count(), f"{_LIST}?state=draft", queries.nearest(drafts))
    asked = queries.waiting(actor, "decide", state="issued")
    yield WorkItem("Проверить заявки и счета", asked.count(), f"{_LIST}?state=issued", queries.nearest(asked))
    ready = queries.to_pay(actor)
    yield WorkItem("Составить платёжные поручения", ready.count(), f"{_LIST}?state=approved")
    yield WorkItem(
        "Отправить поручения в банк", queries.orders_to_send(actor).count(), str(reverse_lazy("settlement:send"))
    )
    unsigned = queries.unsigned(actor).count()
    yield WorkItem("Подписать реквизиты соглашений", unsigned, str(reverse_lazy("settlement:month")))
    lost = queries_family.unknown(actor).count()
    yield WorkItem("Разобрать платежи семей", lost, str(reverse_lazy("settlement:family_office")))


@work.register
def families(actor: Actor) -> Iterator[WorkItem]:
    """What families wait for: papers for the tax office by their deadline, refunds to decide and to pay."""
    if actor.system or not policy.TAX_CERTIFICATE.allowed(actor, "issue"):
        return
    asked = queries_tax.asked(actor)
    yield WorkItem(
        "Выдать справки для налоговой",
        asked.count(),
        str(reverse_lazy("settlement:family_tax_office")),
        queries_tax.nearest(asked),
    )
    waiting = queries_family.refunds_waiting(actor)
    address = str(reverse_lazy("settlement:family_refunds"))
    yield WorkItem("Решить о возврате переплаты", waiting.get("asked", 0), address)
    yield WorkItem("Перечислить возвраты семьям", waiting.get("approved", 0), address)
