"""The families' own money in the demo: charges of the months up to D, a bank register a month, some debts."""

from __future__ import annotations

from decimal import Decimal

from django.apps import apps

from opora.certificates.rules.months import month_start
from opora.core import clock
from opora.core.access import Actor
from opora.demo.frame import Frame
from opora.settlement import services
from opora.settlement.models import Charge

PAID_OF_TEN = 8
"""Eight families of ten have paid everything, one a half, one nothing."""
HEAD = "Дата;Номер операции;Лицевой счёт;ФИО;Сумма"


def replay(frame: Frame) -> None:
    """Charges on the first of each month, payments of the month before D read from a register per organisation."""
    bank = Actor(system=True, name="Организация")
    with clock.frozen(frame.moment(month_start(frame.date), 6)):
        services.charge_due(bank)
    with clock.frozen(frame.moment(frame.date, 12)):
        organisations = apps.get_model("providers.Organisation").objects.filter(pk__in=_charged()).order_by("pk")
        for place in organisations:
            lines = _lines(place.pk, frame)
            if lines:
                data = "\r\n".join([HEAD, *lines]).encode("cp1251")
                name = f"reestr_{place.pk}_{frame.date:%Y%m%d}.txt"
                services.read_register(bank, organisation_id=place.pk, name=name, data=data)


def _charged() -> list[int]:
    return list(Charge.objects.order_by().values_list("organisation_id", flat=True).distinct())


def _lines(organisation: int, frame: Frame) -> list[str]:
    """One payment per account that pays; the last of many carries a mistyped account, as life does."""
    accounts = apps.get_model("settlement.PersonalAccount").objects.filter(organisation_id=organisation, charged__gt=0)
    lines = []
    for place, one in enumerate(accounts.order_by("pk").values_list("number", "charged")):
        number, charged = one
        share = Decimal(1) if place % 10 < PAID_OF_TEN else Decimal("0.5") if place % 10 == PAID_OF_TEN else Decimal(0)
        amount = (charged * share).quantize(Decimal("0.01"))
        if amount:
            lines.append(f"{frame.date:%d.%m.%Y};{organisation}-{frame.date:%m%d}-{place};{number};;{amount}")
    if len(lines) > 20:
        lines.append(f"{frame.date:%d.%m.%Y};{organisation}-{frame.date:%m%d}-x;1234567;Кедрова М. А.;500,00")
    return lines
