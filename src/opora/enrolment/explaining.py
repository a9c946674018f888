"""Why this sum, why refused, what comes next and when: plain words with numbers for a family's pages.

Everything is worked out from what the contract or application itself keeps; a sum whose steps do not lead to the
recorded kopeck is shown without steps, never with wrong ones.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from opora.catalogue.models import Group
from opora.certificates.rules import split_contract, to_kopecks, to_roubles
from opora.core import russian
from opora.core.reasons import Reason
from opora.enrolment import rules
from opora.enrolment.models import Application, Contract
from opora.enrolment.refusals import REFUSALS
from opora.enrolment.services.cascade import REASONS as CLOSED
from opora.enrolment.services.quote import Quote
from opora.enrolment.wording import moment, until

DAYS = ("день", "дня", "дней")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a calculation: what, the sum as it is worked out, the result."""

    what: str
    how: str
    result: str


def of_contract(contract: Contract) -> list[Step]:
    """How the contract's sums came about (spec/financing.md, "Contract")."""
    return _steps(
        contract.group,
        (contract.price, contract.normative_cost),
        (contract.starts_on, contract.ends_on),
        (contract.total_sum, contract.certificate_sum, contract.guardian_sum),
    )


def of_quote(quote: Quote, group: Group) -> list[Step]:
    """The same before applying; a way of paying without the certificate has the price alone."""
    norm = (group.normative_cost or Decimal(0)) if quote.funding == rules.CERTIFICATE else None
    return _steps(
        group,
        (group.price or Decimal(0), norm),
        (quote.starts_on, quote.ends_on),
        (quote.total, quote.certificate, quote.guardian),
    )


def of_application(application: Application, contract: Contract | None) -> list[Step]:
    """Steps of the sums on an application's page."""
    if contract is not None:
        return of_contract(contract)
    if application.funding != rules.PAID or not application.total_sum:
        return []
    group = application.group
    sums = (application.total_sum, application.certificate_sum, application.guardian_sum)
    return _steps(group, (group.price or Decimal(0), None), (application.starts_on, group.ends_on), sums)


def _steps(
    group: Group,
    rates: tuple[Decimal, Decimal | None],
    days: tuple[dt.date, dt.date],
    sums: tuple[Decimal, Decimal, Decimal],
) -> list[Step]:
    (price, norm), (first, last), (total, certificate, guardian) = rates, days, sums
    if not total or not group.starts_on <= first <= last <= group.ends_on:
        return []
    made = split_contract(
        price=to_kopecks(price),
        normative_cost=to_kopecks(norm or Decimal(0)),
        balance=to_kopecks(certificate),
        group_start=group.starts_on,
        group_end=group.ends_on,
        start=first,
        end=last,
    )
    limit = min(made.total, made.norm)
    if made.total != to_kopecks(total) or (norm is not None and to_kopecks(certificate) > limit):
        return []
    share = f"{made.days} / {made.group_days}"
    found = [
        Step(
            "Дни занятий",
            f"группа {russian.period(group.starts_on, group.ends_on)}, вы {russian.period(first, last)}",
            f"{russian.plural(made.days, *DAYS)} из {made.group_days}",
        ),
        Step("Стоимость за ваши дни", f"{russian.money(price)} × {share}", russian.money(total)),
    ]
    if norm is None:
        return [*found, Step("Платите вы", "вся стоимость", russian.money(guardian))]
    known = to_roubles(made.norm)
    found.append(Step("Столько может заплатить сертификат", f"{russian.money(norm)} × {share}", russian.money(known)))
    if to_kopecks(certificate) < limit:
        found.append(Step("На сертификате было свободно", "меньше, чем стоимость", russian.money(certificate)))
    return [
        *found,
        Step("Платит сертификат", "меньшая из этих сумм", russian.money(certificate)),
        Step("Платите вы", f"{russian.money(total)} − {russian.money(certificate)}", russian.money(guardian)),
    ]


def refusal_of(application: Application) -> Reason:
    """Why an application was refused, by which rule, what can be done now."""
    code = application.reason_code
    for known in (REFUSALS.get(code), *(one for one in CLOSED.values() if one.code == code)):
        if known is not None:
            return Reason(code, application.reason or known.message, known.ground, known.hint)
    return Reason(code, application.reason or "Организация отказала в заявке.", "273-ФЗ, статья 55; правила приёма")


@dataclass(frozen=True, slots=True)
class Ahead:
    """One coming event: when (words), what, what it means."""

    when: str
    what: str
    note: str = ""


def ahead(application: Application, contract: Contract | None) -> list[Ahead]:
    """What comes next on the road of an application, in order; nothing when it has ended."""
    zone = application.municipality.time_zone
    state, paid_by_certificate = application.state, application.funding == rules.CERTIFICATE
    found: list[Ahead] = []
    if state == "waiting":
        found.append(
            Ahead("Когда освободится место", "Предложим его вам", "Письмом и здесь. На ответ будет двое суток.")
        )
    if state == "place_offered" and application.offer_expires_at:
        found.append(Ahead(f"До {moment(application.offer_expires_at, zone)}", "Вы отвечаете, нужно ли место"))
    if state in ("waiting", "place_offered"):
        found.append(Ahead("После вашего согласия", "Организация проверяет документы"))
    if state == "submitted":
        when = f"Не позже {until(application.deadline, zone)}" if application.deadline else "Скоро"
        found.append(
            Ahead(when, "Организация отвечает", "Если она откажет, место и деньги освободятся, причина будет здесь.")
        )
    if state in ("waiting", "place_offered", "submitted") and paid_by_certificate:
        found.append(
            Ahead("После проверки", "Вам приходит договор", "Несколько рабочих дней на то, чтобы его принять.")
        )
    if state == "confirmed" and contract is not None and contract.accept_until:
        found.append(Ahead(f"Не позже {until(contract.accept_until, zone)}", "Вы принимаете договор"))
    elif state == "confirmed":
        found.append(Ahead("Скоро", "Организация зачисляет ребёнка"))
    if found:
        money = "С сертификата спишется первый месяц, дальше – в начале каждого." if paid_by_certificate else ""
        found.append(Ahead(russian.date_full(application.starts_on), "Первый день, с которого можно заниматься", money))
    return found


def ahead_of_contract(contract: Contract, today: dt.date) -> list[Ahead]:
    """What comes next for a living contract: acceptance, months to come, its end."""
    zone = contract.municipality.time_zone
    found: list[Ahead] = []
    if contract.state == "offered" and contract.accept_until:
        found.append(Ahead(f"Не позже {until(contract.accept_until, zone)}", "Вы принимаете договор или отказываетесь"))
    if contract.state not in ("offered", "active"):
        return found
    last = contract.terminates_on or contract.ends_on
    months = [one for one in contract.months.order_by("month") if one.state == "reserved"]
    if months:
        first = months[0]
        when = russian.date_full(max(first.month, contract.starts_on))
        if first.month <= today:
            when = "Сразу после согласия" if contract.state == "offered" else "Сейчас"
        sums = f"{russian.money(first.certificate_sum)} с сертификата, {russian.money(first.guardian_sum)} платите вы."
        found.append(Ahead(when, f"Оплата за {russian.month(first.month)}", sums))
    if len(months) > 1:
        found.append(Ahead("1-го числа каждого месяца", "Следующая оплата", f"До {russian.month(months[-1].month)}."))
    if last >= today:
        found.append(Ahead(russian.date_full(last), "Последний день по договору"))
    return found
