"""The families' own money in the demo: charges month by month up to D, a bank register, debts, refunds, tax papers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.apps import apps

from opora.certificates.rules.months import add_months, month_start
from opora.core import clock
from opora.core.access import Actor
from opora.demo import identifiers
from opora.demo.frame import Frame
from opora.people.actors import actor_of
from opora.people.models import Account, Guardianship
from opora.settlement import queries_family, queries_tax, services
from opora.settlement.models import Charge, PersonalAccount
from opora.settlement.rules.tax import Person
from opora.territory.models import Municipality

MONTHS_BACK = 4
"""Charges are replayed from so many months before D on; what is older comes in the first run, as the job would do."""
PAID_OF_TEN = 8
"""Eight families of ten have paid everything, one a half, one nothing."""
TOO_MUCH, OVERPAID = Decimal("500.00"), 6
"""What a family whose study is over paid by mistake, and how many such families an organisation has at most."""
HEAD = "Дата;Номер операции;Лицевой счёт;ФИО;Сумма"
MANAGER, GUARDIAN = "provider_manager@opora.demo", "guardian@opora.demo"
BANK = Actor(system=True, name="Организация")


def replay(frame: Frame) -> None:
    """Charges on the first of each month, payments read on D from a register per organisation, then papers."""
    now = month_start(frame.date)
    for town in _shown(frame):
        for count in range(MONTHS_BACK, 0, -1):
            with clock.frozen(frame.moment(add_months(now, -count), 6)):
                services.charge_municipality(BANK, town)
    with clock.frozen(frame.moment(now, 6)):
        services.charge_due(BANK)
    with clock.frozen(frame.moment(frame.date, 12)):
        organisations = apps.get_model("providers.Organisation").objects.filter(pk__in=_charged()).order_by("pk")
        for place in organisations:
            lines = _lines(place.pk, frame)
            if lines:
                data = "\r\n".join([HEAD, *lines]).encode("cp1251")
                name = f"reestr_{place.pk}_{frame.date:%Y%m%d}.txt"
                services.read_register(BANK, organisation_id=place.pk, name=name, data=data)
    with clock.frozen(frame.moment(frame.date, 13)):
        _refunds(frame)
        _papers(frame)


def _shown(frame: Frame) -> list[Municipality]:
    """The municipality of the demo's provider: the others of a region get their charges in one run."""
    manager = Account.objects.filter(email=MANAGER).first()
    with clock.frozen(frame.moment(frame.date, 6)):
        here = actor_of(manager).organisations("provider_manager") if manager else frozenset()
    places = apps.get_model("providers.Organisation").objects.filter(pk__in=here).values("municipality")
    return list(Municipality.objects.filter(pk__in=places))


def _charged() -> list[int]:
    return list(Charge.objects.order_by().values_list("organisation_id", flat=True).distinct())


def _lines(organisation: int, frame: Frame) -> list[str]:
    """One payment per account that pays; the last of many carries a mistyped account, as life does."""
    accounts = PersonalAccount.objects.filter(organisation_id=organisation, charged__gt=0)
    rows = list(accounts.select_related("contract", "application").order_by("pk"))
    names = _names([one.child_id for one in rows])
    # several families whose study is over paid once more by mistake
    over = [one for one in rows if one.child_id in names and queries_family.is_over(one)]
    shown = set(Guardianship.objects.filter(account__email=GUARDIAN).values_list("child_id", flat=True))
    over = sorted(over, key=lambda one: (one.child_id not in shown, one.pk))[:OVERPAID]
    lines = []
    for place, one in enumerate(rows):
        share = Decimal(1) if place % 10 < PAID_OF_TEN else Decimal("0.5") if place % 10 == PAID_OF_TEN else Decimal(0)
        amount = (one.charged * share).quantize(Decimal("0.01"))
        if one in over:
            amount = one.charged + TOO_MUCH
        if amount:
            day = frame.date - dt.timedelta(days=place % 12)
            reference = f"{organisation}-{frame.date:%m%d}-{place}"
            lines.append(f"{day:%d.%m.%Y};{reference};{one.number};{names.get(one.child_id, '')};{amount}")
    if len(lines) > 20:
        lines.append(f"{frame.date:%d.%m.%Y};{organisation}-{frame.date:%m%d}-x;1234567;Кедрова М. А.;500,00")
    return lines


def _names(children: list[int]) -> dict[int, str]:
    """Child → the name of the guardian who pays."""
    rows = Guardianship.objects.filter(child__in=children, ended_at__isnull=True).exclude(relation="self")
    parts = ("child_id", "account__last_name", "account__first_name", "account__patronymic")
    return {child: " ".join(filter(None, names)) for child, *names in rows.order_by("-pk").values_list(*parts)}


def _refunds(frame: Frame) -> None:
    """Overpaid accounts of finished studies: one asked by the family, one approved, one paid, the rest to begin."""
    rows = PersonalAccount.objects.filter(owed__lt=0).exclude(child__guardianships__account__email=GUARDIAN)
    over = list(rows.select_related("contract", "application").order_by("pk")[:4])
    names = _names([one.child_id for one in over])
    for place, one in enumerate(over):
        refund = services.begin_refund(
            BANK, account=one, amount=-one.owed, recipient=names.get(one.child_id) or "Получатель",
            bank_account=identifiers.personal_account(place + 1), bank_bik=identifiers.BIK_BANK,
            reason="Обучение закончилось, деньги остались.",
        )  # fmt: skip
        if place > 0:
            services.approve_refund(BANK, refund=refund)
        if place > 1:
            services.pay_refund(BANK, refund=refund, order_number=f"{100 + place}", paid_on=frame.date)


def _papers(frame: Frame) -> None:
    """Papers of the tax office: two issued and one asked at the demo's provider, one issued for the demo's guardian."""
    manager = Account.objects.filter(email=MANAGER).first()
    if manager is None:
        return
    here = actor_of(manager).organisations("provider_manager")
    own = PersonalAccount.objects.filter(paid__gt=0, child__guardianships__isnull=False).distinct()
    theirs = own.filter(child__guardianships__account__email=GUARDIAN).order_by("pk").first()
    asked = [_ask(one, place, frame) for place, one in enumerate(own.filter(organisation__in=here).order_by("pk")[:3])]
    if theirs is not None and not any(row and row.child_id == theirs.child_id for row in asked):
        asked.insert(0, _ask(theirs, 9, frame))
    for row in [one for one in asked if one is not None][:-1]:
        services.issue_certificate(BANK, certificate=row)


def _ask(account: PersonalAccount, place: int, frame: Frame) -> Any:
    """The request of the guardian who pays, or None when there is nobody to ask."""
    rows = Guardianship.objects.filter(child=account.child_id, ended_at__isnull=True).exclude(relation="self")
    guardianship = rows.order_by("pk").select_related("account").first()
    if guardianship is None or not queries_tax.kept_of([account.pk]):
        return None
    payer = Person("", "", "", f"{1983 + place}-04-12", identifiers.person_inn(account.pk))
    learner = Person("", "", "", "", identifiers.person_inn(500_000 + account.pk))
    return services.ask_certificate(
        actor_of(guardianship.account), organisation_id=account.organisation_id, child_id=account.child_id,
        year=frame.date.year, payer=payer, learner=learner,
    )  # fmt: skip
