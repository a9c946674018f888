"""Applications and contracts: states, coded acts, who may do them (spec/enrolment.md, spec/financing.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from opora.core.transitions import Machine, transition

_CENTRE = "desk_operator centre_head methodologist organiser"
_PROVIDER = "provider_manager"
_FAMILY = "guardian desk_operator"

APPLICATION = Machine(
    "Заявка",
    {
        "submitted": "Подана",
        "confirmed": "Документы подтверждены",
        "enrolled": "Зачислен",
        "waiting": "В листе ожидания",
        "place_offered": "Предложено место",
        "refused": "Отказано",
        "withdrawn": "Отозвана",
        "expired": "Срок истёк",
        "finished": "Обучение окончено",
    },
    (
        transition("confirm", "Подтвердить", "submitted", "confirmed", f"{_PROVIDER} {_CENTRE}"),
        transition("enrol", "Зачислить", "confirmed", "enrolled", f"{_PROVIDER} guardian {_CENTRE} system"),
        transition("refuse", "Отказать", "submitted confirmed", "refused", f"{_PROVIDER} system"),
        transition("refuse", "Отказать", "waiting place_offered", "refused", f"{_PROVIDER} system"),
        transition("withdraw", "Отозвать", "submitted confirmed waiting", "withdrawn", _FAMILY),
        transition("offer_place", "Предложить место", "waiting", "place_offered", "system"),
        transition("accept_place", "Согласиться на место", "place_offered", "submitted", _FAMILY),
        transition("decline_place", "Отказаться от места", "place_offered", "withdrawn", _FAMILY),
        transition("expire", "Закрыть: нет ответа", "submitted confirmed place_offered", "expired", "system"),
        transition("leave", "Отчислить", "enrolled", "withdrawn", f"system {_PROVIDER} {_FAMILY}"),
        transition("finish", "Завершить обучение", "enrolled", "finished", f"system {_PROVIDER}"),
    ),
)

CONTRACT = Machine(
    "Договор",
    {
        "requested": "Запрошен",
        "offered": "Ждёт согласия",
        "active": "Действует",
        "closed": "Завершён",
        "refused": "Отказано",
        "withdrawn": "Отозван",
        "expired": "Срок истёк",
    },
    (
        transition("offer", "Предложить договор", "requested", "offered", f"{_PROVIDER} {_CENTRE}"),
        transition("activate", "Принять договор", "offered", "active", _FAMILY),
        transition("refuse", "Отказать", "requested offered", "refused", f"{_PROVIDER} system"),
        transition("withdraw", "Отозвать", "requested offered", "withdrawn", _FAMILY),
        transition("expire", "Закрыть: нет согласия", "requested offered", "expired", "system"),
        transition("give_notice", "Расторгнуть", "active", "active", f"{_FAMILY} {_PROVIDER} system"),
        transition("cancel", "Отменить до начала", "active", "closed", f"{_FAMILY} {_PROVIDER} system"),
        transition("close", "Завершить", "active", "closed", "system"),
    ),
)

APPLICATION_OF_CONTRACT: Mapping[str, str] = {
    "requested": "submitted",
    "offered": "confirmed",
    "active": "enrolled",
    "refused": "refused",
    "withdrawn": "withdrawn",
    "expired": "expired",
}
"""Contract state → state of its application; a closed contract leaves it withdrawn or finished.

While a place offered from the queue waits for its answer, the contract is requested already (place and sum are
reserved together) and the application is place_offered.
"""

HOLDING_STATES = frozenset({"submitted", "confirmed", "place_offered", "enrolled"})
LIVING_STATES = HOLDING_STATES | {"waiting"}
LIVING_CONTRACT_STATES = frozenset({"requested", "offered", "active"})


def holds_place(state: str, left_on: date | None, on: date) -> bool:
    """Whether an application holds a place on a day; the last day of study `left_on` still counts."""
    if state == "enrolled":
        return left_on is None or on <= left_on
    return state in HOLDING_STATES


def counts_in_limits(state: str, terminates_on: date | None) -> bool:
    """Limits count contracts requested, offered, or active without a termination date."""
    return state in {"requested", "offered"} or (state == "active" and terminates_on is None)


def contract_label(state: str, terminates_on: date | None) -> str:
    """Russian name of the state; "terminating" is active with a termination date."""
    if state == "active" and terminates_on is not None:
        return f"Расторгается {terminates_on:%d.%m.%Y}"
    return CONTRACT.states[state]


def application_after_contract(*, ended_by_notice: bool) -> str:
    """The application of a contract that closed: withdrawn after a notice, finished at its natural end."""
    return "withdrawn" if ended_by_notice else "finished"
